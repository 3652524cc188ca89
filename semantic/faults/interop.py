"""Faults of definitions that another tool wrote: dbt, MetricFlow.

A place is a span where the file is YAML, and ``file: key.path[3]`` where it is JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from semantic.faults.base import Fault, either, meant, shown, there_is
from semantic.source import Span

Place: TypeAlias = Span | str


def _fault(code: str, message: str, hint: str, place: Place) -> Fault:
    if isinstance(place, Span):
        return Fault(code, message, hint, place)
    return Fault(code, message, hint, None, place)


def not_json(problem: str, place: Place) -> Fault:
    """Text that is not JSON."""
    hint = "'dbt parse' writes it anew to 'target/semantic_manifest.json'."
    return _fault("json", f"The file is no JSON from here: {problem}.", hint, place)


def json_too_deep(place: Place) -> Fault:
    """Lists in lists in lists."""
    return _fault("limit", "The JSON is nested too deeply to be read.", "", place)


def no_manifest(place: Place) -> Fault:
    """JSON with something else in it."""
    hint = "The one with 'semantic_models' and 'metrics' is 'target/semantic_manifest.json'."
    return _fault("file", "The file is no semantic manifest.", hint, place)


def nothing_defined(folder: str) -> Fault:
    """A folder without anything to read."""
    hint = "Give the folder of a dbt project, or a 'semantic_manifest.json'."
    return Fault("empty", "No file here defines a semantic model or a metric.", hint, where=folder)


def no_such_file(path: str) -> Fault:
    """Nothing of that name."""
    return Fault("file", "There is no such file or folder.", "", where=path)


def unknown_format(path: str) -> Fault:
    """A file that is neither JSON nor YAML."""
    hint = "A file ends in '.json', '.yml' or '.yaml'."
    return Fault("file", "The file holds neither JSON nor YAML.", hint, where=path)


def lacks(what: str, key: str, place: Place, hint: str = "") -> Fault:
    """A definition without a key that it must have."""
    return _fault("missing", f"{what} needs '{key}'.", hint, place)


def must_be(what: str, expected: str, given: object, place: Place, hint: str = "") -> Fault:
    """A value of another kind."""
    seen = "nothing" if given is None else shown(given)
    return _fault("type", f"{what} must be {expected}, not {seen}.", hint, place)


def no_choice(what: str, given: str, allowed: Sequence[str], place: Place) -> Fault:
    """A word that is not among those that mean something."""
    hint = meant(given, allowed) or f"It is one of {either(allowed)}."
    return _fault("value", f"{what} cannot be '{given:.80}'.", hint, place)


def bad_window(what: str, given: str, place: Place) -> Fault:
    """A window that is no number of periods."""
    hint = "Write a number and a granularity: '7 days'."
    return _fault("value", f"{what} cannot be '{given:.80}'.", hint, place)


def defined_twice(kind: str, name: str, first: Place, place: Place) -> Fault:
    """One name for two things."""
    message = f"The {kind} '{name}' is defined already at {first}."
    return _fault("duplicate", message, "Rename or remove one of them.", place)


def undefined(kind: str, name: str, candidates: Sequence[str], place: Place, hint: str = "") -> Fault:
    """A name that nothing has."""
    hint = hint or meant(name, candidates) or (there_is(candidates) if candidates else "")
    return _fault("unknown", f"There is no {kind} '{name:.80}'.", hint, place)


def uses_itself(chain: Sequence[str], place: Place) -> Fault:
    """A metric made of itself."""
    hint = "Define one of these without the others."
    return _fault("cycle", f"A metric uses itself: {' → '.join(chain)}.", hint, place)


def both_stand(what: str, keys: Sequence[str], place: Place) -> Fault:
    """Keys that exclude each other."""
    named = " and ".join(f"'{key}'" for key in keys)
    return _fault("duplicate", f"{what} has both {named}.", "Keep one of them.", place)


def misfit(what: str, reason: str, hint: str, place: Place) -> Fault:
    """Something that can stand in the file, but means nothing together with the rest."""
    return _fault("value", f"{what} {reason}.", hint, place)


def refused_definition(kind: str, name: str, reason: str, where: str) -> Fault:
    """A definition that is carried, and cannot be asked for."""
    return Fault("refused", f"The {kind} '{name}' is refused when it is asked for: {reason}", "", where=where)


def dropped_metric(name: str, reason: str, where: str) -> Fault:
    """A metric that was left out, and is asked for."""
    return Fault("unknown", f"The metric '{name}' was dropped: {reason}", "", where=where or "question")


def is_no_metric(fault: Fault, name: str) -> bool:
    """Whether a fault says that there is no metric of a name."""
    return fault.code == "unknown" and fault.message == f"'{name:.80}' is no metric."
