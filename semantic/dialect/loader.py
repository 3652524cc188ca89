"""Finds the targets and reads their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from semantic import faults
from semantic.dialect.answers import Answers
from semantic.dialect.translate import Dialect
from semantic.faults import SemanticError
from semantic.rooms import room

_FILE = "dialect.yaml"


@cache
def names() -> tuple[str, ...]:
    """The targets there are: the folders of ``dialects/``.

    >>> "duckdb" in names()
    True
    """
    return tuple(sorted(path.parent.name for path in room("dialects").glob(f"*/{_FILE}")))


@cache
def load(name: str) -> Dialect:
    """The target of that name; its templates are compiled when they are first used."""
    if name not in names():
        raise SemanticError([faults.unknown("dialect", name, names(), None)])
    return Dialect(name, _answers(_read(room("dialects") / name / _FILE)))


def _read(path: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=loader)
    return raw


def _answers(raw: Mapping[str, Any]) -> Answers:
    parsed = dict(raw)
    parsed["reserved_words"] = frozenset(raw["reserved_words"].split())
    for name in ("decimal_digits", "materialized", "replaceable"):
        parsed[name] = tuple(raw[name])
    return Answers(**parsed)


def check_dialect(name: str) -> None:
    """Raises a fault for every question that ``dialects/<name>/dialect.yaml`` leaves open or invents."""
    path = room("dialects") / name / _FILE
    raw = _read(path)
    questions = {field.name for field in fields(Answers)}
    _compare(str(path), "question", set(raw), questions)
    from semantic.functions import REGISTRY

    signatures = {function.signature for function in REGISTRY.values()}
    _compare(str(path), "function", set(raw["functions"]), signatures)


def _compare(where: str, what: str, given: set[str], asked: set[str]) -> None:
    found = [faults.unanswered(what, name, where) for name in sorted(asked - given)]
    found += [faults.not_asked(what, name, where, sorted(asked)) for name in sorted(given - asked)]
    if found:
        raise SemanticError(found)
