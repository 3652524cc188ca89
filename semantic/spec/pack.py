"""A `Spec` as a few flat lists of plain values, and back, many times faster than pickling objects.

Objects are taken apart by class into columns: a column is set on all objects of a class by one `map`
over a slot, so that nearly all the work of a load is done in C. Whatever an object refers to stands in
one table and is named by its number there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import partial
from itertools import chain, repeat
from typing import Any

from semantic.source import Span, Text
from semantic.spec import types
from semantic.spec.types import Spec

#: Plain values; columns of the texts; (class, count, columns) each; (keys, rows) of the dicts; tuples.
Packed = tuple[
    list[Any],
    list[list[Any]],
    list[tuple[str, int, list[list[int]]]],
    list[tuple[tuple[str, ...], list[list[int]]]],
    list[list[int]],
]

_PLAIN = frozenset({type(None), bool, int, float, str, Decimal})
_CLASSES: dict[str, Any] = {
    each.__name__: each
    for each in (Span, *vars(types).values())
    if isinstance(each, type) and is_dataclass(each)
}
_FIELDS: dict[Any, list[str]] = {each: [field.name for field in fields(each)] for each in _CLASSES.values()}
_TEXT_FIELDS = ("file", "starts", "breaks")
_new_text = partial(str.__new__, Text)
_drain: Callable[[Iterable[Any]], object] = deque[Any](maxlen=0).extend


def pack(spec: Spec) -> Packed:
    """The plain form of a spec.

    >>> from semantic.spec.reader import read_text
    >>> spec = read_text({"semantic.yml": "name: acme"})
    >>> unpack(pack(spec)) == spec
    True
    """
    packer = _Packer()
    packer.take(spec)
    return packer.packed()


def unpack(packed: Packed) -> Spec:
    """The spec of a plain form."""
    plain, (values, *places), objects, dicts, tuples = packed
    texts = list(map(_new_text, values))
    for name, column in zip(_TEXT_FIELDS, places, strict=True):
        _drain(map(getattr(Text, name).__set__, texts, column))
    made = [list(map(object.__new__, repeat(_CLASSES[name], count))) for name, count, _ in objects]
    table = [*plain, *texts, *chain.from_iterable(made)]
    find = table.__getitem__
    for keys, columns in dicts:
        rows = zip(*(map(find, numbers) for numbers in columns), strict=True) if keys else [()]
        table += map(dict, map(zip, repeat(keys), rows))
    for numbers in tuples:
        table.append(tuple(map(find, numbers)))
    for (name, _, columns), group in zip(objects, made, strict=True):
        cls = _CLASSES[name]
        for field, numbers in zip(_FIELDS[cls], columns, strict=True):
            _drain(map(getattr(cls, field).__set__, group, map(find, numbers)))
    spec: Spec = made[0][0]
    return spec


class _Packer:
    """Sorts all that a spec holds by kind. Dicts hold texts only; a tuple comes after those it holds."""

    def __init__(self) -> None:
        self.plain: dict[tuple[type, Any], Any] = {}
        self.texts: list[Text] = []
        self.objects: dict[Any, list[Any]] = {}
        self.dicts: dict[tuple[str, ...], list[Any]] = {}
        self.tuples: list[Any] = []
        self.seen: set[int] = set()

    def take(self, each: Any) -> None:
        """Notes a value and all that it holds."""
        cls = type(each)
        if cls in _PLAIN:
            self.plain[cls, each] = each
        elif id(each) not in self.seen:
            self.seen.add(id(each))
            self._take_new(cls, each)

    def _take_new(self, cls: Any, each: Any) -> None:
        if cls is Text:
            self.texts.append(each)
        elif cls in _FIELDS:
            self.objects.setdefault(cls, []).append(each)
            for field in _FIELDS[cls]:
                self.take(getattr(each, field))
        elif cls is dict:
            self.dicts.setdefault(tuple(map(str, each)), []).append(each)
            self.texts += each.values()
        else:
            for item in each:
                self.take(item)
            self.tuples.append(each)

    def packed(self) -> Packed:
        """All that was taken, by number."""
        number = self._numbers()

        def columns(cls: Any, group: list[Any]) -> list[list[int]]:
            return [[number(getattr(each, field)) for each in group] for field in _FIELDS[cls]]

        def rows(group: list[Any]) -> list[list[int]]:
            return [
                list(map(number, column)) for column in zip(*(each.values() for each in group), strict=True)
            ]

        return (
            list(self.plain.values()),
            [list(map(str, self.texts)), *([getattr(t, name) for t in self.texts] for name in _TEXT_FIELDS)],
            [(cls.__name__, len(group), columns(cls, group)) for cls, group in self.objects.items()],
            [(keys, rows(group)) for keys, group in self.dicts.items()],
            [list(map(number, each)) for each in self.tuples],
        )

    def _numbers(self) -> Callable[[Any], int]:
        """The number of each value in the table that `unpack` makes; all empty dicts are one."""
        numbers: dict[Any, int] = {key: number for number, key in enumerate(self.plain)}
        count = len(numbers)
        for each in chain(self.texts, *self.objects.values()):
            numbers[id(each)] = count
            count += 1
        for keys, group in self.dicts.items():
            numbers.update((id(each), count + (at if keys else 0)) for at, each in enumerate(group))
            count += len(group) if keys else 1
        numbers.update((id(each), count + at) for at, each in enumerate(self.tuples))
        return lambda each: numbers[(type(each), each) if type(each) in _PLAIN else id(each)]
