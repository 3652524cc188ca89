"""OSI documents as projects: the files of each semantic model, and what became of every part of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from semantic import faults
from semantic.faults import SemanticError
from semantic.interop.losses import Losses
from semantic.interop.osi.document import SemanticModel
from semantic.interop.osi.naming import word
from semantic.interop.osi.projecting import projected, unread
from semantic.interop.osi.reading import read
from semantic.source import Span
from semantic.spec.files import MAX_BYTES, PROJECT_FILE

ENDINGS = (".yaml", ".yml", ".json")
DIALECT = "duckdb"


def imported(
    path: str | Path,
    *,
    dialect: str | None = None,
    model: str | None = None,
    name: str | None = None,
    schema: str | None = None,
    database: str | None = None,
) -> tuple[dict[str, str], Losses]:
    """The files of a project that says what a document says, by name, and what was kept, changed and dropped.

    ``path`` is a document, or a folder of some. ``dialect`` is the one that the project is written in
    (DuckDB's, if left out), ``model`` the semantic model that is wanted, ``name`` what the project is called
    (as that model, if left out). Where there are several models, each becomes a project in a folder of its
    own. ``schema`` and ``database`` are where tables are whose names do not say it. Raises `SemanticError`
    for what is no document.
    """
    documents = [read(_text(file), file.name) for file in _files(Path(path))]
    chosen = _chosen([each for document in documents for each in document.models], model, str(path))
    place = tuple(each for each in (database, schema) if each)
    files: dict[str, str] = {}
    losses = Losses(tuple(entry for document in documents for entry in unread(document)))
    folders: list[str] = []
    for each in chosen:
        made, entries = projected(each, dialect or DIALECT, name or "" if len(chosen) == 1 else "", place)
        folders.append(word(each.name, folders))
        prefix = f"{folders[-1]}/" if len(chosen) > 1 else ""
        files |= {f"{prefix}{file}": text for file, text in made.items()}
        losses += entries
    return files, losses


def _chosen(models: list[SemanticModel], name: str | None, place: str) -> list[SemanticModel]:
    """The semantic model of a name, or all."""
    if name is None:
        return models
    found = [each for each in models if each.name.lower() == name.lower()]
    if not found:
        raise SemanticError([faults.no_semantic_model(name, [str(each.name) for each in models], place)])
    return found


def several(files: dict[str, str], place: str) -> None:
    """Refuse to take several projects for one."""
    if PROJECT_FILE not in files:
        names = [name.removesuffix(f"/{PROJECT_FILE}") for name in files if name.endswith(f"/{PROJECT_FILE}")]
        raise SemanticError([faults.several_models(names, place)])


def _files(path: Path) -> Iterator[Path]:
    """A document, or those of a folder."""
    if not path.is_dir():
        yield path
        return
    found = sorted(each for each in path.rglob("*") if each.suffix.lower() in ENDINGS and each.is_file())
    if not found:
        raise SemanticError([faults.no_osi_files(str(path))])
    yield from found


def _text(path: Path) -> str:
    """What stands in a file; raises `SemanticError` where that cannot be read."""
    place = Span(path.name, 1, 1)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SemanticError([faults.unreadable_file(str(error.strerror or error), place)]) from None
    if len(data) > MAX_BYTES:
        raise SemanticError([faults.too_large(path.stat().st_size, MAX_BYTES, place)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise SemanticError([faults.not_utf8(_after(before, path.name))]) from None


def _after(before: str, file: str) -> Span:
    from semantic.spec.nodes import place_in

    return place_in(before, file)


__all__ = ["ENDINGS", "imported", "several"]
