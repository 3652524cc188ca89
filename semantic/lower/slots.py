"""The values of a statement taken out of its tree, so that a driver can pass them beside the text.

A value becomes a parameter where it is compared and where it is a day or a time; elsewhere a decimal that is
added or multiplied and a text that is chosen or joined, both with their type said. All other literals
stay as they are: lengths, digits, positions and whatever a function may want to know beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from semantic.dialect import Dialect
from semantic.expr.asked import Asked
from semantic.spec.types import TypeName

_COMPARED = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.Like, exp.ILike, exp.Between, exp.In),
)
_VALUES = (exp.Literal, exp.Neg, exp.Cast, exp.Introducer)
_NAMES = (exp.Column, exp.Identifier, exp.DataType, exp.Var, exp.TableAlias)
_CALCULATED = (exp.Add, exp.Sub, exp.Mul)
_CHOSEN = (exp.If, exp.Case, exp.DPipe)
#: Digits from which a whole number may need more than eight bytes, and the most that a parameter has.
_LONG, _LONGEST = 19, 38
_MOMENTS = ("date", "timestamp", "timestamptz")


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter's value as it is spelled, with its type.

    >>> Value("2024-02-29", "date").python
    datetime.date(2024, 2, 29)
    >>> Value("-1.50", "decimal").python
    Decimal('-1.50')
    """

    spelled: str
    kind: TypeName

    @property
    def python(self) -> Any:
        """The value as drivers take it: ``int``, `Decimal`, ``float``, ``str``, ``date`` or ``datetime``."""
        match self.kind:
            case "integer":
                return int(self.spelled)
            case "decimal":
                return Decimal(self.spelled)
            case "float":
                return float(self.spelled)
            case "date":
                return date.fromisoformat(self.spelled)
            case "timestamp" | "timestamptz":
                return datetime.fromisoformat(self.spelled)
        return self.spelled


@dataclass(frozen=True, slots=True)
class Template:
    """A statement whose values stand beside it: pieces of text, between them the numbers of values."""

    pieces: tuple[str | int, ...]
    values: tuple[Value, ...]


def pack_template(template: Template) -> tuple[Any, ...]:
    """A statement as plain values."""
    return list(template.pieces), [(str(each.spelled), str(each.kind)) for each in template.values]


def unpack_template(pieces: list[str | int], values: list[tuple[str, TypeName]]) -> Template:
    """The statement that was packed."""
    return Template(tuple(pieces), tuple(Value(*each) for each in values))


class Slots:
    """The values of one statement, each with its number; ``uses`` are their slots.

    Equal values share a number, but for texts: a database finds the type of each from what it is compared
    with, and that may be an enum here and a name there.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.values: list[Value] = []
        self.numbers: dict[Value, int] = {}
        self.uses: list[tuple[exp.Var, int]] = []

    def take(self, tree: exp.Expr) -> None:
        """Put slots in the place of a tree's values."""
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            for key, index, child in _children(node):
                made = self._replaced(child, node) if isinstance(child, _VALUES) else None
                if made is None:
                    waiting.append(child)
                elif index is None:
                    node.set(key, made)
                else:
                    node.args[key][index] = made
                    made.parent, made.arg_key, made.index = node, key, index

    def surround(self, mark: str) -> None:
        """Print every slot as the number of its value between two marks."""
        for slot, number in self.uses:
            slot.set("this", f"{mark}{number}{mark}")

    def _replaced(self, node: exp.Expr, parent: exp.Expr) -> exp.Expr | None:
        """What stands for a node that is a value, or nothing where it stays."""
        if isinstance(node, exp.Introducer | exp.Cast):
            return self._typed(node)
        literal = node.this if isinstance(node, exp.Neg) else node
        value = _value(literal, "-" if literal is not node else "")
        if value is None:
            return None
        if isinstance(parent, _COMPARED):
            return self._slot(value)
        if isinstance(parent, _CALCULATED) and value.kind == "decimal":
            return self._cast(value, _digits(value))
        if isinstance(parent, _CHOSEN) and value.kind == "text":
            return exp.Cast(this=self._slot(value), to=self.dialect.type("text"))
        # A target that reads times in a format of its own is given the text, beside the format.
        return self._slot(Value(value.spelled, "text")) if value.kind in _MOMENTS else None

    def _typed(self, node: exp.Expr) -> exp.Expr | None:
        """A value whose type stands before or around it: that type is said in a CAST."""
        value = _value(node.expression if isinstance(node, exp.Introducer) else node.this)
        if value is None or value.kind not in (*_MOMENTS, "decimal", "float"):
            return None
        if isinstance(node, exp.Cast):
            return exp.Cast(this=self._slot(value), to=node.args["to"])
        if value.kind == "decimal":
            return exp.Cast(this=self._slot(value), to=_named(node.this.name))
        return exp.Cast(this=self._slot(value), to=self.dialect.type(value.kind))

    def _cast(self, value: Value, to: exp.DataType) -> exp.Expr:
        return self.dialect.translate(exp.Cast(this=self._slot(value), to=to))

    def _slot(self, value: Value) -> exp.Var:
        number = None if value.kind == "text" else self.numbers.get(value)
        if number is None:
            number = self.numbers[value] = len(self.values)
            self.values.append(value)
        slot = exp.Var(this=str(number))
        self.uses.append((slot, number))
        return slot


def _named(text: str) -> exp.DataType:
    return exp.DataType(this=exp.DType.USERDEFINED, kind=text)


def _digits(value: Value) -> exp.DataType:
    """The narrowest decimal that holds a value, which is the type of its literal."""
    _, digits, exponent = value.python.as_tuple()
    scale = -int(exponent)
    return exp.DataType.build(f"decimal({max(len(digits), scale)}, {scale})")


def _value(node: Any, sign: str = "") -> Value | None:
    """The value of a literal that was asked for."""
    text = node.args["this"] if isinstance(node, exp.Literal) else None
    if not isinstance(text, Asked):
        return None
    digits = sum(map(str.isdigit, text))
    if text.kind not in ("integer", "decimal") or digits < _LONG:
        return Value(f"{sign}{text}", text.kind)
    return Value(f"{sign}{text}", "decimal") if digits <= _LONGEST else None


def _children(node: exp.Expr) -> Iterator[tuple[str, int | None, exp.Expr]]:
    """The parts of a node that may hold values, each with its place."""
    for key, value in node.args.items():
        if type(value) is list:
            for index, each in enumerate(value):
                if isinstance(each, exp.Expr) and not isinstance(each, _NAMES):
                    yield key, index, each
        elif isinstance(value, exp.Expr) and not isinstance(value, _NAMES):
            yield key, None, value
