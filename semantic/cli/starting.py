"""``semantic init``: a small project that works at once."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from semantic import faults
from semantic.cli.base import Command, format_option
from semantic.cli.output import painter, say, say_json
from semantic.faults import Fault, SemanticError


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic init shop
  cd shop && semantic run sales --by time.month --plot
""",
)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@format_option("text", "json")
def init(folder: Path, format: str) -> None:
    """Make a small project that works: models and metrics of a shop over CSV files, read by DuckDB.

    Nothing that exists is overwritten.
    """
    wanted = {folder / name: data for name, data in starter().items()}
    in_the_way = [faults.in_the_way(str(path)) for path in wanted if path.exists() or path.is_symlink()]
    if in_the_way:
        raise SemanticError(in_the_way)
    found = [fault for path, data in wanted.items() if (fault := _written(path, data))]
    if found:
        raise SemanticError(found)
    if format == "json":
        say_json({"files": [str(path) for path in wanted]})
    else:
        say([*map(str, wanted), "", *_next_steps(folder)])


def starter() -> dict[str, bytes]:
    """The files of the project, by their path in its folder."""
    return dict(sorted(_files(files("semantic.cli") / "starter", "").items()))


def _files(folder: Traversable, prefix: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for entry in folder.iterdir():
        if entry.is_dir():
            found |= _files(entry, f"{prefix}{entry.name}/")
        else:
            found[prefix + entry.name] = entry.read_bytes()
    return found


def _written(path: Path, data: bytes) -> Fault | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        return faults.cannot_write(str(path), error.strerror or str(error))
    return None


def _next_steps(folder: Path) -> list[str]:
    steps = [] if folder == Path(".") else [f"cd {folder}"]
    steps += [
        "semantic list",
        "semantic run sales --by time.month --plot",
        "semantic sql sales --by customers.region",
    ]
    return [painter()("bold", "Next:"), *(f"  {step}" for step in steps)]
