"""Names in our language: words that SQL does not tell apart, or that mean something else, get another one."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d]\w*\Z")
#: What paths begin with that is no model's.
RESERVED = frozenset({"time", "since", "models"})
#: The shortest limit of an identifier among the warehouses, in bytes.
_LONGEST = 63


def named(wish: str, taken: Iterable[str] = (), reserved: Iterable[str] = ()) -> str:
    """A name that is a word and nobody's yet, as close to the wish as can be; ``taken`` is in small letters.

    >>> named("net sales"), named("Sales", {"sales"}), named("time", (), RESERVED)
    ('net_sales', 'Sales_2', 'time_')
    """
    word = re.sub(r"\W+", "_", wish).strip("_") or "unnamed"
    word = word if _WORD.match(word) else f"_{word}"
    if wish == word or (wish.startswith("_") and _WORD.match(wish)):
        word = wish
    word = _cut(word)
    if word.lower() in reserved:
        word += "_"
    found, number, known = word, 1, set(taken)
    while found.lower() in known:
        number += 1
        found = f"{_cut(word, len(str(number)) + 1)}_{number}"
    return found


def _cut(word: str, room: int = 0) -> str:
    while len(word.encode()) > _LONGEST - room:
        word = word[:-1]
    return word


class Names:
    """New names for the definitions of one kind, given in their order: the first keeps its own."""

    def __init__(self, wishes: Iterable[str], reserved: frozenset[str] = frozenset()) -> None:
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()
        waiting = list(dict.fromkeys(wishes))
        self._avoided = {wish.lower() for wish in waiting}
        for wish in waiting:
            found = named(wish, self._taken, reserved)
            if found != wish:
                found = named(wish, self._taken | (self._avoided - {wish.lower()}), reserved)
            self._given[wish] = found
            self._taken.add(found.lower())

    def __getitem__(self, name: str) -> str:
        return self._given[name]

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def another(self, wish: str) -> str:
        """A name for something that the definitions have no name for."""
        found = named(wish, self._taken | self._avoided)
        self._taken.add(found.lower())
        return found


def period_name(name: str) -> str:
    """What a granularity is called: like a grain of ours, or, where a calendar's own is called like one that
    means something else, with a word behind it.

    >>> period_name("month"), period_name("retail_month"), period_name("fiscal_year")
    ('month', 'retail_month', 'fiscal_year_period')
    """
    return f"{name}_period" if name.lower() in _OURS else name


#: Grains and parts of ours that MetricFlow has not, so that a project may call a granularity of its own so.
_OURS = frozenset((
    "iso_week", "fiscal_quarter", "fiscal_year", "day_of_week", "day_of_month", "day_of_year",
    "week_of_year", "iso_year", "month_of_year", "quarter_of_year", "year_of", "hour_of_day",
    "minute_of_hour", "second_of_minute", "fiscal_quarter_of_year", "fiscal_year_of",
))  # fmt: skip
