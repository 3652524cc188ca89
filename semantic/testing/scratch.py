"""A schema of its own in a target: made for the tests, and gone afterwards."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from time import perf_counter

from sqlglot import exp

from semantic import faults
from semantic.bind.relations import identifier
from semantic.dialect import load
from semantic.faults import SemanticError
from semantic.spec.types import Spec
from semantic.testing.cases import Case
from semantic.testing.connecting import connected, interrupted_by_terminate
from semantic.testing.outcome import Results
from semantic.testing.running import Runner
from semantic.testing.sessions import Session
from semantic.testing.suite import Note, numbered, until_failure
from semantic.testing.world import MakeCompiler, World, written
from semantic.warehouse import Place

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,60}\Z")


def run_on(
    place: Place,
    schema: str | None,
    spec: Spec,
    cases: Sequence[Case],
    make: MakeCompiler,
    *,
    fail_fast: bool = False,
    note: Note | None = None,
) -> Results:
    """The outcomes of tests on a target, one after the other; nothing of its own is read or changed."""
    start = perf_counter()
    with (
        interrupted_by_terminate(),
        connected(place) as session,
        _world(session, schema, spec, make) as world,
    ):
        done = dict(until_failure(numbered(Runner(world), cases), fail_fast, note))
    return Results(tuple(done.values()), perf_counter() - start)


@contextmanager
def _world(session: Session, schema: str | None, spec: Spec, make: MakeCompiler) -> Iterator[World]:
    """A world in a schema; one that was there before stays, as empty as it was."""
    name = schema or f"semantic_test_{secrets.token_hex(6)}"
    if not _NAME.match(name):
        raise SemanticError([faults.bad_schema(name)])
    count = session.count(name)
    if count:
        raise SemanticError([faults.schema_in_use(name, count, session.place.name)])
    world = World(spec, make, session, name)
    try:
        if count is None:
            _schema(session, name, create=True)
        yield world
    except BaseException:
        with suppress(SemanticError):  # what went wrong is worth more than what follows from it
            _remove(world, name, whole=count is None)
        raise
    _remove(world, name, whole=count is None)


def _remove(world: World, name: str, *, whole: bool) -> None:
    """Leave nothing behind; an interrupt may have broken the connection, so this needs one of its own."""
    with connected(world.session.place) if _shared(world) else nullcontext(world.session) as session:
        if whole:
            _schema(session, name, create=False)
        else:
            world.session = session
            world.drop_all()


def _shared(world: World) -> bool:
    """Whether a second connection sees what the first one made: a DuckDB of this process is that one."""
    return not world.session.place.url.startswith("duckdb:")


def _schema(session: Session, name: str, *, create: bool) -> None:
    dialect = load(session.place.dialect)
    this = exp.Table(db=dialect.translate(identifier(name)))
    if create:
        tree: exp.Expr = exp.Create(this=this, kind="SCHEMA")
    else:
        tree = exp.Drop(tables=[this], kind="SCHEMA", exists=True, cascade=True)
    session.execute(written(tree, dialect, f"{'scratch' if create else 'drop'} {name}"))
