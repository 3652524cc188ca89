"""Selectables: composed as SQLAlchemy composes, run where the caller runs, written for whatever runs them."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Engine,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    exists,
    func,
    literal,
    select,
    union_all,
)  # fmt: skip
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import NullPool

from semantic import SemanticError
from semantic.layer import Layer
from semantic.warehouse.duckdb_dialect import Dialect as DuckDB
from tests.embedding.shop import HOSTILE, QUESTIONS
from tests.embedding.shop import layer as new_layer
from tests.shop import same

CUSTOMERS = Table(
    "customers",
    MetaData(schema="shop"),
    Column("id", Integer),
    Column("region", String),
    Column("joined", Date),
)


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = {"schema": "shop"}  # noqa: RUF012
    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str]


def rows(engine: Engine, statement: Any) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(statement)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_rows_of_the_plain_text(layer: Layer, engine: Engine, dialect: str, question: str) -> None:
    words: dict[str, Any] = QUESTIONS[question]
    plain = layer.sql(**words, dialect=dialect).text
    with engine.connect().execution_options(no_parameters=True) as connection:
        expected = [tuple(row) for row in connection.exec_driver_sql(plain)]
    assert same(rows(engine, layer.select(**words)), expected)
    assert same(rows(engine, select(layer.select(**words).subquery())), expected)


def test_it_joins_filters_and_groups(layer: Layer, engine: Engine) -> None:
    sales = layer.select(["sales", "order_count"], by=["customers.region", "orders.status"]).subquery("sales")
    statement = (
        select(CUSTOMERS.c.id, func.sum(sales.c.sales))
        .join(sales, sales.c.customers_region == CUSTOMERS.c.region)
        .where(sales.c.orders_status == "web", sales.c.order_count < 1.5)
        .group_by(CUSTOMERS.c.id)
        .order_by(CUSTOMERS.c.id)
    )
    assert rows(engine, statement) == [(1, Decimal("10.50")), (2, Decimal("30.25"))]


def test_it_is_a_cte_twice_and_a_branch_of_a_union(layer: Layer, engine: Engine) -> None:
    sales = layer.select("sales_2m", by="time.month", time="2024-01..2024-03").cte("months")
    later = sales.alias()
    pairs = select(sales.c.time_month, later.c.sales_2m).where(later.c.time_month > sales.c.time_month)
    assert len(rows(engine, pairs)) == 3
    both = union_all(select(literal(0), sales.c.sales_2m), select(literal(1), later.c.sales_2m)).subquery()
    total = select(func.count(), func.sum(both.c[1])).select_from(both)
    assert rows(engine, total) == [(6, 2 * (Decimal("37.50") + Decimal("60.75") + Decimal("35.25")))]


def test_it_stands_in_exists_and_as_a_scalar(layer: Layer, engine: Engine) -> None:
    regions = layer.select("sales", by="customers.region", having="sales > 31").subquery()
    inner = select(regions.c.sales).where(regions.c.customers_region == CUSTOMERS.c.region)
    statement = select(CUSTOMERS.c.id).where(exists(inner))
    assert rows(engine, statement) == [(2,)]
    whole = select(select(layer.select("sales").subquery().c.sales).scalar_subquery())
    assert rows(engine, whole) == [(Decimal("72.75"),)]


def test_it_runs_in_a_session_beside_mapped_classes(layer: Layer, engine: Engine) -> None:
    sales = layer.select("sales", by="customers.region").subquery()
    with Session(engine) as session:
        statement = select(Customer, sales.c.sales).join(sales, sales.c.customers_region == Customer.region)
        found = session.execute(statement.order_by(Customer.id)).all()
    assert [(row.Customer.id, row.sales) for row in found] == [(1, Decimal("30.50")), (2, Decimal("35.25"))]


def test_it_runs_on_an_async_engine(layer: Layer, urls: dict[str, str]) -> None:
    async def found() -> list[Any]:
        engine = create_async_engine(urls["postgres"])
        try:
            async with engine.connect() as connection:
                result = await connection.execute(layer.select("order_count", where="orders.status = 'web'"))
                return [tuple(row) for row in result]
        finally:
            await engine.dispose()

    assert asyncio.run(found()) == [(2,)]


def test_columns_are_typed(layer: Layer) -> None:
    made = layer.select(
        ["sales", "average", "order_count"],
        by=["orders.big", "customers.joined", "orders.status", "orders.paid_at"],
    )
    kinds = {column.name: column.type for column in made.subquery().c}
    assert isinstance(kinds["orders_big"], Boolean)
    assert isinstance(kinds["customers_joined"], Date)
    assert isinstance(kinds["orders_status"], String)
    assert kinds["orders_paid_at"].timezone is True  # type: ignore[attr-defined]
    assert isinstance(kinds["sales"], Numeric)
    assert isinstance(kinds["average"], Double)
    assert isinstance(kinds["order_count"].dialect_impl(DuckDB()).impl, BigInteger)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["select", "Order", "Total", "group", "user"])
def test_strange_names_of_columns(layer: Layer, engine: Engine, name: str) -> None:
    made = layer.select("sales", by=f"customers.region as {name}").subquery("s")
    key = made.c[0]
    assert rows(engine, select(key).where(key == "north")) == [("north",)]
    again = made.alias("again")
    joined = select(again.c[0], made.c[1]).join(made, again.c[0] == key)
    assert sorted(row[0] for row in rows(engine, joined)) == ["c%:south", "north"]


def test_texts_that_stay_may_hold_colons_and_percents(layer: Layer, engine: Engine) -> None:
    words: dict[str, Any] = {"metrics": "order_count", "by": "orders.named", "where": "orders.id = 1"}
    words["where"] = "replace(orders.status, 'web', ':b %s %(c)s') = ':b %s %(c)s'"
    assert rows(engine, select(layer.select(**words).subquery())) == [("it: web", 2)]


def test_a_hostile_value(layer: Layer, engine: Engine) -> None:
    made = layer.select("sales", by="orders.status").subquery()
    assert rows(engine, select(made.c.sales).where(made.c.orders_status == HOSTILE)) == [(Decimal("7.00"),)]
    words: dict[str, Any] = QUESTIONS["hostile text"]
    text = str(select(layer.select(**words).subquery()).compile(engine))
    assert "DROP" not in text


def test_one_selectable_serves_every_database(layer: Layer, urls: dict[str, str]) -> None:
    made = layer.select("average", by="time.month", where="orders.status = 'web'")
    found = [rows(layer.engine(url=url, poolclass=NullPool), made) for url in urls.values()]
    assert same(found[0], found[1])
    assert len(found[0]) == 2


class BigQuery(DefaultDialect):
    """What SQLAlchemy has of BigQuery without its driver: the name and the style."""

    name = "bigquery"


class Snowflake(DefaultDialect):
    name = "snowflake"


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("target", [BigQuery, Snowflake, DuckDB, postgresql.dialect])
def test_the_text_is_the_plain_one_with_binds(layer: Layer, question: str, target: Any) -> None:
    """SQLAlchemy changes nothing but placeholders, which are those of our own text in order."""
    words: dict[str, Any] = QUESTIONS[question]
    sqlalchemy = target(paramstyle="pyformat")
    ours = {"postgresql": "postgres"}.get(sqlalchemy.name, sqlalchemy.name)
    compiled = layer.select(**words).compile(dialect=sqlalchemy)
    made = layer.sql(**words, dialect=ours).parameterised("pyformat")
    expected = made.text
    for number, name in enumerate(compiled.params):
        expected = expected.replace(f"%(p{number + 1})s", f"%({name})s")
    text = str(compiled)
    text = re.sub(r"(?<=\)s)::[A-Z]+( PRECISION| WITH(OUT)? TIME ZONE)?", "", text)  # added for Postgres
    assert text == (
        expected if sqlalchemy.identifier_preparer._double_percents else expected.replace("%%", "%")
    )
    assert list(compiled.params.values()) == list(made.by_name.values())


def test_literals_where_sqlalchemy_is_asked_for_them(layer: Layer) -> None:
    made = select(layer.select("order_count", where="orders.status = 'it''s'").subquery())
    text = str(made.compile(dialect=DuckDB(), compile_kwargs={"literal_binds": True}))
    assert "status = 'it''s'" in text


def test_a_dialect_that_is_settled(layer: Layer) -> None:
    made = layer.select("sales", dialect="duckdb")
    assert "SUM" in str(made.compile(dialect=DuckDB()))
    with pytest.raises(SemanticError, match="The statement is for duckdb, and SQLAlchemy writes postgresql"):
        made.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    with pytest.raises(SemanticError, match="'oracle' is no dialect"):
        layer.select("sales", dialect="oracle")


def test_a_database_without_a_dialect(layer: Layer) -> None:
    with pytest.raises(SemanticError, match="'mysql' is no database of SQLAlchemy that has a dialect here"):
        layer.select("sales").compile(dialect=mysql.dialect())


def test_faults_come_at_once(layer: Layer) -> None:
    with pytest.raises(SemanticError, match="'saless' is no metric"):
        layer.select("saless")


def test_layers_do_not_share_what_sqlalchemy_remembers(urls: dict[str, str]) -> None:
    """Two projects may ask the same question of one engine and mean different things."""
    first = new_layer()
    text = "name: other\nsources: {o: {table: shop.orders, columns: {amount: decimal}}}\n"
    text += "models: [{name: orders, source: o}]\nmetrics: [{name: sales, model: orders, sql: min(amount)}]"
    second = Layer.from_text(semantic=text)
    engine = create_engine(urls["postgres"])
    assert rows(engine, first.select("sales")) == [(Decimal("72.75"),)]
    assert rows(engine, second.select("sales")) == [(Decimal("5.00"),)]
    engine.dispose()


def test_threads_share_a_layer(urls: dict[str, str]) -> None:
    layer = new_layer()
    engine = layer.engine(url=urls["duckdb"])

    def ask(number: int) -> Any:
        kind = "web" if number % 2 else "store"
        return kind, rows(engine, layer.select("order_count", where=f"orders.status = '{kind}'"))[0][0]

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(ask, range(40)))
    assert found == {("web", 2), ("store", 1)}
