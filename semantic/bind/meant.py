"""What the words of a question mean for the rows of one model."""

from __future__ import annotations

from functools import partial

from semantic import faults
from semantic.bind.asked import Asked
from semantic.bind.condition import Condition, conditions
from semantic.bind.paths import AXIS, SINCE, question_paths, reach
from semantic.bind.row import Row
from semantic.bind.texts import Reached
from semantic.faults import SemanticError
from semantic.query import By
from semantic.source import Text


def is_path(by: By) -> bool:
    """Whether a key is a path of names."""
    return all(map(str.isidentifier, by.parts))


def key_meant(asked: Asked, home: str, time: Row | None, by: By) -> Reached:
    """What a path of ``by`` means for the rows of a model."""
    if asked.frame is not None:
        return _own(asked, home, time, by)
    if by.parts[0] == SINCE and SINCE not in asked.catalog.models:
        raise SemanticError([faults.since_of_nothing(str(by.path), by.path.span)])
    if not is_path(by):
        raise SemanticError([faults.bad_path(by.path)])
    return _remembered(asked, home, time, by)


def _own(asked: Asked, home: str, time: Row | None, by: By) -> Reached:
    """A path of a question that a model is made from, which may leave out the model that it starts at."""
    names, start = by.parts, asked.start
    if start is not None and asked.catalog.follow(start, names[:-1]) is not None:
        names = (start, *names)
    return reach(asked.definitions, home, time, names, by.path.span, shared=False, raw=True)


def _remembered(asked: Asked, home: str, time: Row | None, by: By) -> Reached:
    """Asked often, so remembered."""
    names = asked.worded.names(home, time, by.parts, by.path.span)
    axis = f"{time.key} {time.finest}" if time is not None and names[0] == AXIS else ""
    key, known = (home, axis, ".".join(names)), asked.definitions.reached
    if key not in known:
        known[key] = reach(asked.definitions, home, time, names, by.path.span, shared=False)
    return known[key]


def entity_meant(asked: Asked, home: str, time: Row | None, entity: Text) -> Reached:
    """What tells entities apart among the rows of a model."""
    names = tuple(entity.split("."))
    if len(names) < 2 or not all(map(str.isidentifier, names)):
        raise SemanticError([faults.bad_entity(str(entity), entity.span)])
    reached = reach(asked.definitions, home, time, names, entity.span, shared=False, raw=True)
    if reached.branch is not None:
        raise SemanticError([faults.many_entities(home, str(entity), entity.span)])
    return reached


def conditions_meant(asked: Asked, home: str, time: Row | None, text: Text) -> tuple[Condition, ...]:
    """What a condition of a question asks of the rows of a model."""
    resolve = question_paths(
        asked.definitions,
        home,
        time,
        text,
        prefix=asked.start,
        raw=asked.frame is not None,
        worded=partial(asked.worded.names, home, time),
    )
    return conditions(asked.definitions, home, text, resolve, comments=False)
