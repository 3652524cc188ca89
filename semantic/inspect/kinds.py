"""Types of columns: what a warehouse calls them, and whether a project may call them so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from semantic.dialect import Dialect
from semantic.spec.types import TypeName

_KIND = re.compile(r"\s*([a-z_][\w ]*?)\s*(?:\(([^)]*)\))?\s*\Z", re.IGNORECASE)
#: What a column may be where a project says that it is something. A sum of floats is not exact, so a float is
#: no decimal.
_FITS: Mapping[TypeName, frozenset[TypeName]] = {
    "integer": frozenset({"integer"}),
    "decimal": frozenset({"integer", "decimal"}),
    "float": frozenset({"integer", "decimal", "float"}),
    "text": frozenset({"text"}),
    "boolean": frozenset({"boolean"}),
    "date": frozenset({"date"}),
    "timestamp": frozenset({"timestamp"}),
    "timestamptz": frozenset({"timestamptz"}),
}
TIMES: frozenset[TypeName] = frozenset({"date", "timestamp", "timestamptz"})
_COMPARED: Mapping[TypeName, str] = {
    **dict.fromkeys(("integer", "decimal", "float"), "number"),
}


def stored(kind: str, dialect: Dialect) -> TypeName | None:
    """The type that a driver's name for one means, or ``None`` where a project has no name for it.

    >>> from semantic.dialect import load
    >>> stored("DECIMAL(10,0)", load("duckdb")), stored("numeric(9, 2)", load("postgres"))
    ('integer', 'decimal')
    >>> stored("uuid", load("postgres"))
    """
    found = _KIND.match(kind)
    if found is None:
        return None
    known = dialect.answers.stored_types.get(found[1].lower())
    whole = known == "decimal" and re.search(r",\s*0\Z", found[2] or "") is not None
    return "integer" if whole else known


def fits(said: TypeName, real: TypeName | None) -> bool:
    """Whether a column that holds one type may be called another; what has no name may be a text.

    >>> fits("float", "integer"), fits("date", "timestamp"), fits("text", None)
    (True, False, True)
    """
    return said == "text" if real is None else real in _FITS[said]


def comparable(left: TypeName | None, right: TypeName | None) -> bool:
    """Whether every warehouse finds equal values of the two equal.

    >>> comparable("integer", "decimal"), comparable("integer", "text"), comparable("text", None)
    (True, False, True)
    """
    if left is None or right is None:
        return True
    return _COMPARED.get(left, left) == _COMPARED.get(right, right)


def readable(text: Any, said: TypeName) -> bool:
    """Whether a text is a time as it should be written.

    >>> readable("2024-05-01", "date"), readable("01.05.2024", "date"), readable("2024-05-01", "timestamp")
    (True, False, True)
    """
    try:
        (date if said == "date" else datetime).fromisoformat(str(text).strip())
    except ValueError:
        return False
    return True
