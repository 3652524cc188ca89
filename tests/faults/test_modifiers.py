"""Questions over metrics of every kind, and mistakes in their definitions, end in statements or in faults.

``SEMANTIC_FUZZ=20000 pytest tests/faults/test_modifiers.py`` tries for longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semantic import Layer
from semantic.faults import Fault, SemanticError
from tests.engines import Engine, Table
from tests.faults.cases import DIALECTS, SHOP
from tests.faults.test_never_a_traceback import EXAMPLES, asked, check
from tests.spec.test_schema import Loader

MODIFIERS = Path(__file__).with_name("modifiers.yml").read_text("utf-8")
TREE: dict[str, Any] = yaml.load(MODIFIERS, Loader)
PLAIN = SHOP.replace("table: shop.", "table: ")
METRICS = [each["name"] for text in (SHOP, MODIFIERS) for each in yaml.safe_load(text)["metrics"]]
PATHS = (
    "customers.region", "customers.age", "customers.born_on.month", "orders.status", "orders.paid",
    "orders.size", "orders.shipped_on", "orders.ordered_at.week", "products.department", "visits.device",
    "ranks.grade", "lines.large", "scores.band", "scores.segment", "scores.recency", "segments.segment",
    "days.n", "monthly.customers_region",
)  # fmt: skip
TIMES = (
    "time.day", "time.week", "time.month", "time.quarter", "time.year", "time.fiscal_year",
    "time.day_of_week", "since.month",
)  # fmt: skip
CONDITIONS = (
    "customers.region = 'a'", "orders.status <> 'x' or customers.age > 3", "lines.large",
    "scores.band = 'much'", "time.month >= date '2024-01-01'", "time.day_of_week = 1",
    "orders.paid and lines.quantity > 2", "visits.device is null", "ranks.grade = 'x'", "since.month < 3",
)  # fmt: skip
RANGES = ("2024", "2024-01..2024-06", "2024-03..", "..2024-05", "2023-W09..2024-Q1", "2024-02-29")
QUESTIONS = st.fixed_dictionaries(
    {
        "metrics": st.lists(st.sampled_from(METRICS), min_size=1, max_size=2, unique=True),
        "by": st.tuples(
            st.lists(st.sampled_from(PATHS), max_size=1),
            st.lists(st.sampled_from(TIMES), max_size=2, unique=True),
        ).map(lambda parts: [*parts[0], *parts[1]]),
        "parameters": st.just({"rate": "1.5"}),
    },
    optional={
        "where": st.lists(st.sampled_from(CONDITIONS), max_size=2),
        "having": st.sampled_from(METRICS).map(lambda name: f"{name} > 1"),
        "time": st.sampled_from(RANGES),
        "fill": st.booleans(),
        "members": st.booleans(),
        "limit": st.integers(0, 5),
        "top": st.sampled_from(
            ("2 customers.region by sales", "1 time.month by order_count else rest", "3 x by y", "top")
        ),
    },
)
#: Questions without metrics.
VALUES = st.fixed_dictionaries(
    {
        "by": st.tuples(
            st.lists(st.sampled_from(PATHS), max_size=2, unique=True),
            st.lists(st.sampled_from(TIMES), max_size=1),
        ).map(lambda parts: [*parts[0], *parts[1]]),
        "parameters": st.just({"rate": "1.5"}),
    },
    optional={
        "from": st.sampled_from(("customers", "orders", "lines", "visits", "scores", "days", "ranks")),
        "extremes": st.booleans(),
        "where": st.lists(st.sampled_from(CONDITIONS), max_size=2),
        "time": st.sampled_from(RANGES),
        "limit": st.integers(0, 5),
    },
)
#: What stands in the place of something else.
JUNK: tuple[Any, ...] = (
    None, True, 0, -1, 3, 1.5, "", "x", "all", "3 months", "-3 months", "0 days", "1 year 2 months",
    "99999 years", "to start of quarter", "time.month", "since.month", "customers.region", "sales",
    "sum(total)", "count(*)", "rank() over (order by 1)", "2024-02-30", "9999-12-31", "{{ as_of }}",
    "{{ nope }}", "customer_id", "lines", "orders", "*", "null", "order", "time", "매출", "a b", "a.b.c",
    "period_end", "last", "month", "hour", [], {}, ["a"], ["customer_id", "x"], {"a": "b"},
    {"time": "last"}, {"from": "orders", "to": "visits"},
)  # fmt: skip
KEYS = (
    "window", "to_date", "offset", "base", "metric", "sql", "model", "filter", "time", "per", "having",
    "at", "not_additive_over", "total_over", "share_over", "rank_over", "cumulative_share_over", "ignoring",
    "conversion", "retention", "query", "of", "from", "by", "where", "bands", "rules", "cuts", "labels",
    "table", "otherwise", "valid", "primary_key", "joins", "dimensions", "within", "immature", "until",
    "sampled", "take", "every_period",
    "value", "each", "start", "same", "cohort", "activity", "period", "last", "unique", "type", "columns",
)  # fmt: skip
_quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def plain() -> Layer:
    """The shop without a schema, which the engines of the tests have not."""
    return Layer.from_text(semantic=PLAIN, m=MODIFIERS)


@pytest.fixture
def tables(duck: Engine) -> Engine:
    """DuckDB with the shop's tables, all empty."""
    sources = yaml.safe_load(SHOP)["sources"]
    duck.load({name: Table(tuple(each["columns"].items()), ()) for name, each in sources.items()})
    return duck


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a tree of YAML."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def at(tree: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def mutate(tree: Any, rnd: Random) -> None:
    """Drop, replace, move, rename or add one thing, somewhere."""
    *way, key = rnd.choice([path for path in places(tree) if len(path) > 1])
    holder, elsewhere = at(tree, tuple(way)), deepcopy(at(tree, rnd.choice(list(places(tree)))))
    how = rnd.choice(("drop", "junk", "move", "add", "rename", "word"))
    if how == "drop":
        del holder[key]
    elif how == "word" and isinstance(holder[key], str):
        holder[key] = re.sub(r"\w+", str(rnd.choice(JUNK)), holder[key], count=1)
    elif how == "rename" and isinstance(holder, dict):
        holder[rnd.choice(KEYS)] = holder.pop(key)
    elif how == "add" and isinstance(holder, dict):
        holder[rnd.choice(KEYS)] = deepcopy(rnd.choice(JUNK))
    else:
        holder[key] = elsewhere if how == "move" else deepcopy(rnd.choice(JUNK))


def told(project: str) -> Iterator[Fault]:
    """Every fault of a project, and of questions to the metrics that it is left with."""
    try:
        layer = Layer.from_text(semantic=SHOP, m=project)
    except SemanticError as error:
        yield from error.faults
        return
    yield from layer.check(["postgres"])
    for metric in Random(len(project)).sample(sorted(layer.catalog.metrics), 4):
        for by in ([], ["time.month"], ["since.month", "customers.region"]):
            try:
                layer.sql(metric, by=by, parameters={"rate": 1})
            except SemanticError as error:
                yield from error.faults


def test_the_project_itself_is_sound(plain: Layer) -> None:
    assert plain.check(DIALECTS) == ()


@_quiet
@given(question=st.one_of(QUESTIONS, VALUES), dialect=st.sampled_from(DIALECTS))
def test_questions(plain: Layer, question: dict[str, Any], dialect: str) -> None:
    asked(plain, dialect, **question)


@_quiet
@given(question=st.one_of(QUESTIONS, VALUES))
def test_what_is_not_refused_runs(plain: Layer, tables: Engine, question: dict[str, Any]) -> None:
    text = asked(plain, "duckdb", **question)
    if text is not None:
        tables.rows(text)


@settings(max_examples=max(3, EXAMPLES // 3), deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**9), count=st.integers(1, 2))
def test_mistakes(seed: int, count: int) -> None:
    tree, rnd = deepcopy(TREE), Random(seed)
    for _ in range(count):
        mutate(tree, rnd)
    project = yaml.dump(tree, Dumper=yaml.SafeDumper, allow_unicode=True, sort_keys=False, width=1_000)
    found = tuple(told(project))
    for fault in found:
        assert fault.span is not None or fault.where == "question"
        assert fault.span is None or fault.span.line <= project.count("\n") + SHOP.count("\n") + 2
    check(found or (Fault("none", "Nothing is wrong."),))
