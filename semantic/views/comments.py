"""Comments: the words of labels and descriptions, and the line that tells which definition an object has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from semantic.views.view import View

MARK = "semantic:"
_MARKED = re.compile(rf"(?:\A|\n){MARK}([0-9a-f]{{16}})(?::([0-9a-f]{{16}}):(\S*))?\s*\Z")
_CUT = "…"


def comment(view: View, limit: int | None = None, seal: str = "") -> str:
    """The comment of an object; its last line is the fingerprint with a seal, which is never cut."""
    mark = MARK + view.fingerprint + seal
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


def seal(digest: str, project: str) -> str:
    """What is added to the fingerprint when an object is finished: a digest of what the target makes of it,
    and the project that it belongs to.

    >>> seal("0123456789abcdef", "my shop")
    ':0123456789abcdef:my%20shop'
    """
    return f":{digest}:{quote(project, safe='')}"


def seal_in(comment: str | None) -> tuple[str, str] | None:
    r"""The digest and the project that a comment was sealed with.

    >>> seal_in("Sales\n\nsemantic:0123456789abcdef:fedcba9876543210:my%20shop")
    ('fedcba9876543210', 'my shop')
    >>> seal_in("semantic:0123456789abcdef")
    """
    found = _MARKED.search(comment or "")
    return (found[2], unquote(found[3])) if found and found[2] else None


def words_in(comment: str | None) -> str:
    r"""A comment without the line that is ours.

    >>> words_in("Sales\n\nsemantic:0123456789abcdef"), words_in("a table of somebody")
    ('Sales', 'a table of somebody')
    """
    return _MARKED.sub("", comment or "").rstrip("\n")


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
