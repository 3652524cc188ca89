"""Plan and apply on an emulated Snowflake, which takes no DDL back.

The emulator's information schema does not list views among tables, nor their comments: all views are tables here.
"""
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from semantic import SemanticError, faults
from semantic.deploy.applying import Applied, Applier, How
from semantic.deploy.changes import Changes
from semantic.deploy.deploying import wanted
from semantic.deploy.planning import planned
from semantic.deploy.texts import with_texts
from semantic.dialect import load
from semantic.warehouse import Place
from semantic.warehouse.connection import Shape
from tests.deploy import shop
from tests.deploy.shop import layer

OLD = shop.OLD.replace("schema: deployed", "schema: deployed, materialized: table")
NEW = shop.NEW.replace(", materialized: table", "").replace(
    "schema: deployed", "schema: deployed, materialized: table"
)

#: The emulator has no TABLE_PRIVILEGES, and nobody is granted anything.
_GRANTS = re.compile(r"\nUNION ALL\nSELECT 'grant'.*?(?=\nUNION ALL|\Z)", re.DOTALL)
_INSERT = "INSERT INTO deployed.orders VALUES (1, 'north', '2024-01-05', 10), (2, 'south', '2024-02-01', 7)"


class Emulated:
    """A connection to the emulator that dies before its n-th statement."""

    def __init__(self, engine: Any, left: int = 10_000) -> None:
        self.engine = engine
        self.left = left
        self.place = Place("target 'prod'", "snowflake", "")
        self.dialect = "snowflake"

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._run(_GRANTS.sub("", sql)).fetchall()]

    def execute(self, sql: str) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        self._run(sql)

    def shape(self, sql: str) -> list[Shape]:
        return [Shape(column.name, str(column.type_code)) for column in self._run(sql).description]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield

    def relations(self, schema: str) -> list[str] | None:
        raise NotImplementedError

    def _run(self, sql: str) -> Any:
        try:
            return self.engine._execute(sql)
        except Exception as error:
            found = faults.statement_failed("target 'prod'", "other", str(error)[:200], None)
        raise SemanticError([found])


@pytest.fixture
def prod(snowflake: Any) -> Iterator[Any]:
    [(before,)] = snowflake._execute("SELECT CURRENT_SCHEMA()").fetchall()
    for statement in (
        "CREATE SCHEMA IF NOT EXISTS deployed",
        "CREATE TABLE deployed.orders (order_id INT, region TEXT, ordered_on DATE, amount NUMBER(12, 2))",
        _INSERT,
    ):
        snowflake._execute(statement)
    yield snowflake
    snowflake._execute("DROP SCHEMA deployed CASCADE")
    snowflake._execute(f"USE SCHEMA {before}")  # as a new schema is the one that is used from then on


def apply(engine: Any, views: str, left: int = 10_000, **how: Any) -> Applied:
    asked = wanted(layer(views), "snowflake", (), None, dropped=how.get("drop_orphans", False))
    return Applier(Emulated(engine, left), load("snowflake"), asked, How(**how)).apply()


def plan(engine: Any, views: str) -> Changes:
    connection, dialect = Emulated(engine), load("snowflake")
    found = planned(wanted(layer(views), "snowflake", (), None), connection, dialect)
    return with_texts(found, connection, dialect)


def names(engine: Any) -> set[str]:
    sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'DEPLOYED'"
    return {row[0] for row in engine._execute(sql).fetchall()}


def test_from_nothing_to_old_to_new(prod: Any) -> None:
    assert {change.status for change in plan(prod, OLD)} == {"create"}
    apply(prod, OLD)
    assert plan(prod, OLD).clean
    found = plan(prod, NEW)
    months = next(change for change in found if change.name == "months")
    assert [(column.name, column.how) for column in months.columns] == [("ORDERS", "added")]
    apply(prod, NEW, drop_orphans=True)
    assert plan(prod, NEW).clean
    assert names(prod) == {"ADDED", "BEST_REGION", "DAYS", "MONTHS", "ORDERS", "REGIONS"}
    assert prod._execute("SELECT best FROM deployed.best_region").fetchall()[0][0] == 10


def test_changed_by_hand(prod: Any) -> None:
    apply(prod, OLD)
    prod._execute("COMMENT ON TABLE deployed.months IS 'Of mine.'")
    assert {c.name: c.status for c in plan(prod, OLD)}["months"] == "blocked"
    with pytest.raises(SemanticError, match="in_the_way"):
        apply(prod, NEW, force_drifted=True)


@pytest.mark.slow
def test_what_was_interrupted_is_finished(prod: Any) -> None:
    for left in (2, 5):
        apply(prod, OLD, drop_orphans=True)
        with pytest.raises(KeyboardInterrupt):
            apply(prod, NEW, left, drop_orphans=True)
        apply(prod, NEW, drop_orphans=True)
        assert plan(prod, NEW).clean
