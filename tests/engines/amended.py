"""Where the Snowflake emulator does other than Snowflake's documentation says, put right for the tests.

fakesnow rewrites a statement for DuckDB in a chain of transforms. Those below are wrong for statements like
ours; each amendment names the page that says what Snowflake does. `docs/PROOF.md` lists them.
"""

from __future__ import annotations

from typing import Any

from fakesnow import transforms
from fakesnow.cursor import FakeSnowflakeCursor
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
_transform = FakeSnowflakeCursor._transform

#: The first words of transforms of statements that are no queries; half of the time of the chain.
VERBS = ("alter", "create", "drop", "extract_comment", "list", "put", "set", "show", "update")
ELSEWHERE = tuple(f"{verb}_" for verb in VERBS)


def amend() -> None:
    """Put the emulator right, for this process."""
    transforms.numeric_agg_implicit_cast = _unchanged
    transforms.trim_cast_varchar = _unchanged
    transforms.to_timestamp = _keeping_try
    transforms.to_variant = _formatted
    Variables.inline_variables = lambda self, sql: sql
    FakeSnowflakeCursor._transform = _of_queries


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


class _Chain:
    """A query on its way through the chain, past the transforms that could not change it."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree

    def transform(self, change: Any, *arguments: Any, **options: Any) -> _Chain:
        """The chain after one more transform, which a lambda may stand for."""
        names = (change.__name__, *change.__code__.co_names)
        if change is not _unchanged and not any(name.startswith(ELSEWHERE) for name in names):
            self.tree = self.tree.transform(change, *arguments, **options)
        return self


def _of_queries(cursor: Any, expression: Any, parameters: Any) -> Any:
    if not isinstance(expression, exp.Query):
        return _transform(cursor, expression, parameters)
    return _transform(cursor, _Chain(expression), parameters).tree
