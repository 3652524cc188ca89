"""Seals: what tells that an object was finished, and what it was then."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from semantic import faults
from semantic.deploy.objects import Allowed, Object
from semantic.deploy.reading import Reader
from semantic.deploy.steps import Step
from semantic.faults import SemanticError
from semantic.views import View, seal, stored
from semantic.views.comments import MARK


class Sealer:
    """Writes what is done to objects last."""

    def __init__(self, reader: Reader, project: str) -> None:
        self.reader = reader
        self.project = project

    def statements(self, steps: Sequence[Step]) -> list[tuple[Step, str]]:
        """The last statements of the views that some steps made; a seal itself comes at the very end."""
        made = [(step, step.change.view) for step in steps if step.change.view is not None]
        if not made:
            return []
        self.reader.leave()
        found = self.reader.objects([view for _, view in made])
        self.reader.restore()
        keys = [self.reader.key(self.reader.name(view)) for _, view in made]
        if lost := [view.name for (_, view), key in zip(made, keys, strict=True) if key not in found]:
            raise SemanticError([faults.moved_on(lost)])
        return [
            (step, statement)
            for (step, view), key in zip(made, keys, strict=True)
            for statement in self._of(step, view, found[key])
            if statement
        ]

    def _of(self, step: Step, view: View, made: Object) -> Iterator[str]:
        templates = self.reader.templates
        yield from (templates.revoke(view, allowed) for allowed in self._beyond(step, view, made))
        mark = seal(made.digest, self.project)
        kept = {
            "mark": f"{MARK}{view.fingerprint}{mark}",
            "select": view.select,
            "definition": made.definition,
        }
        yield templates.keep(view, json.dumps(kept, ensure_ascii=False))
        yield templates.seal(view, mark)

    def _beyond(self, step: Step, view: View, made: Object) -> list[Allowed]:
        """What nobody was allowed on the object before it was dropped, nor is by the project."""
        before = step.change.found
        if before is None or not step.change.again:
            return []
        dialect = self.reader.templates.dialect
        said = {(grant.privilege, stored([grant.to], dialect)[0]) for grant in view.grants}
        return [
            allowed
            for allowed in made.grants
            if allowed not in before.grants and (allowed.privilege, allowed.to) not in said
        ]
