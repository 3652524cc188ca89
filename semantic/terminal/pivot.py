"""Rows with the values of one column spread over columns: a triangle of cohorts, a month beside a month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from semantic.terminal.style import Painter
from semantic.terminal.table import Heading, table
from semantic.terminal.values import Show

#: Stands in a cell for which there is no row, as NULL stands where there is one without a value.
ABSENT = float("nan")


def pivot(
    keys: Sequence[tuple[Heading, Sequence[Any]]],
    across: tuple[Heading, Sequence[Any]],
    measure: tuple[Heading, Sequence[Any]],
    paint: Painter,
    room: int | None = None,
) -> list[str]:
    r"""The lines of a table with a column for each value of ``across``, smallest first, NULL last.

    >>> from semantic.terminal.values import shower
    >>> plain = [Heading(name, shower([], measure=name == "n")) for name in ("month", "since", "n")]
    >>> month, since, n = plain
    >>> rows = [(month, ["Jan", "Jan", "Feb"])], (since, [0, 1, 0]), (n, [5, 2, 3])
    >>> print("\n".join(pivot(*rows, Painter(False))))
    month  0  1
    ─────  ─  ─
    Jan    5  2
    Feb    3
    """
    places = dict.fromkeys(sorted(set(across[1]), key=lambda value: (value is None, value)))
    rows: dict[tuple[Any, ...], dict[Any, Any]] = {}
    for index, value in enumerate(across[1]):
        rows.setdefault(tuple(values[index] for _, values in keys), {})[value] = measure[1][index]
    show = _present(measure[0].show)
    headings = [heading for heading, _ in keys]
    headings += [Heading(across[0].show(value), show) for value in places]
    cells = [[*key, *(found.get(value, ABSENT) for value in places)] for key, found in rows.items()]
    return table(headings, cells, paint, room)


def _present(show: Show) -> Show:
    return lambda value: "" if value is ABSENT else show(value)
