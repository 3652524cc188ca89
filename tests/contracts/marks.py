"""What an engine of the tests cannot show: dialect and case, with the reason. Marks are strict.

None of them excuses a wrong number: each is a limitation of the engine that stands in for the warehouse, or a
function that the warehouse has not.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

import pytest

from tests.engines import DIALECTS

_BIGINT = "the emulator passes the length to DuckDB's LPAD and RPAD as a BIGINT, which those do not take"
_DOUBLE = "the emulator divides integers in double precision, beyond 2^53 too"
_POSITION = "the emulator has no REGEXP_REPLACE with a position"
_NOT_RUN = "GoogleSQL's reference implementation does not run it"
_EVERY = "it is refused, as BigQuery replaces every match"

MARKS: Mapping[tuple[str, str], str] = {
    ("bigquery", "regexp_replace_first(s, '[ae]', '<>')"): _EVERY,
    ("bigquery", "regexp_replace(s, '[aeiou]', '_')"): _EVERY,
    ("bigquery", "approx_count_distinct(j)"): _NOT_RUN,
    ("bigquery", "approx_percentile(n, 0)"): _NOT_RUN,
    ("bigquery", "approx_percentile(n, 1)"): _NOT_RUN,
    ("bigquery", "approx_percentile(m * 0, 0.25)"): _NOT_RUN,
    ("snowflake", "regexp_replace_first(s, '[ae]', '<>')"): _POSITION,
    ("snowflake", "regexp_replace(s, '[aeiou]', '_')"): _POSITION,
    ("snowflake", "safe_int_divide(i, j)"): _DOUBLE,
    ("snowflake", "i // nullif(j, 0)"): _DOUBLE,
    ("snowflake", "lpad(s, id, '-')"): _BIGINT,
    ("snowflake", "rpad(s, id, '-')"): _BIGINT,
}


def proved(dialect: str, cases: Iterable[str]) -> list[str]:
    """The cases that an engine shows."""
    return [case for case in cases if (dialect, case) not in MARKS]


def groups(cases: Mapping[str, Iterable[str]]) -> list[Any]:
    """Dialect and function, for parametrizing, where any of the function's cases is shown."""
    return [(dialect, name) for dialect in DIALECTS for name in cases if proved(dialect, cases[name])]


def marked(cases: Container[str]) -> list[Any]:
    """Dialect and case, for parametrizing, where the case is expected to fail."""
    return [
        pytest.param(dialect, case, marks=pytest.mark.xfail(strict=True, reason=reason))
        for (dialect, case), reason in MARKS.items()
        if case in cases
    ]
