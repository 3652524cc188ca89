"""The questionnaire: what has to be known of a target. Nothing has a default, so nothing is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from semantic.spec.types import Materialization, TypeName

#: What a target says for one function: its SQL, the two halves of an aggregate that exists as a window
#: function only (``over_group``, ``aggregate``), or the reason why there is none (``never``).
FunctionAnswer = str | Mapping[str, str]
#: What some targets can be told of an object beyond its SELECT.
ViewOption = Literal["cluster_by", "partition_by", "indexes", "refresh", "warehouse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """One field a question; ``dialects/<name>/dialect.yaml`` has a key of each name."""

    sqlglot: str
    """The name of its syntax in sqlglot."""
    support: Literal["executed", "emulated", "parsed"]
    """How far its output is proved by the tests."""
    identifier_limit: int
    """The longest name, in bytes."""
    folding: Literal["lower", "upper", "none"]
    """What becomes of the letters of an unquoted name."""
    name_excludes: str
    """Characters that no name there may hold, in quotes neither."""
    null_ordering: Literal["large", "small", "last"]
    """Where its ORDER BY puts NULLs when nothing is said (never relied upon)."""
    reserved_words: frozenset[str]
    """Names that must be quoted, in lower case."""
    types: Mapping[TypeName, str]
    """Its name for each type."""
    stored_types: Mapping[str, TypeName]
    """What each type is that its driver may say a column has, in lower case and without lengths."""
    wide_decimal: str | None
    """The type for a decimal of more digits than ``types.decimal`` takes, where there is one."""
    decimal_digits: tuple[int, int]
    """Digits before and after the point of the widest plain decimal."""
    typed_literals: Literal["prefix", "format"]
    """``DATE '2024-01-31'``, or with its format, ``TO_DATE('2024-01-31', 'YYYY-MM-DD')``, where settings say
    how a text is read."""
    backslash_literals: Literal["plain", "escaped"]
    """``'a\\b'``, or ``E'a\\\\b'`` where settings say what a backslash is."""
    decimal_literals: Literal["plain", "prefix"]
    """Whether ``1.5`` is exact, or has to be written ``NUMERIC '1.5'``."""
    window_nulls: Literal["anywhere", "natural"]
    """Where a window over a RANGE takes NULLs: wherever it is told, or where they fall by themselves."""
    correlated_exists: Literal["anywhere", "conjunct"]
    """Whether a correlated EXISTS may stand below an OR, or only by itself in WHERE."""
    next_value: Literal["ignore_nulls", "backwards"]
    """How a window finds the next value that is not NULL: FIRST_VALUE … IGNORE NULLS, or the least one
    of a frame that grows backwards."""
    grouping: Literal["stepwise", "direct"]
    """Whether grouping finely first and coarsely afterwards is faster than grouping once."""
    filter_clause: Literal["filter", "case"]
    """How an aggregate takes some of the rows."""
    materialized: tuple[Literal["view", "materialized_view", "table", "dynamic_table"], ...]
    """What a deployed view may be."""
    replaceable: tuple[Literal["view", "materialized_view", "table", "dynamic_table"], ...]
    """Which of these ``CREATE OR REPLACE`` replaces."""
    replaced_columns: Literal["any", "appended"]
    """What ``CREATE OR REPLACE VIEW`` may do to columns: anything, or add some at the end."""
    view_options: Mapping[Materialization, tuple[ViewOption, ...]]
    """What else can be said of each of these."""
    view_needs: Mapping[Materialization, tuple[ViewOption, ...]]
    """What has to be said of some of these."""
    privileges: Mapping[str, str]
    """What it calls the privileges that can be granted on a view; none where it has no roles."""
    comment_limits: tuple[int | None, int | None]
    """The longest comment of an object and of a column, in characters."""
    transactional_ddl: bool
    """Whether DDL can be rolled back."""
    comments: Literal["statement", "clause", "options"]
    """``COMMENT ON …``, ``COMMENT = '…'`` inside CREATE, or ``OPTIONS (description = '…')``."""
    paramstyle: Literal["qmark", "numeric", "numeric_dollar", "named", "format", "pyformat", "at"]
    """How its usual driver finds parameters in a text: DB-API's names, ``$1`` and ``@p1``."""
    sqlalchemy: str
    """What SQLAlchemy calls it."""
    estimate: Literal["rows", "planner", "assigned", "dry_run"]
    """What it tells of a statement beforehand: the rows between its steps, its planner's cost, or the bytes
    it would read, by EXPLAIN or by a dry run."""
    functions: Mapping[str, FunctionAnswer]
    """The SQL of every function of the registry, by signature."""
