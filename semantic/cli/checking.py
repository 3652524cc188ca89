"""``semantic check``: every fault of a project at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from semantic import faults
from semantic.cli import complete
from semantic.cli.base import Command, format_option, load, project_option
from semantic.cli.inspecting import SAMPLE, check_target
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
  semantic check --target prod
  semantic check --target prod --sample 10000 --timeout 60
  semantic check --target prod --full --format json
""",
)
@click.option(
    "--dialect", "dialects", multiple=True, metavar="NAME", shell_complete=complete.dialects,
    help="Check for this dialect; for every one if left out.",
)  # fmt: skip
@click.option(
    "--target", metavar="NAME", shell_complete=complete.targets,
    help="Compare the project with the tables of this target, too; nothing is written there.",
)  # fmt: skip
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N",
    help=f"With --target, look at that many rows of each model; {SAMPLE:,} if left out.",
)  # fmt: skip
@click.option("--full", is_flag=True, help="With --target, look at all rows.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=300.0, show_default=True,
    metavar="SECONDS", help="With --target, stop a statement that runs longer.",
)  # fmt: skip
@format_option("text", "json")
@project_option
@click.pass_context
def check(
    ctx: click.Context, /, dialects: tuple[str, ...], format: str, project: Path | None, **inspecting: Any
) -> None:
    """Check everything that the project defines, and tell every fault with its place.

    Binds every dimension, join, metric, statement, parameter, function and view, and writes them for every
    dialect.
    With --target, looks whether tables, columns, types, keys, joins and intervals are what the project says.
    """
    _check_usage(inspecting, dialects)
    layer = load(project)
    if inspecting["target"]:
        check_target(ctx, layer, format, **inspecting)
        return
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


def _check_usage(options: dict[str, Any], dialects: tuple[str, ...]) -> None:
    if options["target"] and dialects:
        raise click.UsageError("--target has a dialect: leave --dialect out.")
    if options["sample"] and options["full"]:
        raise click.UsageError("--full looks at all rows: leave --sample out.")
    if (options["sample"] or options["full"]) and not options["target"]:
        raise click.UsageError("--sample and --full go with --target.")


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
