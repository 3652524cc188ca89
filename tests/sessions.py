"""Sessions that no statement may depend on: time zones, first days of the week, an engine's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.engines import Engine

#: Zones on both sides of UTC, with a first day of the week (1 is Monday) where the engine has one.
ZONES = (("Asia/Tokyo", 7), ("America/New_York", 1))
#: The session in which each engine starts.
HOME = {
    "duckdb": "America/New_York",
    "postgres": "Asia/Tokyo",
    "bigquery": "America/Los_Angeles",
    "snowflake": "Etc/UTC",
}
#: Settings beyond the zone that change what some statements mean, with a value that is not the usual one.
#: BigQuery's sessions have none that a query feels; of Snowflake's, the emulator honours none: see `ASKING`.
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "duckdb": {
        "Calendar": "japanese",
        "default_collation": "NOCASE",
        "default_null_order": "NULLS FIRST",
        "default_order": "DESC",
        "integer_division": "true",
        "ieee_floating_point_ops": "false",
        "error_on_division_by_zero": "false",
        "disable_timestamptz_casts": "true",
        "regex_match_operator_semantics": "full",
        "dialect_compatibility_mode": "spark",
        "legacy_disable_null_type": "true",
        "preserve_identifier_case": "uppercase",
        "order_by_non_integer_literal": "true",
        "scalar_subquery_error_on_multiple_rows": "false",
        "preserve_insertion_order": "false",
        "enable_optimizer": "false",
        "prefer_range_joins": "true",
        "perfect_ht_threshold": "0",
        "threads": "4",
    },
    "postgres": {
        "DateStyle": "German, DMY",
        "IntervalStyle": "sql_standard",
        "standard_conforming_strings": "off",
        "backslash_quote": "off",
        "escape_string_warning": "on",
        "transform_null_equals": "on",
        "array_nulls": "off",
        "extra_float_digits": "0",  # less would round what is sent, not what is computed
        "bytea_output": "escape",
        "xmloption": "document",
        "default_text_search_config": "pg_catalog.german",
        "quote_all_identifiers": "on",
        "row_security": "off",
        "enable_hashagg": "off",
        "enable_hashjoin": "off",
        "enable_sort": "off",
        "enable_seqscan": "off",
        "from_collapse_limit": "1",
        "join_collapse_limit": "1",
        "geqo_threshold": "2",
        "debug_parallel_query": "on",
        "plan_cache_mode": "force_generic_plan",
        "default_statistics_target": "1",
    },
    "bigquery": {},
    "snowflake": {},
}


def home(engine: Engine) -> None:
    """The engine's session as it began."""
    engine.session(HOME[engine.dialect], 1)
    for name in SETTINGS[engine.dialect]:
        changed(engine, f"RESET {name}")
    if engine.dialect == "duckdb":
        changed(engine, "SET threads = 1")


def changed(engine: Any, statement: str) -> None:
    """A statement that changes a setting."""
    engine.run(statement)


#: What Snowflake takes from a session beside the functions that the engine refuses by its own list.
ASKING: Mapping[str, str] = {
    "DATE_INPUT_FORMAT": r"CAST\(\s*'[^']*' AS (DATE|TIMESTAMP\w*)\)",
    "DEFAULT_NULL_ORDERING": r"\b(ASC|DESC)\b(?! NULLS)",
}
