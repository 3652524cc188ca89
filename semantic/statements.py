"""A cache of statements: the same question to the same project needs no compiler, in this process or another.

An entry is found by everything that a statement depends on: the files of the project and of the libraries
it uses, the code of the package and of sqlglot, the dialect's data, and the question. It is kept as
`semantic.cache` keeps entries.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from semantic.cache import cache_folder, read_entry, write_entry
from semantic.rooms import room

_SUFFIX = ".sql"
_TOLD = ".told"
_KEPT = 4_000  # statements of all projects; the oldest go first


class Statements:
    """The statements of one project, by their questions."""

    def __init__(self, project: bytes) -> None:
        self.project = project

    def of(self, part: str) -> Statements:
        """Those of the project with something added to it."""
        return Statements(self.project + part.encode("utf-8", "surrogatepass"))

    def find(self, dialect: str, question: str, suffix: str = _SUFFIX) -> Any:
        """What was kept for a question, or ``None``."""
        place = self._place(dialect, question, suffix)
        return read_entry(place) if place is not None else None

    def keep(self, dialect: str, question: str, values: Callable[[], Any], suffix: str = _SUFFIX) -> None:
        """Keep plain values for a question, which are asked for where there is a place for them."""
        place = self._place(dialect, question, suffix)
        if place is not None:
            write_entry(place, values(), _KEPT)

    def _place(self, dialect: str, question: str, suffix: str) -> Path | None:
        folder = cache_folder()
        if folder is None:
            return None
        parts = (
            self.project,
            code(),
            _data(dialect),
            dialect.encode(),
            question.encode("utf-8", "surrogatepass"),
        )
        total = blake2b(digest_size=32)
        for part in parts:
            total.update(b"%d " % len(part) + part)
        return folder / f"{total.hexdigest()}{suffix}"

    def told(self, name: str) -> Any:
        """What was kept of the project beside its statements, or ``None``."""
        return self.find("", name, _TOLD)

    def tell(self, name: str, value: Any) -> None:
        """Keep a plain value that follows from the project."""
        self.keep("", name, lambda: value, _TOLD)


@cache
def code() -> bytes:
    """What tells one version of the package and of sqlglot from another."""
    return repr((_installed("sqlglot"), list(_stamps(os.path.dirname(__file__), ".py")))).encode()


def _installed(package: str) -> list[tuple[str, int, int]]:
    """What tells one installation of a package from another; its metadata would take longer than all else."""
    found = find_spec(package)
    folder = os.path.dirname(found.origin) if found is not None and found.origin else ""
    with os.scandir(folder or ".") as entries:
        own = sorted(each.path for each in entries if each.name.startswith("_") and each.name.endswith(".py"))
    return list(map(_stamp, own))


@cache
def _data(dialect: str) -> bytes:
    """What tells one version of a dialect's data from another."""
    return repr(list(_stamps(str(room("dialects") / dialect)))).encode()


def _stamps(folder: str, suffix: str = "") -> Iterator[tuple[str, int, int]]:
    """Every file below a folder whose name ends so, by path, time of change and size."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each != "__pycache__")
        yield from (_stamp(f"{root}/{name}") for name in sorted(files) if name.endswith(suffix))


def _stamp(path: str) -> tuple[str, int, int]:
    status = os.stat(path)
    return path, status.st_mtime_ns, status.st_size
