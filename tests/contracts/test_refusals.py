"""What an author cannot mean everywhere is refused, with its place and a reason."""

from __future__ import annotations

import pytest
import sqlglot

from semantic.dialect import load
from semantic.expr.canonical import Misfit, canonical, canonical_statement
from semantic.faults import SemanticError
from tests.contracts.authoring import in_table, read, type_of

REFUSED = {
    "coalesc(i, 0)": "'coalesc' is no function that every dialect has. Did you mean 'coalesce'?",
    "frobnicate(i)": "'frobnicate' is no function that every dialect has.",
    "random()": "is no function",
    "generate_series(1, 2)": "is no function",
    "pg_sleep(1)": "is no function",
    "read_csv('x')": "is no function",
    "sum(i) over (partition by j)": "A window function (OVER) is not supported here.",
    "row_number() over (order by i)": "A window function (OVER) is not supported here.",
    "(select 1)": "A subquery is not supported here.",
    "exists(select 1)": "EXISTS is not supported here.",
    "i in (select 1)": "IN over anything but a list is not supported here.",
    "r.*": "'*' is not supported here.",
    "[1, 2]": "A list is not supported here.",
    "{'a': 1}": "A struct is not supported here.",
    "s[1]": "'[…]' is not supported here.",
    "x -> x + 1": "'->' is not supported here.",
    "(i, j)": "A tuple is not supported here.",
    "$1": "A placeholder is not supported here.",
    "?": "A placeholder is not supported here.",
    "s like 'a!%' escape '!'": "LIKE … ESCAPE is not supported here.",
    r"s like 'a\%'": "A backslash in a LIKE pattern is not supported here.",
    "s similar to 'a'": "SIMILAR TO is not supported here.",
    "i & 1": "'&' is not supported here.",
    "interval '1 day'": "An INTERVAL that is not added to a date is not supported here.",
    "t - u": "This arithmetic with dates or timestamps is not supported here.",
    "d + '1 day'": "This arithmetic with dates or timestamps is not supported here.",
    "d * 2": "'d' is of type date, where a number is needed.",
    "s + 1": "'s' is of type text, where a number is needed.",
    "-b": "'b' is of type boolean, where a number is needed.",
    "i and b": "'i' is of type integer, where a condition is needed.",
    "case when i then 1 end": "'i' is of type integer, where a condition is needed.",
    "case when b then 1 else 'x' end": "Values of different kinds meet: number and text.",
    "s = 1": "Values of different kinds meet: number and text.",
    "d = 1": "Values of different kinds meet: date or timestamp and number.",
    "d > 'yesterday'": "Values of different kinds meet: date or timestamp and text.",
    "coalesce(i, 'none')": "Values of different kinds meet: number and text.",
    "i in (1, 'a')": "Values of different kinds meet: number and text.",
    "lower(i)": "'i' is of type integer, where text is needed.",
    "sum(s)": "'s' is of type text, where a number is needed.",
    "avg(d)": "'d' is of type date, where a number is needed.",
    "bool_and(i)": "'i' is of type integer, where a boolean is needed.",
    "left(s, m)": "'m' is of type decimal, where an integer is needed.",
    "f % 2": "'f' is of type float, where an integer or a decimal is needed.",
    "year(s)": "'s' is of type text, where a date or timestamp is needed.",
    "date_trunc('month', i)": "'i' is of type integer, where a date or timestamp is needed.",
    "date_trunc('month', q)": "The type of 'q' is not known, and the calendar depends on it.",
    "date_trunc('fortnight', d)": "date_trunc to 'fortnight' is not supported here.",
    "extract(epoch from t)": "The date part 'epoch' is not supported here.",
    "date_diff('week', d, e)": "date_diff('week', …) does not mean the same in every dialect.",
    "dayofweek(d)": "dayofweek does not mean the same in every dialect.",
    "strftime(d, '%j')": "The date format '%j' is not supported here.",
    "percentile_cont(n) within group (order by j)": "A percentile of anything but a number from 0 to 1",
    "quantile_cont(j, 1.5)": "A percentile of anything but a number from 0 to 1",
    "string_agg(s, ',' order by i)": "Another order in string_agg is not supported here.",
    "max(i, 3)": "A second argument in max is not supported here.",
    "first(i)": "is no function",
    "mode(i)": "is no function",
    "cast(s as blob)": "A cast to VARBINARY is not supported here.",
    "cast(i as struct(a int))": "A cast to STRUCT is not supported here.",
    "substring(s, 0, 2)": "A substring that starts before 1 does not mean the same in every dialect.",
    "left(s, -1)": "left with a negative number does not mean the same in every dialect.",
    "right(s, -2)": "right with a negative number does not mean the same in every dialect.",
    "split_part(s, '-', 0)": "split_part at '' or of a part before the first does not mean the same",
    "split_part(s, '-', -1)": "split_part at '' or of a part before the first does not mean the same",
    "split_part(s, '', 1)": "split_part at '' or of a part before the first does not mean the same",
    "'f=' || f": "The text of a float does not mean the same in every dialect.",
    "cast(f as text)": "The text of a float does not mean the same in every dialect.",
    "concat(i, avg(j))": "The text of a float does not mean the same in every dialect.",
    "round(m, n)": "A number of digits that is not written out is not supported here.",
    "regexp_matches(s, 'a', 'x')": "This option of regexp_matches is not supported here.",
    "safe_divide(i)": "",
    "trunc_month_date(d)": "is no function",
    "align_pick(i)": "is no function",
    "days_between(d)": "'days_between' is called with 1 arguments.",
    "count(i, j)": "More than one column without DISTINCT in count is not supported here.",
    "min(i) filter (where i)": "'i' is of type integer, where a condition is needed.",
    "(i + j) filter (where b)": "",
    "s collate nocase": "COLLATE is not supported here.",
}


@pytest.mark.parametrize(("text", "message"), list(REFUSED.items()))
def test_what_is_refused(text: str, message: str) -> None:
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except sqlglot.errors.ParseError:
        assert not message
        return
    with pytest.raises(Misfit) as caught:
        canonical(tree, type_of, {})
    assert message in "; ".join(f"{fault.message} {fault.hint}" for fault, _ in caught.value.pairs)


def test_text_with_a_length_is_refused_where_it_would_cut() -> None:
    with pytest.raises(Misfit, match="A text type with a length is not supported here"):
        read("cast(s as varchar(3))", "postgres")


def test_all_faults_of_a_tree_with_their_nodes() -> None:
    text = "frob(i) + nope(j) * sum(s)"
    with pytest.raises(Misfit) as caught:
        read(text)
    starts = [node.meta["start"] for _, node in caught.value.pairs]
    assert starts == [text.index("frob"), text.index("nope"), text.index("sum")]


@pytest.mark.parametrize(
    ("dialect", "call"), [("duckdb", "corr(j, n)"), ("postgres", "median(j)"), ("bigquery", "median(j)")]
)
def test_an_aggregate_that_is_no_window_function_of_a_target_is_a_fault(dialect: str, call: str) -> None:
    text = f"SELECT {call} OVER (PARTITION BY b) AS x FROM r"
    tree = canonical_statement(sqlglot.parse_one(text, read="duckdb"), in_table, {})
    with pytest.raises(SemanticError, match=f"cannot be written for {dialect}"):
        load(dialect).translate(tree)


def test_a_missing_function_of_a_target_is_a_fault() -> None:
    tree = read("regexp_replace(s, 'a', 'b')")
    with pytest.raises(SemanticError, match="cannot be written for bigquery: BigQuery replaces every match"):
        load("bigquery").translate(tree)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_csv('x.csv')",
        "SELECT * EXCLUDE (a) FROM r",
        "SELECT b, sum(i) FROM r GROUP BY ALL",
        "SELECT b, sum(i) FROM r GROUP BY ROLLUP (b)",
        "SELECT DISTINCT ON (b) b, i FROM r",
        "SELECT * FROM r ASOF JOIN s ON r.t >= s.t",
        "SELECT * FROM r NATURAL JOIN s",
        "SELECT * FROM r QUALIFY row_number() OVER (ORDER BY i) = 1",
        "SELECT * FROM r, UNNEST([1, 2])",
        "SELECT * FROM r TABLESAMPLE 10%",
        "SELECT * FROM (VALUES (1)) AS v(x)",
        "SELECT frob(i) FROM r",
        "SELECT * FROM r UNION BY NAME SELECT * FROM r",
        "INSERT INTO r SELECT * FROM r",
        "DROP TABLE r",
        "SELECT * FROM r FOR UPDATE",
        "PIVOT r ON b USING sum(i)",
        "SELECT i FROM r LIMIT 10%",
        "SELECT sum(i ORDER BY j) FROM r",
    ],
)
def test_statements_that_are_refused(text: str) -> None:
    with pytest.raises(Misfit):
        canonical_statement(sqlglot.parse_one(text, read="duckdb"), in_table, {})
