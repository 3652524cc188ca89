"""``semantic diff``: what changed in meaning between two revisions of a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from semantic.cli.base import Command, format_option, nearest, project_option
from semantic.cli.output import painter, progress, say, say_json

if TYPE_CHECKING:
    from semantic.impact import Difference
    from semantic.layer import Layer
    from semantic.terminal.style import Style

_STYLES: dict[str, Style] = {"-": "red", ">": "magenta", "~": "yellow", ".": "dim", "+": "green"}
_WORKING = "working tree"


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic diff main
  semantic diff v1.2 v1.3
  semantic diff origin/main --exit-code
  semantic diff origin/main --format markdown > comment.md
  semantic diff HEAD~1 HEAD --format json

With --exit-code the command ends with 1 where a change breaks something, and with 0 where none does.
Faults, such as a revision that does not load, end it with 1 in any case, wrong usage with 2.
""",
)
@click.argument("old", metavar="REV1")
@click.argument("new", metavar="[REV2]", required=False)
@click.option("--exit-code", is_flag=True, help="End with 1 where a change breaks something.")
@format_option("text", "json", "mermaid", "markdown")
@project_option
@click.pass_context
def diff(
    ctx: click.Context, /, old: str, new: str | None, exit_code: bool, format: str, project: Path | None
) -> None:
    """Show what changed in meaning between two revisions of a project in git.

    REV2 is the working tree if left out.

    Definitions are compared by what they mean: another layout, another macro, an equal rewriting are no
    changes. Each change is told with the edit behind it, the way by which that reaches it, and whether it
    breaks something.
    """
    folder = project if project is not None else nearest(Path.cwd())
    with progress("Comparing"):
        found = _compared(_at(folder, old), _at(folder, new), (old, new or _WORKING))
    if format == "json":
        say_json(found.as_dict())
    else:
        _say(found, format)
    if exit_code and found.breaking:
        ctx.exit(1)


def _at(folder: Path, revision: str | None) -> Layer:
    """The project at a revision, or as its files are now."""
    from semantic.layer import Layer

    return Layer.load(folder) if revision is None else Layer.at(folder, revision)


def _compared(old: Layer, new: Layer, names: tuple[str, str]) -> Difference:
    from semantic.impact import compare

    return compare(old.catalog, new.catalog, names)


def _say(found: Difference, format: str) -> None:
    from semantic.show import difference as show
    from semantic.terminal.width import printable

    if format != "text":
        say(show.mermaid(found) if format == "mermaid" else show.markdown(found))
        return
    paint = painter()
    heads = {show.head(change) for change in found}
    told = (printable(line) if line not in heads else line for line in show.lines(found))
    say(paint(_STYLES[line[0]], printable(line)) if line in heads else line for line in told)
