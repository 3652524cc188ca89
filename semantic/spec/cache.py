"""A cache of read projects: a second load of unchanged files needs neither YAML nor the reader.

An entry is found by the contents of all files of the project, the code that read them and the Python
that ran it, and is checked against the contents of the libraries it used. It is trusted only in a folder of
the user's own, and nothing but plain values is ever unpickled from it. Whatever is odd about an entry
makes it as good as absent.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timezone
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import Any

from semantic import source
from semantic.spec.files import File, library_files, library_names, project_files
from semantic.spec.pack import pack, unpack
from semantic.spec.pause import without_collection
from semantic.spec.types import Spec

_PLAIN = {(each.__module__, each.__name__): each for each in (Decimal, date, datetime, timezone)}
_KEPT = 50  # entries; the oldest go first
_SUFFIX = ".spec"
_CHECKSUM = 32


def load_project(folder: Path) -> Spec:
    """The project in a folder, from the cache where its files are unchanged."""
    return load_with_digest(folder)[0]


def load_with_digest(folder: Path) -> tuple[Spec, bytes]:
    """The project in a folder, and a digest of all files that it was read from, libraries included."""
    with without_collection():
        files = project_files(folder)
        spec = _load(files)
        return spec, _digest(files, _libraries_digest(spec.libraries))


def _load(files: list[File]) -> Spec:
    place = _entry(files)
    found = _stored(place) if place else None
    if found is not None:
        return found
    from semantic.spec.reader import read_files  # here, since it imports YAML

    spec = read_files(files)
    if place:
        _store(place, spec)
    return spec


def cache_folder() -> Path | None:
    """Where entries are kept, or ``None`` where the user wants none or has no safe place for them."""
    if os.environ.get("SEMANTIC_NO_CACHE", "") not in ("", "0"):
        return None
    own = os.environ.get("SEMANTIC_CACHE_DIR")
    folder = Path(own) if own else _user_cache() / "semantic"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return None
    if os.name == "posix" and (status.st_uid != os.getuid() or status.st_mode & 0o022):
        return None
    return folder


def _user_cache() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin" and not os.environ.get("XDG_CACHE_HOME"):
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


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
    total = blake2b(first, digest_size=_CHECKSUM)
    for file in files:
        name = file.name.encode("utf-8", "surrogatepass")
        total.update(b"%d %d " % (len(name), len(file.data)) + name)
        total.update(file.data)
    return total.digest()


def _libraries_digest(names: Iterable[str]) -> bytes:
    known = library_names()
    return _digest(file for name in names if name in known for file in library_files(name))


def read_entry(place: Path) -> Any:
    """The plain values of an entry, or ``None`` where there is none that can be trusted."""
    try:
        data = _own_bytes(place)
        if data is None or blake2b(data[_CHECKSUM:], digest_size=_CHECKSUM).digest() != data[:_CHECKSUM]:
            return None
        return _Unpickler(io.BytesIO(data[_CHECKSUM:])).load()
    except Exception:  # whatever is wrong with an entry, it can still be made again
        return None


def _stored(place: Path) -> Spec | None:
    try:
        libraries, packed = read_entry(place)
        spec = unpack(packed)
        unchanged = libraries == _libraries_digest(spec.libraries)
    except Exception:  # whatever is wrong with an entry, the files themselves can still be read
        return None
    return spec if unchanged else None


def _own_bytes(place: Path) -> bytes | None:
    """The bytes of a file that is the user's own and no link."""
    handle = os.open(place, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb", buffering=0) as file:
        foreign = os.name == "posix" and os.fstat(handle).st_uid != os.getuid()
        return None if foreign else file.read()


def _store(place: Path, spec: Spec) -> None:
    write_entry(place, (_libraries_digest(spec.libraries), pack(spec)), _KEPT)


def write_entry(place: Path, value: Any, kept: int) -> None:
    """Writes plain values beside their place and moves them there, so that no entry is ever seen half
    written; of entries of that kind, only so many of the newest are kept."""
    payload = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    draft = place.with_suffix(f".{os.urandom(8).hex()}.tmp")
    with suppress(OSError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with open(os.open(draft, flags, 0o600), "wb") as file:
            file.write(blake2b(payload, digest_size=_CHECKSUM).digest() + payload)
        os.replace(draft, place)
        _trim(place, kept)


def _trim(place: Path, kept: int) -> None:
    """Removes all but the newest entries, and drafts that a crash left behind; not at every time, where many
    are kept."""
    if kept > _KEPT and place.name[:1] not in "01":
        return
    entries = [path for path in place.parent.iterdir() if path.suffix in (place.suffix, ".tmp")]
    for path in sorted(entries, key=lambda path: path.stat().st_mtime, reverse=True)[kept:]:
        path.unlink()


class _Unpickler(pickle.Unpickler):
    """Restores plain values only: no class but `Decimal`, dates and times can be named."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return _PLAIN[module, name]
        raise pickle.UnpicklingError(f"{module}.{name}")
