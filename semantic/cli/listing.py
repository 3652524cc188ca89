"""``semantic list``: what a project has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from semantic.cli import complete
from semantic.cli.base import Command, format_option, load, project_option, user_option
from semantic.cli.output import painter, say, say_json, table_room
from semantic.terminal.table import Heading, table
from semantic.terminal.values import NULL
from semantic.terminal.width import printable

if TYPE_CHECKING:
    from semantic.catalog import Model
    from semantic.layer import Layer

Record = dict[str, Any]
Lister: TypeAlias = "Callable[[Layer, str | None], Iterator[Record]]"
KINDS = ("metrics", "dimensions", "models", "views", "parameters", "targets", "policies")


@click.command(
    "list",
    cls=Command,
    epilog="""\b
Examples:
  semantic list
  semantic list metrics --lang ko
  semantic list metrics --all        hidden ones, too
  semantic list dimensions sales     what sales can be seen by
  semantic list models --format json
  semantic list --user role=analyst  what policies let this caller ask
""",
)
@click.argument("kind", type=click.Choice(KINDS), required=False)
@click.argument("metric", required=False, shell_complete=complete.metrics)
@click.option("--all", "everything", is_flag=True, help="Metrics that are hidden, too.")
@click.option("--lang", default="en", show_default=True, metavar="LANG", help="The language of labels.")
@user_option
@format_option("text", "json")
@project_option
def list_(
    kind: str | None,
    metric: str | None,
    everything: bool,
    lang: str,
    user: dict[str, Any],
    format: str,
    project: Path | None,
) -> None:
    """List metrics, dimensions, models, views, parameters, targets or policies.

    Without a kind, metrics and dimensions are listed; 'list dimensions METRIC' lists what a metric can be
    asked by.
    """
    if metric is not None and kind != "dimensions":
        raise click.UsageError("Only 'list dimensions' takes a metric.")
    layer = load(project, user)
    kinds = [kind] if kind else ["metrics", "dimensions"]
    lists: dict[str, Lister] = {**_LISTS, "metrics": partial(_metrics, hidden=everything)}
    asked = f"list {kinds} {metric!r} {everything}"
    records = json.loads(
        layer.remembered(asked, lambda: _json(layer, metric, {each: lists[each] for each in kinds}))
    )
    if format == "json":
        say_json(records[kind] if kind else records)
    else:
        say(_text(records, lang, titled=kind is None))


def _json(layer: Layer, metric: str | None, lists: Mapping[str, Lister]) -> str:
    """The records of some kinds as JSON, which is how they are kept."""
    return json.dumps({kind: list(lister(layer, metric)) for kind, lister in lists.items()}, default=str)


def _metrics(layer: Layer, metric: str | None, *, hidden: bool = False) -> Iterator[Record]:
    from semantic.show import listing

    return map(asdict, listing.metrics(layer.catalog, layer.user, hidden=hidden))


def _dimensions(layer: Layer, metric: str | None) -> Iterator[Record]:
    from semantic.show import listing

    return map(asdict, listing.dimensions(layer.catalog, metric, layer.user))


def _models(layer: Layer, metric: str | None) -> Iterator[Record]:
    for model in layer.catalog.models.values():
        yield {
            "name": model.name,
            "entity": [str(word) for word in model.spec.entity],
            "rows": _rows(model),
            "key": [str(part) for part in model.spec.primary_key],
            "time": str(model.spec.time) if model.spec.time else None,
            "valid": [str(part) for part in model.spec.valid or ()],
            "joins": [role for role in model.edges if not role.startswith("@")],
            "labels": _words(model.spec.label),
            "descriptions": _words(model.spec.description),
        }


def _rows(model: Model) -> str:
    """Where the rows of a model are from."""
    question = model.spec.query
    if question is not None:
        return f"one for each of {question.of}" if question.of is not None else f"grouped {question.start}"
    return str(model.relation.table) if model.relation.table else "a statement"


def _views(layer: Layer, metric: str | None) -> Iterator[Record]:
    from semantic.views.extending import extended

    for view in extended(layer.catalog.spec.views).values():
        yield {
            "name": str(view.name),
            "rows": f"rows of {view.model}" if view.model else ", ".join(view.metrics),
            "by": [each if isinstance(each, str) else str(each.get("path")) for each in view.by],
            "kind": [kind if name == "otherwise" else f"{name}: {kind}" for name, kind in view.materialized],
            "schema": str(view.schema) if view.schema else None,
            "labels": _words(view.label),
            "descriptions": _words(view.description),
        }


def _parameters(layer: Layer, metric: str | None) -> Iterator[Record]:
    for parameter in layer.catalog.parameters.values():
        yield {
            "name": str(parameter.name),
            "type": parameter.type,
            "default": None if parameter.default is None else str(parameter.default),
            "values": [str(value) for value in parameter.values],
            "labels": _words(parameter.label),
            "descriptions": _words(parameter.description),
        }


def _targets(layer: Layer, metric: str | None) -> Iterator[Record]:
    for target in layer.catalog.targets.values():
        yield {
            "name": str(target.name),
            "dialect": str(target.dialect),
            "schema": str(target.schema) if target.schema else None,
            "labels": _words(target.label),
            "descriptions": _words(target.description),
        }


def _policies(layer: Layer, metric: str | None) -> Iterator[Record]:
    for policy in layer.catalog.policies.values():
        yield {
            "name": str(policy.name),
            "model": str(policy.model) if policy.model else None,
            "rows": str(policy.rows) if policy.rows else None,
            "hide": [str(name) for name in policy.hide],
            "metrics": [str(name) for name in policy.metrics],
            "except": str(policy.exempt) if policy.exempt else None,
            "inherit": policy.inherit,
            "labels": _words(policy.label),
            "descriptions": _words(policy.description),
        }


def _words(labels: Mapping[str, str]) -> dict[str, str]:
    return {language: str(text) for language, text in labels.items()}


_LISTS: dict[str, Lister] = {
    "metrics": _metrics,
    "dimensions": _dimensions,
    "models": _models,
    "views": _views,
    "parameters": _parameters,
    "targets": _targets,
    "policies": _policies,
}
#: The columns of each list; more stands in its JSON.
_SHOWN: dict[str, tuple[str, ...]] = {
    "metrics": ("name", "label", "kind", "additivity", "type", "unit", "unmapped"),
    "dimensions": ("path", "label", "type", "unit", "side"),
    "models": ("name", "label", "entity", "rows", "key", "time", "valid", "joins"),
    "views": ("name", "label", "rows", "by", "kind", "schema"),
    "parameters": ("name", "label", "type", "default", "values"),
    "targets": ("name", "label", "dialect", "schema"),
    "policies": ("name", "label", "model", "rows", "hide", "metrics", "except"),
}


def _text(records: Mapping[str, Sequence[Record]], lang: str, *, titled: bool) -> list[str]:
    lines: list[str] = []
    for kind, items in records.items():
        if titled:
            lines += ["", *_title(kind)] if lines else _title(kind)
        lines += _table(_SHOWN[kind], items, lang) if items else [painter()("dim", f"no {kind}")]
    return lines


def _title(kind: str) -> list[str]:
    return [painter()("bold", kind.capitalize()), ""]


def _table(fields: Sequence[str], items: Sequence[Record], lang: str) -> list[str]:
    """The fields as a table, without those that nothing has."""
    rows = [[_cell(item, field, lang) for field in fields] for item in items]
    used = [i for i in range(len(fields)) if any(row[i] for row in rows)]
    headings = [Heading(fields[i], _show) for i in used]
    return table(headings, [[row[i] or "" for i in used] for row in rows], painter(), table_room())


def _cell(item: Record, field: str, lang: str) -> str:
    if field == "label":
        labels = item["labels"]
        return str(labels.get(lang) or labels.get("en") or next(iter(labels.values()), ""))
    value = item[field]
    return ", ".join(value) if isinstance(value, list | tuple) else str(value or "")


def _show(value: Any) -> str:
    return NULL if value is None else printable(value)
