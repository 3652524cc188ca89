"""The rows of a view before and after, compared in the warehouse by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from semantic.deploy.rows import DataDifference, ValueDifference
from semantic.dialect import Dialect
from semantic.lower.build import Build, every, union_all

_BEFORE, _AFTER = "rows_before", "rows_after"


@dataclass(frozen=True)
class Compared:
    """What is compared: the rows before and after, the columns that tell them apart, and the other ones, with
    whether they are numbers and whether they are truth values."""

    before: exp.Expr
    after: exp.Expr
    keys: tuple[str, ...]
    values: tuple[tuple[str, str], ...]  # name and sort: "number", "boolean" or "other"
    left: tuple[str, ...] = ()
    sample: int | None = None


@dataclass
class Difference:
    """Makes the statement, and reads its one row."""

    dialect: Dialect
    asked: Compared
    build: Build = field(init=False)

    def __post_init__(self) -> None:
        self.build = Build(self.dialect)

    def statement(self) -> exp.Expr:
        """Both sides stacked, grouped by their keys so that NULL meets NULL, and counted."""
        steps = {"stacked": self._stacked(), "aligned": self._aligned(), "compared": self._compared()}
        ctes = [
            exp.CTE(this=step, alias=exp.TableAlias(this=exp.to_identifier(name)))
            for name, step in steps.items()
        ]
        counted = self._counted()
        counted.set("with_", exp.With(expressions=ctes))
        return counted

    def read(self, row: Sequence[Any]) -> DataDifference:
        """What the row tells."""
        before, after, only_before, only_after, repeated, example_before, example_after, *rest = row
        names = [name for name, _ in self.asked.values]
        values = [
            ValueDifference(
                name, int(changed or 0), absolute, None if relative is None else float(relative), example
            )
            for name, (changed, absolute, relative, example) in zip(names, _fours(rest), strict=True)
        ]
        return DataDifference(
            before=int(before or 0),
            after=int(after or 0),
            only_before=int(only_before or 0),
            only_after=int(only_after or 0),
            repeated=int(repeated or 0),
            example_before=example_before,
            example_after=example_after,
            keys=self.asked.keys,
            values=tuple(values),
            left=self.asked.left,
            sample=self.asked.sample,
        )

    # --- steps --------------------------------------------------------------------------------------

    def _stacked(self) -> exp.Expr:
        """The rows of both sides, each with NULL for the values of the other one."""
        return union_all([self._side(self.asked.before, "old"), self._side(self.asked.after, "new")])

    def _side(self, rows: exp.Expr, side: str) -> exp.Select:
        keys = [self._named(self._column(name), f"key_{n}") for n, name in enumerate(self.asked.keys, 1)]
        values = [
            self._named(self._column(name) if each == side else exp.Null(), f"{each}_{n}")
            for n, (name, _) in enumerate(self.asked.values, 1)
            for each in ("old", "new")
        ]
        counts = [
            self._named(exp.Literal.number(int(each == side)), name)
            for each, name in (("old", _BEFORE), ("new", _AFTER))
        ]
        alias = exp.TableAlias(this=exp.to_identifier("rows_of"))
        source = exp.Subquery(this=rows, alias=alias)
        return self.build.select([*keys, *values, *counts], source)

    def _aligned(self) -> exp.Select:
        """A row a key."""
        columns = [
            self._named(self._picked(f"{side}_{n}", sort), f"{side}_{n}")
            for n, (_, sort) in enumerate(self.asked.values, 1)
            for side in ("old", "new")
        ]
        counts = [self._named(self._call("sum", name), name) for name in (_BEFORE, _AFTER)]
        keys = [self._column(name) for name in self._keys()]
        found = self.build.select(
            [*keys, *columns, *counts], self.build.table("stacked"), group=len(self.asked.keys)
        )
        if self.asked.sample is not None:
            found.set("limit", exp.Limit(expression=exp.Literal.number(self.asked.sample)))
        return found

    def _compared(self) -> exp.Select:
        """A row a key, with what differs: a text that shows it, by how much, and by which part."""
        columns = [self._column(_BEFORE), self._column(_AFTER), self._named(self._key_text(), "key_text")]
        for n, (_, sort) in enumerate(self.asked.values, 1):
            columns.append(self._named(self._if(self._differs(n), self._example(n)), f"shown_{n}"))
            if sort == "number":
                columns.append(self._named(self._if(self._differs(n), self._distance(n)), f"far_{n}"))
                columns.append(self._named(self._if(self._differs(n), self._share(n)), f"share_{n}"))
        return self.build.select(columns, self.build.table("aligned"))

    def _counted(self) -> exp.Select:
        zero = exp.Literal.number(0)
        lost = exp.EQ(this=self._column(_AFTER), expression=zero.copy())
        new = exp.EQ(this=self._column(_BEFORE), expression=zero.copy())
        columns = [
            self._call("sum", _BEFORE),
            self._call("sum", _AFTER),
            self._sum(self._if(lost.copy(), self._column(_BEFORE))),
            self._sum(self._if(new.copy(), self._column(_AFTER))),
            self._sum(self._if(self._several(), exp.Literal.number(1))),
            self.dialect.call("min", self._if(lost, self._column("key_text"))),
            self.dialect.call("min", self._if(new, self._column("key_text"))),
        ]
        for n, (_, sort) in enumerate(self.asked.values, 1):
            columns += self._told(n, number=sort == "number")
        named = [self._named(column, f"told_{n}") for n, column in enumerate(columns, 1)]
        return self.build.select(named, self.build.table("compared"))

    def _told(self, n: int, *, number: bool) -> list[exp.Expr]:
        """How many values of a column differ, by how much at most, and where."""
        shown = self._column(f"shown_{n}")
        some = self.dialect.call("min", shown.copy())
        count = self.dialect.call("count", shown.copy())
        if not number:
            return [count, exp.Null(), exp.Null(), some]
        most = self.dialect.call("arg_max", shown.copy(), self._column(f"far_{n}"))
        return [
            count,
            self._call("max", f"far_{n}"),
            self._call("max", f"share_{n}"),
            self.dialect.call("coalesce", most, some),
        ]

    # --- their parts --------------------------------------------------------------------------------

    def _keys(self) -> list[str]:
        return [f"key_{n}" for n in range(1, len(self.asked.keys) + 1)]

    def _column(self, name: str) -> exp.Column:
        return self.build.column(name)

    def _named(self, value: exp.Expr, name: str) -> exp.Expr:
        return exp.Alias(this=value, alias=self.dialect.identifier(name))

    def _call(self, function: str, column: str) -> exp.Expr:
        return self.dialect.call(function, self._column(column))

    def _sum(self, value: exp.Expr) -> exp.Expr:
        return self.dialect.call("sum", value)

    def _picked(self, name: str, sort: str) -> exp.Expr:
        pick = "align_pick_boolean" if sort == "boolean" else "align_pick"
        return self._call(pick, name)

    def _if(self, condition: exp.Expr, value: exp.Expr) -> exp.Expr:
        return exp.Case(ifs=[exp.If(this=condition, true=value)])

    def _several(self) -> exp.Expr:
        one = exp.Literal.number(1)
        sides = [exp.GT(this=self._column(name), expression=one.copy()) for name in (_BEFORE, _AFTER)]
        return every(sides, exp.Or)

    def _differs(self, n: int) -> exp.Expr:
        """One row on each side, and another value."""
        one = exp.Literal.number(1)
        single = [exp.EQ(this=self._column(name), expression=one.copy()) for name in (_BEFORE, _AFTER)]
        other = exp.NullSafeNEQ(this=self._column(f"old_{n}"), expression=self._column(f"new_{n}"))
        return every([*single, other])

    def _distance(self, n: int) -> exp.Expr:
        minus = exp.Sub(this=self._column(f"new_{n}"), expression=self._column(f"old_{n}"))
        return exp.Abs(this=minus)

    def _share(self, n: int) -> exp.Expr:
        size = exp.Abs(this=self._column(f"old_{n}"))
        return self.dialect.call("safe_divide", self._distance(n), size)

    def _example(self, n: int) -> exp.Expr:
        old, new = self._text(f"old_{n}"), self._text(f"new_{n}")
        parts = [self._key_text(), exp.Literal.string(": "), old, exp.Literal.string(" → "), new]
        return _joined(parts if self.asked.keys else parts[2:])

    def _key_text(self) -> exp.Expr:
        """The key of a row as one text."""
        parts: list[exp.Expr] = []
        for name in self._keys():
            parts += [exp.Literal.string(", ")] if parts else []
            parts.append(self._text(name))
        return _joined(parts) if parts else exp.Literal.string("")

    def _text(self, name: str) -> exp.Expr:
        text = exp.Cast(this=self._column(name), to=self.dialect.type("text"))
        return self.dialect.call("coalesce", text, exp.Literal.string("NULL"))


def _joined(parts: Sequence[exp.Expr]) -> exp.Expr:
    found = parts[0]
    for part in parts[1:]:
        found = exp.DPipe(this=found, expression=part)
    return found


def _fours(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[n : n + 4] for n in range(0, len(values), 4)]
