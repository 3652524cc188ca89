"""A process of its own, which answers a line of JSON with a line of JSON: MetricFlow, or this package."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PYTHON = Path(os.environ.get("PEERS_PYTHON", ROOT / ".venv-peers" / "bin" / "python"))


class Peer:
    """A side of the comparison, which finds and keeps nothing on disk. Its first line says that it has read
    the manifest.

    ``patience`` is how many seconds an answer may take; then the process is ended, and `TimeoutError` raised.
    """

    patience: float | None = None

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment() | {"SEMANTIC_NO_CACHE": "1"},
        )
        self.ready = self._answer()

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """What the side says to a question: ``sql`` or ``refused``, with ``wall`` and ``cpu`` seconds."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], self.patience)[0]:
            self._process.kill()
            raise TimeoutError
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the process ended without an answer")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process by ending what it reads."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def theirs(manifest: Path) -> Peer:
    """MetricFlow over a manifest."""
    return Peer([str(PYTHON), str(HERE / "theirs.py"), "serve", str(manifest)])


def ours(manifest: Path) -> Peer:
    """This package over the same manifest."""
    return Peer([sys.executable, str(HERE / "ours.py"), "serve", str(manifest)])


def environment() -> dict[str, str]:
    """The surroundings of both: compiled modules are kept, as on any user's machine."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(ROOT)}
