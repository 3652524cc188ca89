"""What every window function gives, computed in Python: partitions, orders with NULLs and ties, frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

from tests.contracts.rows import ROWS, Row


class Key(NamedTuple):
    """A sort key."""

    column: str
    desc: bool = False
    nulls_first: bool = False

    def __str__(self) -> str:
        direction = "DESC" if self.desc else "ASC"
        return f"{self.column} {direction} NULLS {'FIRST' if self.nulls_first else 'LAST'}"


class Place(NamedTuple):
    """A row's place in its partition: the rows in order, their sort keys, and which of them it is."""

    rows: Sequence[Row]
    keys: Sequence[tuple[Any, ...]]
    at: int

    @property
    def row(self) -> Row:
        return self.rows[self.at]


Truth = Callable[[Place], Any]


class Window(NamedTuple):
    """A window call over the table."""

    call: str
    truth: Truth
    partition: str
    order: tuple[Key, ...]
    frame: str = ""

    @property
    def text(self) -> str:
        """As an author writes it."""
        parts = [f"PARTITION BY {self.partition}"] if self.partition else []
        parts += [f"ORDER BY {', '.join(map(str, self.order))}", *([self.frame] if self.frame else [])]
        return f"{self.call} OVER ({' '.join(parts)})"

    def expected(self) -> dict[int, Any]:
        """The value for each row, by its id."""
        return {place.row.id: self.truth(place) for place in self._places()}

    def _places(self) -> Iterator[Place]:
        names = {getattr(row, self.partition) for row in ROWS} if self.partition else {None}
        for name in names:
            rows = [row for row in ROWS if not self.partition or getattr(row, self.partition) == name]
            for key in reversed(self.order):
                rows = sorted_by(rows, key)
            keys = [tuple(getattr(row, key.column) for key in self.order) for row in rows]
            yield from (Place(rows, keys, at) for at in range(len(rows)))


def sorted_by(rows: list[Row], key: Key) -> list[Row]:
    """Stable, NULLs at the end that the key says."""
    nulls = [row for row in rows if getattr(row, key.column) is None]
    given = [row for row in rows if getattr(row, key.column) is not None]
    given.sort(key=lambda row: getattr(row, key.column), reverse=key.desc)
    return nulls + given if key.nulls_first else given + nulls


# --- truths -----------------------------------------------------------------------------------------


def rank(place: Place) -> int:
    return place.keys.index(place.keys[place.at]) + 1


def dense_rank(place: Place) -> int:
    return len(dict.fromkeys(place.keys[: place.at + 1]))


def percent_rank(place: Place) -> float:
    others = len(place.rows) - 1
    return (rank(place) - 1) / others if others else 0.0


def cume_dist(place: Place) -> float:
    peers = place.keys.count(place.keys[place.at])
    return (rank(place) - 1 + peers) / len(place.rows)


def ntile(n: int) -> Truth:
    def truth(place: Place) -> int:
        small, larger = divmod(len(place.rows), n)
        in_larger = larger * (small + 1)
        if place.at < in_larger:
            return place.at // (small + 1) + 1
        return larger + (place.at - in_larger) // small + 1

    return truth


def neighbour(column: str, distance: int) -> Truth:
    def truth(place: Place) -> Any:
        at = place.at + distance
        return getattr(place.rows[at], column) if 0 <= at < len(place.rows) else None

    return truth


def framed(column: str, before: int | None, after: int | None, function: Callable[[list[Any]], Any]) -> Truth:
    """A function of the values in a frame of rows; None stands for UNBOUNDED."""

    def truth(place: Place) -> Any:
        first = 0 if before is None else max(0, place.at - before)
        last = len(place.rows) if after is None else place.at + after + 1
        return function([getattr(row, column) for row in place.rows[first:last]])

    return truth


def of_given(function: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    """The function of the values that are not NULL, or NULL where there are none."""

    def apply(values: list[Any]) -> Any:
        given = [value for value in values if value is not None]
        return function(given) if given else None

    return apply


# --- cases ------------------------------------------------------------------------------------------

PARTITIONS = ("", "b")
TIES = (
    (Key("j"),),
    (Key("j", True, True),),
    (Key("b", True), Key("j", False, True)),
    (Key("e", False, True),),
)
#: Each with a column that settles ties.
SETTLED = tuple(
    (*order, Key("id", desc)) for order, desc in zip(TIES, (False, True, False, True), strict=True)
)

_CALLS: dict[str, list[tuple[str, Truth]]] = {
    "row_number": [("row_number()", lambda place: place.at + 1)],
    "rank": [("rank()", rank)],
    "dense_rank": [("dense_rank()", dense_rank)],
    "percent_rank": [("percent_rank()", percent_rank)],
    "cume_dist": [("cume_dist()", cume_dist)],
    "ntile": [(f"ntile({n})", ntile(n)) for n in (1, 3, 5, 100)],
    "lag": [("lag(i)", neighbour("i", -1)), ("lag(s)", neighbour("s", -1))],
    "lag_by": [("lag(d, 2)", neighbour("d", -2)), ("lag(m, 0)", neighbour("m", 0))],
    "lead": [("lead(i)", neighbour("i", 1)), ("lead(z)", neighbour("z", 1))],
    "lead_by": [("lead(t, 3)", neighbour("t", 3))],
    "first_value": [("first_value(p)", framed("p", None, 0, lambda values: values[0]))],
    "last_value": [("last_value(p)", framed("p", None, 0, lambda values: values[-1]))],
}
_BY_TIES = ("rank", "dense_rank", "percent_rank", "cume_dist")
_FRAMES: dict[str, tuple[int | None, int | None]] = {
    "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW": (None, 0),
    "ROWS BETWEEN 2 PRECEDING AND CURRENT ROW": (2, 0),
    "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING": (1, 1),
    "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING": (None, None),
}
_OVER_FRAMES: list[tuple[str, str, Callable[[list[Any]], Any]]] = [
    ("sum(j)", "j", of_given(sum)),
    ("sum(m)", "m", of_given(sum)),
    ("count(s)", "s", lambda values: sum(value is not None for value in values)),
    ("count(*)", "id", len),
    ("avg(n)", "n", of_given(lambda values: sum(values) / len(values))),
    ("min(d)", "d", of_given(min)),
    ("max(t)", "t", of_given(max)),
    ("first_value(s)", "s", lambda values: values[0]),
    ("last_value(s)", "s", lambda values: values[-1]),
]


def _windows(name: str) -> list[Window]:
    orders = (*TIES, *SETTLED) if name in _BY_TIES else SETTLED
    choices = product(_CALLS[name], PARTITIONS, orders)
    return [Window(call, truth, partition, order) for (call, truth), partition, order in choices]


def _framed(call: str, column: str, function: Callable[[list[Any]], Any]) -> list[Window]:
    return [
        Window(call, framed(column, before, after, function), partition, order, frame)
        for (frame, (before, after)), partition, order in product(_FRAMES.items(), PARTITIONS, SETTLED)
    ]


#: The window functions of the registry, by name.
WINDOWS: dict[str, list[Window]] = {name: _windows(name) for name in _CALLS}
#: Functions over frames of rows.
FRAMED: dict[str, list[Window]] = {call: _framed(call, column, f) for call, column, f in _OVER_FRAMES}
