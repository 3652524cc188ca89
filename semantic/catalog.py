"""Names linked: models, their columns and dimensions, and the graph of joins between them.

The catalog is built once from a `Spec`, checks what can be checked without parsing SQL, and never
changes. A join leads from the many to the one; the other direction is found by `Catalog.branches`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from semantic import faults
from semantic.dialect.named import names
from semantic.faults import Fault, SemanticError
from semantic.functions import REGISTRY
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


def link(project: types.Spec) -> Catalog:
    """The catalog of a project; raises `SemanticError` with every name that leads nowhere."""
    found: list[Fault] = []
    sources = {str(s.name): s for s in project.sources}
    by_name = {str(m.name): m for m in project.models}
    models = {str(m.name): _model(asked(m, by_name, found), sources, found) for m in project.models}
    for model in models.values():
        _join(model, models, found)
    _derive_one_to_one(models)
    found += _project_faults(project)
    for metric in project.metrics:
        if metric.model is not None and metric.model not in models:
            found.append(faults.unknown("model", metric.model, list(models), metric.model.span))
        for name in _models_of(metric):
            if name not in models:
                found.append(faults.unknown("model", name, list(models), name.span))
        if metric.retention is not None and not found:
            found += _cohort_edge(metric.retention, models)
    for policy in project.policies:
        found += _policy_faults(policy, models, [str(m.name) for m in project.metrics])
    if found:
        raise SemanticError(found)
    return Catalog(
        spec=project,
        models=models,
        metrics={str(m.name): m for m in project.metrics},
        parameters={str(p.name): p for p in project.parameters},
        functions={str(f.name): f for f in project.functions},
        targets={str(t.name): t for t in project.targets},
        policies={str(p.name): p for p in project.policies},
    )


def _policy_faults(policy: types.Policy, models: Mapping[str, Model], metrics: list[str]) -> Iterator[Fault]:
    """What a policy names and nothing has."""
    for name in policy.metrics:
        if name not in metrics:
            yield faults.unknown("metric", name, metrics, name.span)
    if policy.model is not None and policy.model not in models:
        yield faults.unknown("model", policy.model, list(models), policy.model.span)
    elif policy.model is not None:
        model = models[policy.model]
        for name in policy.hide:
            if model.declared and not (model.column(name) or model.dimension(name)):
                names = sorted({*model.columns, *model.dimensions})
                yield faults.unknown(f"column of model '{model.name}'", name, names, name.span)


def _models_of(metric: types.Metric) -> Iterator[Text]:
    """The models that the events of a metric are rows of."""
    if metric.conversion is not None:
        yield from (metric.conversion.start, metric.conversion.to)
    if metric.retention is not None:
        yield from (metric.retention.cohort, metric.retention.activity)


def cohort_role(cohort: str, on: Text) -> str:
    """The role of the way from an activity to its cohort; no path names it, and no walk takes it unasked.

    >>> cohort_role("signups", Text("customer_id"))
    '@signups.customer_id'
    """
    return f"@{cohort}.{on}"


def _cohort_edge(retention: types.Retention, models: Mapping[str, Model]) -> Iterator[Fault]:
    """The way from an activity to the one row of its entity in the cohort."""
    other, own = retention.by
    cohort, activity = models[retention.cohort], models[retention.activity]
    role = cohort_role(cohort.name, other)
    join = types.Join(to=retention.cohort, role=Text(role), on=((own, other),), span=retention.span)
    unknown = _unknown_keys(join, cohort)
    yield from unknown
    if not unknown and not _keyed(join, cohort):
        yield faults.no_key_of_cohort(cohort.name, other, other.span)
    edges: dict[str, Edge] = activity.edges  # type: ignore[assignment]
    edges.setdefault(role, Edge(role, activity.name, cohort.name, join.on, join))


def _project_faults(project: types.Spec) -> list[Fault]:
    """Dialects that nobody has, names in two meanings, and names that only case tells apart."""
    known = names()
    found = [
        faults.unknown("dialect", text, known, text.span)
        for text in (project.authoring_dialect, *(t.dialect for t in project.targets))
        if text not in known
    ]
    parameters = {str(p.name): p for p in project.parameters}
    for macro in project.macros:
        if macro.name in parameters:
            found.append(faults.two_meanings(macro.name, "parameter", "macro", macro.name.span))
    found += _same_but_for_case(m.name for m in project.models)
    found += _same_but_for_case(m.name for m in project.metrics)
    found += _same_but_for_case(f.name for f in project.functions)
    found += _same_but_for_case(v.name for v in project.views)
    for model in project.models:
        found += _same_but_for_case(d.name for d in model.dimensions)
        found += _same_but_for_case(join.role for join in model.joins)
        found += _once(model.entity, model.name)
    for function in project.functions:
        if function.name.lower() in REGISTRY:
            found.append(faults.declared_before(function.name, function.name.span))
    return found


def _once(words: Iterable[Text], model: Text) -> Iterator[Fault]:
    """A row is the same thing once, and names in words are told apart by more than their case."""
    seen: set[str] = set()
    for word in words:
        if word.lower() in seen:
            yield faults.entity_twice(word, model, word.span)
        seen.add(word.lower())


def _same_but_for_case(given: Iterable[Text]) -> list[Fault]:
    """SQL does not tell ``Sales`` from ``sales``, so names that differ in nothing else are one too many."""
    seen: dict[str, Text] = {}
    found = []
    for name in given:
        first = seen.setdefault(name.lower(), name)
        if first != name:
            found.append(faults.same_but_for_case(name, first, name.span))
    return found


def asked(model: types.Model, models: Mapping[str, types.Model], found: list[Fault]) -> types.Model:
    """A model made from a question with its columns and its key: what is grouped by, then the metrics."""
    query = model.query
    if query is None:
        return model
    found += _question_faults(model, query, models)
    names = [output(path) for path in query.by] or _population_key(query, models)
    outputs = [*names, *(metric.name for metric in query.metrics)]
    columns = tuple(types.Column(name=name, type=None, span=query.span) for name in outputs)
    return replace(model, columns=columns, primary_key=model.primary_key or tuple(names))


def _population_key(
    query: types.Question, models: Mapping[str, types.Model], seen: tuple[str, ...] = ()
) -> list[Text]:
    """The key of the population, whose rows the question is about."""
    population = models.get(str(query.of))
    if population is None or population.name in seen:
        return []
    own, question = list(population.primary_key), population.query
    if own or question is None:
        return own
    seen = (*seen, str(population.name))
    return [output(path) for path in question.by] or _population_key(question, models, seen)


def _question_faults(
    model: types.Model, query: types.Question, models: Mapping[str, types.Model]
) -> Iterator[Fault]:
    """What can be said against a model's question before any SQL is parsed."""
    for name in (query.start, query.of, *(metric.model for metric in query.metrics)):
        if name is not None and name not in models:
            yield faults.unknown("model", name, list(models), name.span)
    if query.start is not None and not query.by:
        yield faults.query_without_by(query.start.span)
    if query.of is not None and query.of in models:
        yield from _population_faults(model, query.of, query, models)
    if query.window is not None:
        yield from _window_faults(query.window)
    outputs = [*(output(path) for path in query.by), *(m.name for m in query.metrics)]
    yield from _same_but_for_case(outputs)
    for index, name in enumerate(outputs):
        if name in outputs[:index]:
            yield replace(faults.same_output(name), span=name.span)


def _population_faults(
    model: types.Model, of: Text, query: types.Question, models: Mapping[str, types.Model]
) -> Iterator[Fault]:
    """A population has a key of its own, and is not made from itself."""
    if query.by:
        yield faults.population_grouped(of, query.by[0].span)
    if chain := _populations(model, models):
        yield faults.cycle("model", [*chain, chain[0]], models[chain[0]].name.span)
    elif not _population_key(query, models):
        yield faults.population_without_key(of, of.span)


def _populations(model: types.Model, models: Mapping[str, types.Model]) -> list[str]:
    """The way from a population to itself, if there is one."""
    chain = [str(model.name)]
    while (question := models[chain[-1]].query) is not None and question.of in models:
        chain.append(str(question.of))
        if chain[-1] in chain[:-1]:
            return ring(chain[:-1]) if chain[-1] == chain[0] else []
    return []


def ring(chain: list[str]) -> list[str]:
    """Those that need each other, the same from wherever they are entered.

    >>> ring(["c", "a", "b"])
    ['a', 'b', 'c']
    """
    first = chain.index(min(chain))
    return [*chain[first:], *chain[:first]]


def _window_faults(window: types.Until) -> Iterator[Fault]:
    if (window.last is not None and (window.until is None or window.start is not None)) or (
        window.last is None and window.start is None and window.until is None
    ):
        yield faults.window_bounds(window.span)
    elif window.last is not None and (
        window.last.count < 1 or window.last.unit in ("second", "minute", "hour")
    ):
        yield faults.window_length(str(window.last), window.span)


def output(path: Text) -> Text:
    """The column that a path of a model's question becomes: its own name, or the path with underscores."""
    whole, _, name = path.partition(" as ")
    chosen = name.strip() or whole.strip().replace(".", "_")
    return Text(chosen, path.file, path.starts)


def _model(model: types.Model, sources: Mapping[str, types.Source], found: list[Fault]) -> Model:
    relation: types.Relation = model
    if model.source is not None:
        if model.source in sources:
            relation = sources[model.source]
        else:
            found.append(faults.unknown("source", model.source, list(sources), model.source.span))
    columns = {bare(c.name): c for c in (*relation.columns, *model.columns)}
    dimensions = {d.name.lower(): d for d in model.dimensions}
    linked = Model(model, relation, columns, dimensions, {})
    _check_keys(linked, found)
    return linked


def bare(name: str) -> str:
    """A column's name as names are compared: in lower case, or exactly as it stands in double quotes.

    >>> bare("Amount"), bare('"City Name"')
    ('amount', 'City Name')
    """
    if len(name) > 2 and name[0] == name[-1] == '"':
        return name[1:-1].replace('""', '"')
    return name.lower()


def _check_keys(model: Model, found: list[Fault]) -> None:
    for key in (model.spec.primary_key, *model.spec.unique):
        for name in key:
            plain = name.isidentifier() and not model.column(name) and not model.dimension(name)
            if model.declared and plain:
                found.append(
                    faults.unknown(f"column of model '{model.name}'", name, sorted(model.columns), name.span)
                )
    if model.spec.time is not None and "." not in model.spec.time:
        known = model.column(model.spec.time) or model.dimension(model.spec.time)
        if not known and (model.declared or not model.spec.time.isidentifier()):
            names = sorted({*model.columns, *model.dimensions})
            found.append(
                faults.unknown(
                    f"column of model '{model.name}'", model.spec.time, names, model.spec.time.span
                )
            )


def _join(model: Model, models: Mapping[str, Model], found: list[Fault]) -> None:
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
        elif unknown := _unknown_keys(join, target):
            found += unknown
        elif not _keyed(join, target):
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


def _unknown_keys(join: types.Join, target: Model) -> list[Fault]:
    """The columns of the other side that it does not have."""
    known = [*target.columns, *target.dimensions]
    return [
        faults.unknown(f"column of model '{target.name}'", right, sorted(target.columns), right.span)
        for _, right in join.on
        if target.declared and right.isidentifier() and right.lower() not in known
    ]


def _keyed(join: types.Join, target: Model) -> bool:
    """Whether the joined columns pick at most one row: they hold a key of the other model."""
    joined = {_plain(right) for _, right in join.on}
    keys = [k for k in (target.spec.primary_key, *target.spec.unique) if k]
    if join.valid is not None:
        start = _plain(join.valid[0])
        return not keys or any({_plain(part) for part in key} - {start} <= joined for key in keys)
    return any({_plain(part) for part in key} <= joined for key in keys)


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _derive_one_to_one(models: Mapping[str, Model]) -> None:
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
