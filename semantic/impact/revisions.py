"""The files of a project at a revision of its git repository, read without touching the working tree."""

from __future__ import annotations

import posixpath
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from semantic import faults
from semantic.catalog import Catalog, link
from semantic.faults import SemanticError
from semantic.rooms import LIBRARIES
from semantic.source import Span
from semantic.spec.files import MAX_BYTES, PROJECT_FILE, SKIPPED_FOLDERS, File
from semantic.spec.reader import read_files

_LINK, _FILE = "120000", "100"
_LONGEST_CHAIN = 8


def catalog_at(folder: Path, revision: str) -> Catalog:
    """The project of a folder as it was at a revision, with the libraries of this installation.

    Raises `SemanticError` where there is no git, no repository, no such revision, or no project in it, and
    with the project's own faults, in files called ``revision:name``.
    """
    files = files_at(folder, revision)
    if not any(file.name == PROJECT_FILE for file in files):
        raise SemanticError([faults.no_project_at(revision, PROJECT_FILE)])
    try:
        return link(read_files(files))
    except SemanticError as error:
        raise as_of(error, revision) from None


def as_of(error: SemanticError, revision: str) -> SemanticError:
    """Faults at their places in the files of a revision."""
    return SemanticError(
        replace(fault, span=placed(fault.span, revision), where=f"{revision}:{fault.where}")
        for fault in error.faults
    )


def placed(span: Span | None, revision: str) -> Span | None:
    """A place in a file of a revision; the libraries are those of this installation."""
    if span is None or span.file.startswith(f"{LIBRARIES}/"):
        return span
    return Span(f"{revision}:{span.file}", span.line, span.column)


def files_at(folder: Path, revision: str) -> list[File]:
    """The YAML files that the project of a folder had at a revision, ``semantic.yml`` first."""
    prefix = (
        _git(folder, revision, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n")
    )
    commit = _commit(folder, revision)
    whole = dict(_entries(_git(folder, revision, "ls-tree", "-r", "-z", "--full-tree", commit)))
    names = {path[len(prefix) :]: path for path in whole if path.startswith(prefix)}
    chosen = {name: _target(names[name], whole, folder, revision) for name in _yaml_names(names)}
    found = {name: whole[path][1] for name, path in chosen.items() if path is not None}
    contents = _contents(folder, revision, found.values())
    files = [File(name, contents[key]) for name, key in found.items()]
    return sorted(files, key=lambda file: (file.name != PROJECT_FILE, file.name))


def _commit(folder: Path, revision: str) -> str:
    """The commit that a revision means."""
    done = _run(
        folder, revision, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if done.returncode:
        raise SemanticError([faults.no_revision(revision)])
    return done.stdout.decode().strip()


def _entries(listing: bytes) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each path of a tree with its mode and the name of its contents."""
    for line in listing.split(b"\0"):
        head, _, path = line.partition(b"\t")
        if path:
            mode, _, key = head.decode().split()
            yield path.decode("utf-8", "surrogateescape"), (mode, key)


def _yaml_names(names: Iterable[str]) -> Iterator[str]:
    """The YAML files that a project reads: those of a folder, as `semantic.spec.files` chooses them."""
    inner = {posixpath.dirname(name) for name in names if posixpath.basename(name) == PROJECT_FILE} - {""}
    for name in names:
        *folders, last = name.split("/")
        paths = {"/".join(folders[: count + 1]) for count in range(len(folders))}
        hidden = any(part.startswith(".") for part in (*folders, last))
        skipped = hidden or SKIPPED_FOLDERS & set(folders) or inner & paths
        if not skipped and last.endswith((".yml", ".yaml")):
            yield name


def _target(path: str, whole: dict[str, tuple[str, str]], folder: Path, revision: str) -> str | None:
    """The file that a path leads to, through links within the repository; ``None`` where it is no file."""
    for _ in range(_LONGEST_CHAIN):
        mode, key = whole.get(path, ("", ""))
        if mode.startswith(_FILE):
            return path
        if mode != _LINK:
            return None
        to = _contents(folder, revision, [key])[key].decode("utf-8", "surrogateescape")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), to))
    return None


def _contents(folder: Path, revision: str, keys: Iterable[str]) -> dict[str, bytes]:
    """The contents of files by their names in the repository."""
    wanted = list(dict.fromkeys(keys))
    data = _git(folder, revision, "cat-file", "--batch", given="".join(f"{key}\n" for key in wanted).encode())
    found, start = {}, 0
    for key in wanted:
        end = data.index(b"\n", start)
        size = int(data[start:end].split()[2])
        if size > MAX_BYTES:
            raise SemanticError([faults.too_large(size, MAX_BYTES, Span(f"{revision}:{key}", 1, 1))])
        found[key] = data[end + 1 : end + 1 + size]
        start = end + size + 2
    return found


def _git(folder: Path, revision: str, *words: str, given: bytes | None = None) -> bytes:
    done = _run(folder, revision, *words, given=given)
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SemanticError([faults.git_refuses(str(folder), lines[0] if lines else "")])
    return done.stdout


def _run(
    folder: Path, revision: str, *words: str, given: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """What git answers in a folder."""
    if not folder.is_dir():
        raise SemanticError([faults.no_project(str(folder), PROJECT_FILE)])
    try:
        return subprocess.run(["git", *words], cwd=folder, input=given, capture_output=True, check=False)
    except OSError:
        raise SemanticError([faults.no_git()]) from None
    except ValueError:  # a NUL in the revision
        raise SemanticError([faults.no_revision(revision)]) from None
