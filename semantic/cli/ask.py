"""``semantic sql`` and ``semantic run``: a question as a statement, and as rows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from semantic import faults
from semantic.cli import complete
from semantic.cli.answer import drawn, export, pivoted, shown
from semantic.cli.base import format_option, load, project_option
from semantic.cli.output import painter, progress, say, say_json
from semantic.cli.question import Question, asked, question, worded
from semantic.faults import SemanticError
from semantic.terminal.highlight import highlighted

if TYPE_CHECKING:
    from semantic.layer import Compiled, Layer
    from semantic.warehouse import Place, Rows

_DIALECT = "duckdb"  # where neither the question nor a target says one


@click.command(
    cls=Question,
    epilog="""\b
Examples:
  semantic sql sales
  semantic sql sales orders --by time.month --by customers.region
  semantic sql sales --by customers.region --where "customers.age >= 30" --time 2024-01..2024-06
  semantic sql sales --by time.week --fill --dialect bigquery
  semantic sql sales --by products.category --having "sales > 1000" --order -sales --limit 10
  semantic sql --by customers.region --where "customers.age >= 30"
  echo '{"metrics": ["sales"], "by": ["time.month"]}' | semantic sql --dialect snowflake
""",
)
@question
@click.option(
    "--dialect",
    metavar="NAME",
    shell_complete=complete.dialects,
    help="The dialect to write; that of the target if left out.",
)
@click.option(
    "--target", metavar="NAME", shell_complete=complete.targets, help="Write the dialect of this target."
)
@format_option("text", "json")
@project_option
def sql(dialect: str | None, target: str | None, format: str, project: Path | None, **options: Any) -> None:
    """Print the SQL of a question.

    A question names metrics and what to see them by; or it is JSON on standard input ('-').
    Without metrics it asks for the values that dimensions have.
    """
    layer = load(project)
    words, named, place = worded(options)
    chosen = dialect or (None if target else named) or default_dialect(layer, target or place)
    compiled = layer.sql(dialect=chosen, **words)
    if format == "json":
        say_json(_record(compiled))
    else:
        say([highlighted(compiled.text, painter())])


def default_dialect(layer: Layer, target: str | None) -> str:
    """The dialect of a target: the one named, the one to run on, or the first."""
    return layer.remembered(f"dialect of {target!r}", lambda: _default_dialect(layer, target))


def _default_dialect(layer: Layer, target: str | None) -> str:
    targets = layer.catalog.targets
    if target is not None and target not in targets:
        raise SemanticError([faults.unknown_target(target, list(targets))])
    chosen = targets.get(target or "local") or next(iter(targets.values()), None)
    return str(chosen.dialect) if chosen else _DIALECT


def _record(compiled: Compiled) -> dict[str, Any]:
    fields = ("name", "type", "kind", "label", "description", "unit", "format")
    return {
        "sql": compiled.text,
        "dialect": compiled.dialect,
        "columns": [
            {field: getattr(column, field) for field in fields} | {"labels": dict(column.labels)}
            for column in compiled.columns
        ],
        "parameters": dict(compiled.parameters),
    }


@click.command(
    cls=Question,
    epilog="""\b
Examples:
  semantic run sales --by time.month --plot
  semantic run sales orders --by customers.region --order -sales --limit 10
  semantic run retention --by time.month --by since.month --pivot since.month
  semantic run --by customers.region --by customers.city
  semantic run --by orders.ordered_on --extremes
  semantic run sales --by time.day --target prod --format csv > sales.csv
  semantic run sales --by time.day --format parquet --output sales.parquet
  semantic run sales --url postgresql://me@localhost/shop
""",
)
@question
@click.option(
    "--target", metavar="NAME", shell_complete=complete.targets,
    help="Where to run; the only target, or the one called 'local', if left out.",
)  # fmt: skip
@click.option("--url", metavar="URL", help="Run on this warehouse instead of a target.")
@format_option("table", "csv", "json", "parquet")
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to a file.")
@click.option("--plot", is_flag=True, help="Draw the rows below the table.")
@click.option("--pivot", metavar="PATH", help="Give each value of this dimension a column of its own.")
@click.option("--lang", metavar="LANG", help="Head the table with labels in this language.")
@project_option
def run(
    target: str | None,
    url: str | None,
    format: str,
    output: Path | None,
    plot: bool,
    pivot: str | None,
    lang: str | None,
    project: Path | None,
    **options: Any,
) -> None:
    """Run a question on a target of the project and show its rows."""
    _check_usage(format, output, plot=plot, pivot=pivot is not None, both=bool(target and url))
    question_ = asked(options, load(project))
    layer = question_.layer
    place = layer.place(target or (None if url else question_.target), url)
    if question_.dialect not in (None, place.dialect):
        raise SemanticError([faults.other_dialect(str(question_.dialect), place.name, place.dialect)])
    rows = _fetch(layer, question_.query, place)
    if format == "table" and output is None:
        say(shown(rows, lang) if pivot is None else pivoted(rows, pivot, lang))
        if plot:
            say(drawn(rows, lang))
    else:
        export(rows, format, output)


def _check_usage(format: str, output: Path | None, *, plot: bool, pivot: bool, both: bool) -> None:
    if both:
        raise click.UsageError("--target and --url are two places; name one.")
    if plot and format != "table":
        raise click.UsageError("--plot goes with --format table.")
    if pivot and (format != "table" or output is not None):
        raise click.UsageError("--pivot is for the table on the terminal.")
    if format == "parquet" and output is None and sys.stdout.isatty():
        raise click.UsageError("Parquet is no text: give --output FILE, or redirect the output.")


def _fetch(layer: Layer, query: Any, place: Place) -> Rows:
    layer.compile(query, place.dialect)  # faults of the question come before any word of running it
    with progress(f"Running on {place.name}"):
        return layer.fetch(query, place)
