"""``semantic plan`` and ``semantic apply``: deployed views and definitions, kept together."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from semantic.cli import complete
from semantic.cli.base import Command, format_option, load, project_option
from semantic.cli.output import painter, say, say_json
from semantic.cli.planned import applied_record, lines, summary

if TYPE_CHECKING:
    from semantic.deploy import Changes, Note

#: How 'plan --exit-code' ends where something would change.
CHANGES = 3
#: How many seconds a comparison of rows may take unless somebody says.
PATIENCE = 60.0


def _seconds(name: str, help: str, default: float | None = None) -> Callable[[Any], Any]:
    return click.option(
        name, metavar="SECONDS", type=click.FloatRange(min=0, min_open=True), default=default,
        show_default=default is not None, help=help,
    )  # fmt: skip


target_option = click.option(
    "--target", metavar="NAME", shell_complete=complete.targets,
    help="Where the views are; the only target, or the one called 'local', if left out.",
)  # fmt: skip
url_option = click.option("--url", metavar="URL", help="Where the views are, in place of a target's URL.")


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic plan
  semantic plan --target prod --exit-code
  semantic plan monthly_sales --target prod --data
  semantic plan --target prod --data --sample 100000 --timeout 30
  semantic plan --target prod --format markdown > comment.md

\b
Exit codes: 0 nothing is in the way; 1 something is, or a fault;
with --exit-code also 3 where something would change.
""",
)
@click.argument("names", nargs=-1, metavar="[NAME…]", shell_complete=complete.views)
@target_option
@url_option
@click.option("--data", is_flag=True, help="Compare the rows of replaced views with those to come.")
@click.option(
    "--sample", metavar="ROWS", type=click.IntRange(min=1), help="Compare at most so many keys of a view."
)
@click.option("--exit-code", is_flag=True, help="End with 3 where something would change.")
@_seconds("--timeout", f"How long a statement may take; with --data {PATIENCE:g} if left out.")
@format_option("text", "json", "markdown")
@project_option
@click.pass_context
def plan(
    ctx: click.Context,
    names: tuple[str, ...],
    target: str | None,
    url: str | None,
    data: bool,
    sample: int | None,
    exit_code: bool,
    timeout: float | None,
    format: str,
    project: Path | None,
) -> None:
    """Compare the views of the project (all, or some) with what is deployed on a target. Nothing is written.

    A view is created, replaced or unchanged; 'drifted' is one that was changed by hand, 'orphaned' one that
    the project made and does not have any more, 'blocked' one that cannot be made.
    """
    layer = load(project)
    with _counting("Comparing rows") as note:
        found = layer.deployment_plan(
            *names, target=target, url=url, data=data, sample=sample,
            timeout=timeout or (PATIENCE if data else None), note=note,
        )  # fmt: skip
    _show(found, format)
    if found.faults:
        ctx.exit(1)
    if exit_code and not found.clean:
        ctx.exit(CHANGES)


def _show(found: Changes, format: str) -> None:
    from semantic.deploy.told import markdown, record

    if format == "json":
        say_json(record(found))
    else:
        say(markdown(found) if format == "markdown" else lines(found, painter()))


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic apply
  semantic apply --target prod --dry-run
  semantic apply monthly_sales --target prod --timeout 600
  semantic apply --target prod --yes --drop-orphans
  semantic apply --target prod --force-drifted
""",
)
@click.argument("names", nargs=-1, metavar="[NAME…]", shell_complete=complete.views)
@target_option
@url_option
@click.option("--yes", is_flag=True, help="Ask nothing; what drifted still needs --force-drifted.")
@click.option("--dry-run", is_flag=True, help="Print the statements, and run none.")
@click.option("--force-drifted", is_flag=True, help="Replace views that were changed by hand.")
@click.option("--drop-orphans", is_flag=True, help="Drop what the project made and does not have any more.")
@_seconds("--timeout", "How long a statement may take.")
@_seconds("--lock-timeout", "How long to wait for another apply, and for readers of a view.", 10.0)
@format_option("text", "json")
@project_option
def apply(
    names: tuple[str, ...],
    target: str | None,
    url: str | None,
    yes: bool,
    dry_run: bool,
    force_drifted: bool,
    drop_orphans: bool,
    timeout: float | None,
    lock_timeout: float,
    format: str,
    project: Path | None,
) -> None:
    """Deploy the views of the project (all, or some): what 'semantic plan' tells is done.

    Where the target can take DDL back, all is done or nothing. Views that were changed by hand are replaced,
    and orphans dropped, only where a flag or an answer on the terminal says so.
    """
    layer = load(project)
    agree = _agreement(force_drifted, drop_orphans) if _terminal() and not yes else None
    with _counting("Deploying") as note:
        done = layer.apply(
            *names, target=target, url=url, force_drifted=force_drifted, drop_orphans=drop_orphans,
            dry_run=dry_run, timeout=timeout, lock_timeout=lock_timeout, agree=agree, note=note,
        )  # fmt: skip
    if dry_run:
        _write_down(done.statements, format)
        return
    if format == "json":
        say_json(applied_record(done))
    else:
        say(summary(done, painter()))


def _terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


def _write_down(statements: Sequence[str], format: str) -> None:
    from semantic.terminal.highlight import highlighted
    from semantic.views import script

    if format == "json":
        say_json({"statements": list(statements)})
    else:
        say([highlighted(script(statements).rstrip("\n") or "-- nothing to do", painter())])


def _agreement(forced: bool, dropped: bool) -> Callable[[Changes], bool]:
    """Asks on the terminal for what cannot be undone."""

    def agree(found: Changes) -> bool:
        drifted = [] if forced else [change.called for change in found.of("drifted")]
        orphans = [c.called for c in found.of("orphaned") if dropped and not c.leftover]
        questions = [f"Replace what was changed by hand: {', '.join(drifted)}?"] if drifted else []
        questions += [f"Drop {', '.join(orphans)}?"] if orphans else []
        return all(click.confirm(question, err=True) for question in questions)

    return agree


@contextmanager
def _counting(what: str) -> Iterator[Note | None]:
    """Say on a terminal which view is at hand."""
    if not sys.stderr.isatty():
        yield None
        return

    def note(name: str, number: int, count: int) -> None:
        click.echo(f"\r\x1b[K{what} {number:,}/{count:,}: {name} …", err=True, nl=False, color=True)

    try:
        yield note
    finally:
        click.echo("\r\x1b[K", err=True, nl=False, color=True)
