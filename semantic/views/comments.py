"""Comments: the words of labels and descriptions, and the line that tells which definition an object has."""

from __future__ import annotations

import re
from collections.abc import Mapping

from semantic.views.view import View

MARK = "semantic:"
_MARKED = re.compile(rf"(?:\A|\n){MARK}([0-9a-f]{{16}})\s*\Z")
_CUT = "…"


def comment(view: View, limit: int | None = None) -> str:
    """The comment of an object; its last line is the fingerprint, which is never cut."""
    mark = MARK + view.fingerprint
    words = worded(view.label, view.description)
    room = None if limit is None else limit - len(mark) - 2
    return f"{shortened(words, room)}\n\n{mark}" if words else mark


def fingerprint_in(comment: str | None) -> str | None:
    r"""The fingerprint in a comment of an object, or ``None`` where none of ours stands there.

    >>> fingerprint_in("Sales by month\n\nsemantic:0123456789abcdef"), fingerprint_in("a table of somebody")
    ('0123456789abcdef', None)
    """
    found = _MARKED.search(comment or "")
    return found[1] if found else None


def worded(label: str, description: str) -> str:
    """A label and a description as one text.

    >>> worded("Sales", "What was paid."), worded("Sales", "")
    ('Sales: What was paid.', 'Sales')
    """
    return f"{label}: {description}" if label and description else label or description


def shortened(text: str, limit: int | None) -> str:
    """A text of at most so many characters.

    >>> shortened("abcdef", 4)
    'abc…'
    """
    return text if limit is None or len(text) <= limit else text[: limit - 1] + _CUT


def spoken(words: Mapping[str, str], language: str) -> str:
    """The wording in a language, else the English one, else any; nothing where there is none.

    >>> spoken({"en": "Sales", "ko": "매출"}, "ko"), spoken({"ko": "매출"}, "zh"), spoken({}, "en")
    ('매출', '매출', '')
    """
    return str(words.get(language) or words.get("en") or next(iter(words.values()), ""))
