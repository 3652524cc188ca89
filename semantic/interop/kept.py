"""A cache of imported definitions: unchanged files need neither the importer nor the YAML between.

An entry is found by what stands in the files (of a folder, by their names, sizes and times), the options and
the code of the package, and is kept as the cache of projects is (`spec.cache`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from semantic.cache import cache_folder, read_entry, write_entry
from semantic.spec.pause import without_collection
from semantic.statements import code

if TYPE_CHECKING:
    from semantic.interop.losses import Losses
    from semantic.spec.types import Spec

    Found: TypeAlias = tuple[Spec, Losses]

_SUFFIX = ".imported"
_KEPT = 50  # entries; the oldest go first
_SKIPPED = frozenset(
    ("dbt_packages", "dbt_modules", "logs", "node_modules", "venv", "__pycache__", "compiled", "run")
)


class Kept:
    """What definitions have become, from the cache or made now; unpacked when it is first asked for."""

    def __init__(self, path: Path, options: object, made: Callable[[], Found]) -> None:
        self.digest = _digest(path, options)
        self._made = made
        folder = cache_folder()
        place = folder / f"{self.digest.hex()}{_SUFFIX}" if folder is not None else None
        self._packed = read_entry(place) if place is not None else None
        if self._packed is None:
            self._found = found = made()
            if place is not None:
                from semantic.spec.pack import pack

                entries = [tuple(each.as_dict().values()) for each in found[1]]
                write_entry(place, (pack(found[0]), entries), _KEPT)

    @property
    def spec(self) -> Spec:
        """The project."""
        return self._found[0]

    @property
    def losses(self) -> Losses:
        """What became of each definition."""
        return self._found[1]

    @cached_property
    def _found(self) -> Found:
        from semantic.interop.losses import Entry, Losses
        from semantic.spec.pack import unpack

        with suppress(Exception), without_collection():  # an odd entry can still be made again
            packed: Any = self._packed
            spec, entries = packed
            return unpack(spec), Losses(tuple(Entry(*each) for each in entries))
        return self._made()


def _digest(path: Path, options: object) -> bytes:
    total = blake2b(repr((str(path), options)).encode("utf-8", "surrogatepass"), digest_size=32)
    total.update(code())
    with suppress(OSError):  # of a file that cannot be read, the reader tells
        if path.is_file():
            total.update(path.read_bytes())
        for stamp in _stamps(path):
            total.update(repr(stamp).encode("utf-8", "surrogatepass"))
    return total.digest()


def _stamps(path: Path) -> Iterator[tuple[str, int, int]]:
    """Every file below a folder that definitions may be read from, by name, size and time of change."""
    for root, folders, files in os.walk(path):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in _SKIPPED)
        for name in sorted(files):
            status = os.stat(os.path.join(root, name))
            yield os.path.join(root, name), status.st_size, status.st_mtime_ns
