"""What goes to the terminal: text in colours where they are wanted, faults, defects."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import click

from semantic.faults import Fault
from semantic.terminal.style import Painter, coloured
from semantic.terminal.width import printable


def painter(*, err: bool = False) -> Painter:
    """Colours for standard output, or standard error."""
    return Painter(coloured(sys.stderr if err else sys.stdout))


def say(lines: Iterable[str]) -> None:
    """Print lines that have the colours they need."""
    click.echo("\n".join(lines), color=True)


def say_json(value: Any) -> None:
    """Print a value as JSON."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def columns() -> int:
    """The width to draw in."""
    from shutil import get_terminal_size

    return get_terminal_size((100, 24)).columns


def table_room() -> int | None:
    """The width that a table must keep to: a terminal's; a file has room for everything."""
    return columns() if sys.stdout.isatty() or os.environ.get("COLUMNS") else None


def report(found: Sequence[Fault], as_json: bool, *, err: bool = True) -> None:
    """Tell faults: as JSON on standard output, or a line each."""
    if as_json:
        say_json({"faults": [fault.as_dict() for fault in found]})
        return
    paint = painter(err=err)
    for fault in found:
        click.echo(_line(fault, paint), err=err, color=True)


def _line(fault: Fault, paint: Painter) -> str:
    place = printable(str(fault.span or fault.where))
    words = [paint("bold", f"{place}:"), paint("red", f"{fault.code}:"), printable(fault.message)]
    if fault.hint:
        words.append(paint("dim", printable(fault.hint)))
    return " ".join(words)


def report_bug(error: BaseException, debug: bool) -> None:
    """Say that a defect was met, in one line; the traceback is for those who ask."""
    if debug:
        from traceback import format_exception

        click.echo("".join(format_exception(error)).rstrip(), err=True)
    text = printable(" ".join(str(error).split()))[:200]
    hint = "" if debug else " (--debug tells more)"
    words = f"{type(error).__name__}: {text}" if text else type(error).__name__
    click.echo(f"semantic: internal error: {words}; please report it{hint}", err=True)


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Say on a terminal what is going on while it is, and how long it took."""
    if not sys.stderr.isatty():
        yield
        return
    paint = painter(err=True)
    start = perf_counter()
    click.echo(paint("dim", f"{what} …"), err=True, nl=False, color=True)
    try:
        yield
    finally:
        click.echo("\r\x1b[K", err=True, nl=False, color=True)
    click.echo(paint("dim", f"{what}: {perf_counter() - start:.2f} s"), err=True, color=True)
