"""Aggregates at a level: over all values of some keys of a question, without some of its conditions."""

from __future__ import annotations

from dataclasses import replace

from semantic.bind.asked import Asked
from semantic.bind.bound import NO_LEVEL
from semantic.bind.leaf import Leaf, Level
from semantic.bind.paths import SINCE


def dropped(asked: Asked, level: Level) -> tuple[int, ...]:
    """The keys of a question over whose values a level goes."""
    if not level.over:
        return ()
    return tuple(
        index
        for index, by in enumerate(asked.query.by)
        if by.parts[0] != SINCE and ("all" in level.over or asked.spellings(by) & {*level.over})
    )


def at_level(asked: Asked, level: Level, without: tuple[int, ...]) -> Asked:
    """A question without some keys and conditions; without a period, it is about the whole range."""
    whole = asked.query
    where = tuple(text for text in whole.where if not asked.speaks_of(text, level.ignoring))
    by = tuple(each for index, each in enumerate(whole.by) if index not in without)
    time = whole.time if level.base is None else level.base
    return asked.asking(replace(whole, by=by, where=where, time=time))


def below(asked: Asked, leaf: Leaf) -> Leaf:
    """An aggregate below its level, which does not heed conditions around it on some paths."""
    ignoring = leaf.level.ignoring
    kept = tuple(each for each in leaf.where if not (each.around and asked.speaks_of(each.text, ignoring)))
    return replace(leaf, level=NO_LEVEL, where=kept)
