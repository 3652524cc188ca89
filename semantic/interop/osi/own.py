"""What this package writes beside a part that it exports, so that the part comes back as it was.

OSI lets every part carry extensions, JSON in a text under the name of a vendor. Ours hold a part's definition
as it stands in the project, with a digest of what the document says of it besides: once somebody edits that,
the definition is out of date and is not taken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from semantic import faults
from semantic.faults import SemanticError
from semantic.interop.osi.document import VENDOR, Part
from semantic.spec.nodes import Unreadable, compose

#: What in a part does not count for its digest.
_APART = ("own", "foreign", "span", "datasets", "relationships", "metrics")


def digest(part: Part) -> str:
    """Twelve characters that change with what a document says of a part."""
    return hashlib.sha256(_told(part).encode()).hexdigest()[:12]


def _told(value: Any) -> str:
    if isinstance(value, Part):
        said = (f"{each.name}={_told(getattr(value, each.name))}" for each in fields(value)
                if each.name not in _APART)  # fmt: skip
        return f"{type(value).__name__}({', '.join(said)})"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_told, value))}]"
    return repr(str(value)) if isinstance(value, str) else repr(value)


def extension(data: Mapping[str, Any], vendor: str = VENDOR) -> dict[str, Any]:
    """An extension as a document has it."""
    return {"vendor_name": vendor, "data": json.dumps(data, ensure_ascii=False, sort_keys=True)}


def definition(part: Part, key: str) -> str | None:
    """The definition that a part carries, if the document still says what it said when that was written."""
    if part.own is None or not isinstance(part.own.get(key), str):
        return None
    return checked(part.own[key]) if part.own.get("of") == digest(part) else None


def edited(part: Part) -> bool:
    """Whether a part carries a definition that is out of date."""
    return part.own is not None and "of" in part.own and part.own["of"] != digest(part)


def checked(text: Any) -> str:
    """A text that is one value of YAML, and nothing beside it; raises `SemanticError`."""
    try:
        if isinstance(text, str) and compose(text, VENDOR) is not None:
            return text
    except Unreadable:
        pass
    raise SemanticError([faults.bad_extension(VENDOR, None)])
