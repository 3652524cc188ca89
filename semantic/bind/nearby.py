"""What can be named from a model, and what a path that leads nowhere could have meant."""

from __future__ import annotations

from semantic import faults
from semantic.catalog import Catalog, Model
from semantic.faults import Fault
from semantic.source import Span


def has_name(model: Model, name: str, *, raw: bool) -> bool:
    """Whether a path to a model may end in the name; in its own definitions raw columns count too."""
    column = model.column(name) if raw or name in model.spec.primary_key else None
    return bool(model.dimension(name) or column) or (raw and not model.declared)


def unknown_path(catalog: Catalog, model: str, names: tuple[str, ...], span: Span | None) -> Fault:
    """The fault for a path that leads nowhere, with what could have been meant."""
    if len(names) == 1 and names[0] in catalog.metrics:
        return faults.metric_in_row(names[0], span)
    other = catalog.models.get(names[0]) if len(names) == 2 else None
    known = other is not None and has_name(other, names[1], raw=other.declared)
    if known and not catalog.forward(model, names[:1]):
        return faults.no_join(model, ".".join(names), span)
    return faults.unknown(f"path from model '{model}'", ".".join(names), _names(catalog, model), span)


def _names(catalog: Catalog, model: str) -> list[str]:
    """A model's own names, and those one or more joins away."""
    own = catalog.models[model]
    names = sorted(
        {*(str(d.name) for d in own.dimensions.values()), *(str(c.name) for c in own.columns.values())}
    )
    for walk, end in catalog.walks(model)[1:]:
        other = catalog.models[end]
        names += [f"{walk[-1]}.{name}" for name in dict.fromkeys((*other.dimensions, *other.columns))]
    return names
