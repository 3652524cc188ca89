"""What every driver has to do, whichever it is, and how a server is started for it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from semantic import Layer, SemanticError
from semantic.dialect import load
from semantic.faults import Fault
from semantic.inspect.kinds import stored
from semantic.warehouse import Connection, Limits, Place, connect
from tests.drivers.rows import EVERYTHING, FINDINGS, NOTES, PROJECT, TYPES

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(python: str, *words: str) -> Iterator[int]:
    """A server on loopback, in another environment: its port, once it listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [os.environ[python], *words, str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        _await(port, process)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _await(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(process.communicate()[1])
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not listen")


def refused(place: Place, sql: str = "SELECT 1 AS x", limits: Limits | None = None) -> Fault:
    """The one fault of a statement; the driver's own error is not to be reached."""
    with pytest.raises(SemanticError) as error, connect(place, limits=limits or Limits(5)) as connection:
        connection.fetch(sql)
    assert error.value.__cause__ is None
    assert error.value.__context__ is None
    (fault,) = error.value.faults
    assert "hunter" not in f"{fault} {fault.as_dict()} {place!r}"
    return fault


def check_values(connection: Connection) -> None:
    """Rows come as plain Python values, columns with types that the dialect knows."""
    first = connection.fetch("SELECT * FROM everything WHERE id = 1")
    assert first == EVERYTHING[:1]
    # The emulated Snowflake sends no NULL of a timestamp that its driver could read.
    nulls = connection.fetch("SELECT amount, weight, note, paid, due FROM everything WHERE id = 2")
    assert nulls == [EVERYTHING[1][1:6]]
    assert [type(value) for value in first[0]] == [type(value) for value in EVERYTHING[0]]
    shapes = connection.shape("SELECT * FROM everything WHERE FALSE")
    dialect = load(connection.dialect)
    assert [stored(shape.kind, dialect) for shape in shapes] == TYPES


def check_texts(place: Place, **more: Any) -> None:
    """A text reaches the warehouse as it is."""
    dialect = load(place.dialect)
    with connect(place) as connection:
        for note in NOTES:
            tree = dialect.literal(note, "text").sql(dialect.answers.sqlglot)
            assert connection.fetch(f"SELECT {tree} AS note") == [(note,)], note


def check_project(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are answered, and what is wrong with the tables is found."""
    monkeypatch.setenv("SHOP_URL", place.url)
    layer = Layer.from_text(semantic=PROJECT.replace("@DIALECT@", place.dialect))
    assert layer.run("orders", target="prod", by="time.month").rows[0][1] == 1
    assert [row[1] for row in layer.run("orders", target="prod", by="time.month")] == [1, 2]
    for limit in (None, 1000):
        seen = layer.inspect("prod", limit=limit, timeout=30)
        assert [(fault.code, str(fault.span)) for fault in seen.findings] == FINDINGS
        assert {each.name: each.rows for each in seen.models} == {
            "orders": 3,
            "customers": 2,
            "everything": 2,
        }
