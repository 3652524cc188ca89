"""A whole run: tests chosen, faults told, run here or in processes."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from threading import active_count
from time import perf_counter

from semantic import faults
from semantic.faults import SemanticError
from semantic.spec.types import Spec
from semantic.testing.cases import Case
from semantic.testing.connecting import connected
from semantic.testing.outcome import Outcome, Results
from semantic.testing.running import Runner
from semantic.testing.sessions import MEMORY
from semantic.testing.world import MakeCompiler, World

#: Told of every outcome as it comes.
Note = Callable[[Outcome], None]
#: Fewer tests than this for each process are done sooner than the process has started.
_WORTH = 16
_CHUNK = 8


def run(
    spec: Spec,
    cases: Sequence[Case],
    make: MakeCompiler,
    *,
    jobs: int = 1,
    fail_fast: bool = False,
    note: Note | None = None,
) -> Results:
    """The outcomes of tests on DuckDB in memory, in as many processes as are worth their start."""
    start = perf_counter()
    count = min(jobs, max(1, len(cases) // _WORTH))
    source = _here(spec, cases, make) if count == 1 else _apart(spec, cases, make, count)
    done = dict(until_failure(source, fail_fast, note))
    return Results(tuple(done[at] for at in sorted(done)), perf_counter() - start)


def until_failure(
    outcomes: Iterator[tuple[int, Outcome]], fail_fast: bool, note: Note | None
) -> Iterator[tuple[int, Outcome]]:
    """The outcomes as they come, all or up to the first that did not pass."""
    for index, outcome in outcomes:
        if note is not None:
            note(outcome)
        yield index, outcome
        if fail_fast and not outcome.passed:
            outcomes.close()  # type: ignore[attr-defined]  # a generator
            return


def _here(spec: Spec, cases: Sequence[Case], make: MakeCompiler) -> Iterator[tuple[int, Outcome]]:
    with connected(MEMORY) as session:
        yield from numbered(Runner(World(spec, make, session, None)), cases)


def numbered(runner: Runner, cases: Sequence[Case]) -> Iterator[tuple[int, Outcome]]:
    """The outcomes of tests, one after the other, each with its place among them."""
    for index, case in enumerate(cases):
        yield index, runner.outcome(case)


# --- processes ----------------------------------------------------------------------------------------


class _Worker:
    """What a process keeps between chunks of tests."""

    runner: Runner
    stack: ExitStack


def _begin(spec: Spec, make: MakeCompiler) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process tells it when to end
    _Worker.stack = ExitStack()
    session = _Worker.stack.enter_context(connected(MEMORY))
    _Worker.runner = Runner(World(spec, make, session, None))


def _some(cases: Sequence[tuple[int, Case]]) -> list[tuple[int, Outcome]]:
    return [(index, _Worker.runner.outcome(case)) for index, case in cases]


def _apart(
    spec: Spec, cases: Sequence[Case], make: MakeCompiler, count: int
) -> Iterator[tuple[int, Outcome]]:
    """The outcomes as they come from several processes."""
    every = list(enumerate(cases))
    chunks = [every[at : at + _CHUNK] for at in range(0, len(every), _CHUNK)]
    with ProcessPoolExecutor(count, _context(), _begin, (spec, make)) as pool:
        futures = {pool.submit(_some, chunk) for chunk in chunks}
        try:
            yield from _gathered(futures)
        except BrokenProcessPool as error:
            raise SemanticError([faults.lost_worker(str(error))]) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _gathered(
    futures: set[Future[list[tuple[int, Outcome]]]],
) -> Iterator[tuple[int, Outcome]]:
    while futures:
        done, futures = wait(futures, return_when=FIRST_COMPLETED)
        for future in done:
            yield from future.result()


def _context() -> multiprocessing.context.BaseContext:
    """A copy of this process where that is safe, which has loaded everything; else a new one."""
    safe = sys.platform == "linux" and active_count() == 1
    return multiprocessing.get_context("fork" if safe else "spawn")


# --- choices ------------------------------------------------------------------------------------------


def chosen(
    cases: Iterable[Case],
    names: Sequence[str] = (),
    metrics: Sequence[str] = (),
    files: Sequence[str] = (),
) -> list[Case]:
    """The tests whose name holds one of some texts, that ask some metric, that stand in some file."""
    found = [
        case
        for case in cases
        if (not names or any(name.lower() in case.name.lower() for name in names))
        and (not metrics or set(metrics) & set(case.metrics))
        and (not files or any(_in_file(case.span.file, file) for file in files))
    ]
    words = (*names, *metrics, *files)
    if words and not found:
        raise SemanticError([faults.no_such_test(words)])
    return found


def _in_file(file: str, path: str) -> bool:
    """Whether a path, from wherever it is written, ends with a file or is the end of it.

    >>> _in_file("metrics/sales.yml", "sales.yml"), _in_file("sales.yml", "shop/sales.yml")
    (True, True)
    >>> _in_file("a.yml", "ba.yml")
    False
    """
    one, other = file.split("/"), path.replace("\\", "/").removeprefix("./").split("/")
    shorter = min(len(one), len(other))
    return one[-shorter:] == other[-shorter:]
