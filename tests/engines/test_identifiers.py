"""Names resolved as the warehouses resolve them, and the types and shapes that come with them."""

from __future__ import annotations

import pytest

from tests.engines import Table
from tests.engines.identifiers import known, mistaken

TABLES = {
    "orders": Table.parse(
        'id integer | "City" text | day date | moment timestamp | paid boolean | total decimal'
    ),
    '"Mixed Case"': Table.parse('id integer | "id" text'),
    "lines": Table.parse("line integer | order_id integer | amount float | made timestamptz"),
}
BIGQUERY = {name: table for name, table in TABLES.items() if name != '"Mixed Case"'}

#: What Snowflake finds: the statement is taken.
FOUND = [
    'SELECT id, Id, "ID", o."City" FROM ORDERS AS o',
    'SELECT "ORDERS".id FROM orders',
    'SELECT id, "id" FROM "Mixed Case"',
    "WITH Step AS (SELECT id AS Key FROM orders) SELECT step.KEY FROM STEP",
    'WITH "Step" AS (SELECT id AS "Key" FROM orders) SELECT s."Key" FROM "Step" AS s',
    "WITH a AS (SELECT id FROM orders), b AS (SELECT id FROM a) SELECT b.id FROM a JOIN b ON a.id = b.id",
    "WITH orders AS (SELECT 1 AS other) SELECT other FROM orders",
    "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "SELECT * FROM (SELECT id AS k, total FROM orders) AS x WHERE x.k = 1",
    "SELECT orders.*, line FROM orders, lines",
    "SELECT v.a FROM (VALUES (1, 2)) AS v(a, b)",
    "SELECT f.value, f.index FROM orders, LATERAL FLATTEN(INPUT => ARRAY_GENERATE_RANGE(0, id)) AS f",
    "SELECT value FROM TABLE(FLATTEN(INPUT => ARRAY_CONSTRUCT(1)))",
    "SELECT id FROM orders JOIN (SELECT id, total AS t FROM orders) AS o USING (id)",
    "SELECT COUNT(*) AS n, id AS k FROM orders GROUP BY k HAVING n > 1 ORDER BY n NULLS LAST, k NULLS LAST",
    "SELECT id AS day FROM orders ORDER BY day NULLS LAST",
    "SELECT id FROM orders UNION ALL SELECT line FROM lines ORDER BY id NULLS LAST",
    "SELECT id FROM orders AS o WHERE EXISTS(SELECT 1 FROM lines AS l WHERE l.order_id = o.id AND o.paid)",
    "SELECT id FROM orders WHERE id IN (SELECT order_id FROM lines)",
]
#: What it does not, and what it says.
LOST = [
    ('SELECT "id" FROM orders', "no column id"),
    ("SELECT City FROM orders", "no column CITY"),
    ('SELECT id FROM "orders"', "no table orders"),
    ("SELECT id FROM Mixed", "no table MIXED"),
    ('SELECT o.id FROM orders AS "o"', "no column O.ID"),
    ("SELECT orders.id FROM orders AS o", "no column ORDERS.ID"),
    ('WITH "step" AS (SELECT 1 AS x) SELECT x FROM step', "no table STEP"),
    ('WITH step AS (SELECT 1 AS "x") SELECT x FROM step', "no column X"),
    ("WITH a AS (SELECT id FROM b), b AS (SELECT 1 AS id) SELECT id FROM a", "no table B"),
    ("SELECT id FROM orders, lines, (SELECT 1 AS id) AS x", "ID is in ORDERS and X"),
    ("SELECT id FROM orders JOIN lines USING (id)", "ID in USING is not on both sides"),
    (
        "SELECT 1 FROM orders JOIN lines ON lines.order_id = late.id JOIN orders AS late ON TRUE",
        "no column LATE.ID",
    ),
    ("SELECT x FROM (SELECT id FROM orders) AS o", "no column X"),
    ("SELECT 1 FROM orders, (SELECT orders.id) AS o", "no column ORDERS.ID"),
    ("SELECT 1 FROM orders, orders", "two sources are called ORDERS"),
    ("SELECT id FROM orders UNION ALL SELECT line, order_id FROM lines", "1 and 2 columns"),
    ("SELECT id FROM orders UNION ALL SELECT line FROM lines ORDER BY line NULLS LAST", "no column LINE"),
    ("SELECT v.c FROM (VALUES (1, 2)) AS v(a, b)", "no column V.C"),
    (
        "SELECT steps.nothing FROM LATERAL FLATTEN(INPUT => ARRAY_CONSTRUCT(1)) AS steps",
        "no column STEPS.NOTHING",
    ),
    (
        "SELECT id FROM orders WHERE EXISTS(SELECT 1 FROM lines WHERE lines.id = orders.id)",
        "no column LINES.ID",
    ),
    ('SELECT id AS "Day" FROM orders ORDER BY "day" NULLS LAST', "no column day"),
    ("SELECT id AS start FROM orders", "start is a reserved word"),
    (f"SELECT id AS {'a' * 256} FROM orders", "is longer than 255 letters"),
]
#: Types that Snowflake's functions do not take, also through sub-queries.
MISTYPED = [
    ("SELECT MAX(id = 1) FROM orders", "MAX takes no boolean"),
    (
        "WITH a AS (SELECT paid AS p FROM orders) SELECT MIN(x.p) FROM (SELECT p FROM a) AS x",
        "MIN takes no boolean",
    ),
    ("SELECT MAX(CASE WHEN paid THEN paid END) FROM orders", "MAX takes no boolean"),
    ("SELECT SUM(COALESCE(paid, FALSE)) FROM orders", "SUM takes no boolean"),
    ("SELECT AVG(DISTINCT day) FROM orders", "AVG takes no date"),
    ("SELECT ARRAY_GENERATE_RANGE(0, total) FROM orders", "takes integer, not decimal"),
    ("SELECT ARRAY_GENERATE_RANGE(0, DATEDIFF(DAY, day, day) / 7) FROM orders", "takes integer, not decimal"),
    ("SELECT ARRAY_GENERATE_RANGE(0, UNKNOWN(1))", "takes integer, not what is not known"),
    ("SELECT DATE_TRUNC('month', \"City\") FROM orders", "takes calendar, not text"),
    ("SELECT YEAR(total) FROM orders", "takes calendar, not decimal"),
    ("SELECT CONVERT_TIMEZONE('UTC', moment) FROM orders", "takes timestamptz, not timestamp"),
    ("SELECT CONVERT_TIMEZONE('UTC', 'Asia/Seoul', made) FROM lines", "takes timestamp, not timestamptz"),
    ("SELECT TRY_CAST(amount AS INT) FROM lines", "TRY_CAST takes text, not float"),
    ("SELECT CAST(DATEADD(HOUR, 1, day) AS VARCHAR) FROM orders", "a timestamp as text"),
    ("SELECT CAST(LEAST(day, day) AS VARCHAR) FROM orders", "a date as text"),
    ("SELECT '2024-02-01'::DATE", "a text as date"),
]
TYPED = [
    "SELECT ARRAY_GENERATE_RANGE(0, DATEDIFF(DAY, day, day) + CAST(total AS INT) * COUNT(*)) FROM orders",
    "SELECT MAX(NULL), SUM(NULL), MAX(day), MIN(\"City\"), SUM(total * amount) FROM orders, lines",
    "SELECT DATE_TRUNC('month', DATEADD(DAY, 1, MAX(day))), YEAR(COALESCE(NULL, moment)) FROM orders",
    "SELECT CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP()), CONVERT_TIMEZONE('UTC', 'UTC', moment) FROM orders",
    "SELECT TRY_CAST(LOWER(\"City\") AS INT), CAST(CAST(day AS TIMESTAMP_NTZ) AS DATE) FROM orders",
    "SELECT DATEDIFF(DAY, (SELECT MIN(day) FROM orders), LAG(day) OVER (ORDER BY id NULLS LAST)) FROM orders",
]  # fmt: skip


@pytest.mark.parametrize("sql", [*FOUND, *TYPED])
def test_snowflake_finds(sql: str) -> None:
    assert mistaken(sql, "snowflake", known(TABLES)) == ()


@pytest.mark.parametrize(("sql", "fault"), [*LOST, *MISTYPED])
def test_snowflake_does_not_find(sql: str, fault: str) -> None:
    assert any(fault in found for found in mistaken(sql, "snowflake", known(TABLES)))


@pytest.mark.parametrize(
    ("sql", "faults"),
    [
        ("SELECT ID, day FROM orders AS O WHERE o.Paid", ()),
        ("WITH Step AS (SELECT 1 AS x) SELECT X FROM step", ()),
        ("SELECT id FROM Orders", ("no table Orders",)),
        ("SELECT (SELECT MAX(amount) FROM Lines) AS x FROM orders", ("no table Lines",)),
        ("SELECT id AS `select`, day AS SELECT_ FROM orders", ()),
        (
            "SELECT id AS `ID `, day AS `_PARTITIONTIME` FROM orders",
            ("the name _PARTITIONTIME has a reserved prefix",),
        ),
        ("SELECT COUNT(*), COUNT(id), MAX(id) FROM orders", ()),
        ("SELECT id FROM orders UNION ALL SELECT line FROM lines", ()),
    ],
)
def test_bigquery(sql: str, faults: tuple[str, ...]) -> None:
    assert mistaken(sql, "bigquery", known(BIGQUERY)) == faults


@pytest.mark.parametrize(
    ("join", "is_taken"),
    [
        ("LEFT JOIN lines AS l ON o.id = l.order_id AND l.amount > o.total", True),
        ("LEFT JOIN lines AS l ON (o.id + 1 = l.order_id) AND (o.paid OR l.amount > 1)", True),
        ("LEFT JOIN lines AS l USING (id)", True),
        ("JOIN lines AS l ON o.id < l.order_id", True),
        ("CROSS JOIN lines AS l", True),
        ("LEFT JOIN lines AS l ON o.id <= l.order_id", False),
        ("LEFT JOIN lines AS l ON o.id = l.order_id OR o.paid", False),
        ("LEFT JOIN lines AS l ON l.line = l.order_id", False),
        ("LEFT JOIN lines AS l ON o.id = 1", False),
        ("LEFT JOIN lines AS l ON o.id + l.line = l.order_id", False),
        ("FULL JOIN lines AS l ON o.id IS NOT DISTINCT FROM l.order_id", False),
        ("RIGHT JOIN lines AS l ON TRUE", False),
    ],
)
def test_bigquery_joins_outer_tables_on_an_equality(join: str, is_taken: bool) -> None:
    found = mistaken(f"SELECT 1 AS x FROM orders AS o {join}", "bigquery", known(BIGQUERY))
    assert bool(found) is not is_taken


@pytest.mark.parametrize(
    "text", ["'a''b'", "'a\\'b'", "'a\\\\b'", "'a\\nb'", "'\\q'", "'--'", "';'", "$$a'b\\n$$"]
)
def test_text_is_read_as_snowflake_reads_it(text: str) -> None:
    assert mistaken(f"SELECT {text} AS x", "snowflake", ()) == ()
