"""A moment and the bounds of an interval that are compared: in one type, whatever types they are of."""

from __future__ import annotations

from semantic.bind import grain
from semantic.bind.definitions import Definitions
from semantic.bind.row import Row, call
from semantic.source import Text


def comparable(
    definitions: Definitions, moment: Row, bounds: tuple[Row, Row], path: Text
) -> tuple[Row, Row, Row]:
    """A moment and the bounds of an interval in one type; instants become local, never by the session."""
    kind = next((bound.type for bound in bounds if bound.type is not None), None)
    if kind in (moment.type, None) or moment.type is None:
        return moment, *bounds
    if kind == "date":
        return definitions.grained(moment, "day", path, path.span), *bounds
    if kind == "timestamptz":
        start, end = (grain.localised(bound, definitions.calendar) for bound in bounds)
        return _as_timestamp(moment), start, end
    return _as_timestamp(grain.localised(moment, definitions.calendar)), *bounds


def _as_timestamp(row: Row) -> Row:
    """A date as its midnight; a wall clock as it is."""
    if row.type != "date":
        return row
    return Row(row.model, call("timestamp_of_date", row.tree.copy()), "timestamp", row.at)
