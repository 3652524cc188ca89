"""A cache of statements: the same question to the same project needs no compiler, in this process or another.

An entry is found by everything that a statement depends on: the files of the project and of the libraries
it uses, the code of the package and of sqlglot, the dialect's data, and the question. It is kept as the
cache of projects is (`spec.cache`): trusted only in a folder of the user's own, plain values only, and
whatever is odd about an entry makes it as good as absent.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from semantic.rooms import room
from semantic.spec.cache import cache_folder, read_entry, write_entry

_SUFFIX = ".sql"
_KEPT = 4_000  # statements of all projects; the oldest go first


class Statements:
    """The statements of one project, by their questions."""

    def __init__(self, project: bytes) -> None:
        self.project = project

    def find(self, dialect: str, question: str) -> Any:
        """What was kept for a question, or ``None``."""
        place = self._place(dialect, question)
        return read_entry(place) if place is not None else None

    def keep(self, dialect: str, question: str, value: Any) -> None:
        """Keep plain values for a question."""
        place = self._place(dialect, question)
        if place is not None:
            write_entry(place, value, _KEPT)

    def _place(self, dialect: str, question: str) -> Path | None:
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
        return folder / f"{total.hexdigest()}{_SUFFIX}"


@cache
def code() -> bytes:
    """What tells one version of the package and of sqlglot from another."""
    here = Path(__file__).parent
    return repr((_installed("sqlglot"), list(_stamps(sorted(here.rglob("*.py")), here)))).encode()


def _installed(package: str) -> list[tuple[str, int, int]]:
    """What tells one installation of a package from another; its metadata would take longer than all else."""
    found = find_spec(package)
    folder = Path(found.origin).parent if found is not None and found.origin else Path()
    return list(_stamps(sorted(folder.glob("_*.py")), folder))


@cache
def _data(dialect: str) -> bytes:
    """What tells one version of a dialect's data from another."""
    folder = room("dialects")
    return repr(list(_stamps(sorted((folder / dialect).rglob("*")), folder))).encode()


def _stamps(paths: Iterable[Path], folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in paths:
        status = os.stat(path)
        yield str(path.relative_to(folder)), status.st_mtime_ns, status.st_size
