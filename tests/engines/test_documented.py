"""The lists of documented functions, and what is held against them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.engines import Engine
from tests.engines.calls import calls
from tests.engines.documented import documentation, undocumented
from tests.engines.test_lies import TABLES
from tests.engines.words import NoWordError, words

DIALECTS = ("bigquery", "snowflake")
KINDS = {"scalar", "aggregate", "window", "table"}
TYPES = {"integer", "decimal", "float", "text", "boolean", "date", "timestamp", "timestamptz"}
ROOT = Path(__file__).parents[2]

#: Documented statements over the tables of `test_lies`, which every check has to leave alone.
TAKEN = {
    "bigquery": """
        SELECT DATE_TRUNC(day, WEEK(MONDAY)) AS x FROM orders
        SELECT DATE_DIFF(day, DATE '2024-01-01', ISOWEEK) AS x, EXTRACT(DAYOFWEEK FROM day) AS y FROM orders
        SELECT DATE_ADD(day, INTERVAL 1 MONTH) AS x, LAST_DAY(day) AS y FROM orders
        SELECT ARRAY_AGG(status IGNORE NULLS ORDER BY id DESC LIMIT 1)[SAFE_OFFSET(0)] AS x FROM orders
        SELECT STRING_AGG(DISTINCT status, ',' ORDER BY status) AS x FROM orders
        SELECT SUM(total) OVER (ORDER BY id NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM orders
        SELECT SUM(total) OVER (ORDER BY id) AS x, RANK() OVER (ORDER BY id NULLS LAST) AS y FROM orders
        SELECT PERCENTILE_CONT(total, 0.5) OVER (PARTITION BY paid) AS x FROM orders
        SELECT COUNT(DISTINCT TO_JSON_STRING(STRUCT(id, status))) AS x FROM orders
        SELECT period FROM UNNEST(GENERATE_DATE_ARRAY('2024-01-01', '2024-02-01', INTERVAL 1 WEEK)) AS period
        SELECT SPLIT(status, 'e')[SAFE_ORDINAL(1)] AS x, CAST(id AS STRING) AS y FROM orders
        SELECT CURRENT_DATE('Asia/Seoul') IS NULL AS x, DATETIME(made, 'UTC') AS y FROM lines
        SELECT id FROM orders WHERE NOT EXISTS(SELECT 1 FROM lines WHERE order_id = id AND amount > 3) OR paid
        SELECT o.id, amount FROM orders AS o LEFT JOIN lines ON order_id = o.id AND (amount > o.total OR paid)
        SELECT o.id, l.* FROM orders AS o FULL JOIN lines AS l ON l.order_id = o.id
        SELECT 1 AS x FROM orders JOIN lines ON order_id < id
        WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r
        SELECT COALESCE(status, "it's") AS x, r'\\d' AS y, 'a\\'b' AS z, `City` FROM orders
        SELECT paid, SUM(total) AS x FROM orders GROUP BY ALL HAVING x > 1 ORDER BY x DESC LIMIT 3
        """,
    "snowflake": """
        SELECT DATE_TRUNC('month', day), DATEADD(WEEK, 1, day), DATEDIFF(QUARTER, day, day) FROM orders
        SELECT LISTAGG(DISTINCT status, ',') WITHIN GROUP (ORDER BY status) AS x FROM orders
        SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY total), COUNT(DISTINCT id, status) FROM orders
        SELECT LAST_VALUE(status) IGNORE NULLS OVER (ORDER BY id NULLS LAST) AS x FROM orders
        SELECT SUM(total) OVER (ORDER BY id NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM orders
        SELECT id FROM orders QUALIFY ROW_NUMBER() OVER (PARTITION BY paid ORDER BY id ASC NULLS LAST) = 1
        SELECT paid, SUM(total) AS x FROM orders GROUP BY ALL HAVING x > 1 ORDER BY x DESC NULLS LAST LIMIT 3
        SELECT CAST(f.value AS INT) AS x FROM LATERAL FLATTEN(INPUT => ARRAY_GENERATE_RANGE(0, 3)) AS f
        SELECT id FROM orders WHERE NOT EXISTS(SELECT 1 FROM lines WHERE order_id = id AND line > 9) AND paid
        SELECT id FROM orders WHERE id IN (SELECT order_id FROM lines) AND NOT paid
        SELECT (SELECT MAX(amount) FROM lines) AS x, "City", total::DECIMAL(10, 2) AS y FROM orders
        SELECT id FROM orders WHERE total > (SELECT MAX(amount) FROM lines WHERE order_id = id)
        SELECT TO_DATE('2024-02-01', 'YYYY-MM-DD'), TO_CHAR(day, 'YYYY'), TRY_CAST(status AS INT) FROM orders
        SELECT BOOLOR_AGG(paid) AS x, MAX(CASE WHEN paid THEN 1 END) AS y FROM orders
        SELECT o.id, l.amount FROM orders AS o LEFT JOIN lines AS l ON l.order_id < o.id OR o.paid
        SELECT v.b FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b) WHERE v.a = 1
        WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r
        SELECT COALESCE(status, 'it''s') AS x, 'a\\\\d\\'' AS y FROM orders -- with FILTER (WHERE x)
        """,
}
#: Statements, and what is wrong with them.
WRONG = [
    ("snowflake", "SELECT f(1)", "F is no documented function"),
    ("snowflake", 'SELECT "f"(1)', '"f" is no documented function'),
    ("snowflake", "SELECT DATEADD(day, 1)", "DATEADD has 3 arguments, not 2"),
    ("snowflake", "SELECT DATEADD(FORTNIGHT, 1, day)", "DATEADD has no date part FORTNIGHT"),
    ("snowflake", "SELECT EXTRACT(WEEK FROM day)", "EXTRACT has no date part WEEK"),
    ("snowflake", "SELECT MEDIAN(DISTINCT x)", "MEDIAN has no DISTINCT"),
    ("snowflake", "SELECT SUM(*)", "SUM has no *"),
    ("snowflake", "SELECT SUM(x => 1)", "SUM has no named arguments"),
    ("snowflake", "SELECT PERCENTILE_CONT(0.5)", "PERCENTILE_CONT needs WITHIN GROUP"),
    ("snowflake", "SELECT SUM(x) WITHIN GROUP (ORDER BY x)", "SUM has no WITHIN GROUP"),
    ("snowflake", "SELECT ABS(x) OVER ()", "ABS has no OVER"),
    ("snowflake", "SELECT LAG(x)", "LAG needs OVER"),
    ("snowflake", "SELECT RANK() OVER (ORDER BY x NULLS LAST ROWS 1 PRECEDING)", "RANK has no frame"),
    ("snowflake", "SELECT SUM(x) IGNORE NULLS OVER ()", "SUM has no IGNORE NULLS after it"),
    ("snowflake", "SELECT TRANSFORM(a, x -> x + 1)", "TRANSFORM is no documented function"),
    ("snowflake", "SELECT CAST(x AS UINTEGER)", "UINTEGER is no documented type"),
    ("snowflake", "SELECT a // b", "// begins a comment"),
    ("snowflake", "SELECT 1; SELECT 2", "more than one statement"),
    ("snowflake", "SELECT `a`", "no snowflake token begins at '`a`'"),
    ("snowflake", "SELECT 'a", "no snowflake token begins at \"'a\""),
    ("snowflake", "SELECT SUM(x) OVER (ORDER BY y)", "DEFAULT_NULL_ORDERING"),
    ("bigquery", "SELECT GET(a, 1)", "GET is no documented function"),
    ("bigquery", "SELECT COUNT(a, b)", "COUNT has 1 arguments, not 2"),
    ("bigquery", "SELECT MIN(DISTINCT x)", "MIN has no DISTINCT"),
    ("bigquery", "SELECT SUM(x ORDER BY y)", "SUM has no ORDER BY"),
    ("bigquery", "SELECT ANY_VALUE(x LIMIT 1)", "ANY_VALUE has no LIMIT"),
    ("bigquery", "SELECT LAST_VALUE(x) IGNORE NULLS OVER (ORDER BY y)", "no IGNORE NULLS after it"),
    ("bigquery", "SELECT DATE_ADD(d, INTERVAL 1 HOUR)", "DATE_ADD has no date part HOUR"),
    ("bigquery", "SELECT CAST(x AS INT32)", "INT32 is no documented type"),
    ("bigquery", "SELECT 한국", "no bigquery token begins at '한국'"),
]  # fmt: skip


def taken() -> Iterator[tuple[str, str]]:
    for dialect, statements in TAKEN.items():
        for statement in statements.strip().splitlines():
            yield dialect, statement.strip()


@pytest.mark.parametrize(("dialect", "sql"), tuple(taken()))
def test_what_is_documented_is_taken(request: pytest.FixtureRequest, dialect: str, sql: str) -> None:
    engine: Engine = request.getfixturevalue(dialect)
    engine.load(TABLES)
    assert engine.rows(sql)


@pytest.mark.parametrize(("dialect", "sql", "fault"), WRONG)
def test_what_is_not_is_told(dialect: str, sql: str, fault: str) -> None:
    assert any(fault in found for found in undocumented(sql, dialect)), undocumented(sql, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_list_is_well_formed(dialect: str) -> None:
    known = documentation(dialect)
    assert len(known.functions) > 120
    for name, function in known.functions.items():
        assert name == name.upper()
        assert re.fullmatch(r"\d+(\.\.\d*)?", str(function.args)), name
        assert function.kind in KINDS
        assert {*function.part.values()} <= {*known.parts}
        assert {*function.takes.values()} <= TYPES | {"calendar"}
        assert {*function.refuses} <= TYPES
        assert known.url(name).startswith("https://")


def test_pages_are_named_after_functions() -> None:
    root = "https://docs.snowflake.com/en/sql-reference/functions/"
    assert documentation("snowflake").url("DATE_TRUNC") == f"{root}date_trunc"
    assert documentation("snowflake").url("DAYOFWEEKISO") == f"{root}year"
    assert documentation("bigquery").url("DATE_TRUNC").endswith("/standard-sql/date_functions#date_trunc")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_template_is_documented(dialect: str) -> None:
    """The templates as they stand in the dialect's file, whether or not any test fills them."""
    found = {name: undocumented(text, dialect) for name, text in templates(dialect)}
    assert len(found) > 120
    assert {name: faults for name, faults in found.items() if faults} == {}


def templates(dialect: str) -> Iterator[tuple[str, str]]:
    """Each template as a statement, its holes filled with a column ``x``."""
    raw = yaml.safe_load((ROOT / "dialects" / dialect / "dialect.yaml").read_text(encoding="utf-8"))
    for name, written in raw["functions"].items():
        texts = written.values() if isinstance(written, dict) else [written]
        if not isinstance(written, dict) or "never" not in written:
            body = " , ".join(text for text in texts)
            repeated = re.sub(r"\[([^\[\]|]*)\|([^\[\]]*)\]", r"\1\2\1", body)
            filled = re.sub(r":([a-z_]+)", "x", repeated)
            window = name.partition("(")[0] in WINDOWS
            yield name, filled if filled.startswith("SELECT") else f"SELECT {filled}{OVER if window else ''}"


WINDOWS = {"row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lag_by", "lead"}
WINDOWS |= {"lead_by", "first_value", "last_value"}
OVER = " OVER (ORDER BY x NULLS FIRST)"


def test_words_are_cut_as_the_vendors_say() -> None:
    assert [w.text for w in words("SELECT 'it''s -- no', \"a\"\"b\" /* x */ -- y", "snowflake")][1::2] == [
        "'it''s -- no'",
        '"a""b"',
    ]
    assert [w.text for w in words("SELECT 'a\\'b', r'\\d', '''c'd''' # e", "bigquery")][1::2] == [
        "'a\\'b'",
        "r'\\d'",
        "'''c'd'''",
    ]
    with pytest.raises(NoWordError):
        words("SELECT 'a\\'", "snowflake")


def test_calls_are_told_from_types_aliases_and_keywords() -> None:
    sql = "WITH a (b) AS (SELECT x IN (1), CAST(y AS DECIMAL(3, 1)) FROM f(z) AS t(u)) SELECT b FROM a"
    assert [call.name for call in calls(sql, "snowflake")] == ["CAST", "F"]
