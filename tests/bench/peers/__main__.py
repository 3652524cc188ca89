"""Compiling the same questions on the same manifest, MetricFlow's `explain` beside ours, in one run.

    python -m tests.bench.peers [--turns 5]      what `make bench-peers` runs

Each side has an interpreter of its own, with the same Python, and they take turns. *Warm* is a question that
has not been asked before, in a process that has read the manifest and answered others. *Cold* is a process
from its start to the printed statement. Ratios are of processor time, which others disturb least.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.peers import peer, synthetic

MANIFEST = peer.ROOT / "tests/interop/metricflow/projects/pedals/manifest/semantic_manifest.json"
MONTH, DAY = "metric_time__month", "metric_time__day"
FAR = "{{ Dimension('maker__country', entity_path=['bike']) }} = 'NL'"
NEAR = "{{ Dimension('station__capacity') }} > 10"
QUESTIONS: dict[str, dict[str, Any]] = {
    "a metric by month": {"metrics": ["fares"], "by": [MONTH]},
    "two facts by a shared dimension": {"metrics": ["fares", "repair_costs"], "by": ["station__district"]},
    "a condition two joins away": {"metrics": ["minutes"], "by": [DAY], "where": [FAR]},
    "a ratio of two facts": {"metrics": ["repair_cost_per_ride"], "by": [MONTH]},
    "derived, with an offset": {"metrics": ["ride_growth_7d"], "by": [DAY]},
    "cumulative, a window": {"metrics": ["minutes_7d"], "by": [DAY]},
    "a conversion rate": {"metrics": ["visit_to_pass_rate_7d"], "by": [MONTH]},
    "a balance, not additive": {"metrics": ["closing_balance"], "by": [MONTH]},
}
OTHERS: tuple[dict[str, Any], ...] = (  # one of each kind, of other metrics by other things
    {"metrics": ["mean_fare"], "by": ["bike__model_name"]},
    {"metrics": ["pass_revenue", "new_riders"], "by": ["metric_time__quarter"]},
    {"metrics": ["member_share"], "by": ["ride__length"], "where": [NEAR]},
    {"metrics": ["minutes_last_month"], "by": [MONTH]},
    {"metrics": ["riders_7d"], "by": ["metric_time__week"]},
    {"metrics": ["visit_to_pass_7d"], "by": ["visit__channel"]},
    {"metrics": ["opening_balance_by_rider"], "by": ["rider__age_group"]},
)
LIMIT = 60.0  # seconds for one question of the large project


@dataclass(frozen=True)
class Spent:
    """Seconds of processor and of the clock."""

    cpu: float
    wall: float


@dataclass(frozen=True)
class Pair:
    """What both sides spent on one thing, turn by turn."""

    name: str
    ours: Sequence[Spent]
    theirs: Sequence[Spent]

    def times(self, what: str) -> float:
        """How many times faster ours is, fastest by fastest."""
        return min(self._of(self.theirs, what)) / min(self._of(self.ours, what))

    @property
    def noise(self) -> float:
        """How far the median lies above the fastest, on the worse side."""
        sides = (self._of(side, "cpu") for side in (self.ours, self.theirs))
        return max(statistics.median(side) / min(side) - 1 for side in sides)

    @staticmethod
    def _of(side: Sequence[Spent], what: str) -> list[float]:
        return [getattr(each, what) for each in side]


# --- warm -------------------------------------------------------------------------------------------


def warm(turns: int) -> list[Pair]:
    """Every question once in each of some processes that have answered others before."""
    spent: dict[str, tuple[list[Spent], list[Spent]]] = {name: ([], []) for name in QUESTIONS}
    for _ in range(turns):
        with serving(peer.ours, MANIFEST) as ours, serving(peer.theirs, MANIFEST) as theirs:
            for other in OTHERS:
                asked(ours, other), asked(theirs, other)
            for name, question in QUESTIONS.items():
                spent[name][0].append(asked(ours, question))
                spent[name][1].append(asked(theirs, question))
    return [Pair(name, *both) for name, both in spent.items()]


def varied(turns: int) -> list[Pair]:
    """Questions of known shapes that were never asked: all but the limit has been, many times."""
    with serving(peer.ours, MANIFEST) as ours, serving(peer.theirs, MANIFEST) as theirs:
        return [Pair(name, *limits(ours, theirs, question, turns)) for name, question in QUESTIONS.items()]


def limits(
    ours: peer.Peer, theirs: peer.Peer, question: dict[str, Any], turns: int
) -> tuple[list[Spent], list[Spent]]:
    """One question with a new limit each turn, after some turns that are not measured."""
    left, right = [], []
    for turn in range(turns + 3):
        left.append(asked(ours, question | {"limit": 100 + turn}))
        right.append(asked(theirs, question | {"limit": 100 + turn}))
    return left[3:], right[3:]


@contextmanager
def serving(start: Callable[[Path], peer.Peer], manifest: Path) -> Iterator[peer.Peer]:
    """A side with its manifest read, without statements of other runs."""
    side = start(manifest)
    try:
        yield side
    finally:
        side.close()


def asked(side: peer.Peer, question: dict[str, Any]) -> Spent:
    """What a side spends on one question; a refusal is an error here."""
    said = side.ask(question)
    if "sql" not in said:
        raise RuntimeError(f"{question}: {said['refused']}")
    return Spent(said["cpu"], said["wall"])


# --- cold -------------------------------------------------------------------------------------------


def cold(turns: int) -> Iterator[tuple[Pair, Pair, Pair]]:
    """Every question in processes of its own: ours with an empty cache folder, with one that knows the
    definitions, and with one that knows the question as well."""
    with tempfile.TemporaryDirectory() as kept:
        for name, question in QUESTIONS.items():
            started(command("ours", question), kept)
            empty, new, again, theirs = [], [], [], []
            for _ in range(turns):
                with tempfile.TemporaryDirectory() as folder:
                    empty.append(started(command("ours", question), folder))
                    forgotten(folder)
                    new.append(started(command("ours", question), folder))
                again.append(started(command("ours", question), kept))
                theirs.append(started(command("theirs", question), kept))
            yield Pair(name, empty, theirs), Pair(name, new, theirs), Pair(name, again, theirs)


def forgotten(folder: str) -> None:
    """Take the statements out of a cache folder, and leave the definitions."""
    for entry in Path(folder).glob("*.sql"):
        entry.unlink()


def command(side: str, question: dict[str, Any], manifest: Path = MANIFEST) -> list[str]:
    """One question in a process of its own."""
    python = sys.executable if side == "ours" else str(peer.PYTHON)
    return [python, str(peer.HERE / f"{side}.py"), "once", str(manifest), json.dumps(question)]


def started(command: list[str], cache: str, limit: float | None = None) -> Spent:
    """What a process spends from its start to its end."""
    surroundings = peer.environment() | {"SEMANTIC_CACHE_DIR": cache}
    before, wall = os.times(), time.perf_counter()
    subprocess.run(
        command, check=True, cwd=peer.ROOT, env=surroundings, stdout=subprocess.DEVNULL, timeout=limit
    )
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Spent(cpu, time.perf_counter() - wall)


# --- large ------------------------------------------------------------------------------------------


def large(turns: int) -> Iterator[str]:
    """70 metrics by 100 dimensions in a project of 500 metrics."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = Path(folder, "semantic_manifest.json")
        manifest.write_text(json.dumps(synthetic.manifest()))
        for name, start in (("ours", peer.ours), ("MetricFlow", peer.theirs)):
            yield f"{name:<12}{warmed(start, manifest, turns if name == 'ours' else 1)}"
        for side, name in (("ours", "ours"), ("theirs", "MetricFlow")):
            yield f"{name:<12}{fresh(command(side, synthetic.question(), manifest), folder)}"


def warmed(start: Callable[[Path], peer.Peer], manifest: Path, turns: int) -> str:
    """The fastest of some processes that have answered another question before."""
    spent = []
    for _ in range(turns):
        with serving(start, manifest) as side:
            asked(side, {"metrics": ["metric_19_0"], "by": ["thing_0__dimension_0_0"]})
            side.patience = LIMIT
            try:
                spent.append(asked(side, synthetic.question()))
            except TimeoutError:
                return f"warm: no answer within {LIMIT:.0f} s"
    best = min(spent, key=lambda each: each.cpu)
    return f"warm: {best.cpu:6.2f} s of processor, {best.wall:6.2f} s"


def fresh(command: list[str], folder: str) -> str:
    """From the start of a process to the printed statement."""
    try:
        spent = started(command, str(Path(folder, "cache")), LIMIT)
    except subprocess.TimeoutExpired:
        return f"cold: no answer within {LIMIT:.0f} s"
    return f"cold: {spent.cpu:6.2f} s of processor, {spent.wall:6.2f} s"


# --- tables -----------------------------------------------------------------------------------------


def table(title: str, pairs: list[Pair], target: float | None = None) -> None:
    """A line for every pair: milliseconds of processor, and how many times faster ours is."""
    head = f"{'':<34}{'ours':>10}{'MetricFlow':>12}{'faster':>8}{'by clock':>10}{'target':>8}{'noise':>7}"
    print(f"\n{title}\n{head}")
    for pair in pairs:
        ours, theirs = (min(each.cpu for each in side) * 1e3 for side in (pair.ours, pair.theirs))
        under = "  under" if target is not None and pair.times("cpu") < target else ""
        aim = "" if target is None else f"{target:.0f}x"
        print(
            f"{pair.name:<34}{ours:8.1f}ms{theirs:10.1f}ms{pair.times('cpu'):7.1f}x{pair.times('wall'):9.1f}x"
            f"{aim:>8}{pair.noise:7.0%}{under}",
            flush=True,
        )


def main() -> None:
    """Print the tables, or say why there are none."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=5)
    turns = parser.parse_args().turns
    if not peer.PYTHON.exists():
        print(f"MetricFlow is not installed ({peer.PYTHON} is missing), so there is nothing to compare with.")
        return
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f};"
        " noise: how far the median is above the fastest"
    )
    table("Warm, a question that was never asked", warm(turns), 5)
    table("Warm, a question of a known shape with another limit", varied(turns * 2))
    empty, new, kept = (list(pairs) for pairs in zip(*cold(turns), strict=True))
    table("Cold, nothing in the cache folder", empty, 10)
    table("Cold, a new question to definitions in the cache folder", new, 10)
    table("Cold, with the cache folder of earlier runs", kept, 10)
    print("\n70 metrics by 100 dimensions in a project of 500 metrics; promised: 0.5 s")
    for line in large(turns):
        print(line, flush=True)


if __name__ == "__main__":
    main()
