"""Each way in which a warehouse is not what a project says is found at its place, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg
import pytest

from semantic import Layer, SemanticError
from semantic.inspect import Report
from tests.inspect.shop import DEFECTS, PROJECT, TABLES, place

ROWS = {"orders": 3, "customers": 3, "regions": 2, "grades": 4, "notes": 0, "visits": 2}


class Warehouse:
    """The shop's tables, changed by one who may, and looked at by one who may only read."""

    def __init__(self, dialect: str, reader: str, owner: str) -> None:
        self.dialect = dialect
        self.reader = reader
        self.owner = owner
        self.text = PROJECT.replace("@DIALECT@", dialect)
        self.layer = Layer.from_text(semantic=self.text)

    def change(self, statements: str) -> None:
        """Run statements as the owner."""
        if self.dialect == "duckdb":
            with duckdb.connect(self.owner) as connection:
                connection.execute(statements)
            return
        with psycopg.connect(self.owner, autocommit=True) as other:
            other.execute(f"{statements}; GRANT SELECT ON ALL TABLES IN SCHEMA inspected TO inspector")  # type: ignore[arg-type]

    def look(self, limit: int | None = None) -> Report:
        """What one who may only read finds."""
        return self.layer.inspect("local", limit=limit, timeout=30)

    def contents(self) -> list[tuple[object, ...]]:
        """Everything that the warehouse holds: relations with their columns, and the rows of the tables."""
        columns = "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
        order = " ORDER BY ALL" if self.dialect == "duckdb" else " ORDER BY 1, 2, 3, 4"
        names = ("orders", "customers", "raw_regions", "grades", "notes", "visits")
        asked = [columns + order, *(f"SELECT * FROM inspected.{name}" for name in names)]
        if self.dialect == "duckdb":
            with duckdb.connect(self.owner, read_only=True) as connection:
                return [row for sql in asked for row in connection.sql(sql).fetchall()]
        with psycopg.connect(self.owner) as other:
            return [row for sql in asked for row in other.execute(sql).fetchall()]  # type: ignore[arg-type]


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Warehouse]:
    if request.param == "duckdb":
        file = str(tmp_path / "shop.duckdb")
        made = Warehouse("duckdb", f"duckdb:///{file}", file)
    else:
        url = request.getfixturevalue("postgres_url")
        made = Warehouse("postgres", url.replace("postgres@", "inspector@"), url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS inspected CASCADE; DROP ROLE IF EXISTS inspector")
            connection.execute("CREATE ROLE inspector LOGIN")
    monkeypatch.setenv("SHOP_URL", made.reader)
    made.change(f"CREATE SCHEMA inspected; {TABLES}")
    if made.dialect == "postgres":
        made.change("GRANT USAGE ON SCHEMA inspected TO inspector")
    yield made
    if made.dialect == "postgres":
        with psycopg.connect(made.owner, autocommit=True) as connection:
            connection.execute("DROP SCHEMA inspected CASCADE; DROP ROLE inspector")


def test_a_clean_project_has_no_finding_and_nothing_is_written(warehouse: Warehouse) -> None:
    before = warehouse.contents()
    for limit in (None, 100, 2):
        seen = warehouse.look(limit)
        assert seen.findings == ()
        complete = {each.name: each.rows for each in seen.models if each.complete}
        assert complete == (ROWS if limit != 2 else {"notes": 0})
        assert {each.name for each in seen.models} == ROWS.keys()
        assert seen.statements <= 4 * len(ROWS)
    assert warehouse.contents() == before


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_found_at_its_place(warehouse: Warehouse, defect: str) -> None:
    change, expected = DEFECTS[defect]
    warehouse.change(change)
    for limit in (None, 100) if warehouse.dialect == "duckdb" else (None,):
        found = [(each.code, str(each.span), each.message) for each in warehouse.look(limit).findings]
        assert sorted(each[:2] for each in found) == sorted((code, place(*at)) for code, *at, _ in expected)
        for code, *at, said in expected:
            told = [message for *where, message in found if where == [code, place(*at)]]
            assert any(said in message for message in told), found


def test_a_partner_beyond_the_sample_is_seen(warehouse: Warehouse) -> None:
    warehouse.change("INSERT INTO inspected.visits VALUES (9, '2024-01-08', 1), (1, '2024-01-09', 1)")
    (fault,) = warehouse.look(1).findings
    assert fault.code == "duplicate"
    assert fault.message.endswith("has (of a sample of 1 rows), such as 1.")


@pytest.mark.parametrize("warehouse", ["postgres"], indirect=True)
def test_what_may_not_be_read(warehouse: Warehouse) -> None:
    with psycopg.connect(warehouse.owner, autocommit=True) as connection:
        connection.execute("REVOKE SELECT ON inspected.visits FROM inspector")
    (fault,) = warehouse.look().findings
    assert (fault.code, str(fault.span)) == ("permission", place("name: visits", "inspected.visits"))
    assert "permission denied for table visits" in fault.message


@pytest.mark.parametrize("warehouse", ["postgres"], indirect=True)
def test_what_takes_too_long_is_told_and_the_rest_goes_on(warehouse: Warehouse) -> None:
    slow = "SELECT customer_id, length(pg_sleep(3)::text) AS nap FROM inspected.customers"
    warehouse.change(f"CREATE VIEW inspected.slow AS {slow}")
    layer = Layer.from_text(
        semantic=warehouse.text.replace("inspected.visits", "inspected.slow")
        .replace("primary_key: visit_id\n    time: seen_on", "primary_key: [customer_id, nap]")
        .replace("    dimensions: [{name: seen_on, type: date}]\n", "")
        .replace("visits.pages", "visits.customer_id")
    )
    seen = layer.inspect("local", timeout=0.5)
    assert [(fault.code, str(fault.span)) for fault in seen.findings] == [
        ("timeout", place("name: visits", "inspected.visits"))
    ]
    assert {each.name for each in seen.models} == ROWS.keys() - {"visits"}


@pytest.mark.parametrize("warehouse", ["postgres"], indirect=True)
def test_a_connection_that_is_lost_ends_it(warehouse: Warehouse) -> None:
    def end(name: str, number: int, count: int) -> None:
        with psycopg.connect(warehouse.owner, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'inspector'"
            )

    with pytest.raises(SemanticError, match="was lost while a statement ran") as error:
        warehouse.layer.inspect("local", note=end)
    assert [fault.code for fault in error.value.faults] == ["connection"]


@pytest.mark.parametrize("warehouse", ["duckdb"], indirect=True)
def test_columns_that_a_source_says_are_missing(warehouse: Warehouse) -> None:
    warehouse.change("ALTER TABLE inspected.customers DROP COLUMN segment")
    text = warehouse.text.replace(
        "table: inspected.customers", "table: inspected.customers\n    missing: [segment]"
    )
    assert Layer.from_text(semantic=text).inspect("local").findings == ()
