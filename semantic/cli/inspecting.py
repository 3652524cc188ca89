"""``semantic check --target``: a project's word against what stands in a warehouse."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from semantic.cli.output import painter, report, say, say_json

if TYPE_CHECKING:
    from semantic.faults import Fault
    from semantic.inspect import Report
    from semantic.inspect.inspecting import Note
    from semantic.layer import Layer

#: How many rows of a model are looked at unless somebody says.
SAMPLE = 100_000


def check_target(
    ctx: click.Context,
    layer: Layer,
    format: str,
    *,
    target: str,
    sample: int | None,
    full: bool,
    timeout: float,
) -> None:
    """Print what is found, and end with 1 where anything is."""
    place = layer.place(target)
    found = layer.check([place.dialect])
    if found:
        _tell_faults(found, format)
        ctx.exit(1)
    limit = None if full else sample or SAMPLE
    with _counting() as note:
        seen = layer.inspect(target, limit=limit, timeout=timeout, note=note)
    if format == "json":
        say_json(_record(seen, target, place.dialect, limit))
    else:
        report(seen.findings, as_json=False, err=False)
        say(_lines(seen, target, limit))
    if seen.findings:
        ctx.exit(1)


def _tell_faults(found: tuple[Fault, ...], format: str) -> None:
    """What is wrong with the files comes first: nothing can be compared with what they do not say."""
    report(found, as_json=format == "json", err=False)
    if format != "json":
        count = painter()("red", _number(len(found), "faults"))
        say([f"{count} in the project's files; the target was not asked"])


def _record(seen: Report, target: str, dialect: str, limit: int | None) -> dict[str, Any]:
    models = [{"model": m.name, "rows": m.rows, "complete": m.complete} for m in seen.models]
    return {
        "faults": [fault.as_dict() for fault in seen.findings],
        "target": target,
        "dialect": dialect,
        "sample": limit,
        "statements": seen.statements,
        "models": models,
    }


def _lines(seen: Report, target: str, limit: int | None) -> list[str]:
    paint = painter()
    lines = [_rows(each.name, each.rows, each.complete) for each in seen.models]
    count = len(seen.findings)
    result = paint("red", _number(count, "findings")) if count else paint("green", "no findings")
    sampled = sum(not each.complete for each in seen.models)
    much = f" ({sampled} by a sample of {limit:,} rows)" if sampled and limit is not None else ""
    told = f"{_number(len(seen.models), 'models')}{much}, {_number(seen.statements, 'statements')}"
    return [*(paint("dim", line) for line in lines), f"target '{target}': {told}: {result}"]


def _rows(name: str, rows: int, complete: bool) -> str:
    return f"{name}: {_number(rows, 'rows')}" if complete else f"{name}: {rows:,} rows or more"


def _number(count: int, things: str) -> str:
    return f"{count:,} {things if count != 1 else things.removesuffix('s')}"


@contextmanager
def _counting() -> Iterator[Note | None]:
    """Say on a terminal which model is looked at."""
    if not sys.stderr.isatty():
        yield None
        return

    def note(name: str, number: int, count: int) -> None:
        click.echo(f"\r\x1b[KChecking {number:,}/{count:,}: {name} …", err=True, nl=False, color=True)

    try:
        yield note
    finally:
        click.echo("\r\x1b[K", err=True, nl=False, color=True)
