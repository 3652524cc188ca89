"""Finds the targets and reads their answers: quickly for use, thoroughly for a check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sqlglot.errors import SqlglotError

from semantic import faults
from semantic.dialect.answers import Answers
from semantic.dialect.named import FILE, names
from semantic.dialect.template import holes, parse_template, repeated
from semantic.dialect.translate import Dialect
from semantic.faults import Fault, SemanticError
from semantic.functions import REGISTRY, Function
from semantic.rooms import room
from semantic.source import Span


@cache
def load(name: str) -> Dialect:
    """The target of that name; its templates are compiled when they are first used."""
    if name not in names():
        raise SemanticError([faults.unknown("dialect", name, names(), None)])
    try:
        return Dialect(name, _answers(_read(room("dialects") / name / FILE)))
    except (KeyError, TypeError, AttributeError):
        check_dialect(name)  # says what is wrong with the file, and where
        raise


def _read(path: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=loader)
    return raw


def _answers(raw: Mapping[str, Any]) -> Answers:
    parsed = dict(raw)
    parsed["reserved_words"] = frozenset(raw["reserved_words"].split())
    for name in ("decimal_digits", "materialized", "replaceable", "comment_limits"):
        parsed[name] = tuple(raw[name])
    for name in ("view_options", "view_needs"):
        parsed[name] = {kind: tuple(options) for kind, options in raw[name].items()}
    return Answers(**parsed)


# --- the check --------------------------------------------------------------------------------------


def check_dialect(name: str) -> None:
    """Raises a fault, with its place, for every answer of a target that is missing, invented or wrong."""
    import yaml

    path = room("dialects") / name / FILE
    root: Any = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    file = str(path)
    answers = {key.value: (key, value) for key, value in root.value}
    found = [*_compared(file, "question", answers, {f.name for f in fields(Answers)}, Span(file, 1, 1))]
    found += _choices(file, answers)
    if "functions" in answers and "sqlglot" in answers:
        functions = {key.value: (key, value) for key, value in answers["functions"][1].value}
        signatures = {function.signature: function for function in REGISTRY.values()}
        found += _compared(file, "function", functions, set(signatures), _span(file, answers["functions"][1]))
        for signature in signatures.keys() & functions.keys():
            found += _templates(
                file, signatures[signature], functions[signature][1], answers["sqlglot"][1].value
            )
    if found:
        raise SemanticError(found)


def _span(file: str, node: Any) -> Span:
    return Span(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _compared(
    file: str, what: str, given: Mapping[str, Any], asked: set[str], place: Span
) -> Iterator[Fault]:
    for name in sorted(asked - given.keys()):
        yield faults.unanswered(what, name, place)
    for name in sorted(given.keys() - asked):
        yield faults.not_asked(what, name, sorted(asked), _span(file, given[name][0]))


def _choices(file: str, answers: Mapping[str, Any]) -> Iterator[Fault]:
    """Answers outside of the choice that their question offers."""
    for name, hint in get_type_hints(Answers).items():
        kind = get_args(hint)[0] if get_origin(hint) is tuple else hint
        if name not in answers or get_origin(kind) is not Literal:
            continue
        node = answers[name][1]
        for item in node.value if isinstance(node.value, list) else [node]:
            if item.value not in get_args(kind):
                yield faults.no_answer(name, item.value, get_args(kind), _span(file, item))


def _templates(file: str, function: Function, node: Any, dialect: str) -> Iterator[Fault]:
    """Templates that do not parse or whose holes are not the arguments of the function."""
    parts = {"": node} if isinstance(node.value, str) else {key.value: value for key, value in node.value}
    for part, value in parts.items():
        if part == "never":
            continue
        arguments = {"state"} if part == "aggregate" else set(function.arguments)
        text = repeated(value.value, 1) if function.variadic else value.value
        try:
            found = {hole.removesuffix("_0") for hole in holes(parse_template(text, dialect))}
        except SqlglotError as error:
            reason = str(error).partition(".")[0]
            yield faults.syntax(reason, _span(file, value))
            continue
        if found != arguments:
            yield faults.wrong_holes(function.signature, found, arguments, _span(file, value))
