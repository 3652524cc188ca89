"""Entries that outlive a process: plain values in a folder of the user's own.

An entry is trusted only there, and nothing but plain values is ever unpickled from it. Whatever is odd about
an entry makes it as good as absent.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from contextlib import suppress
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any

_PLAIN = {("decimal", "Decimal"), ("datetime", "date"), ("datetime", "datetime"), ("datetime", "timezone")}
_FEW = 50
CHECKSUM = 32


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


def read_entry(place: Path) -> Any:
    """The plain values of an entry, or ``None`` where there is none that can be trusted."""
    try:
        data = _own_bytes(place)
        if data is None or blake2b(data[CHECKSUM:], digest_size=CHECKSUM).digest() != data[:CHECKSUM]:
            return None
        return _Unpickler(io.BytesIO(data[CHECKSUM:])).load()
    except Exception:  # whatever is wrong with an entry, it can still be made again
        return None


def _own_bytes(place: Path) -> bytes | None:
    """The bytes of a file that is the user's own and no link."""
    handle = os.open(place, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb", buffering=0) as file:
        foreign = os.name == "posix" and os.fstat(handle).st_uid != os.getuid()
        return None if foreign else file.read()


def write_entry(place: Path, value: Any, kept: int) -> None:
    """Writes plain values beside their place and moves them there, so that no entry is ever seen half
    written; of entries of that kind, only so many of the newest are kept."""
    payload = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    draft = place.with_suffix(f".{os.urandom(8).hex()}.tmp")
    with suppress(OSError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with open(os.open(draft, flags, 0o600), "wb") as file:
            file.write(blake2b(payload, digest_size=CHECKSUM).digest() + payload)
        os.replace(draft, place)
        _trim(place, kept)


def _trim(place: Path, kept: int) -> None:
    """Removes all but the newest entries, and drafts that a crash left behind; not at every time, where many
    are kept."""
    if kept > _FEW and place.name[:1] not in "01":
        return
    entries = [path for path in place.parent.iterdir() if path.suffix in (place.suffix, ".tmp")]
    for path in sorted(entries, key=lambda path: path.stat().st_mtime, reverse=True)[kept:]:
        path.unlink()


class _Unpickler(pickle.Unpickler):
    """Restores plain values only: no class but `Decimal`, dates and times can be named."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return getattr(import_module(module), name)
        raise pickle.UnpicklingError(f"{module}.{name}")
