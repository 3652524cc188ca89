"""Who asks: attributes of every kind, hostile ones, missing ones; and no answer of one caller for another."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from semantic.faults import SemanticError
from semantic.layer import Layer
from semantic.query import Query
from tests.engines import Engine, duckdb_engine
from tests.policies.shop import ADMIN, ANALYST, MODELS, TABLES, shop

HOSTILE = (
    "EMEA' or '1' = '1",
    "EMEA') or (1 = 1",
    "'; drop table customers; --",
    'EMEA"',
    "EMEA\\' or 1 = 1 --",
    "{{ user.role }}",
    ":semantic_user_role",
    "$semantic_user_role",
    "%",
    "_____",
    "EMEA\n--",
    "ＥＭＥＡ",
    "emea",
    " EMEA",
    "",
    "NULL",
)


@pytest.fixture(scope="module")
def full() -> Iterator[Engine]:
    with duckdb_engine() as engine:
        engine.load(TABLES)
        yield engine


@pytest.fixture(scope="module")
def layer() -> Layer:
    return shop()


def with_rows(rows: str, **more: Any) -> Layer:
    """The shop with one policy over its orders."""
    policy = {"name": "some", "model": "orders", "rows": rows, **more}
    return shop(policies=f"policies: [{policy}]")


def count(full: Engine, layer: Layer, user: Any) -> Any:
    [(found,)] = full.rows(layer.sql("purchases", user=user).text)
    return found


def fault(layer: Layer, *metrics: str, **question: Any) -> Any:
    with pytest.raises(SemanticError) as caught:
        layer.sql(list(metrics or ("purchases",)), **question)
    [found] = caught.value.faults
    return found


# --- values -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_data(text: str, layer: Layer, full: Engine) -> None:
    user = {**ANALYST, "regions": [text]}
    assert full.rows(layer.sql("people", user=user).text) == [(0,)]
    one = with_rows("status = {{ user.status }}")
    assert count(full, one, {"status": text}) == 0


@pytest.mark.parametrize(
    ("rows", "user", "expected"),
    [
        ("amount > {{ user.x }}", {"x": 100}, 4),
        ("amount > {{ user.x }}", {"x": -1}, 7),
        ("amount > {{ user.x }}", {"x": Decimal("99.5")}, 5),
        ("amount < {{ user.x }}", {"x": 50.5}, 2),
        ("ordered_on >= {{ user.x }}", {"x": date(2024, 3, 1)}, 2),
        ("cast(ordered_on as timestamp) >= {{ user.x }}", {"x": datetime(2024, 3, 8, 0, 0, 1)}, 1),
        ("status = {{ user.x }}", {"x": "paid"}, 3),
        ("(amount > 100) = {{ user.x }}", {"x": True}, 4),
        ("(amount > 100) = {{ user.x }}", {"x": False}, 3),
        ("order_id in {{ user.x }}", {"x": [10, 12]}, 2),
        ("order_id in ({{ user.x }})", {"x": (10, 12, 12)}, 2),
        ("order_id in (13, {{ user.x }})", {"x": {10}}, 2),
        ("order_id in {{ user.x }}", {"x": 10}, 1),
        ("order_id in {{ user.x }}", {"x": []}, 0),
        ("order_id in (13, {{ user.x }})", {"x": []}, 1),
        ("not (order_id in {{ user.x }})", {"x": [10]}, 6),
        ("order_id not in {{ user.x }}", {"x": [10, 11]}, 5),
        ("{% if user.x > 2 %}true{% else %}order_id = 10{% endif %}", {"x": 3}, 7),
        ("{% if user.x > 2 %}true{% else %}order_id = 10{% endif %}", {"x": 1}, 1),
        ("{% if 'boss' in user.x %}true{% else %}false{% endif %}", {"x": ["boss"]}, 7),
        ("{% if 'boss' in user.x %}true{% else %}false{% endif %}", {"x": ["bossy"]}, 0),
        ("customers.name = {{ user.x }}", {"x": "Ann"}, 2),
        ("customers.parent.name = {{ user.x }}", {"x": "Zoe"}, 2),
        ("{{ same('status', user.x) }}", {"x": "open"}, 2),
    ],
)
def test_values_of_every_kind(rows: str, user: Any, expected: int, full: Engine) -> None:
    assert count(full, with_rows(rows), user) == expected


@pytest.mark.parametrize(
    ("rows", "user", "code"),
    [
        ("status = {{ user.x }}", {}, "attribute"),
        ("status = {{ user.x }}", {"x": None}, "attribute"),
        ("status in {{ user.x }}", {"x": ["a", None]}, "attribute"),
        ("status = {{ user.x }}", {"x": ["paid"]}, "attribute"),
        ("status = {{ user.x }}", {"X": "paid"}, "attribute"),
        ("amount > {{ user.x }}", {"x": "100"}, "type"),
        ("status = {{ user.x }}", {"x": 1}, "type"),
        ("status in {{ user.x }}", {"x": ["paid", 1]}, "type"),
        ("{% if user.x == 'a' %}true{% else %}false{% endif %}", {"x": 1}, "template"),
        ("{% if user.x != 'a' %}true{% else %}false{% endif %}", {"x": ["a"]}, "template"),
        ("{% if user.x %}true{% else %}false{% endif %}", {"x": ["a"]}, "template"),
        ("{% if 'a' in user.x %}true{% else %}false{% endif %}", {"x": "abc"}, "template"),
        ("status = '{{ user.x }}'", {"x": "paid"}, "template"),
        ('"{{ user.x }}" = 1', {"x": "order_id"}, "template"),
        ("amount > {{ least }}", {}, "unknown"),
        ("{{ user }} = 1", {"user": 1}, "template"),
        ("{{ user.x.y }} = 1", {"x": 1}, "template"),
        ("{{ user._User__known }} = 1", {"x": 1}, "template"),
        ("{{ user.x.value() }} = 1", {"x": 1}, "template"),
    ],
)
def test_what_cannot_be_meant_is_refused(rows: str, user: Any, code: str) -> None:
    found = fault(with_rows(rows), user=user)
    assert found.code == code
    assert found.span is not None


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1},
        object(),
        ["a", ["b"]],
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        "\x00",
        "\ud800",
        2**63,
        b"x",
    ],
)
def test_odd_values_are_refused(value: Any, layer: Layer) -> None:
    assert fault(layer, user={"role": value}).code == "attribute"
    with pytest.raises(SemanticError):
        layer.for_user({"role": value})


@pytest.mark.parametrize("user", ["x", 1, ["role"], {1: "x"}])
def test_a_caller_is_a_mapping(user: Any, layer: Layer) -> None:
    with pytest.raises(SemanticError):
        layer.for_user(user)
    assert fault(layer, user=user).code == "type"


# --- a missing attribute ------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["people", "purchases", "pieces", "visitors", "given", "spent", "scored"])
def test_without_an_attribute_nothing_is_answered(metric: str, layer: Layer) -> None:
    for user in ({}, {"role": "analyst"}, {"role": None, "regions": ["EMEA"]}):
        found = fault(layer, metric, user=user)
        missing = "regions" if user.get("role") else "role"
        assert found.code == "attribute"
        assert f"'own_regions' needs the attribute '{missing}'" in found.message
        assert str(found.span).startswith("policies.yml:")


def test_what_no_policy_governs_needs_no_caller(layer: Layer, full: Engine) -> None:
    assert full.rows(layer.sql("products_n").text) == [(3,)]


# --- one caller and another ---------------------------------------------------------------------------


def test_a_layer_of_one_caller_asks_as_them(layer: Layer, full: Engine) -> None:
    mine, theirs = layer.for_user(ANALYST), layer.for_user(ADMIN)
    assert full.rows(mine.sql("people").text) == [(2,)]
    assert full.rows(theirs.sql("people").text) == [(4,)]
    assert full.rows(mine.compile(Query.of(metrics="people")).text) == [(2,)]
    assert fault(layer, "people").code == "attribute"
    assert fault(mine, "people", user={**ANALYST, "regions": ["SECRET"]}).code == "attribute"
    assert full.rows(mine.sql("people", user=dict(ANALYST)).text) == [(2,)]
    with pytest.raises(SemanticError):
        mine.for_user(ADMIN)
    assert mine.user == {**ANALYST, "regions": ("EMEA",)}


def test_values_that_python_takes_for_equal_are_told_apart(full: Engine) -> None:
    layer = with_rows("{% if user.x == true %}true{% else %}false{% endif %}")
    assert count(full, layer, {"x": True}) == 7
    assert fault(layer, user={"x": 1}).code == "template"
    assert count(full, layer, {"x": False}) == 0
    assert fault(layer, user={"x": Decimal(1)}).code == "template"


def test_statements_kept_on_disk_are_of_their_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: Engine
) -> None:
    from tests.policies.shop import POLICIES
    from tests.shop import sources

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = {"semantic.yml": MODELS, "sources.yml": sources(TABLES), "policies.yml": POLICIES}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    for _ in range(2):
        assert full.rows(Layer.load(tmp_path).sql("people", user=ANALYST).text) == [(2,)]
        assert full.rows(Layer.load(tmp_path).sql("people", user=ADMIN).text) == [(4,)]
        assert fault(Layer.load(tmp_path), "people").code == "attribute"
        other = {**ANALYST, "regions": ["SECRET"]}
        assert full.rows(Layer.load(tmp_path).for_user(other).sql("people").text) == [(1,)]


def test_threads_of_different_callers(layer: Layer) -> None:
    """What each caller is told is what they alone would be told, however they come together."""
    users = [{"role": "analyst", "regions": [f"r{n}", "EMEA"], "name": "x"} for n in range(12)]
    alone = {
        n: shop().sql("sales", by="customers.region", user=user).text for n, user in enumerate(users[:3])
    }

    def ask(n: int) -> tuple[int, str]:
        return n % 12, layer.for_user(users[n % 12]).sql("sales", by="customers.region").text

    with ThreadPoolExecutor(6) as pool:
        for n, text in pool.map(ask, range(48)):
            assert f"'r{n}'" in text
            assert not [m for m in range(12) if m != n and f"'r{m}'" in text]
            assert alone.get(n, text) == text


def test_attributes_that_decide_nothing_are_no_part_of_a_statement(layer: Layer) -> None:
    one = layer.sql("people", user={**ANALYST, "session": "a"})
    other = layer.sql("people", user={**ANALYST, "session": "b"})
    assert one is other
    assert "session" not in one.text


def test_what_a_warehouse_says_tells_no_secret(tmp_path: Path) -> None:
    """An engine may judge a condition of the question before that of a policy, and quote the value."""
    import duckdb

    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        connection.execute("create table customers (customer_id bigint, region varchar, name varchar)")
        connection.execute("insert into customers values (1, 'EMEA', '1'), (2, 'SECRET', 'Zoe')")
    layer = Layer.from_text(
        semantic="""
name: shop
models:
  - name: customers
    table: customers
    columns: {customer_id: integer, region: text, name: text}
    primary_key: customer_id
    dimensions: [region, name]
metrics: [{name: people, model: customers, sql: count(*)}]
policies: [{name: own, model: customers, rows: "region = {{ user.region }}"}]
"""
    )
    url = f"duckdb:///{tmp_path / 'x.duckdb'}"
    where = ["cast(customers.name as integer) > 0", "cast(customers.region as integer) > 0"]
    with pytest.raises(SemanticError) as caught:
        layer.for_user({"region": "EMEA"}).run("people", where=where, url=url)
    assert "Zoe" not in str(caught.value)
    assert "SECRET" not in str(caught.value)
    assert "EMEA" not in str(caught.value)


def test_instants_are_instants() -> None:
    user = {"x": datetime(2024, 1, 1, tzinfo=UTC)}
    layer = Layer.from_text(
        semantic="""
name: clock
calendar: {timezone: UTC}
models: [{name: ticks, table: ticks, columns: {id: integer, at: timestamptz}, primary_key: id}]
metrics: [{name: n, model: ticks, sql: count(*)}]
policies: [{name: late, model: ticks, rows: "at > {{ user.x }}"}]
"""
    )
    assert "2024-01-01 00:00:00+00:00" in layer.sql("n", user=user).text
