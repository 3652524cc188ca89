"""A cache of imported definitions: unchanged files need neither the importer nor the YAML between.

An entry is found by what stands in the files (of a folder, by their names, sizes and times), the options and
the code of the package, and is kept as the cache of projects is (`spec.cache`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from semantic.interop.losses import Entry, Losses
from semantic.spec.cache import cache_folder, read_entry, write_entry
from semantic.spec.pack import pack, unpack
from semantic.spec.types import Spec
from semantic.statements import code

_SUFFIX = ".imported"
_KEPT = 50  # entries; the oldest go first
_SKIPPED = frozenset(
    ("dbt_packages", "dbt_modules", "logs", "node_modules", "venv", "__pycache__", "compiled", "run")
)

Found = tuple[Spec, Losses]


def kept(path: Path, options: object, made: Callable[[], Found]) -> tuple[Spec, Losses, bytes]:
    """What definitions become, from the cache or ``made`` now, with a digest of what decides it."""
    digest = _digest(path, options)
    folder = cache_folder()
    place = folder / f"{digest.hex()}{_SUFFIX}" if folder is not None else None
    if place is not None:
        with suppress(Exception):  # whatever is wrong with an entry, it can still be made again
            spec, entries = read_entry(place)
            return unpack(spec), Losses(tuple(Entry(*each) for each in entries)), digest
    found, losses = made()
    if place is not None:
        entries = [tuple(each.as_dict().values()) for each in losses]
        write_entry(place, (pack(found), entries), _KEPT)
    return found, losses, digest


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
