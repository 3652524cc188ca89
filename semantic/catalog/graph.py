"""Models and the joins between them: which walks lead where, and which many sides there are."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from semantic.source import Text
from semantic.spec import types

#: The roles to follow from a model, one a join; empty is the model itself.
Walk = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """A join as a step from one model to at most one row of another."""

    role: str
    origin: str
    target: str
    on: tuple[tuple[Text, Text], ...]
    spec: types.Join

    @property
    def required(self) -> bool:
        """Every row has its partner, so the join may be INNER."""
        return self.spec.required

    @property
    def sides(self) -> Iterator[tuple[str, Text]]:
        """Every key that it compares, with the model that has it."""
        for own, other in self.on:
            yield self.origin, own
            yield self.target, other


@dataclass(frozen=True)
class Model:
    """A model with its names resolved: what can be said about one row of it."""

    spec: types.Model
    relation: types.Relation
    columns: Mapping[str, types.Column]
    dimensions: Mapping[str, types.Dimension]
    edges: Mapping[str, Edge] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self.spec.name)

    @property
    def declared(self) -> bool:
        """Whether all columns are known, so that an unknown name is a mistake."""
        return bool(self.columns)

    def column(self, name: str) -> types.Column | None:
        """A declared column: one of exactly that name, else one that differs in case only."""
        word = bare(name)
        return self.columns.get(word) or self.columns.get(word.lower())

    def dimension(self, name: str) -> types.Dimension | None:
        """A dimension, found without regard to case."""
        return self.dimensions.get(bare(name).lower())


@dataclass(frozen=True, slots=True)
class Branch:
    """The way to the many side: ``up`` from the fact to a shared model, then down to ``root``.

    ``back`` is the walk of joins from ``root`` to the shared model; ``walk`` leads on from ``root``
    to the model that was asked for. An empty ``up`` means that the fact itself is the one side.
    """

    up: Walk
    root: str
    back: Walk
    walk: Walk


@dataclass(frozen=True)
class Catalog:
    """Everything a project defines, by name."""

    spec: types.Spec
    models: Mapping[str, Model]
    metrics: Mapping[str, types.Metric]
    parameters: Mapping[str, types.Parameter]
    functions: Mapping[str, types.Function]
    targets: Mapping[str, types.Target]
    policies: Mapping[str, types.Policy] = field(default_factory=dict)

    def functions_in(self, dialect: str) -> dict[str, tuple[tuple[str, ...], Text]]:
        """The project's own functions as a dialect spells them: name to arguments and SQL."""
        return {
            name: (tuple(map(str, f.arguments)), f.templates[dialect])
            for name, f in self.functions.items()
            if dialect in f.templates
        }

    def by_time(self, edge: Edge) -> bool:
        """Whether a join looks for the row that is valid at the time of the metrics, whichever they are: its
        ``at`` is ``time``, and the joining model has nothing of that name."""
        model = self.models[edge.origin]
        return edge.spec.at == "time" and not (model.column("time") or model.dimension("time"))

    @cached_property
    def along_time(self) -> bool:
        """Whether any join does so."""
        return any(self.by_time(edge) for model in self.models.values() for edge in model.edges.values())

    @cached_property
    def entities(self) -> Mapping[str, tuple[str, ...]]:
        """The models whose rows are something, by the word for it: ``{"booking": ("bookings",)}``."""
        found: dict[str, tuple[str, ...]] = {}
        for model in self.models.values():
            for name in map(str, model.spec.entity):
                found[name] = (*found.get(name, ()), model.name)
        return found

    @cached_property
    def _walks(self) -> dict[str, tuple[tuple[Walk, str], ...]]:
        return {}

    @cached_property
    def remembered(self) -> dict[tuple[str, ...], Any]:
        """What others worked out about it, by their own names for that."""
        return {}

    def walks(self, origin: str) -> tuple[tuple[Walk, str], ...]:
        """Every walk from a model that meets no model twice, with where it ends, shortest first.

        One that goes on by the key that it came by is left out where the way there is direct: models that
        share a key would have as many walks as there are orders of them.
        """
        if origin not in self._walks:
            self._walks[origin] = tuple(self._explore(origin))
        return self._walks[origin]

    def _explore(self, origin: str) -> Iterator[tuple[Walk, str]]:
        queue: list[tuple[Walk, tuple[str, ...], Edge | None]] = [((), (origin,), None)]
        for walk, seen, last in queue:
            yield walk, seen[-1]
            for edge in self.models[seen[-1]].edges.values():
                if edge.target not in seen and not edge.role.startswith("@") and not self._detour(last, edge):
                    queue.append(((*walk, edge.role), (*seen, edge.target), edge))

    def _detour(self, first: Edge | None, second: Edge) -> bool:
        """Whether two joins lead by one key to where a join of the first model's own leads by it."""
        if first is None or first.spec.valid is not None or second.spec.valid is not None:
            return False
        between = {str(left): str(right) for left, right in second.on}
        if {str(right) for _, right in first.on} != between.keys():
            return False
        whole = {(str(left), between[str(right)]) for left, right in first.on}
        return any(
            edge.target == second.target
            and edge.spec.valid is None
            and {(str(left), str(right)) for left, right in edge.on} == whole
            for edge in self.models[first.origin].edges.values()
        )

    def edges(self, origin: str, walk: Walk) -> tuple[Edge, ...]:
        """The joins that a walk follows."""
        found: list[Edge] = []
        for role in walk:
            found.append(self.models[origin].edges[role])
            origin = found[-1].target
        return tuple(found)

    def end(self, origin: str, walk: Walk) -> Model:
        """The model at the end of a walk."""
        steps = self.edges(origin, walk)
        return self.models[steps[-1].target if steps else origin]

    def spelled(self, origin: str, walk: Walk) -> Walk:
        """The shortest path to the model at the end of a walk that has one meaning."""
        end = self.end(origin, walk).name
        for path in ((end,), walk[-1:], walk):
            if path and self.forward(origin, path) == (walk,):
                return path
        return (origin, *walk)

    def follow(self, origin: str, roles: Iterable[str]) -> Walk | None:
        """The walk that takes exactly these roles, if there is one."""
        walk: Walk = ()
        for role in roles:
            edge = self.models[origin].edges.get(role)
            if edge is None:
                return None
            walk, origin = (*walk, edge.role), edge.target
        return walk

    def forward(self, origin: str, names: Walk) -> tuple[Walk, ...]:
        """The walks from ``origin`` that ``names`` (a role or model, then roles) can mean.

        A join of the model itself wins over one further away; several left over are ambiguous.
        """
        if not names:
            return ((),)
        if names[0] == origin:
            exact = self.follow(origin, names[1:])
            return () if exact is None else (exact,)
        direct = self.follow(origin, names)
        if direct is not None:
            return (direct,)
        return self._search(origin, names)

    def _search(self, origin: str, names: Walk) -> tuple[Walk, ...]:
        by_role: list[Walk] = []
        by_model: list[Walk] = []
        for walk, end in self.walks(origin):
            rest = self.follow(end, names[1:]) if walk else None
            if rest is None:
                continue
            if walk[-1] == names[0]:
                by_role.append(walk + rest)
            elif end == names[0]:
                by_model.append(walk + rest)
        return tuple(dict.fromkeys(by_role or by_model))

    def branches(self, origin: str, names: Walk, *, shared: bool) -> tuple[Branch, ...]:
        """The ways from ``origin`` down to a many side where ``names`` is found.

        The many side is the model named, or else any from which the name is reached. With
        ``shared``, a model that only shares a dimension with ``origin`` counts too.
        """
        found = [b for b in self._down(origin, names) if b.up == ()]
        if not found and shared:
            found = self._down(origin, names)
            shortest = min((len(b.up) + len(b.back) for b in found), default=0)
            found = [b for b in found if len(b.up) + len(b.back) == shortest]
        named = [b for b in found if b.root == names[0]]
        return tuple(named or found)

    def _down(self, origin: str, names: Walk) -> list[Branch]:
        reach: dict[str, list[Walk]] = {}
        for walk, end in self.walks(origin):
            reach.setdefault(end, []).append(walk)
        found = []
        for root in self.models:
            if root in reach:
                continue
            for walk in self.forward(root, names):
                for back, end in self.walks(root):
                    if end in reach and back and not self._passes(root, back, reach):
                        found += [Branch(up, root, back, walk) for up in reach[end]]
        return found

    def _passes(self, root: str, back: Walk, reach: Container[str]) -> bool:
        """Whether a walk meets the fact's own side before its end (then a shorter one says the same)."""
        return any(edge.target in reach for edge in self.edges(root, back)[:-1])


def bare(name: str) -> str:
    """A column's name as names are compared: in lower case, or exactly as it stands in double quotes.

    >>> bare("Amount"), bare('"City Name"')
    ('amount', 'City Name')
    """
    if len(name) > 2 and name[0] == name[-1] == '"':
        return name[1:-1].replace('""', '"')
    return name.lower()
