"""Dates and timestamps as texts that every target and every session reads alike."""

from __future__ import annotations

import re
from collections.abc import Mapping

from semantic.spec.types import TypeName

_MOMENT = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)"
    r"([ T](?P<hour>\d\d?):(?P<minute>\d\d)(:(?P<second>\d\d)(\.(?P<fraction>\d{1,6}))?)?)?"
    r"(?P<offset>Z|[-+]\d\d(:?\d\d)?)?\Z"
)
#: What reads each in a format of its own, where a session's settings say how texts are read.
READERS: Mapping[TypeName, tuple[str, str]] = {
    "date": ("TO_DATE", "YYYY-MM-DD"),
    "timestamp": ("TO_TIMESTAMP_NTZ", "YYYY-MM-DD HH24:MI:SS"),
    "timestamptz": ("TO_TIMESTAMP_TZ", "YYYY-MM-DD HH24:MI:SSTZH:TZM"),
}


def spelled(text: str, name: TypeName) -> str | None:
    """A date or timestamp in ISO's spelling, or nothing where the text is another thing.

    >>> spelled("2024-1-31", "date"), spelled("2024-01-31T9:30", "timestamp"), spelled("31.1.2024", "date")
    ('2024-01-31', '2024-01-31 09:30:00', None)
    >>> spelled("2024-01-31 09:30:00.5+09", "timestamptz"), spelled("2024-01-31 09:30:00", "timestamptz")
    ('2024-01-31 09:30:00.500000+09:00', None)
    """
    found = _MOMENT.match(text)
    if found is None or bool(found["offset"]) != (name == "timestamptz"):
        return None
    if name == "date" and found["hour"]:
        return None
    day = f"{found['year']}-{found['month']:0>2}-{found['day']:0>2}"
    if name == "date":
        return day
    clock = f"{found['hour'] or '0':0>2}:{found['minute'] or '00'}:{found['second'] or '00'}"
    fraction = f".{found['fraction']:0<6}" if found["fraction"] else ""
    return f"{day} {clock}{fraction}{_offset(found['offset'] or '')}"


def _offset(text: str) -> str:
    """``+09:00`` for ``+09`` and ``+0900``, ``+00:00`` for ``Z``."""
    digits = text[1:].replace(":", "")
    return "+00:00" if text == "Z" else f"{text[0]}{digits[:2]}:{digits[2:] or '00'}" if text else ""
