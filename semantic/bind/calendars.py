"""Calendars of a project's own: a table with a row a day, whose columns are periods like any grain."""

from __future__ import annotations

from semantic import faults
from semantic.bind import grain
from semantic.bind.definitions import Definitions
from semantic.bind.row import Row, rerooted
from semantic.catalog import Edge, Walk
from semantic.faults import SemanticError
from semantic.source import Text
from semantic.spec import types as spec

#: How the joins to calendars begin that times are given; no join of a project's can.
_GIVEN = "@"


def calendar_of(definitions: Definitions, name: str | None) -> str | None:
    """The model that has a period of that name."""
    models = definitions.catalog.models.values()
    return next((m.name for m in models if name in m.spec.periods), None) if name is not None else None


def known_periods(definitions: Definitions) -> list[str]:
    """The periods of all calendars."""
    return [str(name) for model in definitions.catalog.models.values() for name in model.spec.periods]


def period_row(definitions: Definitions, home: str, time: Row, name: str) -> Row:
    """A period of a calendar, seen from the rows of a model by the day of their time."""
    calendar = calendar_of(definitions, name)
    assert calendar is not None
    way = _way(definitions, home, time, calendar)
    return rerooted(definitions.key_row(calendar, name), home, way)


def is_period(row: Row) -> bool:
    """Whether a row's value is a period of a calendar: one of a time, not a dimension of a joined model."""
    return bool(row.at) and row.at[-1].startswith(_GIVEN)


def day_row(definitions: Definitions, calendar: str) -> Row:
    """The day that a row of a calendar is about."""
    key = definitions.catalog.models[calendar].spec.primary_key
    row = definitions.key_row(calendar, key[0]) if len(key) == 1 else None
    if row is None or row.type != "date":
        span = definitions.catalog.models[calendar].spec.name.span
        raise SemanticError([faults.no_calendar(calendar, span)])
    return row


def _way(definitions: Definitions, home: str, time: Row, calendar: str) -> Walk:
    """The join from the rows of a model to the day of a calendar that their time falls on."""
    day_row(definitions, calendar)
    key = definitions.catalog.models[calendar].spec.primary_key[0]
    day = grain.grained(time, "day", definitions.calendar)
    text = Text(f"@day {day.key}")  # no expression that could be written is spelled like this
    definitions.given(home, text, day)
    role = f"{_GIVEN}{calendar} {_place(definitions, home, day)}"
    span = definitions.catalog.models[calendar].spec.span
    join = spec.Join(to=Text(calendar), role=Text(role), on=((text, key),), span=span)
    edges: dict[str, Edge] = definitions.catalog.models[home].edges  # type: ignore[assignment]
    edges.setdefault(role, Edge(role, home, calendar, join.on, join))
    return (role,)


def _place(definitions: Definitions, home: str, day: Row) -> int:
    """The number of a time among those of a model that a calendar was asked for."""
    known = definitions.days.setdefault(home, [])
    if day.key not in known:
        known.append(day.key)
    return known.index(day.key)
