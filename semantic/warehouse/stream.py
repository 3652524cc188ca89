"""An answer in pieces: nothing holds more of it than a batch, and somebody else can stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Timer, current_thread, main_thread
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from semantic import faults
from semantic.faults import SemanticError
from semantic.warehouse.estimate import Estimate, Guard, check
from semantic.warehouse.place import Place
from semantic.warehouse.rows import Column, Row, need

if TYPE_CHECKING:
    import pyarrow

T = TypeVar("T")
_AGAIN = 0.5  # seconds until something that has not ended is stopped again


class Session(Protocol):
    """A connection that runs one statement and gives its rows in batches."""

    def start(self, sql: str, batch_rows: int) -> None:
        """Send the statement."""

    def batch(self, size: int) -> list[Row]:
        """The next rows; none where there are no more."""

    def arrow(self, sql: str, batch_rows: int) -> Any:
        """A reader of Arrow batches in the place of ``start``, or ``None`` where rows are all there is."""

    def explain(self, sql: str) -> list[Row]:
        """The rows of an EXPLAIN."""

    def dry_run(self, sql: str) -> int:
        """The bytes that a statement would read."""

    def cancel(self) -> None:
        """Stop what is running; called from another thread."""

    def close(self) -> None:
        """Let go of everything."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an answer may take: rows in a batch and in all, seconds, and a cost that is judged beforehand."""

    batch_rows: int = 10_000
    limit_rows: int | None = None
    truncate: bool = False
    timeout: float | None = None
    guard: Guard | None = None
    max_cost: float | None = None
    wordless: bool = False  # what a warehouse says of a statement is kept to ourselves

    def __post_init__(self) -> None:
        given = (("batch size", self.batch_rows), ("row limit", self.limit_rows), ("timeout", self.timeout))
        wrong = [faults.not_whole(what, n) for what, n in given if n is not None and not _positive(n)]
        if wrong:
            raise SemanticError(wrong)


def _positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


class Stream:
    """The rows of a statement, one after the other; a context manager that closes its connection.

    Iterating gives rows as tuples, `batches` gives Arrow record batches, and either can be used once. Another
    thread may `cancel`. ``truncated`` tells whether rows were left out, and ``estimate`` what the warehouse
    expected, where it was asked.
    """

    def __init__(
        self, place: Place, sql: str, columns: Sequence[Column], kind: str, session: Session, bounds: Bounds
    ) -> None:
        self.sql = sql
        self.columns = tuple(columns)
        self.truncated = False
        self.estimate: Estimate | None = None
        self._place, self._kind, self._session, self._bounds = place, kind, session, bounds
        self._stopped: faults.Fault | None = None
        self._given = 0
        self._rows: Iterator[Row] | None = None
        self._deadline: float | None = None
        self._closed = self._busy = False
        try:
            self._whole = [i for i, column in enumerate(columns) if column.type == "integer"]
            self.estimate = self._act(self._checked)
        except BaseException:
            self.close()
            raise

    def _checked(self) -> Estimate | None:
        bounds = self._bounds
        return check(self._place, self._session, self._kind, self.sql, bounds.guard, bounds.max_cost)

    # --- reading ------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Row]:
        """The rows, each a tuple in the order of ``columns``."""
        if self._rows is None:
            self._rows = self._every_row()
        return self._rows

    def _every_row(self) -> Iterator[Row]:
        from semantic.warehouse.run import with_integers

        try:
            size = self._bounds.batch_rows
            self._act(lambda: self._session.start(self.sql, size))
            while rows := self._act(lambda: self._session.batch(size)):
                for row in rows[: self._room(len(rows))]:
                    yield with_integers(row, self._whole)
                self._end_of_room(len(rows))
                if self.truncated:
                    return
        finally:
            self.close()

    def batches(self) -> Iterator[pyarrow.RecordBatch]:
        """The rows as Arrow record batches of ``batch_rows`` rows or fewer; needs ``pyarrow``."""
        need("'batches()'", ["pyarrow"], "arrow")
        from semantic.warehouse.arrow import batches_of_reader, batches_of_rows

        size = self._bounds.batch_rows
        reader = self._act(lambda: self._session.arrow(self.sql, size))
        if reader is None:
            yield from batches_of_rows(self, self.columns, size)
            return
        try:
            for batch in batches_of_reader(reader, self.columns, self._act):
                room = self._room(batch.num_rows)
                if room:
                    yield batch.slice(0, room)
                self._end_of_room(batch.num_rows)
                if self.truncated:
                    return
        finally:
            self.close()

    def _room(self, count: int) -> int:
        """How many of some more rows may still be given."""
        limit = self._bounds.limit_rows
        return count if limit is None else max(0, min(count, limit - self._given))

    def _end_of_room(self, count: int) -> None:
        """Note rows that were given; more than may be given end the answer."""
        room = self._room(count)
        self._given += room
        if room < count:
            if not self._bounds.truncate:
                raise SemanticError([faults.too_many_rows(self._bounds.limit_rows or 0)])
            self.truncated = True

    # --- stopping -----------------------------------------------------------------------------------

    def cancel(self) -> None:
        """Stop the statement, from whatever thread; who reads it meets a fault of code ``cancelled``."""
        self._stop(faults.cancelled(self._place.name))

    def _stop(self, fault: faults.Fault) -> None:
        if self._stopped is None and not self._closed:
            self._stopped = fault
            self._insist()

    def _insist(self) -> None:
        """Stop what is running, and again while it still runs: a warehouse hears nothing of a request that
        comes between two messages of a statement."""
        self._session.cancel()
        if self._busy and not self._closed:
            again = Timer(_AGAIN, self._insist)
            again.daemon = True
            again.start()

    def _act(self, act: Callable[[], T]) -> T:
        """The result of something that may take long: until it is stopped, interrupted, or out of time."""
        timer = self._timer()
        self._busy = True
        try:
            self._raise_if_stopped()
            result = _patiently(act, self._session.cancel)
        except SemanticError as error:
            self._raise_if_stopped()
            if self._bounds.wordless:
                raise SemanticError(map(faults.without_reason, error.faults)) from None
            raise
        finally:
            self._busy = False
            if timer is not None:
                timer.cancel()
        self._raise_if_stopped()
        return result

    def _timer(self) -> Timer | None:
        """Stops the statement when its time is over, however that is spread over batches."""
        seconds = self._bounds.timeout
        if seconds is None:
            return None
        self._deadline = self._deadline or monotonic() + seconds
        fault = faults.timed_out(self._place.name, seconds)
        timer = Timer(max(0.0, self._deadline - monotonic()), lambda: self._stop(fault))
        timer.daemon = True
        timer.start()
        return timer

    def _raise_if_stopped(self) -> None:
        if self._stopped is not None:
            raise SemanticError([self._stopped]) from None

    def close(self) -> None:
        """Let go of the connection; what was not read is not fetched."""
        if not self._closed:
            self._closed = True
            self._session.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _patiently(act: Callable[[], T], cancel: Callable[[], None]) -> T:
    """The result of an act; some drivers hear no Ctrl-C while they work, so somebody else waits for it."""
    if current_thread() is not main_thread():
        return act()
    with ThreadPoolExecutor(1) as worker:
        future = worker.submit(act)
        try:
            while not future.done():
                wait([future], timeout=_AGAIN)
        except KeyboardInterrupt:
            while not future.done():  # as in `Stream._insist`
                cancel()
                wait([future], timeout=_AGAIN)
            raise
        return future.result()


def stream(place: Place, sql: str, columns: Sequence[Column], kind: str, bounds: Bounds) -> Stream:
    """The rows of a statement in pieces; ``kind`` says what the dialect can tell beforehand."""
    return Stream(place, sql, columns, kind, _session(place), bounds)


def _session(place: Place) -> Session:
    if place.url.startswith("duckdb:"):
        from semantic.warehouse.duck_session import DuckSession

        return DuckSession(place)
    from semantic.warehouse.alchemy_session import AlchemySession

    return AlchemySession(place)
