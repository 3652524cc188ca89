"""What a project has, one record a thing; how the command line and programs list it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from semantic.bind import Definitions, Metric, Metrics, Questions, bind, definitions_for, values
from semantic.bind.grain import GRAINS, TIME_TYPES, fits
from semantic.bind.leaf import Leaf, all_leaves
from semantic.bind.nesting import follows
from semantic.bind.row import Row, columns_of, walk_of
from semantic.catalog import Catalog
from semantic.check import needed, samples, unavailable
from semantic.faults import Fault, SemanticError
from semantic.planner import plan
from semantic.query import Query
from semantic.show.meaning import meaning
from semantic.spec import types as spec


@dataclass(frozen=True)
class MetricRecord:
    """A metric as it is listed; what it ``needs`` has to stand in the ``by`` of a question, and the sources
    that are ``unmapped`` in the project before it can be asked."""

    name: str
    kind: str
    meaning: str
    needs: tuple[str, ...]
    additivity: str
    unmapped: tuple[str, ...]
    type: str | None
    unit: str | None
    format: str | None
    reference: str | None
    grain: str | None
    hidden: bool
    models: tuple[str, ...]
    labels: Mapping[str, str]
    descriptions: Mapping[str, str]


@dataclass(frozen=True)
class DimensionRecord:
    """A dimension by the path that a question names it by; on the ``many`` side it may show a fact twice."""

    path: str
    type: str | None
    unit: str | None
    grain: str | None
    side: str
    labels: Mapping[str, str]
    descriptions: Mapping[str, str]


def bound(catalog: Catalog, user: Mapping[str, Any] | None = None) -> Metrics:
    """Metrics under the defaults of all parameters; one without a default gets a sample. For a ``user`` what
    policies hide is refused."""
    given = values(catalog, samples(catalog))
    definitions = Definitions(catalog, given) if user is None else definitions_for(catalog, given, user)
    known = Metrics(definitions)
    Questions(definitions, known)
    return known


def metrics(
    catalog: Catalog, user: Mapping[str, Any] | None = None, *, hidden: bool = False
) -> list[MetricRecord]:
    """The metrics of a project, or those that a caller may ask; ``hidden`` ones where they are wanted."""
    known = bound(catalog, user)
    found: list[Fault] = []
    records = []
    missing = unavailable(catalog)
    for name in (name for name, given in catalog.metrics.items() if hidden or not given.hidden):
        try:
            metric = known.metric(name)
            if not _reads_hidden(known, metric):
                records.append(metric_record(metric, missing.get(name, ())))
        except SemanticError as error:
            found += [fault for fault in error.faults if fault.code != "hidden"]
    if found:
        raise SemanticError(found)
    return records


def _reads_hidden(known: Metrics, metric: Metric) -> bool:
    """Whether the rows of a metric are told by columns that are hidden from the caller."""
    if known.definitions.policies is None:
        return False
    by = needed(metric)
    ended = any(path.startswith("time.") for path in by)
    asked = Query.of(metrics=metric.name, by=by, time="2024" if ended else None)
    try:
        plan(known.definitions, bind(known.definitions, known, asked))
    except SemanticError as error:
        return any(fault.code == "hidden" for fault in error.faults)
    return False


def check_shown(catalog: Catalog, user: Mapping[str, Any], name: str) -> None:
    """Raises `SemanticError` where a caller is not to see the metric, or ``model.dimension``, of a name."""
    known = bound(catalog, user)
    if name in catalog.metrics:
        known.metric(name)
    model, _, dimension = name.partition(".")
    if model in catalog.models and catalog.models[model].dimension(dimension) is not None:
        row = known.definitions.dimension(model, dimension)
        if known.definitions.policies is not None:
            known.definitions.policies.check_read(_read_by(known.definitions, row))


def metric_record(metric: Metric, unmapped: tuple[str, ...] = ()) -> MetricRecord:
    """What is said of a metric in a list."""
    given = metric.spec
    return MetricRecord(
        name=metric.name,
        kind=metric.kind,
        meaning=meaning(metric.spec),
        needs=needs(metric),
        additivity=metric.additivity.replace("_", "-"),
        unmapped=unmapped,
        type=metric.type,
        unit=str(given.unit) if given.unit else None,
        format=str(given.format) if given.format else None,
        reference=str(given.reference) if given.reference else None,
        grain=str(given.grain) if given.grain else None,
        hidden=given.hidden,
        models=tuple(models(metric)),
        labels=words(given.label),
        descriptions=words(given.description),
    )


def needs(metric: Metric) -> tuple[str, ...]:
    """What a question has to ask by; ``time`` is any period, or a range with an end. Periods of a calendar
    table go along themselves."""
    found: dict[str, None] = {}
    for leaf in all_leaves(metric.leaves.values()):
        if leaf.retained is not None:
            found[f"since.{leaf.retained.period}"] = None
        elif leaf.through.own:
            found[f"time.{leaf.through.own[0]}"] = None
        elif leaf.at is not None or (leaf.through and (leaf.through.window != "all" or leaf.through.offset)):
            found["time"] = None
    return tuple(found)


def models(metric: Metric) -> dict[str, None]:
    """The models whose rows a metric is made of."""
    found = dict.fromkeys(leaf.home for leaf in facts(metric.leaves.values()))
    for given in (metric.spec.conversion, metric.spec.retention):
        if given is not None:
            found[str(given.to if isinstance(given, spec.Conversion) else given.activity)] = None
    return found


def facts(leaves: Iterable[Leaf]) -> Iterator[Leaf]:
    """Aggregates of rows: inside those over entities or periods, those of each."""
    for leaf in leaves:
        over = leaf.per or leaf.sampled
        inner = over.leaves.values() if over is not None else ()
        yield from facts(inner) if inner else (leaf,)


def dimensions(
    catalog: Catalog, metric: str | None = None, user: Mapping[str, Any] | None = None
) -> list[DimensionRecord]:
    """Every dimension of a project; or those that a metric can be asked by, as paths from its facts. For a
    ``user`` those that are hidden are left out."""
    known = bound(catalog, user)
    if metric is None:
        paths = ((model, name, f"{model}.{name}") for model, name in _all(catalog))
        return [
            _record(known.definitions, *path) for path in paths if _is_shown(known.definitions, *path[:2])
        ]
    homes = dict.fromkeys(leaf.home for leaf in facts(known.metric(metric).leaves.values()))
    by_home = [list(_reachable(known.definitions, home)) for home in homes]
    shared = set.intersection(*({record.path for record in records} for records in by_home))
    return [record for record in by_home[0] if record.path in shared]


def _shown(definitions: Definitions, model: str) -> Iterator[spec.Dimension]:
    """The dimensions of a model that may be asked by."""
    known = definitions.catalog.models[model].dimensions.values()
    return (each for each in known if _is_shown(definitions, model, str(each.name)))


def _is_shown(definitions: Definitions, model: str, name: str) -> bool:
    """Whether a dimension may be asked by: neither it nor a column that it is made from is hidden."""
    policies = definitions.policies
    if policies is None:
        return True
    try:
        row = definitions.dimension(model, name)
        policies.check_read(_read_by(definitions, row))
    except SemanticError as error:
        if all(fault.code == "hidden" for fault in error.faults):
            return False
        raise
    return True


def _read_by(definitions: Definitions, row: Row) -> dict[str, set[str]]:
    """The columns that a scalar reads, those of the columns that steps add included."""
    found: dict[str, set[str]] = {}
    pending = [(row.model, row.tree)]
    while pending:
        model, tree = pending.pop()
        for node in columns_of(tree):
            end = definitions.catalog.end(model, walk_of(node)).name
            computed = definitions.computed.get(end, {}).get(node.name)
            if node.name not in found.setdefault(end, set()) and computed is not None:
                pending.append((end, computed.tree))
            found[end].add(node.name)
    return found


def grains(kind: str | None, finest: str | None = None) -> tuple[str, ...]:
    """The grains that a dimension of a type can be asked for at, down to the finest that it has.

    >>> grains("date", "month")
    ('month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year')
    """
    found = (g for g in GRAINS if kind in TIME_TYPES and fits(g, kind))
    return tuple(g for g in found if finest is None or follows(g, finest))


def words(labels: spec.Labels) -> dict[str, str]:
    """Wordings by language, as plain text."""
    return {language: str(text) for language, text in labels.items()}


def _all(catalog: Catalog) -> Iterator[tuple[str, str]]:
    return ((m.name, str(d.name)) for m in catalog.models.values() for d in m.dimensions.values())


def _reachable(definitions: Definitions, home: str) -> Iterator[DimensionRecord]:
    """Dimensions on the one side of a fact, nearest first, then those of its many sides."""
    catalog = definitions.catalog
    for walk, end in catalog.walks(home):
        meant = catalog.forward(home, (end,))
        if len(meant) == 1 and meant[0] != walk:  # a longer way to what has a plain name
            continue
        for dimension in _shown(definitions, end):
            path = ".".join((*catalog.spelled(home, walk), str(dimension.name)))
            yield _record(definitions, end, str(dimension.name), path)
    reached = {end for _, end in catalog.walks(home)}
    for model in catalog.models:
        if model not in reached and len(catalog.branches(home, (model,), shared=False)) == 1:
            for dimension in _shown(definitions, model):
                name = str(dimension.name)
                yield _record(definitions, model, name, f"{model}.{name}", side="many")


def _record(definitions: Definitions, model: str, name: str, path: str, side: str = "one") -> DimensionRecord:
    given = definitions.catalog.models[model].dimensions[name.lower()]
    return DimensionRecord(
        path=path,
        type=definitions.dimension(model, name).type,
        unit=str(given.unit) if given.unit else None,
        grain=given.grain,
        side=side,
        labels=words(given.label),
        descriptions=words(given.description),
    )
