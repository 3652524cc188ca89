"""``semantic plan`` and ``semantic apply``: deployed views and definitions, kept together."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from semantic.cli import complete
from semantic.cli.base import Command, format_option, load, project_option
from semantic.cli.output import painter, say
from semantic.cli.planned import lines, summary

if TYPE_CHECKING:
    from semantic.deploy import Note

CHANGES = 3


target_option = click.option(
    "--target", metavar="NAME", shell_complete=complete.targets,
    help="Where the views are deployed; the only target, or the one called 'local', if left out.",
)  # fmt: skip
url_option = click.option("--url", metavar="URL", help="Where the views are deployed, in place of a target.")
timeout_option = click.option(
    "--timeout", metavar="SECONDS", type=click.FloatRange(min=0, min_open=True),
    help="How long a statement may take.",
)  # fmt: skip


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic plan
  semantic plan --target prod --exit-code
  semantic plan monthly_sales --target prod
  semantic plan --target prod --format markdown > comment.md

Exit codes: 0 nothing is in the way, 1 something is, or a fault; with --exit-code 3 where something would change.
""",
)
@click.argument("names", nargs=-1, metavar="[NAME…]", shell_complete=complete.views)
@target_option
@url_option
@click.option("--exit-code", is_flag=True, help="End with 3 where something would change.")
@timeout_option
@format_option("text", "json", "markdown")
@project_option
@click.pass_context
def plan(
    ctx: click.Context,
    names: tuple[str, ...],
    target: str | None,
    url: str | None,
    exit_code: bool,
    timeout: float | None,
    format: str,
    project: Path | None,
) -> None:
    """Compare the views of the project (all, or some) with what is deployed on a target. Nothing is written.

    A view is created, replaced or unchanged; 'drifted' is one that was changed by hand, 'orphaned' one that the
    project made and does not have any more, 'blocked' one whose place is taken by somebody else's object.
    """
    found = load(project).deployment_plan(*names, target=target, url=url, timeout=timeout)
    say(lines(found, painter()))
    if found.faults:
        ctx.exit(1)
    if exit_code and not found.clean:
        ctx.exit(CHANGES)


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic apply
  semantic apply --target prod --dry-run
  semantic apply monthly_sales --target prod
  semantic apply --target prod --yes --drop-orphans
""",
)
@click.argument("names", nargs=-1, metavar="[NAME…]", shell_complete=complete.views)
@target_option
@url_option
@click.option("--yes", is_flag=True, help="Do not ask before orphans are dropped.")
@click.option("--force-drifted", is_flag=True, help="Replace views that were changed by hand.")
@click.option("--drop-orphans", is_flag=True, help="Drop what the project made and does not have any more.")
@timeout_option
@click.option(
    "--lock-timeout", metavar="SECONDS", type=click.FloatRange(min=0, min_open=True), default=10.0,
    show_default=True, help="How long to wait for others: another apply, readers of a view.",
)  # fmt: skip
@format_option("text", "json")
@project_option
def apply(
    names: tuple[str, ...],
    target: str | None,
    url: str | None,
    yes: bool,
    force_drifted: bool,
    drop_orphans: bool,
    timeout: float | None,
    lock_timeout: float,
    format: str,
    project: Path | None,
) -> None:
    """Deploy the views of the project (all, or some): what 'semantic plan' tells is done.

    Where the target can take DDL back, all is done or nothing. Views that were changed by hand, and orphans, are
    left alone unless it is said otherwise.
    """
    layer = load(project)
    with _counting() as note:
        done = layer.apply(
            *names, target=target, url=url, force_drifted=force_drifted, drop_orphans=drop_orphans,
            timeout=timeout, lock_timeout=lock_timeout, note=note,
        )  # fmt: skip
    say(summary(done, painter()))


@contextmanager
def _counting() -> Iterator[Note | None]:
    """Say on a terminal which view is made."""
    if not sys.stderr.isatty():
        yield None
        return

    def note(name: str, number: int, count: int) -> None:
        click.echo(f"\r\x1b[KDeploying {number:,}/{count:,}: {name} …", err=True, nl=False, color=True)

    try:
        yield note
    finally:
        click.echo("\r\x1b[K", err=True, nl=False, color=True)
