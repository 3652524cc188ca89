"""The rows of an answer: as a table, a drawing, or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from semantic import faults
from semantic.cli.output import columns, painter, table_room
from semantic.faults import SemanticError

if TYPE_CHECKING:
    from semantic.warehouse import Rows

_SHOWN = 1_000  # rows of a table; more are for a file


def shown(rows: Rows, language: str | None = None) -> list[str]:
    """The rows as a table; with a language, under its labels."""
    from semantic.terminal.table import table

    count = len(rows)
    paint = painter()
    if not count:
        return [paint("dim", "no rows")]
    lines = table(
        [_heading(rows, i, language) for i in range(len(rows.columns))],
        rows.rows[:_SHOWN],
        paint,
        table_room(),
    )
    if count > _SHOWN:
        more = f"… and {count - _SHOWN:,} more of {count:,} rows; --format csv prints them all"
        return [*lines, paint("dim", more)]
    return lines if count <= 20 else [*lines, paint("dim", f"{count:,} rows")]


def pivoted(rows: Rows, path: str, language: str | None = None) -> list[str]:
    """The rows with a column for each value of one dimension; a table for each metric."""
    from semantic.terminal.pivot import pivot

    names = [column.name for column in rows.columns]
    wanted = path if path in names else path.replace(".", "_")
    keys = [i for i, column in enumerate(rows.columns) if column.kind == "dimension"]
    if wanted not in (names[i] for i in keys):
        raise SemanticError([faults.unknown("dimension of the answer", path, [names[i] for i in keys], None)])
    parts = [(_heading(rows, i, language), rows.values(i)) for i in range(len(names))]
    across = names.index(wanted)
    down = [parts[i] for i in keys if i != across]
    lines: list[str] = []
    for i in range(len(names)):
        if i not in keys:
            title = painter()("bold", f"{parts[i][0].title} by {parts[across][0].title}")
            lines += ["", title] if lines else [title]
            lines += pivot(down, parts[across], parts[i], painter(), table_room())
    return lines if rows.rows else [painter()("dim", "no rows")]


def _heading(rows: Rows, index: int, language: str | None) -> Any:
    from semantic.terminal.table import Heading
    from semantic.terminal.values import shower

    column = rows.columns[index]
    name = column.labelled(language) if language else column.name
    title = f"{name} ({column.unit})" if column.unit else name
    return Heading(title, shower(rows.values(index), column.format, measure=column.kind == "metric"))


def drawn(rows: Rows, language: str | None = None) -> list[str]:
    """The rows as a drawing."""
    from semantic.terminal.plot import Series, plot

    every = [Series(_heading(rows, i, language), rows.values(i)) for i in range(len(rows.columns))]
    keys = [s for s, column in zip(every, rows.columns, strict=True) if column.kind == "dimension"]
    measures = [s for s, column in zip(every, rows.columns, strict=True) if column.kind == "metric"]
    return plot(keys, measures, columns(), painter()) or [painter()("dim", "nothing to draw: add --by")]


def export(rows: Rows, format: str, output: Path | None) -> None:
    """Write rows to a file, or to standard output for other programs."""
    try:
        _write(rows, format, output)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = str(output or "standard output")
        raise SemanticError([faults.cannot_write(where, error.strerror or str(error))]) from None


def _write(rows: Rows, format: str, output: Path | None) -> None:
    from semantic.warehouse.files import csv_lines, json_lines, write_parquet

    if format == "parquet":
        _write_parquet(rows, output, write_parquet)
        return
    texts: dict[str, Callable[[Rows], Iterable[str]]]
    texts = {"csv": csv_lines, "json": json_lines, "table": _plain_table}
    lines = texts[format](rows)
    if output is None:
        for line in lines:
            click.echo(line)
    else:
        with output.open("w", encoding="utf-8", newline="") as file:
            file.writelines(f"{line}\n" for line in lines)


def _plain_table(rows: Rows) -> list[str]:
    """All rows, as they go into a file."""
    from semantic.terminal.style import Painter
    from semantic.terminal.table import table

    return table([_heading(rows, i, None) for i in range(len(rows.columns))], rows.rows, Painter(False))


def _write_parquet(rows: Rows, output: Path | None, write: Any) -> None:
    """To a file at once; to standard output by way of one."""
    if output is not None:
        write(rows, output)
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "answer.parquet"
        write(rows, path)
        sys.stdout.buffer.write(path.read_bytes())
