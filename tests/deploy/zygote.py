"""Runs ``semantic apply`` in processes that kill themselves: ``python zygote.py``, a line of JSON each.

A process is made by a fork of this one, which has everything imported. Before the n-th thing that it does
with the warehouse (a statement, a BEGIN, a COMMIT) it ends by SIGKILL. The answer is how it ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import psycopg  # noqa: F401  imported once for all children

import semantic.cli.deploying
import semantic.warehouse.alchemy as alchemy
import semantic.warehouse.duck as duck
from semantic.deploy.templates import Templates
from tests.deploy.shop import NEW, layer


def deadly(act: Callable[..., Any], number: int) -> Callable[..., Any]:
    """A method that kills its process instead of being called that many times."""
    left = number

    def called(*arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return act(*arguments)

    return called


def child(words: list[str], number: int) -> None:
    """The command, as a shell would run it; the project is the shop with its new views, read before."""
    sys.argv = ["semantic", *words]
    for kind in (duck.DuckConnection, alchemy.AlchemyConnection):
        kind._guarded = deadly(kind._guarded, number)  # type: ignore[method-assign]
    from semantic.cli import main

    main()


def warm() -> None:
    """Everything imported, compiled and bound; DuckDB and the driver of Postgres run in children only."""
    ready = layer(NEW)
    for dialect in ("duckdb", "postgres"):
        for view in ready.views(dialect).views:
            ready.ddl(view)
        Templates(ready.target_dialect(dialect)).here()
    setattr(semantic.cli.deploying, "load", lambda project: ready)  # noqa: B010


def main() -> None:
    warm()
    for line in sys.stdin:
        asked = json.loads(line)
        process = os.fork()
        if process == 0:
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            os.dup2(2, 1)
            child(asked["words"], asked["number"])
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
