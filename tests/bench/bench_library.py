"""Every metric of the CRM library in one dialect: from nothing, and from the cache; and its own tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from semantic.check import needed
from semantic.layer import Layer

#: Loads a project and compiles questions, in a process of its own; prints the seconds of both together.
SCRIPT = """
import json, sys, time
begin = time.perf_counter()
from semantic import Layer
layer = Layer.load(sys.argv[1])
for words in json.load(open(sys.argv[2])):
    layer.sql(**words)
print(time.perf_counter() - begin)
"""
PROJECT = "name: crm\nlibraries: [crm]\nsources:\n"


def main() -> None:
    """Print the seconds."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "project"
        folder.mkdir()
        bundled = Layer.from_text(semantic="name: crm\nlibraries: [crm]").catalog.spec.sources
        mapped = "".join(f"  {source.name}: {{table: {source.name}}}\n" for source in bundled)
        (folder / "semantic.yml").write_text(PROJECT + mapped)
        questions = Path(work) / "questions.json"
        questions.write_text(json.dumps(asked(Layer.load(folder))))
        count = len(json.loads(questions.read_text()))
        environment = {**os.environ, "SEMANTIC_CACHE_DIR": str(Path(work) / "cache")}
        cold, *warm = (seconds(folder, questions, environment) for _ in range(4))
        print(f"{count} metrics, duckdb: {cold:.2f} s from nothing, {min(warm):.2f} s from the cache")
        begin = time.perf_counter()
        command = [sys.executable, "-m", "semantic", "test", "--library", "crm"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        print(f"semantic test --library crm: {time.perf_counter() - begin:.1f} s")
        print(done.stdout.splitlines()[-1])


def asked(layer: Layer) -> list[dict[str, object]]:
    """A question for every metric, with what it needs."""
    _, known = layer.context({})
    found: list[dict[str, object]] = []
    for name in layer.catalog.metrics:
        by = list(needed(known.metric(name)))
        ended = any(path.startswith("time.") for path in by)
        found.append({"metrics": name, "by": by, **({"time": "2024"} if ended else {})})
    return found


def seconds(folder: Path, questions: Path, environment: dict[str, str]) -> float:
    """What one process takes, its imports included."""
    command = [sys.executable, "-c", SCRIPT, str(folder), str(questions)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return float(done.stdout)


if __name__ == "__main__":
    main()
