"""Which periods lie in which: the family and the length of each grain and unit."""

from __future__ import annotations

from semantic.bind import grain

#: The family of each grain and unit, and how many units of it one lasts.
SIZES: dict[str, tuple[str, int]] = {
    **{name: ("second", count) for name, count in grain.SECONDS.items()},
    "day": ("day", 1), "week": ("day", 7), "iso_week": ("day", 7),
    "month": ("month", 1), "quarter": ("month", 3), "year": ("month", 12),
    "fiscal_quarter": ("month", 3), "fiscal_year": ("month", 12),
}  # fmt: skip


#: The grain whose periods a part of time is a property of.
_WHOLE = {
    "day_of_week": "day", "day_of_month": "day", "day_of_year": "day", "week_of_year": "iso_week",
    "iso_year": "iso_week", "month_of_year": "month", "quarter_of_year": "quarter", "year_of": "year",
    "hour_of_day": "hour", "minute_of_hour": "minute", "second_of_minute": "second",
    "fiscal_year_of": "fiscal_year", "fiscal_quarter_of_year": "fiscal_quarter",
}  # fmt: skip


def nests(fine: str, coarse: str) -> bool:
    """Whether every period of one grain lies in a single period of another."""
    (family, size), (other, longer) = SIZES[fine], SIZES[coarse]
    if other == "second":
        return family == "second" and longer % size == 0
    if family == other == "day":
        return size == 1 or fine == coarse
    if family == other == "month":
        plain = fine.startswith("fiscal") == coarse.startswith("fiscal") or size == 1
        return plain and longer % size == 0
    return family == "second" or (family == "day" and size == 1)


def follows(name: str, fine: str) -> bool:
    """Whether a grain or a part of time is known of every period of a finer grain.

    >>> follows("year", "month"), follows("month_of_year", "month"), follows("month", "week")
    (True, True, False)
    """
    return nests(fine, _WHOLE.get(name, name))
