"""Names of columns between steps, which no key and no measure of a question may have there."""

from __future__ import annotations

from semantic.bind.grain import GRAINS

_WORDS = frozenset(
    (
        "period", "fine", "found", "until", "before", "after", "value", "seen", "number", "latest", "endless",
        "endless_before", "chosen", "entity", "snapshot", "last_seen", "earlier", "active_period",
        "fine_period", "active", "cohort", "age", "from", "to",
    )
)  # fmt: skip


def is_inner(name: str) -> bool:
    """Whether windows, sweeps and cohorts use a name for themselves.

    >>> is_inner("until"), is_inner("month_left"), is_inner("region")
    (True, True, False)
    """
    plain = name.lower()
    stem = plain.removesuffix("_left").removeprefix("since_")
    if plain in _WORDS or plain.rstrip("0123456789") in ("entity_", "value_"):
        return True
    return stem in GRAINS or plain.startswith("found_") or plain.endswith("_known")
