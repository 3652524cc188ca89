"""Questions with SQL that was written by hand: the question is JSON in the first line of the file."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]


def read(path: Path) -> tuple[dict[str, Any], str]:
    """The question of a file, and its SQL."""
    first, _, sql = path.read_text().partition("\n")
    return json.loads(first.removeprefix("--")), sql


def first_difference(ours: Sequence[Row], theirs: Sequence[Row]) -> str | None:
    """Where the rows of two answers differ first, in words, or nothing."""
    if len(ours) != len(theirs):
        return f"{len(ours)} rows, by hand {len(theirs)}"
    for number, (left, right) in enumerate(zip(ours, theirs, strict=True)):
        if len(left) != len(right) or not all(map(same, left, right)):
            return f"row {number}: {left}, by hand {right}"
    return None


def same(ours: Any, theirs: Any) -> bool:
    """Floats may differ in the last digits; everything else is exact, and money stays DECIMAL."""
    if isinstance(theirs, float) and ours is not None:
        return isinstance(ours, float) and math.isclose(ours, theirs, rel_tol=1e-12)
    return type(ours) is type(theirs) and ours == theirs if isinstance(theirs, Decimal) else ours == theirs
