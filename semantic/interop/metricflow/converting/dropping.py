"""Why a definition cannot be carried."""

from __future__ import annotations


class Dropped(Exception):
    """A definition has no counterpart; the text says why."""

    @property
    def reason(self) -> str:
        """Why."""
        return str(self)
