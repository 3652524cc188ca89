"""sqlfluff as an independent grammar: slow to load, strict about Snowflake, not lenient about BigQuery."""

from __future__ import annotations

from collections.abc import Iterable


def violations(statements: Iterable[str], dialect: str) -> list[str]:
    """What a grammar that is not ours has against some statements."""
    from sqlfluff.core import FluffConfig, Linter

    linter = Linter(config=FluffConfig(overrides={"dialect": dialect, "templater": "raw"}))
    parsed = linter.parse_string(";\n".join(statements) + ";\n")
    found = [str(violation) for violation in parsed.violations]
    unparsable = "unparsable" in parsed.tree.descendant_type_set
    return [*found, "a part that could not be parsed"] if unparsable else found
