"""Every aggregate, grouped, filtered, and beside other facts; division; metrics upon metrics."""

from __future__ import annotations

from datetime import date
from math import sqrt

import pytest

from tests.promises.conftest import Open

PROJECT = """
name: numbers
models:
  - name: points
    source: points
    primary_key: id
    time: day
    dimensions: [kind, day, flag, word, x]
metrics:
"""
POINTS = """
    id integer | kind text | x integer | y decimal | flag boolean | word text | day date
    1          | a         | 1         | 2         | true         | pear      | 2024-01-01
    2          | a         | 2         | 4         | true         | fig       | 2024-01-02
    3          | a         | 4         | 5         | false        | fig       | 2024-01-03
    4          | b         | 7         | 1         | true         |           | 2024-01-04
    5          | b         |           | 3         |              | date      |
    """

# Over a: x = 1, 2, 4 and y = 2, 4, 5, so mean 7/3 and 11/3; over b: one pair (7, 1).
SQUARES = (1 - 7 / 3) ** 2 + (2 - 7 / 3) ** 2 + (4 - 7 / 3) ** 2
PRODUCTS = (1 - 7 / 3) * (2 - 11 / 3) + (2 - 7 / 3) * (4 - 11 / 3) + (4 - 7 / 3) * (5 - 11 / 3)
OTHERS = (2 - 11 / 3) ** 2 + (4 - 11 / 3) ** 2 + (5 - 11 / 3) ** 2

AGGREGATES = [
    ("sum(x)", 7, 7),
    ("count(*)", 3, 2),
    ("count(x)", 3, 1),
    ("count(distinct x)", 3, 1),
    ("count(distinct word)", 2, 1),
    ("avg(x)", 7 / 3, 7.0),
    ("avg(y)", 11 / 3, 2.0),
    ("min(x)", 1, 7),
    ("max(y)", 5, 3),
    ("min(word)", "fig", "date"),
    ("max(day)", date(2024, 1, 3), date(2024, 1, 4)),
    ("median(x)", 2.0, 7.0),
    ("median(y)", 4.0, 2.0),
    ("percentile_cont(0.25) within group (order by x)", 1.5, 7.0),
    ("percentile_disc(0.5) within group (order by x)", 2, 7),
    ("stddev(x)", sqrt(SQUARES / 2), None),
    ("stddev_samp(x)", sqrt(SQUARES / 2), None),
    ("stddev_pop(x)", sqrt(SQUARES / 3), 0.0),
    ("variance(x)", SQUARES / 2, None),
    ("var_pop(x)", SQUARES / 3, 0.0),
    ("covar_pop(x, y)", PRODUCTS / 3, 0.0),
    ("covar_samp(x, y)", PRODUCTS / 2, None),
    ("corr(x, y)", PRODUCTS / sqrt(SQUARES * OTHERS), None),
    ("bool_and(flag)", False, True),
    ("bool_or(flag)", True, True),
    ("approx_count_distinct(x)", 3, 1),
    ("string_agg(word, '+')", "fig+fig+pear", "date"),
    ("string_agg(distinct word, '+')", "fig+pear", "date"),
    ("arg_max(word, x)", "fig", None),
    ("sum(distinct x)", 7, 7),
    ("sum(case when flag then x else -x end)", 1 + 2 - 4, 7),
    ("sum(x) filter (where flag)", 3, 7),
    ("count(*) filter (where word = 'fig')", 2, 0),
    ("sum(x) - 10", -3, -3),
    ("-sum(x)", -7, -7),
    ("sum(-x)", -7, -7),
    ("sum(x) / count(*)", 7 / 3, 3.5),
    ("sum(x) / (count(*) - 3)", None, -7.0),
    ("max(x) // 3", 1, 2),
    ("sum(x) % 3", 1, 1),
    ("coalesce(stddev(x), 0)", sqrt(SQUARES / 2), 0.0),
    ("round(avg(y), 2)", 3.67, 2.0),
    ("case when count(*) > 2 then 'many' else 'few' end", "many", "few"),
]
ALL = {sql: (a, b) for sql, a, b in AGGREGATES}


def _metric(sql: str, more: str = "") -> str:
    return f"""{PROJECT}
  - {{name: m, model: points, sql: "{sql}"{more}}}
  - {{name: n, model: points, sql: count(*)}}
"""


@pytest.mark.parametrize("sql", ALL)
def test_aggregates_grouped(shop: Open, sql: str) -> None:
    a, b = ALL[sql]
    shop(_metric(sql), points=POINTS).check("m", by=["points.kind"], rows=[("a", a), ("b", b)])


@pytest.mark.parametrize("sql", ALL)
def test_aggregates_filtered_beside_unfiltered(shop: Open, sql: str) -> None:
    a, _ = ALL[sql]
    # the filter leaves group a as it is, and nothing of group b
    asked = shop(_metric(sql, ", filter: kind = 'a'"), points=POINTS)
    rows = asked.ask("m", "n", by=["points.kind"])
    assert [row[2] for row in rows] == [3, 2]
    asked.check("m", rows=[(a,)])


OTHERS_TOO = """
  - {name: kinds, source: kinds, primary_key: kind, dimensions: [kind]}
  - {name: others, source: others, primary_key: id, joins: [{to: kinds, on: kind}]}
  - {name: more, source: others, primary_key: id, joins: [{to: kinds, on: kind}]}
metrics:
  - {name: others, model: others, sql: count(*)}
  - {name: more, model: more, sql: sum(id)}
"""
#: What stands in a group without a row, where that is not NULL.
NOTHING = {
    "case when count(*) > 2 then 'many' else 'few' end": "few",
    "coalesce(stddev(x), 0)": 0.0,
} | {sql: 0 for sql in ALL if sql.startswith(("count", "approx"))}


@pytest.mark.parametrize("sql", ALL)
def test_aggregates_across_three_facts(shop: Open, sql: str) -> None:
    """Each beside two other facts, so that its column is NULL in their rows, in a type that fits."""
    joined = PROJECT.replace("    time: day\n", "    time: day\n    joins: [{to: kinds, on: kind}]\n")
    project = (
        joined.replace("metrics:\n", OTHERS_TOO.lstrip("\n"))
        + f'  - {{name: m, model: points, sql: "{sql}"}}\n'
    )
    others, kinds = "id integer | kind text\n5 | b\n6 | c", "kind text\na\nb\nc"
    asked = shop(project, points=POINTS, others=others, kinds=kinds)
    a, b = ALL[sql]
    rows = [("a", 0, a, None), ("b", 1, b, 5), ("c", 1, NOTHING.get(sql), 6)]
    asked.check("others", "m", "more", by=["kinds.kind"], rows=rows)


def test_aggregates_over_no_rows(shop: Open) -> None:
    sums = "  - {name: s, model: points, sql: sum(x)}\n  - {name: r, sql: s / m}\n"
    asked = shop(_metric("count(distinct x)") + sums, points=POINTS)
    asked.check("m", "n", "s", "r", where="points.kind = 'z'", rows=[(0, 0, None, None)])


def test_count_distinct_of_several_columns_leaves_out_nulls(shop: Open) -> None:
    # (1, pear), (2, fig), (4, fig) are whole; (7, NULL) and (NULL, date) are not
    asked = shop(_metric("count(distinct (x, word))"), points=POINTS)
    asked.check("m", rows=[(3,)])
    asked = shop(_metric("count(distinct (kind, flag))"), points=POINTS)
    asked.check("m", by=["points.kind"], rows=[("a", 2), ("b", 1)])


@pytest.mark.parametrize("sql", ["sum(x) / sum(y)", "sum(x) / nullif(sum(y), 0)", "sum(x) / sum(y) / 1"])
def test_ratio_is_sum_over_sum(shop: Open, sql: str) -> None:
    asked = shop(_metric(sql), points=POINTS)
    asked.check("m", rows=[(14 / 15,)])
    asked.check("m", by=["points.kind"], rows=[("a", 7 / 11), ("b", 7 / 4)])


def test_ratio_by_zero_is_null(shop: Open) -> None:
    asked = shop(_metric("sum(x) / sum(x - x)"), points=POINTS)
    asked.check("m", rows=[(None,)])
    asked.check("m", by=["points.kind"], rows=[("a", None), ("b", None)])


def test_ratio_of_integers_keeps_its_fraction(shop: Open) -> None:
    asked = shop(_metric("count(*) / 2"), points=POINTS)
    asked.check("m", rows=[(2.5,)])
    asked = shop(_metric("sum(x / 2)"), points=POINTS)
    asked.check("m", rows=[(7.0,)])
    asked = shop(_metric("avg(x / 0)"), points=POINTS)
    asked.check("m", rows=[(None,)])


def test_whole_division_and_remainder_by_zero_are_null(shop: Open) -> None:
    asked = shop(_metric("sum(x // (x - x))"), points=POINTS)
    asked.check("m", rows=[(None,)])
    asked = shop(_metric("sum(x) % 0"), points=POINTS)
    asked.check("m", rows=[(None,)])


def test_ratio_of_metrics_to_any_depth(shop: Open) -> None:
    deeper = """
  - {name: one, model: points, sql: sum(x)}
  - {name: two, sql: one / n}
  - {name: three, sql: two * 100 - one}
  - {name: four, sql: "case when three > 0 then three / two else 0 end"}
  - {name: five, sql: (four + n) / (one - one)}
  - {name: six, sql: 'coalesce(five, -1) * -two'}
"""
    asked = shop(_metric("sum(y)") + deeper, points=POINTS)
    two, three = 14 / 5, 14 / 5 * 100 - 14
    asked.check("six", "five", "four", "three", "two", "m", rows=[(two, None, three / two, three, two, 15)])


def test_precedence_survives_substitution(shop: Open) -> None:
    signs = """
  - {name: s, sql: m - n}
  - {name: t, sql: 2 * s}
  - {name: u, sql: n - s}
  - {name: v, sql: -s}
  - {name: w, sql: n / s * 2}
  - {name: z, sql: s between 0 and 9}
"""
    asked = shop(_metric("sum(x)") + signs, points=POINTS)
    asked.check("s", "t", "u", "v", "w", "z", rows=[(9, 18, -4, -9, 5 / 9 * 2, True)])


def test_negative_sums_and_zeros_are_values(shop: Open) -> None:
    points = POINTS.replace("| 7         |", "| -7        |")
    asked = shop(_metric("sum(x)"), points=points)
    asked.check("m", by=["points.kind"], rows=[("a", 7), ("b", -7)])
    asked.check("m", rows=[(0,)])


def test_boolean_and_text_dimensions(shop: Open) -> None:
    project = _metric("sum(x)").replace("word, x]", 'word, x, {name: big, sql: "x > 2"}]')
    asked = shop(project, points=POINTS)
    asked.check("n", by=["points.big"], rows=[(False, 2), (True, 2), (None, 1)])
    asked.check("n", where="points.big", rows=[(2,)])
    asked.check("n", where="not points.big", rows=[(2,)])
    asked.check("n", where="points.big is null", rows=[(1,)])
    asked.check("n", where="points.word like '%e%' and points.flag", rows=[(1,)])
