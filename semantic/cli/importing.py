"""``semantic import``: definitions of other tools as a project."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from semantic import faults
from semantic.cli import complete
from semantic.cli.base import Command, format_option
from semantic.cli.output import painter, progress, say, say_json, table_room
from semantic.faults import Fault, SemanticError

if TYPE_CHECKING:
    from semantic.interop.losses import Entry, Losses


@dataclass(frozen=True, slots=True)
class Tool:
    """The module whose ``imported`` reads a tool's definitions, and which options it takes."""

    module: str
    options: tuple[str, ...]


TOOLS = {
    "metricflow": Tool(
        "semantic.interop.metricflow.importing", ("name", "dialect", "schema", "database", "check")
    ),
    "osi": Tool("semantic.interop.osi.importing", ("name", "dialect", "schema", "database", "model")),
}
_OSI = re.compile(r"""^[ \-]*["']?datasets["']?\s*:""", re.MULTILINE)
_COLOURS: dict[str, Literal["red", "yellow"]] = {"dropped": "red", "changed": "yellow"}


@click.command(
    "import",
    cls=Command,
    epilog="""\b
Examples:
  semantic import target/semantic_manifest.json --to metrics
  semantic import my_dbt_project --dialect snowflake --schema analytics --to metrics
  semantic import models/metrics.yml --dry-run
  semantic import my_dbt_project --print
  semantic import my_dbt_project --strict --format json --to metrics
  semantic import model.yaml --from osi --to metrics

Exit codes: 0 imported, 1 faults, or with --strict something was dropped (then nothing is written), 2 wrong
usage. What was changed means the same numbers, or says how they differ; it is no error.
""",
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "tool",
    type=click.Choice(list(TOOLS)),
    help="The tool; found out if left out.",
)
@click.option(
    "--to", "folder", metavar="DIR", default=".", type=click.Path(path_type=Path),
    help="The folder of the new project; this one if left out.",
)  # fmt: skip
@click.option(
    "--dialect", default="duckdb", show_default=True, metavar="NAME", shell_complete=complete.dialects,
    help="The dialect that SQL in the definitions is written in.",
)  # fmt: skip
@click.option("--schema", metavar="NAME", help="Where tables are whose names do not say it.")
@click.option("--database", metavar="NAME", help="The database of tables whose names do not say it.")
@click.option("--model", metavar="NAME", help="The semantic model of an OSI document that is wanted.")
@click.option("--name", metavar="NAME", help="What the project is called; like its folder if left out.")
@click.option("--strict", is_flag=True, help="Write nothing and end with 1 where something was dropped.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@click.option("--dry-run", is_flag=True, help="Only report.")
@click.option("--print", "show", is_flag=True, help="Print the files instead of writing them.")
@format_option("text", "json")
@click.pass_context
def import_(ctx: click.Context, /, path: Path, format: str, **options: Any) -> None:
    """Import definitions of dbt's semantic layer (MetricFlow) or of OSI from a file or a folder.

    Writes a project with the same numbers, and reports what became of every definition: kept, changed (with
    how), or dropped (with why). Nothing that exists is overwritten.
    """
    _known(options["dialect"])
    with progress("Importing"):
        files, losses = _imported(path, options)
    refused = options["strict"] and bool(losses.dropped)
    wanted = {options["folder"] / name: text for name, text in files.items()}
    if not (refused or options["dry_run"] or options["show"]):
        _write(wanted, options["force"])
    written = [str(each) for each in wanted] if not refused else []
    if format == "json":
        told: dict[str, Any] = {"files": files if options["show"] else written, "losses": losses.as_dict()}
        say_json(told)
    else:
        _tell(files, written, losses, options)
    if refused:
        ctx.exit(1)


def _known(dialect: str) -> None:
    from semantic.dialect import names

    if dialect not in names():
        raise SemanticError([faults.unknown("dialect", dialect, names(), None)])


def _imported(path: Path, options: Mapping[str, Any]) -> tuple[dict[str, str], Losses]:
    from semantic.layer import faults_of

    tool = TOOLS[options["tool"] or _tool(path)]
    every = {**options, "check": faults_of}
    if "check" in tool.options:
        every["name"] = options["name"] or options["folder"].resolve().name or "imported"
    unknown = [key for key in ("schema", "database", "model") if options[key] and key not in tool.options]
    if unknown:
        raise click.UsageError(f"--{unknown[0]} does not go with these definitions.")
    given = {key: every[key] for key in tool.options if every[key] is not None}
    found: tuple[dict[str, str], Losses] = import_module(tool.module).imported(path, **given)
    return found


def _tool(path: Path) -> str:
    """Which tool's definitions a file holds: those of OSI have datasets."""
    if path.is_dir():
        return "metricflow"
    try:
        text = path.read_bytes()[:1_000_000].decode("utf-8", "replace")
    except OSError:
        return "metricflow"
    return "osi" if _OSI.search(text) else "metricflow"


# --- writing ------------------------------------------------------------------------------------------


def _write(wanted: Mapping[Path, str], force: bool) -> None:
    """Write all files, or none."""
    in_the_way = [faults.in_the_way(str(path)) for path in wanted if path.exists() or path.is_symlink()]
    if in_the_way and not force:
        raise SemanticError(in_the_way)
    parts = {path: path.with_name(f".{path.name}.part") for path in wanted}
    found = [fault for path, text in wanted.items() if (fault := _written(parts[path], text))]
    if not found:
        found = [fault for path, part in parts.items() if (fault := _moved(part, path))]
    for part in parts.values():
        with suppress(OSError):
            part.unlink()
    if found:
        raise SemanticError(found)


def _written(path: Path, text: str) -> Fault | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        return faults.cannot_write(str(path), error.strerror or str(error))
    return None


def _moved(part: Path, path: Path) -> Fault | None:
    try:
        part.replace(path)
    except OSError as error:
        return faults.cannot_write(str(path), error.strerror or str(error))
    return None


# --- telling ------------------------------------------------------------------------------------------


def _tell(files: Mapping[str, str], written: list[str], losses: Losses, options: Mapping[str, Any]) -> None:
    if options["show"]:
        say(line for name, text in files.items() for line in (painter()("bold", f"# {name}"), text))
    elif not options["dry_run"] and written:
        say([*written, ""])
    say(report_lines(losses))


def report_lines(losses: Losses) -> Iterator[str]:
    """What was dropped, then what was changed, in columns, and how many were kept."""
    told = [entry for verdict in _COLOURS for entry in losses if entry.verdict == verdict]
    yield from _lines(told)
    if told:
        yield ""
    counts = losses.counts
    yield f"{counts['kept']:,} kept, {counts['changed']:,} changed, {counts['dropped']:,} dropped"


def _lines(entries: Iterable[Entry]) -> Iterator[str]:
    from textwrap import wrap

    from semantic.terminal.width import printable

    paint, room = painter(), table_room()
    rows = [(e.verdict, e.kind, printable(e.name), printable(e.where), printable(e.reason)) for e in entries]
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(4)]
    start = sum(widths) + 2 * sum(1 for width in widths if width)
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False) if width]
        cells[0] = paint(_COLOURS[row[0]], cells[0])
        space = max(40, room - start) if room else 10_000
        reason = wrap(row[4], space) or [""]
        yield "  ".join((*cells, reason[0]))
        yield from (" " * start + line for line in reason[1:])
