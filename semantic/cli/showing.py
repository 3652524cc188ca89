"""``semantic show``: a name or a question at each stage on its way to SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from semantic import faults
from semantic.cli import complete
from semantic.cli.ask import default_dialect
from semantic.cli.base import format_option, load, project_option
from semantic.cli.output import painter, say, say_json
from semantic.cli.question import Question, asked, question
from semantic.faults import SemanticError

if TYPE_CHECKING:
    from semantic.layer import Layer
    from semantic.show.trees import Tree

STAGES = ("spec", "metric", "bound", "plan", "sql")


@click.command(
    cls=Question,
    epilog="""\b
Stages:
  spec NAME        what stands in the files: a metric, model, model.dimension, source, target, policy …
  metric NAME      what was inferred: kind, additivity, aggregates, their rows, filters and times
  bound QUESTION   every name resolved
  plan QUESTION    scans, lookups, groupings
  sql QUESTION     the statement

\b
Examples:
  semantic show spec customers
  semantic show metric sales_per_customer
  semantic show bound sales --by customers.region
  semantic show plan sales --by customers.region --time 2024
""",
)
@click.argument("stage", type=click.Choice(STAGES))
@question
@click.option(
    "--dialect", metavar="NAME", shell_complete=complete.dialects, help="The dialect of 'show sql'."
)
@format_option("text", "json")
@project_option
def show(stage: str, dialect: str | None, format: str, project: Path | None, **options: Any) -> None:
    """Show what a name or a question becomes, stage by stage.

    A wrong number can be followed to the stage that made it.
    """
    layer = load(project, options["user"])
    if format == "json":
        say_json(_record(layer, stage, dialect, options))
    else:
        say(_lines(layer, stage, dialect, options))


def _lines(layer: Layer, stage: str, dialect: str | None, options: dict[str, Any]) -> list[str]:
    if stage == "sql":
        from semantic.terminal.highlight import highlighted

        return [highlighted(_sql(layer, dialect, options), painter())]
    from semantic.show.trees import drawn
    from semantic.terminal.width import printable

    lines: list[str] = []
    for tree in _TREES[stage](layer, options):
        first, *rest = map(printable, drawn(tree))
        lines += [*([""] if lines else []), painter()("bold", first), *rest]
    return lines


def _record(layer: Layer, stage: str, dialect: str | None, options: dict[str, Any]) -> Any:
    """A metric as a record, everything else as its text."""
    if stage == "metric":
        from semantic.show.listing import metric_record

        metrics = _bound_metrics(layer)
        return [asdict(metric_record(metrics(name))) for name in _names(options)]
    return {"stage": stage, "text": "\n".join(_lines(layer, stage, dialect, options))}


def _names(options: dict[str, Any]) -> tuple[str, ...]:
    names: tuple[str, ...] = options["metrics"]
    if not names:
        raise click.UsageError("Name what to show.")
    return names


def _bound_metrics(layer: Layer) -> Callable[[str], Any]:
    from semantic.show.listing import bound

    return bound(layer.catalog, layer.user).metric


def _spec_trees(layer: Layer, options: dict[str, Any]) -> list[Tree]:
    from semantic.show.definition import definition_tree, definitions
    from semantic.show.listing import check_shown

    known = definitions(layer.catalog)
    names = _names(options)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SemanticError(
            faults.unknown("name in the project", name, list(known), None) for name in unknown
        )
    if layer.user is not None:
        for name in names:
            check_shown(layer.catalog, layer.user, name)
    return [definition_tree(kind, name, item) for name in names for kind, item in known[name]]


def _metric_trees(layer: Layer, options: dict[str, Any]) -> list[Tree]:
    from semantic.show.definition import metric_tree

    metric = _bound_metrics(layer)
    return [metric_tree(metric(name)) for name in _names(options)]


def _bound_trees(layer: Layer, options: dict[str, Any]) -> list[Tree]:
    from semantic.show.bound import bound_tree

    question_ = asked(options, layer)
    return [bound_tree(question_.layer.bound(question_.query))]


def _plan_trees(layer: Layer, options: dict[str, Any]) -> list[Tree]:
    from semantic.show.plan import plan_tree

    question_ = asked(options, layer)
    return [plan_tree(question_.layer.plan(question_.query))]


def _sql(layer: Layer, dialect: str | None, options: dict[str, Any]) -> str:
    question_ = asked(options, layer)
    chosen = dialect or question_.dialect or default_dialect(layer, question_.target)
    return question_.layer.compile(question_.query, chosen).text


_TREES: dict[str, Callable[[Layer, dict[str, Any]], list[Tree]]] = {
    "spec": _spec_trees,
    "metric": _metric_trees,
    "bound": _bound_trees,
    "plan": _plan_trees,
}
