"""Questions on Postgres: the text is sent as it is, nothing is written, no password is told."""

from __future__ import annotations

import sys
from decimal import Decimal

import psycopg
import pytest

from semantic import Layer, SemanticError
from semantic.layer import OutputColumn
from semantic.warehouse import Place, Rows, run

PROJECT = """
name: shop
targets:
  local: {dialect: postgres, url: "{{ env_var('SHOP_URL') }}"}
models:
  - name: visits
    table: warehouse_test.visits
    columns: {id: integer, note: text, amount: decimal}
    primary_key: id
    dimensions: [{name: note}]
metrics:
  - {name: visits, model: visits, sql: count(*)}
  - {name: ids, model: visits, sql: sum(id)}
  - {name: amount, model: visits, sql: sum(amount)}
"""
NOTES = ("50% off", ":name :: ::text", "%s %(x)s %%", "it's ? {x} \\ back", "E'\\n'")


@pytest.fixture(scope="module")
def shop(postgres_url: str) -> Layer:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS warehouse_test CASCADE")
        connection.execute("CREATE SCHEMA warehouse_test")
        connection.execute("CREATE TABLE warehouse_test.visits (id BIGINT, note TEXT, amount NUMERIC(12, 4))")
        for number, note in enumerate(NOTES, 1):
            values = (number, note, Decimal("0.1000"))
            connection.execute("INSERT INTO warehouse_test.visits VALUES (%s, %s, %s)", values)
    return Layer.from_text(semantic=PROJECT)


@pytest.fixture(autouse=True)
def _url(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_URL", postgres_url)


@pytest.mark.parametrize("note", NOTES)
def test_text_reaches_the_server_as_it_is(shop: Layer, note: str) -> None:
    quoted = note.replace("'", "''")
    assert shop.run("visits", by="visits.note", where=f"visits.note = '{quoted}'").rows == [(note, 1)]


def test_sums_of_integers_are_integers_and_decimals_are_exact(shop: Layer) -> None:
    (row,) = shop.run(["ids", "amount"]).rows
    assert row == (15, Decimal("0.5000"))
    assert type(row[0]) is int


def test_the_url_may_name_a_driver_or_none(shop: Layer, postgres_url: str) -> None:
    for scheme in ("postgresql", "postgresql+psycopg"):
        url = postgres_url.replace("postgresql", scheme, 1)
        assert shop.run("visits", url=url).rows == [(5,)]


def test_nothing_can_be_written(postgres_url: str) -> None:
    column = OutputColumn("x", "integer", "metric", "x", "", None, None)
    place = Place("the test", "postgres", postgres_url)
    with pytest.raises(SemanticError, match="read-only transaction"):
        run(place, "CREATE TABLE public.made_by_a_question AS SELECT 1 AS x", [column])


def test_a_missing_table_is_a_fault(shop: Layer, postgres_url: str) -> None:
    lost = Layer.from_text(semantic=PROJECT.replace("warehouse_test.visits", "warehouse_test.none"))
    with pytest.raises(SemanticError, match=r'relation "warehouse_test\.none" does not exist') as error:
        lost.run("visits")
    (fault,) = error.value.faults
    assert (fault.code, str(fault.span)) == ("warehouse", "semantic.yml:4:36")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter%402@127.0.0.1:1/shop",
        "postgresql://me@127.0.0.1:1/shop?password=hunter%402",
        "postgresql://me:hunter%402@no.such.host.invalid/hunter@2",
        "postgresql://me:hunter@2:x:y/shop",
        "postgresql://me@127.0.0.1:1/shop?nonsense=hunter@2&sslpassword=hunter@2",
    ],
)
def test_no_fault_tells_a_password(shop: Layer, url: str) -> None:
    with pytest.raises(SemanticError) as error:
        shop.run("visits", url=url)
    assert "hunter" not in str(error.value)
    assert "hunter" not in repr(Place("x", "postgres", url))
    assert error.value.__cause__ is None


def test_a_missing_driver_says_what_to_install(shop: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SemanticError, match=r"pip install 'semantic-sql\[postgres\]'") as error:
        shop.run("visits")
    assert [fault.code for fault in error.value.faults] == ["driver"]


def test_a_missing_variable_is_a_fault(shop: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_URL")
    with pytest.raises(SemanticError, match="SHOP_URL"):
        shop.run("visits")


def test_rows_are_the_same_type_as_on_any_engine(shop: Layer) -> None:
    assert isinstance(shop.run("visits"), Rows)
