"""sqlfluff as an independent grammar: slow to load, strict about Snowflake, not lenient about BigQuery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlfluff.core import Linter

#: Statements that are parsed together: the grammar gives up on scripts that are too long.
_TOGETHER = 8


def violations(statements: Iterable[str], dialect: str) -> list[str]:
    """What a grammar that is not ours has against some statements."""
    from sqlfluff.core import FluffConfig, Linter

    linter = Linter(config=FluffConfig(overrides={"dialect": dialect, "templater": "raw"}))
    every = list(statements)
    groups = [every[start : start + _TOGETHER] for start in range(0, len(every), _TOGETHER)]
    return [found for group in groups for found in _against(linter, group)]


def _against(linter: Linter, statements: Sequence[str]) -> Iterator[str]:
    parsed = linter.parse_string(";\n".join(statements) + ";\n")
    yield from map(str, parsed.violations)
    if "unparsable" in parsed.tree.descendant_type_set:
        yield f"a part that could not be parsed in {statements}"
