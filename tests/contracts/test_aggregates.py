"""Every aggregate means the same everywhere: over all rows, in groups, and over no rows at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import pytest
import sqlglot

from semantic.dialect import load
from semantic.expr.canonical import call, filtered
from semantic.functions import REGISTRY
from tests.contracts.calls import agree, sql, tree, type_of
from tests.contracts.rows import ROWS, Row
from tests.engines import Engine

Rows = list[Row]
Truth = Callable[[Rows], Any]


def given(rows: Rows, *columns: str) -> list[Any]:
    """The values of a column (tuples of several) where none is NULL."""
    values = [tuple(getattr(row, column) for column in columns) for row in rows]
    kept = [value for value in values if None not in value]
    return [value[0] for value in kept] if len(columns) == 1 else kept


def over(column: str, function: Callable[[list[Any]], Any]) -> Truth:
    """A function of the values there are; NULL where there are none."""
    return lambda rows: function(values) if (values := given(rows, column)) else None


def mean(values: Iterable[Any]) -> Fraction:
    exact = [Fraction(value) for value in values]
    return sum(exact, Fraction(0)) / len(exact)


def covariance(pairs: list[Any], less: int) -> float | None:
    if len(pairs) <= less:
        return None
    x, y = mean(a for a, _ in pairs), mean(b for _, b in pairs)
    return float(sum((Fraction(a) - x) * (Fraction(b) - y) for a, b in pairs) / (len(pairs) - less))


def variance(values: list[Any], less: int) -> float | None:
    return covariance([(value, value) for value in values], less)


def root(value: float | None) -> float | None:
    return None if value is None else math.sqrt(value)


def correlation(pairs: list[Any]) -> float | None:
    x, y = variance([a for a, _ in pairs], 0), variance([b for _, b in pairs], 0)
    both = covariance(pairs, 0)
    return both / math.sqrt(x * y) if both is not None and x and y else None


def continuous(values: list[Any], share: Fraction) -> float:
    ordered = [Fraction(value) for value in sorted(values)]
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def discrete(values: list[Any], share: Fraction) -> Any:
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def best(rows: Rows, x: str, y: str, choose: Callable[..., Any]) -> Any:
    pairs = given(rows, x, y)
    return choose(pairs, key=lambda pair: pair[1])[0] if pairs else None


QUARTER = Fraction(1, 4)
AGGREGATES: dict[str, list[tuple[str, Truth]]] = {
    "sum": [
        ("sum(i)", over("i", sum)),
        ("sum(m)", over("m", sum)),
        (
            "sum(m * 2 - n)",
            lambda r: None if not given(r, "m", "n") else sum(m * 2 - n for m, n in given(r, "m", "n")),
        ),
    ],
    "total_count": [("total_count(n)", over("n", sum))],
    "sum_distinct": [("sum_distinct(j)", over("j", lambda v: sum(set(v))))],
    "count": [("count(s)", lambda r: len(given(r, "s")))],
    "count_rows": [("count_rows()", len)],
    "count_distinct": [("count_distinct(j)", lambda r: len(set(given(r, "j"))))],
    "count_distinct_tuple": [
        ("count_distinct_tuple(j, b)", lambda r: len(set(given(r, "j", "b")))),
        ("count_distinct_tuple(e, s, m)", lambda r: len(set(given(r, "e", "s", "m")))),
    ],
    "avg": [
        ("avg(i)", over("i", lambda v: float(mean(v)))),
        ("avg(m)", over("m", lambda v: float(mean(v)))),
    ],
    "avg_distinct": [("avg_distinct(j)", over("j", lambda v: float(mean(set(v)))))],
    "min": [("min(d)", over("d", min)), ("min(s)", over("s", min)), ("min(m)", over("m", min))],
    "max": [("max(t)", over("t", max)), ("max(s)", over("s", max)), ("max(i)", over("i", max))],
    "median": [
        ("median(m)", over("m", lambda v: continuous(v, Fraction(1, 2)))),
        ("median(j)", over("j", lambda v: continuous(v, Fraction(1, 2)))),
    ],
    "percentile_cont": [("percentile_cont(m, 0.25)", over("m", lambda v: continuous(v, QUARTER)))],
    "percentile_disc": [
        ("percentile_disc(m, 0.25)", over("m", lambda v: discrete(v, QUARTER))),
        ("percentile_disc(d, 0.5)", over("d", lambda v: discrete(v, Fraction(1, 2)))),
        ("percentile_disc(d, 0)", over("d", min)),
        ("percentile_disc(d, 1)", over("d", max)),
    ],
    "stddev_samp": [("stddev_samp(j)", lambda r: root(variance(given(r, "j"), 1)))],
    "stddev_pop": [("stddev_pop(j)", lambda r: root(variance(given(r, "j"), 0)))],
    "var_samp": [("var_samp(j)", lambda r: variance(given(r, "j"), 1))],
    "var_pop": [("var_pop(m - 1)", over("m", lambda v: variance(v, 0)))],
    "covar_samp": [("covar_samp(j, n)", lambda r: covariance(given(r, "j", "n"), 1))],
    "covar_pop": [("covar_pop(j, n)", lambda r: covariance(given(r, "j", "n"), 0))],
    "corr": [("corr(j, n)", lambda r: correlation(given(r, "j", "n"))), ("corr(j, j - j)", lambda r: None)],
    "bool_and": [("bool_and(b)", over("b", all)), ("bool_and(j > -3)", over("j", lambda v: min(v) > -3))],
    "bool_or": [("bool_or(b)", over("b", any)), ("bool_or(j > 4)", over("j", lambda v: max(v) > 4))],
    "approx_count_distinct": [("approx_count_distinct(j)", lambda r: len(set(given(r, "j"))))],
    "string_agg": [("string_agg(s, ', ')", over("s", lambda v: ", ".join(sorted(v))))],
    "string_agg_distinct": [("string_agg_distinct(p, '|')", over("p", lambda v: "|".join(sorted(set(v)))))],
    "any_value": [("any_value(n - n)", over("n", lambda v: 0))],
    "arg_max": [
        ("arg_max(s, m)", lambda r: best(r, "s", "m", max)),
        ("arg_max(i, d)", lambda r: best(r, "i", "d", max)),
    ],
    "arg_min": [("arg_min(s, m)", lambda r: best(r, "s", "m", min))],
    "align_pick": [("align_pick(n * 0)", over("n", lambda v: 0))],
    "align_pick_boolean": [("align_pick_boolean(n = n)", over("n", lambda v: True))],
}
GROUPS: dict[str, Callable[[Row], bool]] = {
    "TRUE": lambda row: True,
    "b": lambda row: row.b is True,
    "NOT b": lambda row: row.b is False,
    "id = 1": lambda row: row.id == 1,
    "id >= 9": lambda row: row.id >= 9,
    "id = 9": lambda row: row.id == 9,
    "FALSE": lambda row: False,
}


def test_no_aggregate_is_forgotten() -> None:
    assert {name for name, function in REGISTRY.items() if function.kind == "aggregate"} == set(AGGREGATES)


@pytest.mark.parametrize("name", sorted(AGGREGATES))
def test_aggregate(engine: Engine, name: str) -> None:
    for text, truth in AGGREGATES[name]:
        written = sql(engine.dialect, text)
        for condition, chosen in GROUPS.items():
            ((found,),) = engine.rows(f"SELECT {written} AS x FROM r WHERE {condition}")
            expected = truth([row for row in ROWS if chosen(row)])
            agree(found, expected, type_of(text), f"{text} where {condition}: {written}")


@pytest.mark.parametrize("name", sorted(AGGREGATES))
def test_filtered_aggregate(engine: Engine, name: str) -> None:
    """A filter inside the aggregate chooses the same rows as WHERE does."""
    target = load(engine.dialect)
    for text, truth in AGGREGATES[name]:
        aggregate = filtered(tree(text), sqlglot.parse_one("b", read="duckdb"))  # type: ignore[arg-type]
        written = target.translate(aggregate).sql(target.answers.sqlglot)
        ((found,),) = engine.rows(f"SELECT {written} AS x FROM r")
        agree(found, truth([row for row in ROWS if row.b]), type_of(text), written)


@pytest.mark.parametrize("name", sorted(AGGREGATES))
def test_duplicates(engine: Engine, name: str) -> None:
    """``duplicates_matter`` is false exactly where a doubled table changes nothing."""
    for text, truth in AGGREGATES[name]:
        ((found,),) = engine.rows(
            f"SELECT {sql(engine.dialect, text)} AS x FROM (SELECT * FROM r UNION ALL SELECT * FROM r) AS r"
        )
        if not REGISTRY[name].duplicates_matter:
            agree(found, truth(list(ROWS)), type_of(text), text)


def test_aggregates_that_exist_over_groups_only() -> None:
    """BigQuery has percentiles as window functions: a window call, then any of its values."""
    target = load("bigquery")
    template = target.template("median", 1)
    assert template.over_group is not None
    window = template.over_group([sqlglot.parse_one("x")])
    assert window.sql("bigquery") == "PERCENTILE_CONT(CAST(x AS FLOAT64), 0.5) OVER ()"
    assert template.build([sqlglot.parse_one("state")]).sql("bigquery") == "ANY_VALUE(state)"
    assert load("duckdb").template("median", 1).over_group is None


def test_a_filter_on_count_rows() -> None:
    assert filtered(call("count_rows"), sqlglot.parse_one("a")).sql() == "COUNT(CASE WHEN a THEN 1 END)"
