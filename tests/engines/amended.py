"""Where the Snowflake emulator does other than Snowflake's documentation says, put right for the tests.

fakesnow rewrites a statement for DuckDB in a chain of transforms. Those below are wrong for statements like
ours; each amendment names the page that says what Snowflake does. `docs/PROOF.md` lists them.
"""

from __future__ import annotations

from typing import Any

from fakesnow import transforms
from fakesnow.variables import Variables
from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake

_REFERENCE = "docs.snowflake.com/en/sql-reference"
_DOCS = f"{_REFERENCE}/functions"
#: What is amended, in words, with the page that settles it.
AMENDMENTS = {
    "SUM and AVG turn their argument into a DOUBLE": f"{_DOCS}/sum",
    "TRIM, LTRIM and RTRIM forget their side and their characters": f"{_DOCS}/trim",
    "TRY_CAST to a timestamp fails like a CAST": f"{_DOCS}/try_cast",
    "Session variables are looked for inside of texts and names": f"{_REFERENCE}/session-variables",
    "TO_CHAR of a date or a timestamp forgets its format": f"{_DOCS}/to_char",
}

_to_timestamp = transforms.to_timestamp
_to_variant = transforms.to_variant


def amend() -> None:
    """Put the emulator right, for this process."""
    transforms.numeric_agg_implicit_cast = _unchanged
    transforms.trim_cast_varchar = _unchanged
    transforms.to_timestamp = _keeping_try
    transforms.to_variant = _formatted
    Variables.inline_variables = lambda self, sql: sql


def _unchanged(expression: Any) -> Any:
    return expression


def _keeping_try(expression: Any) -> Any:
    """sqlglot's TryCast is a Cast, which the emulator takes it for."""
    return expression if isinstance(expression, exp.TryCast) else _to_timestamp(expression)


def _formatted(expression: Any) -> Any:
    """The format in DuckDB's words (any transform of the chain would do as the place)."""
    if isinstance(expression, exp.ToChar) and expression.args.get("format"):
        form = Snowflake.format_time(expression.args["format"])
        return exp.TimeToStr(this=expression.this, format=form)
    return _to_variant(expression)
