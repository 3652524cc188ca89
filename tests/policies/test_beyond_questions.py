"""Policies where no question is asked in words: views, selectables, parameters, streams, later questions."""

from __future__ import annotations

import duckdb
import pytest
import sqlalchemy

from semantic.faults import SemanticError
from semantic.layer import Layer
from tests.engines import Engine, Table
from tests.shop import sources

PROJECT = """
name: shop
models:
  - {name: orders, source: orders, primary_key: id, dimensions: [region]}
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
policies:
  - {name: own_regions, model: orders, rows: "region in {{ user.regions }}"}
  - {name: no_costs, model: orders, hide: [cost]}
views:
  - {name: sales_of_emea, metrics: sales, by: orders.region, user: {regions: [EMEA]}}
  - {name: orders_of_emea, model: orders, columns: [id, region, amount], user: {regions: [EMEA]}}
"""
OPEN = "  - {name: sales_of_all, metrics: sales}\n"
COSTS = "  - {name: costs_of_emea, model: orders, columns: [id, cost], user: {regions: [EMEA]}}\n"
TABLES = {
    "orders": Table.parse(
        """
        id integer | region text | amount integer | cost integer
        1 | EMEA | 10 | 1
        2 | EMEA | 20 | 2
        3 | APAC | 4000 | 3
        4 | | 8000 | 4
        """
    )
}
EMEA = {"regions": ["EMEA"]}


def shop(views: str = "") -> Layer:
    return Layer.from_text(semantic=PROJECT + views, sources=sources(TABLES))


@pytest.fixture
def url(tmp_path, duck: Engine) -> str:  # type: ignore[no-untyped-def]
    with duckdb.connect(tmp_path / "shop.duckdb") as connection:
        connection.execute("CREATE TABLE orders (id INTEGER, region TEXT, amount INTEGER, cost INTEGER)")
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?)", [list(r) for r in TABLES["orders"].rows]
        )
    return f"duckdb:///{tmp_path}/shop.duckdb"


def test_a_view_has_the_rows_of_whom_it_is_for(engine: Engine) -> None:
    made = shop().views(engine.dialect)
    engine.load(TABLES)
    found = {view.name: sorted(engine.rows(view.select)) for view in made.views}
    assert found == {
        "sales_of_emea": [("EMEA", 30)],
        "orders_of_emea": [(1, "EMEA", 10), (2, "EMEA", 20)],
    }


@pytest.mark.parametrize(("views", "code"), [(OPEN, "attribute"), (COSTS, "hidden")])
def test_a_view_of_what_may_not_be_seen_is_refused(views: str, code: str) -> None:
    with pytest.raises(SemanticError) as error:
        shop(views).views("duckdb")
    assert {fault.code for fault in error.value.faults} == {code}


def test_what_a_view_shows_is_part_of_its_fingerprint() -> None:
    other = PROJECT.replace(
        "columns: [id, region, amount], user: {regions: [EMEA]}",
        "columns: [id, region, amount], user: {regions: [APAC]}",
    )
    plain = {view.name: view.fingerprint for view in shop().views("duckdb").views}
    moved = Layer.from_text(semantic=other, sources=sources(TABLES)).views("duckdb").views
    assert {view.name for view in moved if view.fingerprint != plain[view.name]} == {"orders_of_emea"}


def test_selectables_are_of_one_caller(url: str) -> None:
    layer = shop()
    ours, theirs = layer.for_user(EMEA), layer.for_user({"regions": ["APAC"]})
    with layer.engine(url=url).connect() as connection:
        assert connection.execute(ours.select("sales")).all() == [(30,)]
        assert connection.execute(theirs.select("sales")).all() == [(4000,)]
        assert connection.execute(ours.select("sales")).all() == [(30,)]
        with pytest.raises(SemanticError):
            connection.execute(layer.select("sales"))
        nested = sqlalchemy.select(sqlalchemy.func.count()).select_from(
            ours.select("sales", by="orders.region").subquery()
        )
        assert connection.execute(nested).all() == [(1,)]


def test_templates_are_of_one_caller(url: str) -> None:
    layer = shop()
    asked = [
        layer.sql("sales", user={"regions": [region]}).parameterised("qmark") for region in ("EMEA", "APAC")
    ]
    with duckdb.connect(url.removeprefix("duckdb:///"), read_only=True) as connection:
        assert [connection.execute(each.text, each.values).fetchall() for each in asked] == [
            [(30,)],
            [(4000,)],
        ]


def test_streams_are_of_one_caller_and_quote_nothing(url: str) -> None:
    layer = shop()
    with layer.stream("sales", url=url, user=EMEA) as stream:
        assert list(stream) == [(30,)]
    with (
        pytest.raises(SemanticError) as error,
        layer.stream(
            "sales", by="orders.region", where="cast(orders.region as integer) > 0", url=url, user=EMEA
        ) as stream,
    ):
        list(stream)
    assert "EMEA" not in str(error.value)


def test_lineage_tells_what_decides(url: str) -> None:
    compiled = shop().sql("sales", user=EMEA)
    [made] = compiled.lineage
    assert {(each.name, each.role) for each in made.columns} == {("amount", "value"), ("region", "condition")}
    assert compiled.tables == ("orders",)
