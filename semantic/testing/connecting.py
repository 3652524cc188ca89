"""Where tests run: a DuckDB in memory, or a target; and what happens when somebody ends it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

from semantic.testing.sessions import MEMORY, Session, TargetSession, in_memory
from semantic.warehouse import Place, connect


@contextmanager
def connected(place: Place) -> Iterator[Session]:
    """A session that is closed in the end."""
    if place is MEMORY:
        with in_memory() as session:
            yield session
        return
    with connect(place, write=True, autocommit=True) as connection:
        yield TargetSession(connection)


@contextmanager
def interrupted_by_terminate() -> Iterator[None]:
    """A polite request to end is an interrupt, so that whatever was made is removed."""
    if current_thread() is not main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
