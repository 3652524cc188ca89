"""Two things timed against each other in one run, turn by turn, so that a busy machine slows both."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """The seconds of both sides, turn by turn, and the ratio that is promised."""

    name: str
    ours: Sequence[float]
    theirs: Sequence[float]
    target: float

    @property
    def ratio(self) -> float:
        """Fastest by fastest: what remains when nothing else disturbs."""
        return min(self.ours) / min(self.theirs)

    @property
    def noise(self) -> float:
        """How far the median lies above the fastest, on the worse side."""
        return max(statistics.median(side) / min(side) - 1 for side in (self.ours, self.theirs))


Clock = Callable[[], float]


def turn_by_turn(
    ours: Callable[[int], object],
    theirs: Callable[[int], object],
    turns: int,
    clock: Clock = time.perf_counter,
) -> tuple[list[float], list[float]]:
    """Run both in turn, each once before anything is measured; the number of the turn is passed on.

    ``time.process_time`` as the clock counts the seconds of all cores, which others hardly disturb.
    """
    ours(-1)
    theirs(-1)
    pairs = [(seconds(ours, turn, clock), seconds(theirs, turn, clock)) for turn in range(turns)]
    return [left for left, _ in pairs], [right for _, right in pairs]


def seconds(action: Callable[[int], object], turn: int, clock: Clock = time.perf_counter) -> float:
    """How long one call takes."""
    start = clock()
    action(turn)
    return clock() - start


def geometric_mean(values: Iterable[float]) -> float:
    """The mean that suits ratios."""
    return math.exp(statistics.fmean(map(math.log, values)))


def print_table(title: str, results: Iterable[Result]) -> list[Result]:
    """Print one line for every result as it comes, and return them all."""
    print(f"\n{title}\n{'':<44}{'ours':>10}{'theirs':>10}{'ratio':>8}{'target':>8}{'noise':>8}")
    seen = []
    for result in results:
        seen.append(result)
        print(_line(result), flush=True)
    return seen


def _line(result: Result) -> str:
    ours, theirs = (f"{min(side) * 1e3:8.1f}ms" for side in (result.ours, result.theirs))
    over = "" if result.ratio <= result.target else "  over"
    return f"{result.name:<44}{ours}{theirs}{result.ratio:8.2f}{result.target:8.2f}{result.noise:8.0%}{over}"
