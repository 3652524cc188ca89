"""``semantic lineage``: what metrics are made from, up to the columns of tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from semantic.cli import complete
from semantic.cli.ask import default_dialect
from semantic.cli.base import format_option, load, project_option
from semantic.cli.output import painter, say, say_json
from semantic.cli.question import Question, asked
from semantic.cli.question import question as question_options

if TYPE_CHECKING:
    from semantic.impact import Dependents


@click.command(
    cls=Question,
    epilog="""\b
Examples:
  semantic lineage sales
  semantic lineage sales --by customers.region --where "orders.status = 'paid'"
  semantic lineage sales visits --format mermaid
  semantic lineage sales --format json
  semantic lineage --source orders
  semantic lineage --source orders.amount --format mermaid
  semantic lineage --view monthly_sales
""",
)
@question_options
@click.option(
    "--dialect", metavar="NAME", shell_complete=complete.dialects, help="The dialect to read names in."
)
@click.option(
    "--source", metavar="NAME", help="Show what depends on a source, or on a column: orders.amount."
)
@click.option(
    "--view", metavar="NAME", shell_complete=complete.views,
    help="Show what a view is made from, and which views read its object.",
)  # fmt: skip
@format_option("text", "json", "mermaid")
@project_option
def lineage(
    dialect: str | None,
    source: str | None,
    view: str | None,
    format: str,
    project: Path | None,
    **options: Any,
) -> None:
    """Show what metrics are made from, up to the columns of tables, and which metrics and views use them.

    Columns that a value is made of are told apart from those that decide which rows it sees: filters, keys of
    joins, groups of inner steps. With --source or --view, shows what depends on that instead.
    """
    if source is not None or view is not None:
        _check_alone(source, view, options)
        layer = load(project)
        _dependents(layer.dependents("source" if source else "view", str(source or view)), format)
        return
    layer = load(project)
    question = asked(options, layer)
    layer = question.layer
    chosen = dialect or question.dialect or default_dialect(layer, question.target)
    found = layer.compile(question.query, chosen).lineage
    above = {str(name): layer.dependents("metric", str(name)) for name in question.query.metrics}
    if format == "json":
        say_json([each.as_dict() | _around(above.get(each.output)) for each in found])
        return
    from semantic.show.lineage import lines, mermaid
    from semantic.terminal.width import printable

    told = mermaid(found, above) if format == "mermaid" else lines(found, above)
    heads = {each.output for each in found} if format == "text" else set()
    say(painter()("bold", printable(line)) if line in heads else printable(line) for line in told)


def _around(metric: Dependents | None) -> dict[str, Any]:
    """What a metric is made from and what uses it, for its record."""
    if metric is None:
        return {}
    return {
        "made_from": list(metric.reads.get("metric", ())),
        "used_by": list(metric.used_by.get("metric", ())),
        "views": list(metric.used_by.get("view", ())),
    }


def _check_alone(source: str | None, view: str | None, options: dict[str, Any]) -> None:
    if source is not None and view is not None:
        raise click.UsageError("--source and --view are two questions: leave one of them out.")
    if any(options.values()):
        raise click.UsageError("--source and --view stand alone: leave the metrics and the question out.")


def _dependents(found: Dependents, format: str) -> None:
    """What one definition is made from, and what depends on it."""
    if format == "json":
        say_json(found.as_dict())
        return
    from semantic.show.dependents import lines, mermaid
    from semantic.terminal.width import printable

    told = list(map(printable, mermaid(found) if format == "mermaid" else lines(found)))
    say(told if format == "mermaid" else [painter()("bold", told[0]), *told[1:]])
