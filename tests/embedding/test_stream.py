"""Answers in batches on DuckDB and Postgres: the same rows, little memory, and ways to stop."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from semantic import Estimate, SemanticError
from semantic.layer import Layer
from tests.embedding.shop import QUESTIONS
from tests.shop import same

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def many(urls: dict[str, str]) -> Any:
    """A table of 100,000 rows beside those of the shop, and a project over it."""
    import duckdb
    import psycopg

    made = "CREATE TABLE shop.numbers AS SELECT i, i % 10 AS digit FROM {} AS s(i)"
    with duckdb.connect(urls["duckdb"].removeprefix("duckdb:///")) as connection:
        connection.execute(made.format("range(100000)"))
    with psycopg.connect(urls["postgres"].replace("+psycopg", "")) as server:
        server.execute(made.format("generate_series(0, 99999)"))
    text = """
name: many
sources: {numbers: {table: shop.numbers, columns: {i: integer, digit: integer}}}
models: [{name: numbers, source: numbers, dimensions: [{name: i}, {name: digit}]}]
metrics:
  - {name: total, model: numbers, sql: sum(i)}
  - {name: doubled, model: numbers, sql: sum(i) / 2}
"""
    return Layer.from_text(semantic=text)


@pytest.mark.parametrize("question", ["a text", "a range", "having", "a filled range"])
def test_the_rows_of_run(layer: Layer, urls: dict[str, str], dialect: str, question: str) -> None:
    words: dict[str, Any] = QUESTIONS[question]
    expected = layer.run(**words, url=urls[dialect])
    with layer.stream(**words, url=urls[dialect], batch_rows=1) as stream:
        assert list(stream) == expected.rows
        assert stream.columns == expected.columns
    batches = layer.stream(**words, url=urls[dialect], batch_rows=2).batches()
    table = pa.Table.from_batches(list(batches))
    assert same([tuple(row.values()) for row in table.to_pylist()], expected.rows)


def test_instants(layer: Layer, urls: dict[str, str], dialect: str) -> None:
    question: dict[str, Any] = {"metrics": "sales", "by": "orders.paid_at", "url": urls[dialect]}
    with layer.stream(**question) as stream:
        assert list(stream) == layer.run(**question).rows
    (batch,) = layer.stream(**question).batches()
    assert batch.schema.field("orders_paid_at").type == pa.timestamp("us", tz="UTC")


def test_nothing_is_an_answer_too(layer: Layer, urls: dict[str, str], dialect: str) -> None:
    question: dict[str, Any] = {"metrics": "sales", "by": "orders.status", "where": "orders.score > 99"}
    assert list(layer.stream(**question, url=urls[dialect])) == []
    assert list(layer.stream(**question, url=urls[dialect]).batches()) == []


def test_batches_are_of_the_size_that_was_asked(many: Layer, urls: dict[str, str], dialect: str) -> None:
    batches = many.stream("total", by="numbers.i", url=urls[dialect], batch_rows=20_000).batches()
    sizes = [batch.num_rows for batch in batches]
    assert sum(sizes) == 100_000
    assert max(sizes) <= 20_000


def test_the_first_rows_come_before_the_last(many: Layer, urls: dict[str, str], dialect: str) -> None:
    """One batch is read; closing lets go of the others."""
    with many.stream("total", by="numbers.i", order="numbers_i", url=urls[dialect], batch_rows=10) as stream:
        first = next(iter(stream))
    assert first == (0, 0)


def test_types_of_batches(many: Layer, urls: dict[str, str], dialect: str) -> None:
    batch = next(iter(many.stream(["total", "doubled"], by="numbers.digit", url=urls[dialect]).batches()))
    assert [field.type for field in batch.schema] == [pa.int64(), pa.int64(), pa.float64()]


# --- bounds -----------------------------------------------------------------------------------------


def test_too_many_rows(many: Layer, urls: dict[str, str], dialect: str) -> None:
    seen = []
    with pytest.raises(SemanticError, match="There are more than 25 rows") as error:  # noqa: PT012
        for row in many.stream("total", by="numbers.i", url=urls[dialect], limit_rows=25, batch_rows=10):
            seen.append(row)
    assert (len(seen), error.value.faults[0].code) == (25, "rows")


def test_the_first_rows_only(many: Layer, urls: dict[str, str], dialect: str) -> None:
    with many.stream("total", by="numbers.digit", url=urls[dialect], limit_rows=4, truncate=True) as stream:
        assert len(list(stream)) == 4
        assert stream.truncated
    with many.stream("total", by="numbers.digit", url=urls[dialect], limit_rows=10) as stream:
        assert len(list(stream)) == 10
        assert not stream.truncated
    stream = many.stream("total", by="numbers.digit", url=urls[dialect], limit_rows=4, truncate=True)
    assert sum(batch.num_rows for batch in stream.batches()) == 4
    assert stream.truncated


def test_run_has_the_same_bounds(many: Layer, urls: dict[str, str], dialect: str) -> None:
    assert len(many.run("total", by="numbers.digit", url=urls[dialect], limit_rows=10)) == 10
    with pytest.raises(SemanticError, match="more than 9 rows"):
        many.run("total", by="numbers.digit", url=urls[dialect], limit_rows=9)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [({"batch_rows": 0}, "0 is no batch size"), ({"limit_rows": -1}, "-1 is no row limit"),
     ({"timeout": "soon"}, "'soon' is no timeout")],
)  # fmt: skip
def test_bounds_that_are_none(many: Layer, bounds: Any, words: str) -> None:
    with pytest.raises(SemanticError, match=words):
        many.stream("total", url="duckdb://", **bounds)


#: A statement that would take minutes: pairs of all rows.
SLOW = """
name: slow
models:
  - name: pairs
    sql: "SELECT a.i + b.i AS i FROM shop.numbers a JOIN shop.numbers b ON a.i <> b.i"
    columns: {i: integer}
metrics: [{name: total, model: pairs, sql: sum(i)}]
"""


def test_a_timeout(many: Layer, urls: dict[str, str], dialect: str) -> None:
    start = time.monotonic()
    with pytest.raises(SemanticError, match=r"was stopped after 0\.5 s") as error:
        list(Layer.from_text(semantic=SLOW).stream("total", url=urls[dialect], timeout=0.5))
    assert error.value.faults[0].code == "timeout"
    assert time.monotonic() - start < 10


def test_another_thread_stops_it(many: Layer, urls: dict[str, str], dialect: str) -> None:
    stream = Layer.from_text(semantic=SLOW).stream("total", url=urls[dialect])
    threading.Timer(0.4, stream.cancel).start()
    with pytest.raises(SemanticError, match="was stopped") as error:
        list(stream)
    assert error.value.faults[0].code == "cancelled"
    with pytest.raises(SemanticError, match="was stopped"):
        list(stream.batches())


def test_a_thread_other_than_the_main_one_reads(many: Layer, urls: dict[str, str], dialect: str) -> None:
    found: list[Any] = []

    def read() -> None:
        found.extend(many.stream("total", url=urls[dialect]))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(20)
    assert found == [(99_999 * 100_000 // 2,)]


# --- costs ------------------------------------------------------------------------------------------


def test_what_costs_too_much_is_not_run(many: Layer, urls: dict[str, str], dialect: str) -> None:
    slow = Layer.from_text(semantic=SLOW)
    unit = {"duckdb": "rows", "postgres": "units"}[dialect]
    start = time.monotonic()
    with pytest.raises(
        SemanticError, match=rf"would cost [\d,]+ {unit} on the URL, and 10,000 are allowed"
    ) as error:
        slow.stream("total", url=urls[dialect], max_cost=10_000)
    assert error.value.faults[0].code == "cost"
    assert time.monotonic() - start < 5
    with many.stream("total", url=urls[dialect], max_cost=10_000_000) as stream:
        assert list(stream) == [(Decimal(99_999 * 50_000),)]
        assert stream.estimate is not None


def test_a_guard_judges(layer: Layer, urls: dict[str, str], dialect: str) -> None:
    told: list[Estimate] = []
    assert len(list(layer.stream("sales", url=urls[dialect], guard=told.append))) == 1
    (estimate,) = told
    assert estimate.cost is not None
    assert estimate.cost > 0
    assert "SUM" in estimate.sql
    with pytest.raises(SemanticError, match="was refused: not on Sundays"):
        layer.stream("sales", url=urls[dialect], guard=lambda each: "not on Sundays")
    with pytest.raises(SemanticError, match="was refused"):
        layer.stream("sales", url=urls[dialect], guard=lambda each: False)


def test_faults_of_the_warehouse(layer: Layer, urls: dict[str, str], dialect: str) -> None:
    other = Layer.from_text(
        semantic="name: s\nsources: {o: {table: shop.nothing, columns: {a: integer}}}\n"
        "models: [{name: o, source: o}]\nmetrics: [{name: s, model: o, sql: sum(a)}]"
    )
    for read in (list, lambda stream: list(stream.batches())):
        with pytest.raises(SemanticError, match="The statement fails on"):
            read(other.stream("s", url=urls[dialect]))
    with pytest.raises(SemanticError, match="The statement fails on"):
        other.stream("s", url=urls[dialect], max_cost=1)


def test_an_interrupt_stops_the_statement(many: Layer, urls: dict[str, str], dialect: str) -> None:
    """Ctrl-C in a program's main thread, while the warehouse works."""
    program = (
        "from semantic import Layer\n"
        f"layer = Layer.from_text(semantic={SLOW!r})\n"
        f"stream = layer.stream('total', url={urls[dialect]!r})\n"
        "print('asking', flush=True)\n"
        "try: list(stream)\n"
        "except KeyboardInterrupt: print('interrupted')\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "asking\n"
        time.sleep(0.5)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20)[0] == "interrupted\n"
        assert time.monotonic() - start < 10
    finally:
        process.kill()  # else the statement would run beside all other tests
