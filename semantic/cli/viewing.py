"""``semantic views``: the statements that deploy a project's views."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from semantic import faults
from semantic.cli import complete
from semantic.cli.ask import default_dialect
from semantic.cli.base import Command, format_option, load, project_option
from semantic.cli.output import painter, say, say_json
from semantic.faults import Fault, SemanticError
from semantic.terminal.highlight import highlighted

if TYPE_CHECKING:
    from semantic.layer import Layer
    from semantic.views import Deployment, View

FORMS = ("ddl", "dbt", "migration")


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic views
  semantic views monthly_sales --dialect snowflake
  semantic views --target prod --out ddl
  semantic views --target prod --as migration > deploy.sql
  semantic views --dialect bigquery --as dbt --out ../warehouse
""",
)
@click.argument("names", nargs=-1, metavar="[NAME…]", shell_complete=complete.views)
@click.option(
    "--dialect", metavar="NAME", shell_complete=complete.dialects,
    help="The dialect to write; that of the target if left out.",
)  # fmt: skip
@click.option(
    "--target", metavar="NAME", shell_complete=complete.targets,
    help="Write the dialect of this target, for its schema.",
)  # fmt: skip
@click.option(
    "--as", "form", type=click.Choice(FORMS), default=FORMS[0], show_default=True, help="What to write."
)
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path), help="Write files into a folder, one a view."
)
@format_option("text", "json")
@project_option
def views(
    names: tuple[str, ...],
    dialect: str | None,
    target: str | None,
    form: str,
    out: Path | None,
    format: str,
    project: Path | None,
) -> None:
    """Print the statements that deploy the views of the project, each view after those that it reads.

    'ddl' is the statements of each view; 'migration' one script, in a transaction where the target can take
    DDL back; 'dbt' models with their tests. Nothing is run.
    """
    layer = load(project)
    chosen = dialect or default_dialect(layer, target)
    made = layer.views(chosen, *names, schema=_schema(layer, target, chosen))
    if format == "json":
        say_json(_record(layer, made))
        return
    if form == "dbt" and out is not None:
        _check_outside(out, layer)
    files = _files(layer, made, chosen, form)
    if out is None:
        say([highlighted("\n".join(_printed(files, form)).rstrip("\n"), painter())])
    else:
        _write(out, files)
    _tell(made)


def _check_outside(out: Path, layer: Layer) -> None:
    """Models of dbt have YAML, and a project reads every YAML file below it."""
    folder = layer.folder.resolve() if layer.folder is not None else None
    if folder is None or not out.resolve().is_relative_to(folder):
        return
    if not any(part.startswith(".") for part in out.resolve().relative_to(folder).parts):
        raise SemanticError([faults.inside_project(str(out))])


def _schema(layer: Layer, target: str | None, dialect: str) -> str | None:
    """The schema of the target that is written for: the one named, else the usual one, if it has that
    dialect."""
    targets = layer.catalog.targets
    found = targets.get(target or "local") or next(iter(targets.values()), None)
    return found.schema if found is not None and (target or found.dialect == dialect) else None


def _files(layer: Layer, made: Deployment, dialect: str, form: str) -> dict[str, str]:
    """The texts by the names of their files."""
    from semantic.views import migration, script
    from semantic.views.dbt import models

    if form == "dbt":
        return models(layer, made.views)
    if form == "migration":
        return {"migration.sql": migration(made.views, layer.target_dialect(dialect))}
    return {f"{view.name}.sql": script(layer.ddl(view)) for view in made.views}


def _printed(files: dict[str, str], form: str) -> list[str]:
    """The texts as they stand one below the other; models of dbt under the names of their files."""
    if form != "dbt":
        return list(files.values()) or ["-- no views"]
    marks = {name: "#" if name.endswith(".yml") else "--" for name in files}
    return [f"{marks[name]} {name}\n{text}" for name, text in files.items()]


def _write(folder: Path, files: dict[str, str]) -> None:
    found: list[Fault] = []
    for name, text in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            found.append(faults.cannot_write(str(path), error.strerror or "it cannot be opened"))
    if found:
        raise SemanticError(found)
    say([str(folder / name) for name in files])


def _tell(made: Deployment) -> None:
    """The views that wait for a source, on standard error."""
    paint = painter(err=True)
    for name, found in made.unavailable.items():
        reasons = " ".join(dict.fromkeys(fault.message for fault in found))
        click.echo(paint("dim", f"view '{name}' is unavailable: {reasons}"), err=True, color=True)


def _record(layer: Layer, made: Deployment) -> dict[str, Any]:
    return {
        "views": [_view(layer, view) for view in made.views],
        "unavailable": {
            name: [fault.as_dict() for fault in found] for name, found in made.unavailable.items()
        },
    }


def _view(layer: Layer, view: View) -> dict[str, Any]:
    from semantic.views import comment

    return {
        "name": view.name,
        "dialect": view.dialect,
        "object": list(view.parts),
        "kind": view.kind,
        "fingerprint": view.fingerprint,
        "comment": comment(view),
        "columns": [{"name": c.name, "type": c.type, "comment": c.comment} for c in view.columns],
        "grants": [{"privilege": grant.privilege, "to": grant.to} for grant in view.grants],
        "after": list(view.after),
        "select": view.select,
        "statements": list(layer.ddl(view)),
    }
