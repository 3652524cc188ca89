"""The values of a key that lead by a metric: a question of its own."""

from __future__ import annotations

from semantic import faults
from semantic.bind.asked import Asked
from semantic.bind.bound import Fact, Key
from semantic.faults import SemanticError
from semantic.query import Order, Query, Top
from semantic.source import Text


def question_of_leading(asked: Asked, top: Top, facts: tuple[Fact, ...], keys: tuple[Key, ...]) -> Query:
    """What tells the values that lead, asked with the conditions of the whole question."""
    place = _place(asked, top, facts, keys)
    if asked.query.members:
        raise SemanticError([faults.top_with_members()])
    by = asked.query.by[place]
    known = Text(f"{by.path} IS NOT NULL", "question", ((1, 1),))
    return Query(
        metrics=(top.metric,),
        by=(by,),
        where=(*asked.query.where, known),
        time=asked.query.time,
        order=(Order(top.metric, descending=True),),
        limit=top.count,
        paths=asked.query.paths,
    )


def _place(asked: Asked, top: Top, facts: tuple[Fact, ...], keys: tuple[Key, ...]) -> int:
    """The place of the key, which is a text, and one of each row."""
    place = next((n for n, by in enumerate(asked.query.by) if top.path in (by.path, by.output)), None)
    if place is None or keys[place].type != "text" or keys[place].grain is not None:
        raise SemanticError([faults.top_of_nothing(str(top.path))])
    if any(fact.keys[place].branch is not None for fact in facts if not fact.dropped):
        raise SemanticError([faults.top_of_nothing(str(top.path))])
    return place
