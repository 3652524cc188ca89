"""The short way through the emulator's chain of transforms ends where the whole chain ends."""

from __future__ import annotations

import inspect
import re

import pytest
import sqlglot
from fakesnow import transforms

from tests.engines import amended
from tests.engines.snowflake import Snowflake

#: What the transforms of queries look for, each at least once; most of it the compiler never writes.
LOOKED_FOR = """
SELECT a.b['c'], t.x[0], UPPER(v:a.b), v:a = 'x', v:a::VARCHAR, PARSE_JSON(s), TRY_PARSE_JSON(s) FROM t
SELECT f.value::VARCHAR FROM t, LATERAL FLATTEN(INPUT => v) AS f
SELECT REGEXP_REPLACE(s, 'a', 'b'), REGEXP_SUBSTR(s, 'a'), SPLIT(s, ','), TRIM(n), CURRENT_VERSION() FROM t
SELECT seq.NEXTVAL, * FROM (VALUES (1, 'a'), (2, 'b'))
SELECT TO_DATE(s), TO_TIMESTAMP(s), TO_TIMESTAMP_NTZ(n), TO_DECIMAL(s, 10, 2) FROM t
SELECT TO_VARIANT(n), TO_CHAR(d, 'YYYY') FROM t
SELECT OBJECT_CONSTRUCT('a', 1), ARRAY_SIZE(a), ARRAY_CONSTRUCT(1, 2), ARRAY_CAT(a, b), RANDOM() FROM t
SELECT n::TIMESTAMP_NTZ, n::FLOAT, n::INTEGER, '2024-01-01 00:00:00 +0100'::TIMESTAMP_TZ FROM t SAMPLE (10)
SELECT ARRAY_AGG(a) WITHIN GROUP (ORDER BY a), ARRAY_AGG(a), OBJECT_AGG(k, v) FROM t
SELECT DATEADD(day, 1, '2024-01-01'), DATEADD(month, 1, d::DATE), DATEDIFF(day, '2024-01-01', d) FROM t
SELECT HAVERSINE(1, 2, 3, 4), X'41', SHA2(s), SHA2_BINARY(s) FROM t
SELECT a + 1 AS c FROM t JOIN u ON c = u.c WHERE c > 1
SELECT * FROM IDENTIFIER('t') WHERE TRY_CAST(s AS TIMESTAMP) IS NULL AND SUM(1) OVER (ORDER BY a) > 0
SELECT * FROM information_schema.databases, information_schema.tables
"""


@pytest.mark.parametrize("sql", LOOKED_FOR.strip().splitlines())
def test_no_transform_that_changes_something_is_passed_by(snowflake: Snowflake, sql: str) -> None:
    cursor = snowflake._connection.cursor()
    short, whole = (
        chain(cursor, sqlglot.parse_one(sql, read="snowflake"), None).sql(dialect="duckdb")
        for chain in (amended._of_queries, amended._transform)
    )
    assert short == whole


def test_every_transform_says_what_it_looks_for() -> None:
    """None but those that amendments switched off is shown every node."""
    named = re.findall(r"transforms\.(\w+)", inspect.getsource(amended._transform))
    queries = [name for name in named if not name.startswith(amended.ELSEWHERE)]
    changes = [getattr(transforms, name) for name in queries]
    assert [each for each in changes if each is not amended._unchanged and not amended._asked(each)] == []
