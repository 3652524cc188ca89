"""Questions in MetricFlow's words, each with the SQL that a person wrote from their meaning."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "cases"
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Case:
    """A question (metrics, by, where, order, limit, start, end, saved, extremes) and the SQL of its answer.

    ``beyond`` says why MetricFlow refuses it, ``refused`` why this package does, ``differs`` what MetricFlow
    answers otherwise. The SQL is that of MetricFlow for days after ``until``, which this package leaves out.
    """

    name: str
    ask: dict[str, Any]
    sql: str
    ordered: bool = False
    beyond: str = ""
    refused: str = ""
    differs: str = ""
    until: str = ""

    def ours(self, columns: Sequence[str], rows: Rows) -> Rows:
        """The rows of the SQL that this package gives as well."""
        if not self.until:
            return rows
        place = columns.index("metric_time__day")
        return [row for row in rows if row[place] <= datetime.fromisoformat(self.until[:10])]


def cases(*files: str) -> list[Case]:
    """The cases of some files, or of all of them."""
    paths = [FOLDER / f"{name}.sql" for name in files] if files else sorted(FOLDER.glob("*.sql"))
    return [_case(block) for path in paths for block in path.read_text().split("-- case: ")[1:]]


def _case(block: str) -> Case:
    name, *lines = block.strip().splitlines()
    sql = "\n".join(line for line in lines if not line.startswith("--"))
    ask = _texts(yaml.safe_load(_said(lines, "ask")))
    said = {key: _said(lines, key) for key in ("beyond", "refused", "differs", "until")}
    return Case(name.strip(), ask, sql, bool(_said(lines, "ordered")), **said)


def _said(lines: Iterable[str], key: str) -> str:
    start = f"-- {key}: "
    return "\n".join(line.removeprefix(start) for line in lines if line.startswith(start))


def _texts(ask: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in ask.items()}


def same(found: Rows, expected: Rows, ordered: bool = False) -> bool:
    """Whether two answers are the same rows: numbers by their value, dates as the moment they begin."""
    left, right = (_rows(each, ordered) for each in (found, expected))
    return len(left) == len(right) and all(map(_row, left, right))


def _rows(rows: Iterable[Sequence[Any]], ordered: bool) -> list[tuple[Any, ...]]:
    plain = [tuple(map(_plain, row)) for row in rows]
    return plain if ordered else sorted(plain, key=lambda row: [(cell is None, str(cell)) for cell in row])


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | float | int) and not isinstance(value, bool):
        return round(float(value), 9)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value


def _row(left: Sequence[Any], right: Sequence[Any]) -> bool:
    return len(left) == len(right) and all(map(_cell, left, right))


def _cell(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return type(left) is type(right) and bool(left == right)
