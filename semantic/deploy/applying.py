"""Makes a target what a project says: all of it or nothing where the target can take DDL back, else view by
view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from semantic import faults
from semantic.deploy.changes import Change, Changes
from semantic.deploy.objects import Object
from semantic.deploy.planning import Wanted, planned
from semantic.deploy.reading import Reader
from semantic.deploy.sealing import Sealer
from semantic.deploy.steps import Step, steps
from semantic.deploy.templates import Templates
from semantic.dialect import Dialect
from semantic.faults import SemanticError
from semantic.views import transaction
from semantic.warehouse import Connection

#: Hears of each step before it is done: the name of its view, its number, and how many there are.
Note = Callable[[str, int, int], None]
#: Is asked whether changes are wanted, those of drifted views among them.
Agree = Callable[[Changes], bool]
_ATTEMPTS = 3


@dataclass(frozen=True)
class How:
    """How views are deployed: whether those changed by hand are replaced and orphans dropped, how many
    seconds to wait for others, and whether statements are only written down."""

    force_drifted: bool = False
    drop_orphans: bool = False
    waiting: float = 10.0
    dry: bool = False


@dataclass(frozen=True)
class Applied:
    """What was done: the changes that were planned, those that were carried out, and the statements that were
    run. A dry run has those that would make the objects, without what is asked between them. Nothing is done
    where it was not ``agreed`` to."""

    changes: Changes
    done: tuple[Change, ...]
    statements: tuple[str, ...]
    agreed: bool = True


class _Moved(Exception):
    """What was planned for is not there any more."""


class Applier:
    """Applies what is wanted, over one connection that may write."""

    def __init__(self, connection: Connection, dialect: Dialect, wanted: Wanted, how: How) -> None:
        self.connection = connection
        self.dialect = dialect
        self.wanted = wanted
        self.how = how
        self.templates = Templates(dialect)
        self.note: Note | None = None
        self._sent: list[str] = []

    def apply(self, agree: Agree | None = None) -> Applied:
        """Do it; where somebody else was faster, look again and do what is left."""
        for _ in range(_ATTEMPTS):
            changes = planned(self.wanted, self.connection, self.dialect)
            check(changes, self.how, asked=agree is not None)
            todo = self._todo(changes)
            if self.how.dry:
                return Applied(changes, todo, self._written(todo))
            if agree is not None and not agree(changes):
                return Applied(changes, (), (), agreed=False)
            with suppress(_Moved):
                return self._done(changes, todo)
        raise SemanticError([faults.moved_on([change.name for change in todo])])

    def _todo(self, changes: Changes) -> tuple[Change, ...]:
        """The changes that are carried out; orphans only if that is said, unless nobody meant them to
        stay."""
        found = (change for change in changes if change.status in _DONE)
        return tuple(c for c in found if c.status != "orphaned" or c.leftover or self.how.drop_orphans)

    def _done(self, changes: Changes, todo: Sequence[Change]) -> Applied:
        self._sent.clear()
        if todo:
            with self._together():
                self._perform(todo)
        return Applied(changes, tuple(todo), tuple(self._sent))

    def _written(self, todo: Sequence[Change]) -> tuple[str, ...]:
        """The statements that would be run, in a transaction where that is what it would be."""
        if not todo:
            return ()
        with self.connection.transaction():
            reader = Reader(self.connection, self.templates)
        return transaction([s for step in steps(todo, reader) for s in step.statements], self.dialect)

    @contextmanager
    def _together(self) -> Iterator[None]:
        """All or nothing, where the target can promise that."""
        if not self.dialect.answers.transactional_ddl:
            yield
            return
        with self.connection.transaction():
            self._lock()
            yield

    def _lock(self) -> None:
        self._send(self.templates.waiting(self.how.waiting))
        try:
            self._send(self.templates.lock())
        except SemanticError as error:
            if all(fault.code == "timeout" for fault in error.faults):
                raise SemanticError([faults.busy(self.how.waiting)]) from None
            raise

    def _perform(self, todo: Sequence[Change]) -> None:
        reader = Reader(self.connection, self.templates)
        self._check_unmoved(todo, reader)
        reader.restore()
        sealer = Sealer(reader, self.wanted.project)
        all_ = steps(todo, reader)
        whole = self.dialect.answers.transactional_ddl
        for number, step in enumerate(all_, 1):
            if self.note is not None:
                self.note(step.change.name, number, len(all_))
            if not whole and step.alone:
                self._check_unmoved([step.change], reader)
            self._run(step, step.statements)
            if not whole:
                self._seal([step], sealer)
        if whole:
            self._seal(all_, sealer)

    def _check_unmoved(self, todo: Sequence[Change], reader: Reader) -> None:
        """What is there has to be what was there when the changes were planned."""
        names = [change.object for change in todo]
        now = reader.read([name[:2] for name in names], [name[2] for name in names]).objects
        for change in todo:
            if _seen(now.get(reader.key(change.object))) != _seen(change.found):
                raise _Moved

    def _seal(self, done: Sequence[Step], sealer: Sealer) -> None:
        for step, statement in sealer.statements([step for step in done if step.sealed]):
            self._run(step, (statement,))

    def _run(self, step: Step, statements: Sequence[str]) -> None:
        try:
            for statement in statements:
                self._send(statement)
        except SemanticError as error:
            whole = self.dialect.answers.transactional_ddl
            done = "Nothing was changed." if whole else "Views before it are deployed; run it again to go on."
            span, name = self.wanted.spans.get(step.change.name), step.change.name
            found = [faults.not_made(name, fault, done, span) for fault in error.faults]
        else:
            return
        raise SemanticError(found)

    def _send(self, statement: str) -> None:
        if statement:
            self.connection.execute(statement)
            self._sent.append(statement)


_DONE = ("create", "replace", "drifted", "orphaned")


def _seen(found: Object | None) -> object:
    """What must not change between a plan and its execution."""
    return (found.name, found.comment, found.digest, found.dependents) if found is not None else None


def check(changes: Changes, how: How, *, asked: bool) -> None:
    """Raises where something is in the way, or is not done without being told to; where somebody is
    ``asked``, that is one who tells."""
    found = list(changes.faults)
    drifted = changes.of("drifted")
    if drifted and not how.force_drifted and not how.dry and not asked:
        found.append(faults.drifted([change.name for change in drifted]))
    if found:
        raise SemanticError(found)
