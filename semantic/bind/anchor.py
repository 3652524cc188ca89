"""Where an aggregate begins: the model whose rows it sees first, and what stands outside of any."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from semantic import faults
from semantic.bind.aggregates import ancestors
from semantic.bind.definitions import Definitions
from semantic.expr import parse
from semantic.expr.canonical import PUBLIC
from semantic.expr.spelled import spelled
from semantic.faults import Fault, SemanticError
from semantic.functions import REGISTRY
from semantic.source import Text
from semantic.spec import types as spec


def anchor_of(definitions: Definitions, node: exp.Expr, definition: spec.Metric | None, text: Text) -> str:
    """The model whose rows an aggregate sees first: the metric's, or the one its columns name."""
    span = definitions.place(text, node)
    if definition is None:
        raise SemanticError([faults.aggregate_in_question(spelled(node), span)])
    paths = [parse.names(column) for column in parse.columns(node)]
    if definition.model is not None and all(_fits(definitions, str(definition.model), p) for p in paths):
        return str(definition.model)
    found = _named(definitions, paths) or definition.model
    if found is None:
        told = [".".join(path) for path in paths]
        raise SemanticError([faults.no_model(spelled(node), definition.name, told, span)])
    return str(found)


def _named(definitions: Definitions, paths: list[tuple[str, ...]]) -> str | None:
    """The first model that paths name and that all of them lead from."""
    named = dict.fromkeys(path[0] for path in paths if len(path) > 1)
    models = [name for name in named if name in definitions.catalog.models]
    found = [m for m in models if all(len(path) > 1 and _fits(definitions, m, path) for path in paths)]
    return found[0] if found else None


def _fits(definitions: Definitions, model: str, names: tuple[str, ...]) -> bool:
    return (
        len(names) == 1
        or bool(definitions.catalog.forward(model, names[:-1]))
        or (len(names) == 2 and definitions.try_path(model, names, raw=True) is not None)
    )


def is_column(definitions: Definitions, name: str, definition: spec.Metric | None) -> bool:
    """Whether a name is one of the rows that a metric is about."""
    if definition is None or definition.model is None:
        return False
    model = definitions.catalog.models[definition.model]
    return bool(model.column(name) or model.dimension(name))


def outside(
    definitions: Definitions, name: str, node: exp.Expr, definition: spec.Metric | None, text: Text
) -> Fault:
    """The fault for a column that no aggregate takes in, or for the misspelt aggregate around it."""
    if definition is None:
        wrong = faults.period_beside_metrics if name.startswith("time.") else faults.dimension_in_having
        return wrong(name, definitions.place(text, node))
    aggregates = [f.name for f in REGISTRY.values() if f.kind == "aggregate"]
    known = {*REGISTRY, *PUBLIC, *definitions.catalog.functions}
    for up in ancestors(node):
        if isinstance(up, exp.Anonymous) and str(up.this).lower() not in known:
            span = definitions.place(text, up)
            return replace(faults.unknown_function(str(up.this), aggregates), span=span)
    return faults.outside_aggregate(name, definitions.place(text, node))
