"""A plan over 200 views that are as they should be, on Postgres: the whole command, and the server's part."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
import yaml

from semantic import Layer
from semantic.deploy.objects import Here
from semantic.deploy.templates import Templates
from semantic.dialect import load
from tests.deploy.shop import PROJECT, TABLES
from tests.engines.server import postgres_server

VIEWS = 200


def views() -> str:
    """Views of several sorts."""
    by = ("orders.region as region", "time.month as month", "time.day as day", "time.week as week")
    made = [
        {"name": f"view_{n:03}", "metrics": ["sales", "orders"], "by": by[n % 4], "schema": "deployed",
         "description": f"View {n}.", "where": f"orders.region <> 'r{n}'"}
        for n in range(VIEWS)
    ]  # fmt: skip
    return yaml.safe_dump({"views": made})


@contextmanager
def project() -> Iterator[Path]:
    """A folder with the views."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "semantic.yml").write_text(PROJECT)
        (Path(name) / "views.yml").write_text(views())
        yield Path(name)


def main() -> None:
    """Print the seconds of applying, of planning again, and of what the server does for it."""
    with postgres_server() as url, project() as folder:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(TABLES)
        took, done = timed(lambda: Layer.load(folder).apply(url=url))
        print(f"apply: {VIEWS} views, {len(done.statements)} statements: {took:.2f} s")
        command = [sys.executable, "-m", "semantic", "plan", "--url", url, "--project", str(folder)]
        for _ in range(3):
            whole, ended = timed(lambda: subprocess.run(command, stdout=subprocess.PIPE))
            warm, found = timed(lambda: Layer.load(folder).deployment_plan(url=url))
            theirs = server(url)
            assert ended.returncode == 0
            assert found.clean
            print(
                f"plan, nothing new: command {whole:.2f} s, in a program {warm:.2f} s; server {theirs:.2f} s"
            )


def server(url: str) -> float:
    """How long the server takes for the same question."""
    here = Here("postgres", "public", "postgres", "")
    names = [f"view_{n:03}" for n in range(VIEWS)]
    statement = Templates(load("postgres")).facts([("postgres", "deployed")], names, here)
    with psycopg.connect(url) as connection:
        took, _ = timed(lambda: connection.execute(statement))
    return took


def timed(act: Any) -> tuple[float, Any]:
    """The seconds that an act takes, and its result."""
    start = perf_counter()
    result = act()
    return perf_counter() - start, result


if __name__ == "__main__":
    main()
