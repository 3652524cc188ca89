"""The whole of it: a project and a target, compared or made the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from semantic.deploy.applying import Agree, Applied, Applier, How, Note
from semantic.deploy.changes import Changes
from semantic.deploy.planning import Wanted, planned
from semantic.deploy.texts import with_texts
from semantic.faults import SemanticError
from semantic.views import deployment
from semantic.views.extending import extended
from semantic.warehouse import Limits, Place, connect


@dataclass(frozen=True)
class Rows:
    """That rows are compared: of how many keys a view (all, if not said), and who hears of it."""

    sample: int | None = None
    looking: Note | None = None


def wanted(
    layer: Any, dialect: str, names: Sequence[str], schema: str | None, *, dropped: bool = False
) -> Wanted:
    """What a project wants; where views that are not named are wrong, they are left out."""
    if names:
        deployment(layer, dialect, names, schema)  # tells what is wrong with them alone
    try:
        made = deployment(layer, dialect, (), schema)
    except SemanticError:
        if not names:
            raise
        made = deployment(layer, dialect, names, schema)
    specs = extended(layer.catalog.spec.views)
    spans = {name: spec.name.span for name, spec in specs.items()}
    aliases = {name: str(spec.alias or spec.name) for name, spec in specs.items()}
    return Wanted(made, str(layer.catalog.spec.name), tuple(names), spans, aliases, dropped)


def plan(
    layer: Any,
    place: Place,
    schema: str | None,
    names: Sequence[str],
    limits: Limits,
    rows: Rows | None = None,
) -> Changes:
    """What deploying would change; with ``rows`` those of replaced views are compared, too. Nothing is
    written."""
    asked = wanted(layer, place.dialect, names, schema)
    dialect = layer.target_dialect(place.dialect)
    with connect(place, limits=limits) as connection:
        found = with_texts(planned(asked, connection, dialect), connection, dialect)
        if rows is None:
            return found
        from semantic.deploy.data import Data  # and with it what writes SELECTs

        return Data(layer, connection, dialect, rows.sample).compared(found, rows.looking)


def apply(
    layer: Any,
    place: Place,
    schema: str | None,
    names: Sequence[str],
    limits: Limits,
    how: How,
    agree: Agree | None = None,
    note: Note | None = None,
) -> Applied:
    """Deploy the views; ``agree`` is asked before anything is written, ``note`` hears of every step."""
    asked = wanted(layer, place.dialect, names, schema, dropped=how.drop_orphans)
    with connect(place, write=not how.dry, limits=limits) as connection:
        applier = Applier(connection, layer.target_dialect(place.dialect), asked, how)
        applier.note = note
        return applier.apply(agree)
