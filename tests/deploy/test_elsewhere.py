"""Targets that cannot take DDL back: each statement may be the last, and the next deployment finishes the work.

DuckDB stands in for them, told that it has no transactions; statements of Snowflake and BigQuery are read.
"""
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlglot

from semantic import SemanticError
from semantic.deploy.applying import Applier, How
from semantic.deploy.changes import Change
from semantic.deploy.comparing import compared
from semantic.deploy.deploying import wanted
from semantic.deploy.objects import Allowed, Here, Object
from semantic.deploy.reading import Reader
from semantic.deploy.steps import steps
from semantic.deploy.templates import Templates
from semantic.dialect import Dialect, load
from semantic.dialect import names as dialects
from semantic.views import comment, seal
from semantic.warehouse import connect
from tests.deploy.shop import NEW, OLD, Duck, layer


class Died(BaseException):
    """What ends a process, as far as a test goes on after it."""


class Dying:
    """A connection that dies before its n-th statement; a CREATE and the comment on it are one, as they are where
    there are no transactions."""

    def __init__(self, inner: Any, left: int) -> None:
        self.inner = inner
        self.left = left
        self.last = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def execute(self, sql: str) -> None:
        together = self.last.startswith("CREATE") and sql.startswith(("COMMENT ON VIEW", "COMMENT ON TABLE"))
        self.left -= not together
        if self.left == 0 and not together:
            raise Died
        self.last = sql
        self.inner.execute(sql)


def without_transactions() -> Dialect:
    dialect = load("duckdb")
    return replace(dialect, answers=replace(dialect.answers, transactional_ddl=False))


@contextmanager
def applier(duck: Duck, views: str, left: int = 10_000, **how: Any) -> Iterator[Applier]:
    asked = wanted(layer(views), "duckdb", (), None, dropped=how.get("drop_orphans", False))
    place = layer(views).place(None, duck.url)
    with connect(place, write=True) as connection:
        yield Applier(Dying(connection, left), without_transactions(), asked, How(**how))


@pytest.mark.slow
@pytest.mark.parametrize("renamed", [True, False])
def test_any_statement_may_be_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renamed: bool
) -> None:
    if not renamed:  # as BigQuery, whose views keep their names
        monkeypatch.setattr(Templates, "rename", lambda self, view, parts: "")
    before = Duck(tmp_path / "before.duckdb")
    with applier(before, OLD) as first:
        first.apply()
    old = set(before.names())
    for left in range(1 + renamed, 100, 2):  # every other statement each
        duck = Duck.__new__(Duck)
        duck.file, duck.url = tmp_path / f"{left}.duckdb", f"duckdb:///{tmp_path / f'{left}.duckdb'}"
        duck.file.write_bytes(before.file.read_bytes())
        if lives(duck, left):
            break
        gap = old - set(duck.snapshot())  # everything that is there can be read
        assert gap <= {"days", "gone"}  # the one that becomes a table, between two statements; the orphan
        assert lives(duck, 10_000)
        assert duck.names() == {"regions", "months", "best_region", "days", "added"}
        with applier(duck, NEW) as again:
            assert again.apply().statements == ()
    assert left > 10


def lives(duck: Duck, left: int) -> bool:
    """Whether a deployment came to its end."""
    try:
        with applier(duck, NEW, left, drop_orphans=True) as found:
            found.apply()
    except Died:
        return False
    return True


def test_what_failed_half_way_is_told_and_finished(tmp_path: Path) -> None:
    duck = Duck(tmp_path / "shop.duckdb")
    with applier(duck, OLD) as first:
        first.apply()
    duck.run(
        "ALTER TABLE deployed.orders RENAME COLUMN region TO area; ALTER TABLE deployed.orders ADD COLUMN x TEXT"
    )
    with applier(duck, NEW) as second, pytest.raises(SemanticError) as error:
        second.apply()
    assert "run it again to go on" in str(error.value)
    duck.run("ALTER TABLE deployed.orders RENAME COLUMN area TO region")
    with applier(duck, NEW) as third:
        third.apply()
        assert third.apply().statements == ()


# --- what the others are asked and told -------------------------------------------------------------------

HERE = Here("DB", "BI", "ME", "")


class Somewhere(Reader):
    """A reader that knows where it is, and asks nobody."""

    def __init__(self, dialect: str) -> None:
        self.templates = Templates(load(dialect))
        self.here = HERE


@pytest.mark.parametrize("dialect", dialects())
def test_every_target_answers_everything(dialect: str) -> None:
    templates = Templates(load(dialect))
    view = layer(NEW).views(dialect, schema="bi").views[0]
    allowed = Allowed("ROLE", "SELECT", grantable=True)
    found = [
        templates.here(), templates.leave(), templates.restore(HERE), templates.waiting(1), templates.lock(),
        templates.facts([("db", "bi"), ("db", "o'ther")], ["a", "it's"], HERE), templates.rewritten("SELECT 'x'"),
        templates.seal(view, seal("0" * 16, "it's")), templates.keep(view, "it's"), templates.grant(view, allowed),
        templates.revoke(view, allowed), templates.owner(view, "role"), templates.rename(view, ("bi", "b")),
        templates.shape_of(("bi", "a b")), templates.shape("-- said\nSELECT 1 AS a"),
    ]  # fmt: skip
    for text in filter(None, found):
        assert sqlglot.parse_one(text, read=load(dialect).answers.sqlglot) is not None


def test_the_places_of_a_target_are_named_in_full() -> None:
    view = layer(NEW).views("snowflake", "months").views[0]
    assert Somewhere("snowflake").located(view).parts == ("deployed", "months")
    assert Somewhere("snowflake").name(view) == ("DB", "DEPLOYED", "MONTHS")


def replaced(dialect: str, kind: str, was: str) -> list[str]:
    """The statements that make a view where something of a kind stands."""
    text = NEW.replace("month as month, schema", f"month as month, materialized: {kind}, schema")
    view = layer(text).views(dialect, "months").views[0]
    name = Somewhere(dialect).name(view)
    found = Object(name, was, comment=comment(view), grants=(Allowed("BI", "SELECT"),))
    change = Change("months", "replace", name, kind, view, found, again=kind != was)
    return [s.partition("\n")[0] for step in steps([change], Somewhere(dialect)) for s in step.statements]


def test_snowflake() -> None:
    assert replaced("snowflake", "view", "view") == ["CREATE OR REPLACE VIEW deployed.months ("]
    assert replaced("snowflake", "table", "view") == [
        "CREATE OR REPLACE TABLE deployed.months__semantic_new",
        "DROP VIEW IF EXISTS DEPLOYED.MONTHS",
        "ALTER TABLE deployed.months__semantic_new RENAME TO deployed.months",
        "GRANT SELECT ON TABLE deployed.months TO ROLE BI",
    ]


def test_bigquery() -> None:
    assert replaced("bigquery", "view", "view") == ["CREATE OR REPLACE VIEW deployed.months ("]
    assert replaced("bigquery", "view", "table") == [
        "CREATE OR REPLACE VIEW deployed.months__semantic_new (",
        "DROP TABLE IF EXISTS deployed.months",
        "CREATE OR REPLACE VIEW deployed.months (",
        "DROP VIEW IF EXISTS deployed.months__semantic_new",
    ]
    assert (
        replaced("bigquery", "table", "view")[2]
        == "ALTER TABLE deployed.months__semantic_new RENAME TO months"
    )


@pytest.mark.parametrize("dialect", dialects())
def test_what_becomes_of_a_view_without_a_warehouse(dialect: str) -> None:
    view = layer(NEW).views(dialect, "months").views[0]
    templates, name = Templates(load(dialect)), ("db", "deployed", "months")
    bare = Object(name, "view", definition="SELECT 1")
    sealed = replace(
        bare, comment=comment(view, seal=seal(replace(bare, comment=comment(view)).digest, "shop"))
    )
    other = sealed.comment.replace(view.fingerprint, "0" * 16)

    def status(found: Object | None) -> str:
        return compared(view, name, found, "shop", templates, None).status

    assert status(None) == "create"
    assert status(bare) == "blocked"
    assert status(sealed) == "unchanged"
    assert status(replace(sealed, definition="SELECT 2")) == "drifted"
    assert status(replace(sealed, comment=other)) == "replace"
    assert status(replace(bare, comment=comment(view))) == "replace"
    assert status(replace(sealed, kind="external")) == "blocked"
