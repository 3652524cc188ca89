"""What a project has, one record a thing; how the command line and programs list it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from semantic.bind import Definitions, Metric, Metrics, Questions, values
from semantic.bind.grain import GRAINS, TIME_TYPES, fits
from semantic.bind.leaf import Leaf, all_leaves
from semantic.catalog import Catalog
from semantic.check import samples, unavailable
from semantic.faults import Fault, SemanticError
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
    models: tuple[str, ...]
    labels: Mapping[str, str]
    descriptions: Mapping[str, str]


@dataclass(frozen=True)
class DimensionRecord:
    """A dimension by the path that a question names it by; on the ``many`` side it may show a fact twice."""

    path: str
    type: str | None
    unit: str | None
    side: str
    labels: Mapping[str, str]
    descriptions: Mapping[str, str]


def bound(catalog: Catalog) -> Metrics:
    """Metrics under the defaults of all parameters; one without a default gets a sample."""
    definitions = Definitions(catalog, values(catalog, samples(catalog)))
    known = Metrics(definitions)
    Questions(definitions, known)
    return known


def metrics(catalog: Catalog) -> list[MetricRecord]:
    """Every metric of a project."""
    known = bound(catalog)
    found: list[Fault] = []
    records = []
    missing = unavailable(catalog)
    for name in catalog.metrics:
        try:
            records.append(metric_record(known.metric(name), missing.get(name, ())))
        except SemanticError as error:
            found.extend(error.faults)
    if found:
        raise SemanticError(found)
    return records


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
    """Aggregates of rows: inside those over entities, those of each entity."""
    for leaf in leaves:
        inner = leaf.per.leaves.values() if leaf.per is not None else ()
        yield from facts(inner) if inner else (leaf,)


def dimensions(catalog: Catalog, metric: str | None = None) -> list[DimensionRecord]:
    """Every dimension of a project; or those that a metric can be asked by, as paths from its facts."""
    known = bound(catalog)
    if metric is None:
        return [_record(known.definitions, model, name, f"{model}.{name}") for model, name in _all(catalog)]
    homes = dict.fromkeys(leaf.home for leaf in facts(known.metric(metric).leaves.values()))
    by_home = [list(_reachable(known.definitions, home)) for home in homes]
    shared = set.intersection(*({record.path for record in records} for records in by_home))
    return [record for record in by_home[0] if record.path in shared]


def grains(kind: str | None) -> tuple[str, ...]:
    """The grains that a dimension of a type can be asked for at."""
    return tuple(g for g in GRAINS if kind in TIME_TYPES and fits(g, kind))


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
        for dimension in catalog.models[end].dimensions.values():
            path = ".".join((*catalog.spelled(home, walk), str(dimension.name)))
            yield _record(definitions, end, str(dimension.name), path)
    reached = {end for _, end in catalog.walks(home)}
    for model in catalog.models:
        if model not in reached and len(catalog.branches(home, (model,), shared=False)) == 1:
            for dimension in catalog.models[model].dimensions.values():
                name = str(dimension.name)
                yield _record(definitions, model, name, f"{model}.{name}", side="many")


def _record(definitions: Definitions, model: str, name: str, path: str, side: str = "one") -> DimensionRecord:
    given = definitions.catalog.models[model].dimensions[name.lower()]
    return DimensionRecord(
        path=path,
        type=definitions.dimension(model, name).type,
        unit=str(given.unit) if given.unit else None,
        side=side,
        labels=words(given.label),
        descriptions=words(given.description),
    )
