"""A cache of read projects: a second load of unchanged files needs neither YAML nor the reader.

An entry is found by the contents of all files of the project, the code that read them and the Python
that ran it, and is checked against the contents of the libraries it used. It is kept as `semantic.cache`
keeps entries.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from semantic import source
from semantic.cache import CHECKSUM, cache_folder, read_entry, write_entry
from semantic.spec.files import File, library_files, library_names, project_files
from semantic.spec.pause import without_collection

if TYPE_CHECKING:
    from semantic.spec.types import Spec

_KEPT = 50  # entries; the oldest go first
_SUFFIX = ".spec"


def load_project(folder: Path) -> Spec:
    """The project in a folder, from the cache where its files are unchanged."""
    with without_collection():
        return load_with_digest(folder)[0]()


def load_with_digest(folder: Path) -> tuple[Callable[[], Spec], bytes]:
    """What gives the project in a folder, as its files are now, and a digest of all of them, libraries
    included. What was read before is not even unpacked until it is asked for."""
    files = project_files(folder)
    place = _entry(files)
    found = _stored(place) if place else None
    if found is not None:
        packed, libraries = found
        return (lambda: _unpacked(packed, files)), _digest(files, libraries)
    spec = _read(files)
    libraries = _libraries_digest(spec.libraries)
    if place:
        _store(place, spec, libraries)
    return (lambda: spec), _digest(files, libraries)


def _read(files: list[File]) -> Spec:
    from semantic.spec.reader import read_files  # here, since it imports YAML

    with without_collection():
        return read_files(files)


def _entry(files: list[File]) -> Path | None:
    """Where the entry of these files is, or would be."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        key = _digest(files, _code())
    except OSError:  # the package is not on a file system
        return None
    return folder / f"{key.hex()}{_SUFFIX}"


def _code() -> bytes:
    """What tells one version of the reading code, and one Python, from another."""
    here = os.path.dirname(__file__)
    paths = [source.__file__, *(os.path.join(here, name) for name in sorted(os.listdir(here)))]
    stats = [(path, os.stat(path)) for path in paths if path.endswith(".py")]
    versions = [sys.implementation.cache_tag, sys.hexversion]
    return repr(versions + [(path, stat.st_mtime_ns, stat.st_size) for path, stat in stats]).encode()


def _digest(files: Iterable[File], first: bytes = b"") -> bytes:
    """A digest of names and contents; lengths are written out, so that no two projects share one."""
    total = blake2b(first, digest_size=CHECKSUM)
    for file in files:
        name = file.name.encode("utf-8", "surrogatepass")
        total.update(b"%d %d " % (len(name), len(file.data)) + name)
        total.update(file.data)
    return total.digest()


def _libraries_digest(names: Iterable[str]) -> bytes:
    known = library_names()
    return _digest(file for name in names if name in known for file in library_files(name))


def _stored(place: Path) -> tuple[Any, bytes] | None:
    """The packed project of an entry, and the digest of its libraries, if they are as they were."""
    with suppress(Exception):  # whatever is wrong with an entry, the files themselves can still be read
        names, libraries, packed = read_entry(place)
        if libraries == _libraries_digest(names):
            return packed, libraries
    return None


def _unpacked(packed: Any, files: list[File]) -> Spec:
    from semantic.spec.pack import unpack  # here, since it imports all that a project may hold

    with suppress(Exception), without_collection():
        return unpack(packed)
    return _read(files)


def _store(place: Path, spec: Spec, libraries: bytes) -> None:
    from semantic.spec.pack import pack

    names = [str(name) for name in spec.libraries]
    write_entry(place, (names, libraries, pack(spec)), _KEPT)
