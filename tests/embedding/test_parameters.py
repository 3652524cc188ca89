"""Values beside the statement: the same rows as with literals, in every driver's style."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from sqlalchemy.pool import NullPool

from semantic import SemanticError
from semantic.layer import Layer
from tests.embedding.shop import HOSTILE, PROJECT, QUESTIONS
from tests.shop import same


def run(dialect: str, url: str, text: str, arguments: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement as the driver itself gives them."""
    if dialect == "duckdb":
        with duckdb.connect(url.removeprefix("duckdb:///"), read_only=True) as connection:
            connection.execute("SET TimeZone = 'Asia/Kolkata'")
            return connection.execute(text, arguments).fetchall()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("SET TimeZone = 'Asia/Kolkata'")
        return connection.execute(text, arguments).fetchall()


STYLES = {"duckdb": ("numeric_dollar", "qmark"), "postgres": ("pyformat", "format")}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_rows(layer: Layer, urls: dict[str, str], dialect: str, question: str) -> None:
    compiled = layer.sql(**QUESTIONS[question], dialect=dialect)
    plain = run(dialect, urls[dialect], compiled.text, None)
    assert plain or question == "nothing"
    for style in STYLES[dialect]:
        made = compiled.parameterised(style)  # type: ignore[arg-type]
        found = run(dialect, urls[dialect], made.text, made.arguments)
        assert same(found, plain), f"{made.text}\n{made.arguments}\n{found}\n{plain}"


def test_a_hostile_value_finds_its_row_and_nothing_else(
    layer: Layer, urls: dict[str, str], dialect: str
) -> None:
    made = layer.sql(**QUESTIONS["hostile text"], dialect=dialect).parameterised()
    assert HOSTILE not in made.text
    assert "DROP" not in made.text
    assert made.values == (HOSTILE,)
    assert run(dialect, urls[dialect], made.text, made.arguments) == [(Decimal("7.00"), 1)]


@pytest.mark.parametrize(
    ("style", "placeholder", "arguments"),
    [
        ("qmark", "?", ("web",)),
        ("numeric", ":1", ("web",)),
        ("numeric_dollar", "$1", ("web",)),
        ("named", ":p1", {"p1": "web"}),
        ("format", "%s", ("web",)),
        ("pyformat", "%(p1)s", {"p1": "web"}),
        ("at", "@p1", {"p1": "web"}),
    ],
)
def test_styles(layer: Layer, style: Any, placeholder: str, arguments: Any) -> None:
    made = layer.sql("order_count", where="orders.status = 'web'").parameterised(style)
    assert made.text.endswith(f"WHERE\n  status = {placeholder}")
    assert made.arguments == arguments


def test_a_value_that_stands_twice(layer: Layer) -> None:
    compiled = layer.sql("sales", where="orders.score > 7 or orders.score < 3 and orders.score <> 7")
    assert compiled.parameterised("numeric_dollar").values == (7, 3)
    assert compiled.parameterised("qmark").values == (7, 3, 7)
    assert [p.name for p in compiled.parameterised("qmark").parameters] == ["p1", "p2", "p1"]


def test_a_text_that_is_of_many_types(urls: dict[str, str], dialect: str) -> None:
    """Each use of a text has the type of what it is compared with: an enum, a name, a code."""
    made = (
        "CREATE TYPE shop.mood AS ENUM ('a', 'b'); CREATE TABLE shop.typed AS "
        "SELECT CAST('a' AS shop.mood) AS mood, 'a' AS name, CAST('a' AS CHAR(3)) AS code"
    )
    if dialect == "duckdb":
        with duckdb.connect(urls[dialect].removeprefix("duckdb:///")) as connection:
            connection.execute(made)
    else:
        with psycopg.connect(urls[dialect].replace("+psycopg", "")) as server:
            server.execute(made)
    layer = Layer.from_text(
        semantic="name: t\nsources: {t: {table: shop.typed, columns: {mood: text, name: text, code: text}}}\n"
        "models: [{name: t, source: t, dimensions: [{name: mood}, {name: name}, {name: code}]}]\n"
        "metrics: [{name: n, model: t, sql: count(*)}]"
    )
    where = "t.mood = 'a' and t.name = 'a' and t.code = 'a'"
    statement = layer.sql("n", where=where, dialect=dialect).parameterised()
    assert run(dialect, urls[dialect], statement.text, statement.arguments) == [(1,)]
    with layer.engine(url=urls[dialect], poolclass=NullPool).connect() as reader:
        assert reader.execute(layer.select("n", where=where)).scalar() == 1


def test_values_are_typed_and_in_order(layer: Layer) -> None:
    made = layer.sql(
        "sales",
        where=["orders.status = 'x'", "orders.score > -1", "customers.joined = date '2021-01-01'"],
        time="2024-01",
        dialect="postgres",
    ).parameterised()
    assert [(p.name, p.type, p.value) for p in made.parameters] == [
        ("p1", "text", "x"),
        ("p2", "integer", -1),
        ("p3", "date", date(2021, 1, 1)),
        ("p4", "timestamp", datetime(2024, 1, 1)),
        ("p5", "timestamp", datetime(2024, 2, 1)),
    ]


def test_lengths_and_limits_stay(layer: Layer) -> None:
    made = layer.sql("sales_2m", by="time.month", limit=7).parameterised()
    assert made.values == ()
    assert made.text.endswith("LIMIT 7")
    rounded = layer.sql("order_count", where="round(orders.score, 1) = 0.5").parameterised("qmark")
    assert rounded.values == (Decimal("0.5"),)


def test_percent_is_doubled_where_drivers_read_it(layer: Layer) -> None:
    compiled = layer.sql("order_count", by="orders.named", parameters={"kind": "100%"}, dialect="postgres")
    assert "%%" not in compiled.parameterised("numeric_dollar").text
    assert compiled.parameterised("pyformat").by_name == {"p1": "100%", "p2": "100%"}


def test_the_text_tells_no_value(layer: Layer) -> None:
    secret = "s3cret-value"
    made = layer.sql(
        "taxed", where=f"orders.status = '{secret}'", parameters={"kind": secret}
    ).parameterised()
    assert secret not in made.text


def test_a_mark_in_a_text_of_ones_own(layer: Layer, urls: dict[str, str]) -> None:
    """The character that surrounds slots may stand in a text that stays."""
    where = "coalesce(orders.status, '\U001000007\U00100000') = '\U00100000'"
    made = layer.sql("order_count", where=where).parameterised("qmark")
    assert made.text.count("?") == 1
    assert "\U001000007\U00100000" in made.text
    assert run("duckdb", urls["duckdb"], made.text, made.values) == [(0,)]


def test_what_is_kept_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process finds the statement and its values, and can ask for the rest."""
    monkeypatch.setenv("SEMANTIC_CACHE_DIR", str(tmp_path / "kept"))
    monkeypatch.delenv("SEMANTIC_NO_CACHE", raising=False)
    project = tmp_path / "project"
    project.mkdir()
    (project / "semantic.yml").write_text(PROJECT)
    question: dict[str, Any] = {**QUESTIONS["parameters"], "time": "2024"}
    first, second = (Layer.load(project).sql(**question) for _ in range(2))
    expected = first.parameterised("qmark")
    monkeypatch.setattr("semantic.emit.emit_template", None)  # from here on nothing is written anew
    assert second.text == first.text
    assert second.parameterised("qmark") == expected
    assert second.tables == ("shop.orders",)


def test_an_unknown_style(layer: Layer) -> None:
    with pytest.raises(SemanticError, match=r"'qmarks' is no paramstyle\. Did you mean 'qmark'"):
        layer.sql("sales").parameterised("qmarks")  # type: ignore[arg-type]
