"""The attributes of whoever asks: values and lists of values, checked when they are given."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import total_ordering
from math import isfinite
from typing import Any

from semantic import faults
from semantic.catalog import Catalog
from semantic.faults import SemanticError
from semantic.macros import CALLER, Missing, Unknown
from semantic.spec.types import Cell

#: The attributes of a caller, by name: plain values, and tuples of them.
Attributes = tuple[tuple[str, Any], ...]
_NAMED = re.compile(rf"\b{CALLER}\s*\.\s*(\w+)")
_PLAIN = (str, bool, int, float, Decimal, date)


def attributes(given: Any) -> Attributes:
    """What an application tells of its caller, in one form; raises `SemanticError` for odd values.

    >>> attributes({"regions": ["EMEA", "APAC"], "level": 3})
    (('level', 3), ('regions', ('EMEA', 'APAC')))
    """
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        raise TypeError
    wrong = [faults.attribute_shape(key, value) for key, value in given.items() if not _is_known(value)]
    if wrong:
        raise SemanticError(wrong)
    return tuple(sorted((key, _kept(value)) for key, value in given.items()))


def written(given: Cell | tuple[Cell, ...]) -> Any:
    """An attribute as it stands in a file: one value, or a list where one is written."""
    if isinstance(given, tuple):
        return [written(cell) for cell in given]
    return given.text if given.quoted or given.text is None else read(given.text)


def _is_known(value: Any) -> bool:
    if isinstance(value, list | tuple | set | frozenset):
        return all(each is None or _is_value(each) for each in value)
    return value is None or _is_value(value)


def _is_value(value: Any) -> bool:
    """Whether a value can become a literal that every warehouse reads alike."""
    if not isinstance(value, _PLAIN):
        return False
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= each <= "\udfff" for each in value)
    if isinstance(value, int):
        return abs(value) < 2**63
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value.adjusted()) <= 38
    return isfinite(value) if isinstance(value, float) else True


def _kept(value: Any) -> Any:
    """A value that never changes: lists as tuples, sets in an order."""
    if isinstance(value, set | frozenset):
        return tuple(sorted(value, key=repr))
    return tuple(value) if isinstance(value, list) else value


def read(text: str) -> Any:
    """A value as it is written on a command line or in a test: JSON where it is that, else a text.

    >>> read("EMEA"), read("7"), read("007"), read('["a", "b"]'), read('"7"')
    ('EMEA', 7, '007', ['a', 'b'], '7')
    """
    try:
        value = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(value, dict) else value


def given(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Attributes as they are written; one that is written several times is a list.

    >>> given([("region", "EMEA"), ("store", "1"), ("store", "2")])
    {'region': 'EMEA', 'store': [1, 2]}
    """
    found: dict[str, list[Any]] = {}
    for name, text in pairs:
        found.setdefault(name, []).append(read(text))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def relevant(catalog: Catalog, given: Attributes) -> Attributes:
    """The attributes that policies name: no others decide what a caller sees."""
    if not (given and catalog.policies):
        return ()
    texts = [text for policy in catalog.policies.values() for text in (policy.rows, policy.exempt) if text]
    named = set(_NAMED.findall("\n".join((*texts, *(macro.sql for macro in catalog.spec.macros)))))
    return tuple((name, value) for name, value in given if name in named)


@total_ordering
@dataclass(frozen=True, eq=False)
class Anything(Unknown):
    """A value that nobody knows: every comparison with it holds, or none does."""

    holds: bool

    def __eq__(self, other: object) -> bool:
        return self.holds

    def __lt__(self, other: object) -> bool:
        return self.holds

    def __bool__(self) -> bool:
        return self.holds

    __hash__ = None  # type: ignore[assignment]


class Anybody(Mapping[str, Any]):
    """A caller who has every attribute, for checking policies without one."""

    def __init__(self, holds: bool) -> None:
        self.value = Anything(holds)

    def __getitem__(self, name: str) -> Any:
        return self.value

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, name: object) -> bool:
        return True


@dataclass(frozen=True)
class User:
    """Whoever asks, as one policy sees it."""

    policy: str
    known: Mapping[str, Any]

    def attribute(self, name: str) -> Any:
        """The value of an attribute; one that is not given, or given as NULL, decides nothing."""
        if name not in self.known:
            raise Missing(lambda span: faults.attribute_missing(self.policy, name, span))
        value = self.known[name]
        if value is None or (isinstance(value, tuple) and None in value):
            raise Missing(lambda span: faults.attribute_null(self.policy, name, span))
        return value
