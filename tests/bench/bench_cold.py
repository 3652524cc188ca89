"""`semantic sql` from a cold start against `import sqlglot`, with the caches on disk warm, and without."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.timing import Result, print_table, turn_by_turn

ROOT = Path(__file__).parents[2]
SEMANTIC = str(Path(sys.executable).with_name("semantic"))
OURS = (SEMANTIC, "sql", "sales", "baskets", "--by", "time.month", "--project", "examples/complete_journey")
THEIRS = (sys.executable, "-c", "import sqlglot")
TURNS = 15


def start(command: Sequence[str], environment: dict[str, str]) -> None:
    """Run a command in a new process to its end; compiled modules are kept, as on any user's machine."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, cwd=ROOT, env=inherited | environment, stdout=subprocess.DEVNULL)


def with_empty_cache(_: int) -> None:
    """Ours with nothing in the user's cache directory."""
    with tempfile.TemporaryDirectory() as empty:
        start(OURS, {"SEMANTIC_CACHE_DIR": empty})


def results() -> Iterator[Result]:
    """With warm caches, and with none."""

    def theirs(_: int) -> None:
        start(THEIRS, {})

    yield Result("caches warm", *turn_by_turn(lambda _: start(OURS, {}), theirs, TURNS), target=3.0)
    yield Result("caches empty", *turn_by_turn(with_empty_cache, theirs, TURNS), target=3.0)


def main() -> None:
    """Print the table."""
    print_table('Cold start: semantic sql / python -c "import sqlglot"', results())


if __name__ == "__main__":
    main()
