"""A deployment that is killed before each thing that it does with the warehouse: all is old, or all new."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.shop import NEW, OLD, Postgres, Warehouse

ROOT = Path(__file__).parents[2]
Run = Callable[..., int]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Runs the command in a process that dies before the n-th act; tells how it ended."""
    command = [sys.executable, "-m", "tests.deploy.zygote"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as zygote:
        assert zygote.stdin is not None
        assert zygote.stdout is not None

        def one(number: int, *words: str) -> int:
            asked = {"words": list(words), "number": number}
            print(json.dumps(asked), file=zygote.stdin, flush=True)
            return int(zygote.stdout.readline())  # type: ignore[union-attr]

        yield one
        zygote.stdin.close()


@pytest.mark.slow
def test_killed_before_each_act(warehouse: Warehouse, run: Run) -> None:
    warehouse.apply(OLD)
    old, ended = everything(warehouse), []
    words = ("apply", "--url", warehouse.url, "--drop-orphans", "--yes")
    for number in range(1, 200):
        ended.append(run(number, *words))
        now = everything(warehouse)
        if ended[-1] == 0 or now != old:
            break
        assert ended[-1] == -signal.SIGKILL
    # Killed everywhere, it changed nothing; only what came to its end changed something, and that is whole.
    assert ended[-1] == 0
    assert len(ended) > 20
    assert warehouse.names() == {"regions", "months", "best_region", "days", "added"}
    assert all(change.status == "unchanged" for change in warehouse.plan(NEW))
    assert warehouse.rows("SELECT best FROM deployed.best_region") == [(20.5,)]
    assert run(10_000, *words) == 0
    assert warehouse.apply(NEW).done == ()


def everything(warehouse: Warehouse) -> dict[str, Any]:
    """All that can be seen from outside."""
    rights = {}
    if isinstance(warehouse, Postgres):
        rights = {name: warehouse.acl(name) for name in warehouse.names()}
    return {"objects": warehouse.snapshot(), "rights": rights}
