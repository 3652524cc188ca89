"""Finds and reads the files of a project as bytes; knows nothing of YAML."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from semantic import faults
from semantic.faults import Fault, SemanticError
from semantic.rooms import LIBRARIES, room
from semantic.source import Span

PROJECT_FILE = "semantic.yml"
MAX_BYTES = 5_000_000
SKIPPED_FOLDERS = frozenset({"node_modules", "venv", "__pycache__"})


@dataclass(frozen=True, slots=True)
class File:
    """A file of a project or a library, by the name that faults show."""

    name: str
    data: bytes


def project_files(folder: Path) -> list[File]:
    """Every YAML file below ``folder``, sorted by name, ``semantic.yml`` first."""
    if not os.path.lexists(folder / PROJECT_FILE):
        raise SemanticError([faults.no_project(str(folder), PROJECT_FILE)])
    found = _read_all(folder, "")
    return sorted(found, key=lambda file: (file.name != PROJECT_FILE, file.name))


def stamps(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    """Name, time of change, size and number of every YAML file below ``folder``, sorted; nothing is read."""
    for name in sorted(_names(folder)):
        status = os.stat(f"{folder}/{name}")
        yield name, status.st_mtime_ns, status.st_size, status.st_ino


def library_names() -> list[str]:
    """The metric libraries that ship with the package."""
    shelf = room(LIBRARIES)
    return sorted(each.name for each in shelf.iterdir() if each.is_dir()) if shelf.is_dir() else []


def library_files(name: str) -> list[File]:
    """The files of one bundled library, sorted by name."""
    return sorted(_read_all(room(LIBRARIES) / name, f"{LIBRARIES}/{name}/"), key=lambda file: file.name)


def _read_all(folder: Path, prefix: str) -> list[File]:
    found: list[File] = []
    refused: list[Fault] = []
    for name in _names(folder):
        shown = prefix + os.fsencode(name).decode("utf-8", "replace")
        outcome = _read(f"{folder}/{name}", shown)
        if isinstance(outcome, Fault):
            refused.append(outcome)
        else:
            found.append(File(shown, outcome))
    if refused:
        raise SemanticError(refused)
    return found


def _names(folder: Path) -> list[str]:
    try:
        return list(_yaml_names(str(folder)))
    except OSError as error:
        place = Span(str(error.filename), 1, 1)
        raise SemanticError([faults.unreadable_file(error.strerror or "", place)]) from None


def _yaml_names(folder: str) -> Iterator[str]:
    """The YAML files below a folder by relative name; hidden ones, those of tools, and folders that are
    projects themselves are left out."""
    prefixes = [""]
    while prefixes:
        prefix = prefixes.pop()
        with os.scandir(folder + "/" + prefix) as scanned:
            entries = list(scanned)
        if prefix and any(entry.name == PROJECT_FILE for entry in entries):
            continue
        for entry in entries:
            name = entry.name
            if name.startswith(".") or name in SKIPPED_FOLDERS:
                continue
            if entry.is_dir(follow_symlinks=False):
                prefixes.append(f"{prefix}{name}/")
            elif name.endswith((".yml", ".yaml")):
                yield prefix + name


def _read(path: str, name: str) -> bytes | Fault:
    place = Span(name, 1, 1)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            return _contents(handle, place)
        finally:
            os.close(handle)
    except OSError as error:
        return faults.unreadable_file(error.strerror or "it cannot be opened", place)


def _contents(handle: int, place: Span) -> bytes | Fault:
    status = os.fstat(handle)
    if not S_ISREG(status.st_mode):  # nor would a pipe ever end
        return faults.unreadable_file("it is no regular file", place)
    if status.st_size > MAX_BYTES:
        return faults.too_large(status.st_size, MAX_BYTES, place)
    with open(handle, "rb", buffering=0, closefd=False) as file:
        return file.readall()
