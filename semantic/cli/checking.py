"""``semantic check``: every fault of a project at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from semantic import faults
from semantic.cli import complete
from semantic.cli.base import Command, format_option, load, project_option
from semantic.cli.output import painter, progress, report, say, say_json
from semantic.faults import SemanticError

if TYPE_CHECKING:
    from semantic.layer import Layer


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic check
  semantic check --dialect bigquery --dialect snowflake
  semantic check --format json
""",
)
@click.option(
    "--dialect", "dialects", multiple=True, metavar="NAME", shell_complete=complete.dialects,
    help="Check for this dialect; for every one if left out.",
)  # fmt: skip
@format_option("text", "json")
@project_option
@click.pass_context
def check(ctx: click.Context, dialects: tuple[str, ...], format: str, project: Path | None) -> None:
    """Check everything that the project defines, and tell every fault with its place.

    Binds every dimension, join, metric, statement, parameter, function and view, and writes them for every
    dialect.
    """
    layer = load(project)
    chosen = dialects or layer.dialects
    unknown = [name for name in chosen if name not in layer.dialects]
    if unknown:
        raise SemanticError(faults.unknown("dialect", name, layer.dialects, None) for name in unknown)
    with progress("Checking"):
        found = layer.check(chosen)
    if format == "json":
        told = {"faults": [fault.as_dict() for fault in found], "checked": _counts(layer, chosen)}
        say_json({**told, "unavailable": layer.unavailable()})
    else:
        report(found, as_json=False, err=False)
        say([*_unavailable(layer), _summary(layer, chosen, len(found))])
    if found:
        ctx.exit(1)


def _counts(layer: Layer, dialects: tuple[str, ...]) -> dict[str, Any]:
    catalog = layer.catalog
    return {
        "project": str(catalog.spec.name),
        "models": len(catalog.models),
        "dimensions": sum(len(model.dimensions) for model in catalog.models.values()),
        "metrics": len(catalog.metrics),
        "views": len(catalog.spec.views),
        "dialects": list(dialects),
    }


def _summary(layer: Layer, dialects: tuple[str, ...], count: int) -> str:
    counts = _counts(layer, dialects)
    kinds = ("models", "dimensions", "metrics", *(("views",) if counts["views"] else ()))
    what = ", ".join(_number(counts[kind], kind) for kind in kinds)
    result = _number(count, "faults") if count else "no faults"
    painted = painter()("red" if count else "green", result)
    return f"{counts['project']}: {what}; {', '.join(dialects)}: {painted}"


def _unavailable(layer: Layer) -> list[str]:
    """The sources that are not mapped, and how many metrics wait for each."""
    waiting: dict[str, list[str]] = {}
    for metric, sources in layer.unavailable().items():
        for source in sources:
            waiting.setdefault(source, []).append(metric)
    dim = painter()
    return [
        dim("dim", f"source '{source}' is not mapped: {_number(len(names), 'metrics')} unavailable")
        for source, names in waiting.items()
    ]


def _number(count: int, things: str) -> str:
    return f"{count:,} {things if count != 1 else things.removesuffix('s')}"
