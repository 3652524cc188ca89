"""What every aggregate gives over some rows, computed in Python with exact fractions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from tests.contracts.rows import Row

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
        ("sum(f)", over("f", lambda v: float(sum(map(Fraction, v))))),
    ],
    "total_count": [("total_count(n)", over("n", sum))],
    "sum_distinct": [("sum_distinct(j)", over("j", lambda v: sum(set(v))))],
    "count": [("count(s)", lambda r: len(given(r, "s"))), ("count(e)", lambda r: len(given(r, "e")))],
    "count_rows": [("count_rows()", len)],
    "count_distinct": [
        (f"count_distinct({column})", lambda r, column=column: len(set(given(r, column))))
        for column in "jpbez"
    ],
    "count_distinct_tuple": [
        ("count_distinct_tuple(j, b)", lambda r: len(set(given(r, "j", "b")))),
        ("count_distinct_tuple(d, t, z)", lambda r: len(set(given(r, "d", "t", "z")))),
        ("count_distinct_tuple(e, s, m)", lambda r: len(set(given(r, "e", "s", "m")))),
    ],
    "avg": [
        ("avg(i)", over("i", lambda v: float(mean(v)))),
        ("avg(m)", over("m", lambda v: float(mean(v)))),
        ("avg(f)", over("f", lambda v: float(mean(v)))),
    ],
    "avg_distinct": [("avg_distinct(j)", over("j", lambda v: float(mean(set(v)))))],
    "min": [("min(d)", over("d", min)), ("min(s)", over("s", min)), ("min(m)", over("m", min))],
    "max": [("max(t)", over("t", max)), ("max(s)", over("s", max)), ("max(z)", over("z", max))],
    "median": [
        ("median(m)", over("m", lambda v: continuous(v, Fraction(1, 2)))),
        ("median(j)", over("j", lambda v: continuous(v, Fraction(1, 2)))),
        ("median(f)", over("f", lambda v: continuous(v, Fraction(1, 2)))),
    ],
    "percentile_cont": [
        ("percentile_cont(m, 0.25)", over("m", lambda v: continuous(v, QUARTER))),
        ("percentile_cont(n, 0.9)", over("n", lambda v: continuous(v, Fraction(9, 10)))),
        ("percentile_cont(n, 0)", over("n", lambda v: float(min(v)))),
        ("percentile_cont(n, 1)", over("n", lambda v: float(max(v)))),
    ],
    "percentile_disc": [
        ("percentile_disc(m, 0.25)", over("m", lambda v: discrete(v, QUARTER))),
        ("percentile_disc(d, 0.5)", over("d", lambda v: discrete(v, Fraction(1, 2)))),
        ("percentile_disc(d, 0)", over("d", min)),
        ("percentile_disc(d, 1)", over("d", max)),
    ],
    "approx_percentile": [
        ("approx_percentile(n, 0)", over("n", lambda v: float(min(v)))),
        ("approx_percentile(n, 1)", over("n", lambda v: float(max(v)))),
        ("approx_percentile(m * 0, 0.25)", over("m", lambda v: 0.0)),
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
        ("arg_max(d, t)", lambda r: best(r, "d", "t", max)),
    ],
    "arg_min": [
        ("arg_min(s, m)", lambda r: best(r, "s", "m", min)),
        ("arg_min(m, z)", lambda r: best(r, "m", "z", min)),
    ],
    "align_pick": [("align_pick(n * 0)", over("n", lambda v: 0))],
    "align_pick_boolean": [("align_pick_boolean(n = n)", over("n", lambda v: True))],
}
#: Conditions in SQL and in Python.
CONDITIONS: dict[str, Callable[[Row], bool]] = {
    "TRUE": lambda row: True,
    "b": lambda row: row.b is True,
    "id = 1": lambda row: row.id == 1,
    "id = 9": lambda row: row.id == 9,
    "FALSE": lambda row: False,
}
