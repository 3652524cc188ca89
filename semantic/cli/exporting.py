"""``semantic export``: a project as the document of another tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from semantic import faults
from semantic.cli import complete
from semantic.cli.base import Command, format_option, load, project_option
from semantic.cli.importing import report_lines
from semantic.cli.output import progress, say, say_json
from semantic.faults import SemanticError

if TYPE_CHECKING:
    from semantic.interop.losses import Losses
    from semantic.layer import Layer

VERSIONS = ("0.2.0.dev0", "0.1.1")


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic export --to osi
  semantic export --to osi --out ../shop.osi.yaml
  semantic export --to osi --out shop.osi.json --dialect snowflake
  semantic export --to osi --plain --strict
  semantic export --to osi --version 0.1.1 --format json

Without --out the document goes to standard output, and what became of each definition to standard error.
Exit codes: 0 exported, 1 faults, or with --strict something was dropped (then nothing is written), 2 wrong
usage.
""",
)
@click.option("--to", "tool", type=click.Choice(["osi"]), required=True, help="The form of the document.")
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Where the document goes; JSON where the name ends in '.json', else YAML.",
)  # fmt: skip
@click.option(
    "--dialect", metavar="NAME", shell_complete=complete.dialects,
    help="Write expressions in this dialect besides ANSI SQL.",
)  # fmt: skip
@click.option(
    "--version", type=click.Choice(VERSIONS), default=VERSIONS[0], show_default=True,
    help="The version of the specification.",
)  # fmt: skip
@click.option(
    "--plain", is_flag=True,
    help="Leave out the extensions that bring a project back as it was.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Write nothing and end with 1 where something was dropped.")
@format_option("text", "json")
@project_option
@click.pass_context
def export(
    ctx: click.Context,
    /,
    tool: str,
    out: Path | None,
    strict: bool,
    format: str,
    project: Path | None,
    **options: Any,
) -> None:
    """Write the project as a document of OSI (Apache Ossie), and report what became of each definition.

    What other tools can rightly compute stands there plainly. The rest stands in extensions that 'semantic
    import' reads, so that the project comes back as it was.
    """
    layer = load(project)
    _known(options["dialect"], layer)
    _apart(out, layer)
    with progress("Exporting"):
        document, losses = layer.to_osi(
            dialect=options["dialect"], version=options["version"], extensions=not options["plain"]
        )
    refused = strict and bool(losses.dropped)
    if not refused:
        _write(document, out, losses, format)
    else:
        _tell(losses, None, format)
        ctx.exit(1)


def _known(dialect: str | None, layer: Layer) -> None:
    if dialect is not None and dialect not in layer.dialects:
        raise SemanticError([faults.unknown("dialect", dialect, layer.dialects, None)])


def _apart(out: Path | None, layer: Layer) -> None:
    """Refuse to make a document part of the project: every YAML file below its folder is."""
    if out is None or layer.folder is None or out.suffix.lower() not in (".yml", ".yaml"):
        return
    if layer.folder.resolve() in out.resolve().parents:
        raise SemanticError([faults.document_in_project(str(out))])


def _write(document: dict[str, Any], out: Path | None, losses: Losses, format: str) -> None:
    """The document into its file, or to standard output."""
    from semantic.interop.osi.exporting import text

    as_json = out is not None and out.suffix.lower() == ".json"
    written = text(document, as_json=as_json)
    if out is not None:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(written, encoding="utf-8")
        except OSError as error:
            raise SemanticError([faults.cannot_write(str(out), error.strerror or str(error))]) from None
    elif format == "text":
        click.echo(written, nl=False)
    _tell(losses, out, format, document if out is None else None)


def _tell(losses: Losses, out: Path | None, format: str, document: dict[str, Any] | None = None) -> None:
    """The report: beside the document on standard error, or all of it as JSON."""
    if format == "json":
        told = {"document": document} if document is not None else {"file": str(out) if out else None}
        say_json({**told, "losses": losses.as_dict()})
    elif out is not None:
        say([str(out), "", *report_lines(losses)])
    else:
        click.echo("\n".join(report_lines(losses)), err=True)
