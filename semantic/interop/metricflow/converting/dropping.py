"""Why a definition cannot be carried."""

from __future__ import annotations

from semantic.faults import SemanticError


class Dropped(Exception):
    """A definition has no counterpart; the text says why."""

    @property
    def reason(self) -> str:
        """Why."""
        return str(self)


def reasons(error: SemanticError) -> str:
    """What a fault says, without its place."""
    return " ".join(f"{fault.message} {fault.hint}".strip() for fault in error.faults)
