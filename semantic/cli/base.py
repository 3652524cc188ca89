"""What every command shares: ``--debug``, ``--format json`` for faults, ``--project``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from semantic import faults
from semantic.faults import SemanticError

if TYPE_CHECKING:
    from semantic.layer import Layer

C = TypeVar("C", bound=Callable[..., Any])
PROJECT_FILE = "semantic.yml"
_JSON, _DEBUG = "semantic.json", "semantic.debug"


def _note_debug(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.meta[_DEBUG] = True


debug_option = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_note_debug,
    help="Show where an internal error happened.",
)


def debugging(ctx: click.Context) -> bool:
    """Whether a traceback is wanted."""
    return bool(ctx.meta.get(_DEBUG)) or os.environ.get("SEMANTIC_DEBUG", "0") not in ("", "0")


def wants_json(ctx: click.Context) -> bool:
    """Whether faults are wanted as JSON."""
    return bool(ctx.meta.get(_JSON))


class Command(click.Command):
    """A command that takes ``--debug`` after its name too."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        hidden = click.Option(
            ["--debug"], is_flag=True, expose_value=False, is_eager=True, hidden=True, callback=_note_debug
        )
        self.params.append(hidden)


def format_option(*choices: str) -> Callable[[C], C]:
    """``--format``; the first choice is the default, and ``json`` holds for faults too."""

    def note(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
        if value == "json":
            ctx.meta[_JSON] = True
        return value

    return click.option(
        "--format",
        type=click.Choice(choices),
        default=choices[0],
        show_default=True,
        is_eager=True,
        callback=note,
        help="How to print; with json, faults are JSON too.",
    )


project_option = click.option(
    "--project",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder of the project; the nearest one upward with a semantic.yml if left out.",
)


def pair(text: str) -> tuple[str, str]:
    """``name=value`` as both."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.BadParameter(f"'{text}' is not of the form name=value.")
    return name.strip(), value


def _attributes(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, Any]:
    """Attributes of the caller, read as JSON where they are that."""
    if not given:
        return {}
    from semantic.policies.attributes import given as read

    return read(map(pair, given))


user_option = click.option(
    "--user",
    "user",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_attributes,
    help="An attribute of whoever asks, for policies; given twice it is a list, as is '[1, 2]'.",
)


def load(project: Path | None, user: Mapping[str, Any] | None = None) -> Layer:
    """The layer of a project, or that of one caller."""
    from semantic.layer import Layer

    layer = Layer.load(project if project is not None else nearest(Path.cwd()))
    return layer.for_user(user) if user else layer


def nearest(start: Path) -> Path:
    """The folder itself or the nearest above it that holds a project."""
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    raise SemanticError([faults.nowhere(str(start))])
