"""Joins as ways from one model to at most one row of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from semantic import faults
from semantic.catalog.graph import Edge, Model
from semantic.faults import Fault
from semantic.source import Text
from semantic.spec import types


def join_edges(model: Model, models: Mapping[str, Model], found: list[Fault]) -> None:
    """The joins of a model as its edges; what cannot be one is a fault."""
    edges: dict[str, Edge] = model.edges  # type: ignore[assignment]
    for join in model.spec.joins:
        target = models.get(join.to)
        if target is None:
            found.append(faults.unknown("model", join.to, list(models), join.to.span))
        elif join.role in edges:
            found.append(faults.same_role(join.role, model.name, join.role.span or join.span))
        elif (join.valid is None) != (join.at is None):
            found.append(faults.half_validity(join.to, join.span))
        elif why := _unnamable(model, join):
            found.append(faults.lonely_role(join.role, model.name, why, join.role.span or join.span))
        elif unknown := unknown_keys(join, target):
            found += unknown
        elif not keyed(join, target):
            keys = [key for key in (target.spec.primary_key, *target.spec.unique) if key]
            on = [right for _, right in join.on]
            found.append(faults.join_multiplies(model.name, join.to, on, keys, join.to.span))
        else:
            edges[str(join.role)] = Edge(str(join.role), model.name, target.name, join.on, join)


def _unnamable(model: Model, join: types.Join) -> str:
    """Why no path could name a role, if that is so."""
    if join.role == model.name:
        return "it is the name of the model itself"
    return "'time' is the time axis that metrics share" if join.role == "time" else ""


def unknown_keys(join: types.Join, target: Model) -> list[Fault]:
    """The columns of the other side that it does not have."""
    known = [*target.columns, *target.dimensions]
    return [
        faults.unknown(f"column of model '{target.name}'", right, sorted(target.columns), right.span)
        for _, right in join.on
        if target.declared and right.isidentifier() and right.lower() not in known
    ]


def keyed(join: types.Join, target: Model) -> bool:
    """Whether the joined columns pick at most one row: they hold a key of the other model."""
    joined = {_plain(right) for _, right in join.on}
    keys = [k for k in (target.spec.primary_key, *target.spec.unique) if k]
    if join.valid is not None:
        start = _plain(join.valid[0])
        return not keys or any({_plain(part) for part in key} - {start} <= joined for key in keys)
    return any({_plain(part) for part in key} <= joined for key in keys)


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def derive_one_to_one(models: Mapping[str, Model]) -> None:
    """A join whose own side is a key as well leads back without multiplying: add that way too."""
    for edge in [edge for model in models.values() for edge in model.edges.values()]:
        model, back = models[edge.origin], models[edge.target].edges
        own = {_plain(left) for left, _ in edge.on}
        keyed = any({_plain(p) for p in k} == own for k in (model.spec.primary_key, *model.spec.unique) if k)
        known = any(other.target == model.name for other in back.values())
        if keyed and not known and edge.spec.valid is None and model.name not in (edge.target, *back):
            on = tuple((right, left) for left, right in edge.on)
            join = types.Join(to=model.spec.name, role=model.spec.name, on=on, span=edge.spec.span)
            back[model.name] = Edge(model.name, edge.target, model.name, on, join)  # type: ignore[index]


def cohort_role(cohort: str, on: Text) -> str:
    """The role of the way from an activity to its cohort; no path names it, and no walk takes it unasked.

    >>> cohort_role("signups", Text("customer_id"))
    '@signups.customer_id'
    """
    return f"@{cohort}.{on}"


def cohort_edge(retention: types.Retention, models: Mapping[str, Model]) -> Iterator[Fault]:
    """The way from an activity to the one row of its entity in the cohort."""
    other, own = retention.by
    cohort, activity = models[retention.cohort], models[retention.activity]
    role = cohort_role(cohort.name, other)
    join = types.Join(to=retention.cohort, role=Text(role), on=((own, other),), span=retention.span)
    unknown = unknown_keys(join, cohort)
    yield from unknown
    if not unknown and not keyed(join, cohort):
        yield faults.no_key_of_cohort(cohort.name, other, other.span)
    edges: dict[str, Edge] = activity.edges  # type: ignore[assignment]
    edges.setdefault(role, Edge(role, activity.name, cohort.name, join.on, join))
