"""One fact: the rows of a model that answer a question, and how its keys and conditions see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from sqlglot import exp

from semantic import faults
from semantic.bind.asked import Asked
from semantic.bind.bound import NOTHING, Fact, sides
from semantic.bind.collected import Collected
from semantic.bind.condition import Condition, merged, present, side_of
from semantic.bind.leaf import Leaf, Through, Where
from semantic.bind.meant import conditions_meant, entity_meant, key_meant
from semantic.bind.row import Row
from semantic.bind.timed import check_axis
from semantic.bind.timerange import inside, within
from semantic.faults import SemanticError
from semantic.source import Text

#: What tells the entities of a metric apart; nothing where rows are meant.
Entity = tuple[Text, ...]


def rows_of(
    asked: Asked,
    home: str,
    time: Row | None,
    leaves: Sequence[Leaf] = (),
    entity: Entity = (),
    through: Through = NOTHING,
    told: Leaf | None = None,
) -> Fact:
    """The rows of ``home`` along a time, for leaves that share them (or, without any, for the leaf ``told``);
    raises `SemanticError` with all that its keys and conditions have against it."""
    first, found = leaves[0] if leaves else None, Collected()
    keys = found.each(asked.query.by, partial(key_meant, asked, home, time))
    entities = found.each(entity, partial(entity_meant, asked, home, time))
    own = [c for c in first.conditions if c.exists] if first is not None else []
    where = (*own, *(present(home, each.row) for each in entities), *_met(asked, home, time, found))
    seen, timed = _timed(asked, home, time, first, told, through, found)
    found.stop()
    ended = _ended(asked, home, first, through)
    reached, met = (*keys, *entities), merged([*where, *timed])
    fact = Fact(home, reached, met, tuple(leaves), None, through, seen, chosen=where, ended=ended)
    _check_sides(fact)
    check_axis(asked.definitions, fact)
    return fact


def _met(asked: Asked, home: str, time: Row | None, found: Collected) -> Iterator[Condition]:
    """What a question, and the metrics at hand, ask of the rows of a model."""
    for group in found.each(asked.query.where, partial(conditions_meant, asked, home, time)):
        yield from group
    for each in asked.within:
        yield from each.met[Where.place(home, time)]


def _timed(
    asked: Asked,
    home: str,
    time: Row | None,
    leaf: Leaf | None,
    told: Leaf | None,
    through: Through,
    found: Collected,
) -> tuple[Row | None, list[Condition]]:
    """The time of a fact's rows, and those that are asked for."""
    span = asked.along.range(through, leaf or told)
    if leaf is not None and leaf.at is not None:
        return asked.along.holding(home, leaf.at, span, leaf)
    window = asked.frame.window if asked.frame is not None else None
    if time is None:
        if span is not None or through or window is not None:
            plain = window is not None and span is None and not through
            found.add([faults.no_axis(home, window.span if window is not None and plain else None)])
        return None, []
    chosen = list(within(time, span, asked.definitions.calendar)) if span is not None else []
    if through and asked.along.axis is not None:  # no period lies before or after none
        chosen.append(present(home, time))
    return time, chosen + (inside(asked.definitions, time, window) if window is not None else [])


def _ended(asked: Asked, home: str, leaf: Leaf | None, through: Through) -> exp.Expr | None:
    """Whether an interval ended before the range, inside its last period."""
    if leaf is None or leaf.at != "period_end":
        return None
    return asked.along.ended(home, through, leaf)


def _check_sides(fact: Fact) -> None:
    """An OR over several many sides cannot speak of the row that a group is made of."""
    grouped = sides(fact)
    for condition in fact.where:
        roots = sorted({e.branch.root for e in condition.exists})
        if condition.side is None and any(side_of(e.branch) in grouped for e in condition.exists):
            raise SemanticError([faults.grouped_side(roots)])
