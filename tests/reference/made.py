"""The rows of models that are made from questions, and the scores, bands and rules that stand on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.reference.calendar import add
from tests.reference.evaluate import answer
from tests.reference.terms import By, Having, Made, Metric, Path, Question, Row, Table, World


def remade(world: World) -> World:
    """The world with the rows of its made models computed, one after the other."""
    for name, table in world.tables.items():
        if table.source is not None:
            rows = tuple(made_rows(world, table, table.source))
            world = replace(world, tables={**world.tables, name: replace(table, rows=rows)})
    return world


def made_rows(world: World, table: Table, made: Made) -> list[Row]:
    """A row for each group of a question, or for each row of a population."""
    metrics = [
        replace(told, name=name) if isinstance(told, Metric) else Metric(name, told)
        for name, told in made.metrics
    ]
    if made.of is not None:
        return _of_population(world, table, made, metrics)
    by = tuple(By(path, name) for name, path in made.by)
    having = next(((m, made.having[1]) for m in metrics if made.having and m.name == made.having[0]), None)
    question = Question(
        tuple(metrics),
        by,
        made.where,
        _range(made),
        having=(Having(having[0], ">", having[1]),) if having else (),
    )
    names = [*(name for name, _ in made.by), *(name for name, _ in made.metrics)]
    return [dict(zip(names, row, strict=True)) for row in answer(world, question)]


def _of_population(world: World, table: Table, made: Made, metrics: list[Metric]) -> list[Row]:
    assert made.of is not None
    [key] = table.key
    by = (By(Path((made.of,), key), key),)
    # Each by itself: a fact says nothing of what another one counts.
    found = [dict(answer(world, Question((metric,), by, made.where, _range(made)))) for metric in metrics]
    rows: list[dict[str, Any]] = []
    for each in world.tables[made.of].rows:
        row: dict[str, Any] = {key: each[key]}
        for metric, values in zip(metrics, found, strict=True):
            value = values.get(each[key])
            adds = metric.leaf is not None and metric.leaf.function in ("count", "sum", "count_distinct")  # type: ignore[union-attr]
            row[metric.name] = 0 if value is None and adds else value
        rows.append(row)
    return scored(rows) if made.scored else rows  # type: ignore[return-value]


def _range(made: Made) -> tuple[date, date] | None:
    if made.window is None:
        return None
    length, until = made.window
    end = until + timedelta(days=1)
    return add(end, -length[0], length[1]), end


# --- scores -----------------------------------------------------------------------------------------


def scored(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with what they are among the others."""
    by_latest = sorted(rows, key=lambda r: (r["latest"] is None, r["latest"] or date.min, r["id"]))
    for index, row in enumerate(by_latest):
        row["third"] = tile(index, len(rows), 3)
    by_count = sorted(rows, key=lambda r: (r["n"], r["id"]))
    for index, row in enumerate(by_count):
        row["before"] = by_count[index - 1]["n"] if index else None
    for row in rows:
        row["place"] = 1 + sum(other["n"] > row["n"] for other in rows)
        mine = [r["n"] for r in rows if r["third"] == row["third"] and r["id"] <= row["id"]]
        row["so_far"] = sum(mine)
        row["band"] = "low" if row["total"] < 1 else "middle" if row["total"] < 3 else "high"
        row["segment"] = _segment(row["band"], late=row["third"] > 1)
    return rows


def tile(index: int, count: int, tiles: int) -> int:
    """NTILE: the first tiles have one more where the rows do not divide."""
    small, more = divmod(count, tiles)
    edge = more * (small + 1)
    return index // (small + 1) + 1 if index < edge else more + (index - edge) // small + 1


def _segment(band: str, *, late: bool) -> str:
    if band == "high":
        return "star" if late else "big"
    return "fresh" if late else "rest"
