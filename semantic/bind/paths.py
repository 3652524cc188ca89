"""Paths of a question, resolved from the home of each fact."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from semantic import faults
from semantic.bind.calendars import calendar_of, known_periods, period_row
from semantic.bind.definitions import Definitions
from semantic.bind.grain import GRAINS, PARTS, TIME_TYPES, is_grain
from semantic.bind.row import Row
from semantic.bind.texts import Reached, Resolve
from semantic.catalog import Branch
from semantic.faults import SemanticError
from semantic.source import Span, Text

#: The shared axis: each metric's own time.
AXIS = "time"
#: The number of periods since the entry into a cohort.
SINCE = "since"


def question_paths(
    definitions: Definitions,
    home: str,
    time: Row | None,
    text: Text,
    *,
    prefix: str | None = None,
    raw: bool = False,
    worded: Callable[[tuple[str, ...], Span | None], tuple[str, ...]] | None = None,
) -> Resolve:
    """A resolver for conditions of a question: dimension paths, ``time.<grain>``, many sides included.

    With a ``prefix``, names without a model belong to that model (a metric's filter seen from elsewhere).
    ``worded`` tells the path that a word of the question's own stands for.
    """

    def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
        span = definitions.place(text, node)
        names = names if worded is None else worded(names, span)
        full = (
            (prefix, *names)
            if prefix and definitions.catalog.follow(prefix, names[:-1]) is not None
            else names
        )
        return reach(definitions, home, time, full, span, shared=True, raw=raw)

    return resolve


def reach(
    definitions: Definitions,
    home: str,
    time: Row | None,
    names: tuple[str, ...],
    span: Span | None,
    *,
    shared: bool,
    raw: bool = False,
) -> Reached:
    """What a path means for the facts of ``home``; ``shared`` allows models that only share a dimension."""
    if names[0] == AXIS and AXIS not in definitions.catalog.models:
        return Reached(_axis(definitions, home, time, names, span))
    if names[0] == SINCE and SINCE not in definitions.catalog.models:
        raise SemanticError([faults.since_in_condition(".".join(names), span)])
    if len(names) == 1:
        raise SemanticError([_bare(definitions, names[0], span)])
    row = definitions.try_path(home, names, raw=raw, span=span)
    row = row if row is not None else _in_calendar(definitions, home, names, span, raw=raw)
    if row is not None:
        return Reached(row)
    found = _branched(definitions, home, names, span, shared=shared, raw=raw)
    if len(found) > 1:
        raise SemanticError([_several(home, names, [r.branch for r in found if r.branch], span)])
    if not found:
        raise SemanticError([_unreached(definitions, home, names, span)])
    return found[0]


def _in_calendar(
    definitions: Definitions, home: str, names: tuple[str, ...], span: Span | None, *, raw: bool
) -> Row | None:
    """The period of a calendar table that a time of a row lies in."""
    if len(names) < 3 or is_grain(names[-1]) or calendar_of(definitions, names[-1]) is None:
        return None
    time = definitions.try_path(home, names[:-1], raw=raw, span=span)
    known = time is not None and time.type in TIME_TYPES
    return period_row(definitions, home, time, names[-1]) if known and time is not None else None


def _several(home: str, names: tuple[str, ...], branches: list[Branch], span: Span | None) -> faults.Fault:
    """The fault of a path with several many sides, or with several ways to one."""
    spelled = list(dict.fromkeys(".".join((b.root, *b.walk, names[-1])) for b in branches))
    if len(spelled) > 1:
        return faults.ambiguous(".".join(names), spelled, span)
    ways = [f"{'.'.join((home, *b.up))} = {'.'.join((b.root, *b.back))}" for b in branches]
    return faults.several_ways(home, ".".join(names), ways, span)


def _axis(
    definitions: Definitions, home: str, time: Row | None, names: tuple[str, ...], span: Span | None
) -> Row:
    if len(names) != 2:
        raise SemanticError([faults.bad_axis(".".join(names), span)])
    if time is None:
        raise SemanticError([faults.no_axis(home, span)])
    if not is_grain(names[1]):
        if calendar_of(definitions, names[1]) is None:
            known = [*GRAINS, *known_periods(definitions)]
            raise SemanticError([faults.unknown_grain(names[1], known, PARTS, span)])
        return period_row(definitions, home, time, names[1])
    return definitions.grained(time, names[1], AXIS, span)


def _branched(
    definitions: Definitions, home: str, names: tuple[str, ...], span: Span | None, *, shared: bool, raw: bool
) -> list[Reached]:
    """The many sides on which a path can be found; the last segment may be a grain."""
    found: list[Reached] = []
    for cut in (1, 2):
        branches = definitions.catalog.branches(home, names[:-cut], shared=shared) if len(names) > cut else ()
        for branch in branches:
            row = definitions.try_path(branch.root, names, raw=raw, span=span)
            if row is not None:
                found.append(Reached(row, checked(definitions, branch, span)))
        if found:
            break
    return found


def checked(definitions: Definitions, branch: Branch, span: Span | None) -> Branch:
    """A many side behind a validity interval has no definite rows to go back to."""
    for edge in definitions.catalog.edges(branch.root, branch.back):
        if edge.spec.valid is not None:
            raise SemanticError([faults.back_over_validity(edge.origin, edge.target, span)])
    return branch


def nowhere(definitions: Definitions, names: tuple[str, ...], span: Span | None) -> faults.Fault | None:
    """The fault of a path that no model has, asked where no metric tells which facts are meant."""
    models = list(definitions.catalog.models)
    if (
        names[0] == AXIS
        and len(names) == 2
        and not is_grain(names[1])
        and not calendar_of(definitions, names[1])
    ):
        return faults.unknown_grain(names[1], GRAINS, PARTS, span)
    if names[0] in (AXIS, SINCE) or len(names) == 1 or not models:
        return None
    try:
        if any(definitions.try_path(model, names, raw=False) for model in models):
            return None
    except SemanticError:
        return None
    return _unreached(definitions, models[0], names, span)


def _unreached(
    definitions: Definitions, home: str, names: tuple[str, ...], span: Span | None
) -> faults.Fault:
    catalog = definitions.catalog
    owner = catalog.models.get(names[0])
    if owner is None and not any(names[0] in m.edges for m in catalog.models.values()):
        roles = {role for m in catalog.models.values() for role in m.edges}
        return faults.unknown("model or role", names[0], sorted({*catalog.models, *roles, AXIS}), span)
    if owner is not None and len(names) == 2 and not owner.dimension(names[1]):
        if owner.column(names[1]):
            return faults.only_a_column(names[1], names[0], span)
        dimensions = [str(d.name) for d in owner.dimensions.values()]
        return faults.unknown(f"dimension of model '{names[0]}'", names[1], dimensions, span)
    if missing := _missing(definitions, home, names, span):
        return missing
    whole = definitions.try_path(home, names[:-1], raw=False) if len(names) > 2 else None
    if whole is not None and whole.type in TIME_TYPES:
        return faults.unknown_grain(names[-1], GRAINS, PARTS, span)
    if whole is not None and whole.type is not None:
        return faults.no_grain(".".join(names[:-1]), whole.type, names[-1], span)
    shared = catalog.branches(home, names[:-1], shared=True)
    if shared:
        return faults.chasm(home, ".".join(names), catalog.end(home, shared[0].up).name, span)
    return faults.unreached(home, ".".join(names), span)


def _missing(
    definitions: Definitions, home: str, names: tuple[str, ...], span: Span | None
) -> faults.Fault | None:
    """The fault of a path whose joins are there, and whose dimension is not."""
    for cut in (1, 2) if names[-1] in (*GRAINS, *PARTS) else (1,):
        walks = definitions.catalog.forward(home, names[:-cut]) if len(names) > cut else ()
        end = definitions.catalog.end(home, walks[0]) if walks else None
        if end is not None and not end.dimension(names[-cut]):
            if end.column(names[-cut]):
                return faults.only_a_column(names[-cut], end.name, span)
            known = [str(d.name) for d in end.dimensions.values()]
            return faults.unknown(f"dimension of model '{end.name}'", names[-cut], known, span)
    return None


def _bare(definitions: Definitions, name: str, span: Span | None) -> faults.Fault:
    """The fault for a name without its model: a metric, a model, or a dimension of some."""
    models = definitions.catalog.models
    if name in definitions.catalog.metrics:
        return faults.metric_in_row(name, span)
    owners = [f"{m.name}.{name}" for m in models.values() if m.dimension(name)]
    if name in models:
        owners = [f"{name}.{d.name}" for d in models[name].dimensions.values()]
    return faults.no_path(name, owners, span)
