"""Policies over the worlds of the reference, and the worlds from which the hidden rows are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import yaml
from hypothesis import strategies as st

from semantic.faults import SemanticError
from semantic.layer import Layer
from semantic.query import Query
from tests.engines import Engine, Table
from tests.reference.engines import _NO_ANSWER, Asked, Refused, Rows
from tests.reference.evaluate import answer
from tests.reference.made import remade
from tests.reference.rows import follow
from tests.reference.terms import Row, Walk, World
from tests.reference.worlds import SOMETIMES, Draw
from tests.shop import sources

Holds = Callable[[Row], bool]

#: Conditions as SQL, the attributes that they need, and what they mean for a row.
CONDITIONS: tuple[tuple[str, Mapping[str, Any], Holds], ...] = (
    ("kind = {{ user.kind }}", {"kind": "a"}, lambda row: row["kind"] == "a"),
    ("kind in {{ user.kinds }}", {"kinds": ["b", "it's"]}, lambda row: row["kind"] in ("b", "it's")),
    ("kind in {{ user.none }}", {"none": []}, lambda row: False),
    (
        "size >= {{ user.size }} or kind is null",
        {"size": 1},
        lambda row: row["kind"] is None or (row["size"] is not None and row["size"] >= 1),
    ),
    ("coalesce(price, 0) < {{ user.most }}", {"most": 5}, lambda row: (row["price"] or 0) < 5),
    ("kind is distinct from {{ user.kind }}", {"kind": "a"}, lambda row: row["kind"] != "a"),
)


@dataclass(frozen=True)
class Rule:
    """A policy on a table: a condition over its rows, or over those at the end of a join of it."""

    table: str
    number: int
    role: str = ""
    inherit: bool = True

    @property
    def name(self) -> str:
        return f"{self.table}_{self.number}_{self.role}"

    def written(self) -> Mapping[str, Any]:
        sql = CONDITIONS[self.number][0]
        for word in ("kind ", "size ", "price") if self.role else ():
            sql = sql.replace(word, f"{self.role}.{word}").replace(f"user.{self.role}.", "user.")
        return {"name": self.name, "model": self.table, "rows": sql, "inherit": self.inherit}

    def holds(self, world: World, row: Row) -> bool:
        """Whether a row meets it; what is known of a partner that is missing is NULL."""
        nothing = dict.fromkeys(("kind", "size", "price"))
        found = follow(world, self.table, row, (self.role,)) if self.role else row
        return CONDITIONS[self.number][2](found or nothing)


@dataclass(frozen=True)
class Governed(Asked):
    """A question of a world some of whose rows are hidden."""

    rules: tuple[Rule, ...] = ()

    @cached_property
    def layer(self) -> Layer:
        rules = [dict(rule.written()) for rule in self.rules]
        policies = yaml.safe_dump({"policies": rules})
        return Layer.from_text(semantic=self.project, sources=sources(self.tables), policies=policies)

    @cached_property
    def expected(self) -> Rows:
        return answer(visible(self.world, self.rules), self.question)

    def sql(self, dialect: str) -> str:
        query, _ = Query.from_json(self.json)
        user: dict[str, Any] = {}
        for rule in self.rules:
            user |= CONDITIONS[rule.number][1]
        try:
            return self.layer.for_user(user).compile(query, dialect).text
        except SemanticError as error:
            if all(fault.code in _NO_ANSWER for fault in error.faults):
                raise Refused from error
            raise


def visible(world: World, rules: tuple[Rule, ...]) -> World:
    """The world without the rows that the rules hide: first those of tables, then what is made of these."""
    base = _seen(world, world, rules, made=False)
    return _seen(world, remade(base), rules, made=True)


def _seen(whole: World, world: World, rules: tuple[Rule, ...], *, made: bool) -> World:
    tables = dict(world.tables)
    for name, table in world.tables.items():
        if (table.source is not None) == made:
            wanted = [row for row in table.rows if _is_seen(whole, name, row, rules)]
            tables[name] = replace(table, rows=tuple(wanted))
    return replace(world, tables=tables)


def _is_seen(world: World, name: str, row: Row, rules: tuple[Rule, ...]) -> bool:
    """Whether a row meets the rules of its table, and belongs to rows that meet the rules of theirs."""
    for walk, end in _declared(world, name, (name,)):
        for rule in rules:
            if rule.table == end and (rule.inherit or not walk):
                partner = follow(world, name, row, walk)
                if partner is None or not rule.holds(world, partner):
                    return False
    return True


def _declared(world: World, name: str, seen: Walk) -> Iterator[tuple[Walk, str]]:
    """Every way along joins that were written down, which meets no table twice."""
    yield (), name
    for role, join in world.tables[name].joins.items():
        if join.target not in seen:
            for rest, end in _declared(world, join.target, (*seen, join.target)):
                yield (role, *rest), end


@st.composite
def rules(draw: Draw, world: World) -> tuple[Rule, ...]:
    """One to three rules on tables of a world."""
    names = [name for name, table in world.tables.items() if table.source is None]
    found: list[Rule] = []
    for _ in range(draw(st.sampled_from((1, 1, 2, 3)))):
        table = draw(st.sampled_from(names))
        roles = list(world.tables[table].joins)
        role = draw(st.sampled_from(roles)) if roles and draw(SOMETIMES) else ""
        number = draw(st.sampled_from(range(len(CONDITIONS))))
        found.append(Rule(table, number, role, not draw(SOMETIMES)))
    return tuple({rule.name: rule for rule in found}.values())


@dataclass(frozen=True)
class Dropped(Asked):
    """A question of a world with a hidden column, asked of tables that do not have the column."""

    hidden: tuple[str, str] = ("", "")

    @cached_property
    def layer(self) -> Layer:
        table, column = self.hidden
        policies = yaml.safe_dump({"policies": [{"name": "p", "model": table, "hide": column}]})
        return Layer.from_text(semantic=self.project, sources=sources(self.tables), policies=policies)

    @cached_property
    def left(self) -> dict[str, Table]:
        """The tables without the column."""
        name, column = self.hidden
        table = self.tables[name]
        kept = [n for n, (known, _) in enumerate(table.columns) if known != column]
        columns = tuple(table.columns[n] for n in kept)
        rows = tuple(tuple(row[n] for n in kept) for row in table.rows)
        return {**self.tables, name: Table(columns, rows)}

    def sql(self, dialect: str) -> str:
        """The statement; raises Refused where it would read the column."""
        try:
            return super().sql(dialect)
        except SemanticError as error:
            if all(fault.code in {*_NO_ANSWER, "hidden"} for fault in error.faults):
                raise Refused from error
            raise

    def rows(self, engine: Engine) -> Rows:
        sql = self.sql(engine.dialect)
        engine.load(self.left)
        return engine.rows(sql)


@st.composite
def columns(draw: Draw, world: World) -> tuple[str, str]:
    """A column of a table that the world has."""
    table = draw(st.sampled_from([name for name, table in world.tables.items() if table.source is None]))
    return table, draw(st.sampled_from(list(world.tables[table].columns)))
