"""What becomes of an author's words: the canonical tree, and what a dialect is given."""

from __future__ import annotations

import pytest
from sqlglot import exp

from semantic.functions import REGISTRY
from tests.contracts.authoring import read, written
from tests.contracts.expressions import AGGREGATES, ROW_EXPRESSIONS


@pytest.mark.parametrize(
    "text", [text for texts in (*ROW_EXPRESSIONS.values(), AGGREGATES) for text in texts]
)
def test_only_calls_of_the_registry_remain(text: str) -> None:
    for node in read(text).walk():
        assert not isinstance(node, exp.Paren)
        if isinstance(node, exp.Func) and not isinstance(node, (exp.Case, exp.If, exp.Cast, exp.And, exp.Or)):
            assert isinstance(node, exp.Anonymous), type(node)
            assert node.this in REGISTRY


# --- deliberate differences -------------------------------------------------------------------------

OURS = {
    "i / j": "CAST(i AS DOUBLE) / NULLIF(j, 0)",
    "i / 4": "CAST(i AS DOUBLE) / 4",
    "sum(i) / sum(j) / 2": "CAST(SUM(i) AS DOUBLE) / NULLIF(SUM(j), 0) / 2",
    "(i + j) / (m - n)": "CAST(i + j AS DOUBLE) / NULLIF(m - n, 0)",
    "i * (j / n)": "i * (CAST(j AS DOUBLE) / NULLIF(n, 0))",
    "i // j": "i // NULLIF(j, 0)",
    "i % j": "MOD(i, NULLIF(j, 0))",
    "current_date": "CAST(NOW() AT TIME ZONE 'Asia/Seoul' AS DATE)",
    "d < current_date - 30": "d < CAST(NOW() AT TIME ZONE 'Asia/Seoul' AS DATE) - 30",
    "now()": "NOW()",
    "local_date(z)": "CAST(z AT TIME ZONE 'Asia/Seoul' AS DATE)",
    "local_date(t)": "CAST(t AS DATE)",
    "local_date(d)": "d",
    "local_timestamp(z)": "z AT TIME ZONE 'Asia/Seoul'",
    "date_trunc('month', t)": "CAST(DATE_TRUNC('month', t) AS DATE)",
    "date_trunc('day', d)": "d",
    "d + interval '1 month'": "CAST(d + INTERVAL 1 MONTH AS DATE)",
    "greatest(i, j)": "CASE WHEN i IS NOT NULL AND j IS NOT NULL THEN GREATEST(i, j) END",
    "count(distinct (j, b))": "COUNT(DISTINCT CASE WHEN j IS NOT NULL AND b IS NOT NULL THEN (j, b) END)",
    "count(distinct j, b)": "COUNT(DISTINCT CASE WHEN j IS NOT NULL AND b IS NOT NULL THEN (j, b) END)",
    "greatest(i, 0)": "CASE WHEN i IS NOT NULL THEN GREATEST(i, 0) END",
    "i / nullif(j, 0)": "CAST(i AS DOUBLE) / NULLIF(j, 0)",
    "power(i, 2)": "POWER(i, 2)",
    "cast(f as bigint)": "CAST(ROUND(f) AS BIGINT)",
    "i * 1e2": "i * CAST(1e2 AS DOUBLE)",
    "s || d": "s || CAST(d AS TEXT)",
    "concat('a', s)": "CONCAT('a', s)",
    "d + n": "d + CAST(n AS INT)",
    "iff(b, 1, 0)": "CASE WHEN b THEN 1 ELSE 0 END",
    "day_of_week(d)": "ISODOW(d)",
    "months_between(d, e)": "DATE_DIFF('month', d, e)",
    "days_between(z, d)": "DATE_DIFF('day', CAST(z AT TIME ZONE 'Asia/Seoul' AS DATE), d)",
    "z >= '2024-01-01'": "z >= CAST('2024-01-01 00:00:00' AS TIMESTAMP) AT TIME ZONE 'Asia/Seoul'",
    "safe_divide(i, j)": "CAST(i AS DOUBLE) / NULLIF(j, 0)",
    "sum(j) filter (where b)": "SUM(CASE WHEN b THEN j END)",
    "count(*) filter (where b)": "COUNT(CASE WHEN b THEN 1 END)",
    "i is not null": "i IS NOT NULL",
    '"Odd name" + 1': '"Odd name" + 1',
    '"order" + 1': '"order" + 1',
}


@pytest.mark.parametrize(("text", "expected"), list(OURS.items()))
def test_what_is_written(text: str, expected: str) -> None:
    assert written("duckdb", text) == expected


IN_DIALECTS = {
    ("bigquery", "m * 1.5"): "m * NUMERIC '1.5'",
    ("bigquery", "m * 0.12345678901"): "m * BIGNUMERIC '0.12345678901'",
    (
        "bigquery",
        "concat(s, '-', i)",
    ): "CONCAT(COALESCE(CAST(s AS STRING), ''), '-', COALESCE(CAST(i AS STRING), ''))",
    ("postgres", "s || d"): "s || TO_CHAR(CAST(d AS TIMESTAMP), 'YYYY-MM-DD')",
    ("postgres", "s || m"): "s || CAST(TRIM_SCALE(m) AS TEXT)",
    ("snowflake", "s || d"): "s || TO_CHAR(d, 'YYYY-MM-DD')",
}


@pytest.mark.parametrize(("dialect", "text"), IN_DIALECTS)
def test_what_is_written_in_dialects(dialect: str, text: str) -> None:
    assert written(dialect, text) == IN_DIALECTS[dialect, text]


BY_DIALECT = {
    "postgres": {
        "to_char(d, 'YYYY-MM')": "format_year_month(d)",
        "date_part('year', d)": "year_of(d)",
        "now() at time zone 'UTC'": "to_local(now_instant(), 'UTC')",
        "i / j": "safe_divide(i, j)",
        "d + 3": "add_days_date(d, 3)",
        "date_trunc('week', d)": "trunc_week_monday_date(d)",
        "s ~ 'a'": "regexp_matches(s, 'a')",
    },
    "bigquery": {
        "DATE_TRUNC(d, WEEK(MONDAY))": "trunc_week_monday_date(d)",
        "DATE_TRUNC(d, WEEK)": "trunc_week_sunday_date(d)",
        "DATE_TRUNC(d, ISOWEEK)": "trunc_week_monday_date(d)",
        "DATE_DIFF(d, e, MONTH)": "months_between(e, d)",
        "DATE_DIFF(d, e, WEEK)": "weeks_between_sunday(e, d)",
        "DATE_ADD(d, INTERVAL 3 MONTH)": "add_months_date(d, 3)",
        "DATE_SUB(d, INTERVAL 3 MONTH)": "add_months_date(d, -3)",
        "DATE(z, 'Asia/Seoul')": "date_of_timestamp(to_local(z, 'Asia/Seoul'))",
        "EXTRACT(ISOWEEK FROM d)": "week_of_year(d)",
        "FORMAT_DATE('%Y-%m', d)": "format_year_month(d)",
        "COUNTIF(b)": "count(case when b then 1 end)",
        "SAFE_DIVIDE(i, j)": "safe_divide(i, j)",
        "LOG(f)": "ln(f)",
        "LOG10(f)": "log10(f)",
        "CURRENT_DATE('UTC')": "today('UTC')",
        "STRING_AGG(s)": "string_agg(s, ',')",
        "CONCAT(s, p)": "s || p",
    },
    "snowflake": {
        "DATEADD(month, -3, d)": "add_months_date(d, -3)",
        "DATEDIFF(day, d, e)": "days_between(d, e)",
        "CONVERT_TIMEZONE('UTC', z)": "to_local(z, 'UTC')",
        "IFF(b, 1, 0)": "case when b then 1 else 0 end",
        "DAYOFWEEKISO(d)": "day_of_week(d)",
        "BOOLOR_AGG(b)": "bool_or(b)",
        "LISTAGG(s, ',') WITHIN GROUP (ORDER BY s)": "string_agg(s, ',')",
        "LEFT(s, 2)": "left(s, 2)",
        "SPLIT_PART(s, '-', 2)": "split_part(s, '-', 2)",
        "t::date": "date_of_timestamp(t)",
        "ZEROIFNULL(i)": "case when i is null then 0 else i end",
    },
}


@pytest.mark.parametrize(
    ("authoring", "text", "expected"),
    [(name, text, expected) for name, cases in BY_DIALECT.items() for text, expected in cases.items()],
)
def test_other_authoring_dialects(authoring: str, text: str, expected: str) -> None:
    assert read(text, authoring).sql(normalize_functions="lower").lower() == expected.lower()
