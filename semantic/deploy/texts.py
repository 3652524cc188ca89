"""The SELECTs of a view before and after, so written that they can be compared line by line."""

from __future__ import annotations

from dataclasses import replace

from semantic.deploy.changes import Change, Changes
from semantic.deploy.objects import Object
from semantic.deploy.templates import Templates
from semantic.dialect import Dialect
from semantic.emit import reprinted
from semantic.faults import SemanticError
from semantic.warehouse import Connection

_AS = "\nAS\n"


def with_texts(changes: Changes, connection: Connection, dialect: Dialect) -> Changes:
    """The changes with the SELECTs of what is replaced, as far as the target keeps them."""
    texts = _Texts(connection, Templates(dialect))
    return replace(changes, changes=tuple(texts.of(change) for change in changes))


class _Texts:
    def __init__(self, connection: Connection, templates: Templates) -> None:
        self.connection = connection
        self.templates = templates

    def of(self, change: Change) -> Change:
        """The change with its texts."""
        if change.view is None:
            return change
        if change.status == "create":
            return replace(change, after=change.view.select)
        if change.found is None or change.status not in ("replace", "drifted"):
            return change
        before, after = self._pair(change, change.found, change.view.select)
        return replace(change, before=before, after=after)

    def _pair(self, change: Change, found: Object, select: str) -> tuple[str | None, str]:
        """Both sides in one manner of writing."""
        if change.status == "replace" and "select" in found.kept:
            return found.kept["select"], select
        if not found.definition or found.kind == "table":
            return None, select
        if self.templates.verbatim:
            return found.definition.partition(_AS)[2] or found.definition, select
        kept = found.kept.get("definition")
        if kept is not None and change.view is not None and found.fingerprint == change.view.fingerprint:
            return self._pretty(found.definition), self._pretty(kept)
        return self._pretty(found.definition), self._pretty(self._rewritten(select))

    def _rewritten(self, select: str) -> str:
        """A SELECT as the target would keep it, where it can say that."""
        statement = self.templates.rewritten(select)
        try:
            return str(self.connection.fetch(statement)[0][0]) if statement else select
        except SemanticError:
            return select

    def _pretty(self, text: str) -> str:
        return reprinted(text, self.templates.dialect)
