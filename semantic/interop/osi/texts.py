"""Files of a project as text."""

from __future__ import annotations

from typing import Any


def file_text(tree: dict[str, Any]) -> str:
    """A file as a person would write it."""
    import yaml

    text: str = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=110)
    return text
