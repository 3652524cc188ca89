"""One view against what stands in its place."""

from __future__ import annotations

from collections.abc import Iterator

from semantic import faults
from semantic.deploy.changes import Change, Status, called
from semantic.deploy.objects import Name, Object
from semantic.deploy.templates import Templates
from semantic.source import Span
from semantic.views import View, stored


def compared(
    view: View, name: Name, found: Object | None, project: str, templates: Templates, span: Span | None
) -> Change:
    """What becomes of a view, from its own sight: others may still be in its way."""
    if found is None:
        return Change(view.name, "create", name, view.kind, view)
    if found.fingerprint is None or found.kind not in templates.dialect.answers.materialized:
        fault = faults.not_ours(view.name, found.kind, called(name), span)
        return Change(view.name, "blocked", name, view.kind, view, found, faults=(fault,))
    if found.seal and found.seal[1] != project:
        fault = faults.of_another(view.name, called(name), found.seal[1], span)
        return Change(view.name, "blocked", name, view.kind, view, found, faults=(fault,))
    reasons = tuple(_reasons(view, found, templates))
    status: Status = "drifted" if _drifted(found) else "replace" if reasons else "unchanged"
    return Change(view.name, status, name, view.kind, view, found, reasons, dependents=found.dependents)


def _drifted(found: Object) -> bool:
    """Whether somebody changed an object after it was finished."""
    return found.seal is not None and found.seal[0] != found.digest


def _reasons(view: View, found: Object, templates: Templates) -> Iterator[str]:
    """Why an object is not what the project says."""
    if _drifted(found):
        yield "it was changed by hand"
    if found.kind != view.kind:
        yield f"it is a {found.kind.replace('_', ' ')} and becomes a {view.kind.replace('_', ' ')}"
    elif found.fingerprint != view.fingerprint:
        yield "its definition changed"
    elif found.seal is None:
        yield "nothing tells that it was finished"
    if missing := _missing(view, found, templates):
        yield f"grants are missing: {', '.join(missing)}"


def _missing(view: View, found: Object, templates: Templates) -> list[str]:
    """The grants of the project that are not there."""
    if not templates.tells_grants:
        return []
    there = {(allowed.privilege, allowed.to) for allowed in found.grants if not allowed.column}
    roles = {grant.to: stored([grant.to], templates.dialect)[0] for grant in view.grants}
    return [
        f"{grant.privilege} to {grant.to}"
        for grant in view.grants
        if (grant.privilege, roles[grant.to]) not in there and roles[grant.to] != found.owner
    ]
