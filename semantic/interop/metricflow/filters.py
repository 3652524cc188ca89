"""MetricFlow's conditions as ours: words with underscores become paths from a home model.

A word such as ``listing__user__home_state`` names entities, and each of them leads over a join that has its
name (`role`), or stays where a row is one of that entity. What stands around the templates is SQL already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from semantic import faults
from semantic.faults import SemanticError
from semantic.interop.metricflow.nodes import Dimension, Entity, Manifest, SemanticModel
from semantic.interop.metricflow.templates import FINEST, GRANULARITIES, METRIC_TIME, Word, ending, pieces
from semantic.source import Span, Text

_KEYS = ("primary", "unique", "natural")
_MOST_HOPS = 4  # that a remedy looks along; MetricFlow's own words have two


@dataclass(frozen=True, slots=True)
class Written:
    """A condition in our language, over paths from the home model.

    ``metrics`` are the metrics in it, each with the entities that it is asked by; the SQL reads them as
    ``<metric>_by_<entity>.<metric>``. ``ends`` are the models and dimensions that its words lead to.
    """

    sql: str
    metrics: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ends: tuple[tuple[str, str], ...] = ()


def condition(template: str, home: SemanticModel, manifest: Manifest) -> Written:
    """One condition as our SQL; raises `SemanticError` for what cannot be read, or leads nowhere.

    >>> state, user = Dimension(name="state", kind="categorical"), Entity(name="user", kind="primary")
    >>> users = SemanticModel(name="users", relation=("users",), entities=(user,), dimensions=(state,))
    >>> orders = SemanticModel(
    ...     name="orders", relation=("orders",), entities=(Entity(name="user", kind="foreign"),))
    >>> condition("{{ Dimension('user__state') }} = 'ca'", orders, Manifest(models=(orders, users))).sql
    "user.state = 'ca'"
    """
    text = template if isinstance(template, Text) else Text(template)
    met = _Met()
    written = [
        piece if isinstance(piece, str) else _path(piece, home, manifest, met, text.at(piece.offset))
        for piece in pieces(text, customs(manifest))
    ]
    sql = "".join(written).strip()
    return Written(sql, tuple(dict.fromkeys(met.metrics)), tuple(dict.fromkeys(met.ends)))


def walk(entity_path: tuple[str, ...], name: str, home: SemanticModel, manifest: Manifest) -> tuple[str, ...]:
    """The segments of our path from a home model to the dimension (or the entity) ``name`` behind some
    entities; raises `SemanticError` where it leads nowhere, or to several."""
    return _found(entity_path, name, home, manifest, None).path


def role(entity: str, target: str, manifest: Manifest) -> str:
    """What a join over an entity to a model is called: the entity, or ``entity__model`` where several models
    have rows of that entity."""
    return entity if len(_index(manifest).owners.get(entity, ())) < 2 else f"{entity}__{target}"


def joins(home: SemanticModel, manifest: Manifest) -> tuple[tuple[Entity, SemanticModel], ...]:
    """Where a model's entities lead: to all other models that have one row for each, as MetricFlow has it."""
    return tuple(_joins(home, _index(manifest)))


def customs(manifest: Manifest) -> frozenset[str]:
    """The granularities of the project's own."""
    return _index(manifest).customs


def by_entity(metric: str, entities: tuple[str, ...]) -> str:
    """The model that holds a metric for each entity.

    >>> by_entity("bookings", ("listing",))
    'bookings_by_listing'
    """
    return f"{metric}_by_{'_'.join(entities)}"


# --- words as paths ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Met:
    """What the words of a condition lead to, besides their paths."""

    metrics: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    ends: list[tuple[str, str]] = field(default_factory=list)


def _path(
    word: Word,
    home: SemanticModel,
    manifest: Manifest,
    met: _Met,
    span: Span | None,
) -> str:
    """A word of a condition as the path that takes its place."""
    if word.kind == "Metric":
        return _metric(word, met.metrics, span)
    last = ending(word, customs(manifest), span)
    if word.name == METRIC_TIME and not word.path:
        return f"time.{last or _default_grain(home)}"
    found = _found(word.path, word.name, home, manifest, span)
    met.ends.append((found.model, word.name))
    path = spelled(found.path)
    if found.dimension is None or found.dimension.kind != "time":
        if last is not None:
            raise SemanticError([faults.grain_of_no_time(word.spelled, last, span)])
        return path
    last = last or _own_grain(found.dimension)
    return f"{path}.{last}" if last else path


def _metric(word: Word, metrics: list[tuple[str, tuple[str, ...]]], span: Span | None) -> str:
    if len(word.group_by) != 1:
        raise SemanticError([faults.metric_without_entity(word.name, span)])
    metrics.append((word.name, word.group_by))
    return spelled((by_entity(word.name, word.group_by), word.name))


def _default_grain(home: SemanticModel) -> str:
    """The grain of the time of a model's metrics where none is said."""
    time = next((each for each in home.dimensions if each.name == home.default_time), None)
    return (time.granularity if time is not None else None) or "day"


def _own_grain(dimension: Dimension) -> str | None:
    """The grain that a time has by itself; a date is whole days already."""
    whole = dimension.data_type == "date" and dimension.granularity == "day"
    fine = dimension.granularity in GRANULARITIES[:FINEST]
    return None if whole or fine else dimension.granularity


@lru_cache(maxsize=4_096)
def spelled(path: tuple[str, ...]) -> str:
    """A path as SQL has it: in quotes where it would be read as something else.

    >>> spelled(("listing", "country")), spelled(("from", "total")), spelled(("select",))
    ('listing.country', '"from".total', '"select"')
    """
    quoted = tuple('"' + segment.replace('"', '""') + '"' for segment in path)
    plain = all(segment.isidentifier() and segment.isascii() for segment in path)
    tried = [path, (quoted[0], *path[1:])] if plain else []
    return next((sql for sql in map(".".join, tried) if _reads_as(sql, path)), ".".join(quoted))


def _reads_as(sql: str, path: tuple[str, ...]) -> bool:
    """Whether a path is read as itself wherever it may stand."""
    from semantic.expr import parse

    try:
        tree = parse.parse(Text(f"{sql} = 1 AND {sql} = 1 AND f({sql})"), "duckdb")
        return [parse.names(node) for node in parse.columns(tree)] == [path] * 3
    except (SemanticError, AssertionError):
        return False


# --- models and entities -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Index:
    """A manifest by its names."""

    manifest: Manifest
    #: An entity: the models with a row for each.
    owners: Mapping[str, tuple[tuple[Entity, SemanticModel], ...]]
    customs: frozenset[str]


_latest: list[_Index] = []


def _index(manifest: Manifest) -> _Index:
    """The index of a manifest; that of the latest one is remembered."""
    known = _latest[0] if _latest else None
    if known is None or known.manifest is not manifest:
        owners: dict[str, tuple[tuple[Entity, SemanticModel], ...]] = {}
        for model in manifest.models:
            for entity in model.entities:
                if entity.kind in _KEYS and not entity.virtual:
                    owners[entity.name] = (*owners.get(entity.name, ()), (entity, model))
        names = frozenset(name for spine in manifest.spines for name, _ in spine.custom)
        known = _Index(manifest, owners, names)
        _latest[:] = [known]
    return known


def _joins(home: SemanticModel, index: _Index) -> Iterator[tuple[Entity, SemanticModel]]:
    for entity in home.entities:
        for other, model in index.owners.get(entity.name, ()):
            if model.name != home.name and not entity.virtual and _valid(entity, other, model):
                yield entity, model


def _valid(own: Entity, other: Entity, model: SemanticModel) -> bool:
    """Whether MetricFlow joins a key to another: what holds for a while only needs to say for which."""
    if other.kind != "natural":
        return True
    return own.kind != "natural" and any(each.validity is not None for each in model.dimensions)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a word leads: to a dimension, or to an entity."""

    path: tuple[str, ...]
    model: str
    dimension: Dimension | None
    entity: Entity | None = None


def _found(
    entities: tuple[str, ...], name: str, home: SemanticModel, manifest: Manifest, span: Span | None
) -> _Found:
    index = _index(manifest)
    places = _places(entities, home, index)
    found = [each for path, model in places for each in _named(path, model, name)]
    shortest = min((len(each.path) for each in found), default=0)
    nearest = list({each.path: each for each in found if len(each.path) == shortest}.values())
    word = "__".join((*entities, name))
    if not nearest:
        raise SemanticError([_nowhere(word, name, places, home, index, span)])
    if len(nearest) > 1:
        paths = [".".join(each.path) for each in nearest]
        raise SemanticError([faults.ambiguous_word(word, home.name, paths, span)])
    return nearest[0]


def _places(
    entities: tuple[str, ...], home: SemanticModel, index: _Index
) -> list[tuple[tuple[str, ...], SemanticModel]]:
    """Where some entities lead from a model, by any of the joins over them, or by staying."""
    places: list[tuple[tuple[str, ...], SemanticModel]] = [((), home)]
    for entity in entities:
        places = [place for path, model in places for place in _steps(path, model, entity, index)]
    return places


def _steps(
    path: tuple[str, ...], model: SemanticModel, entity: str, index: _Index
) -> Iterator[tuple[tuple[str, ...], SemanticModel]]:
    if any(own.name == entity and own.kind in _KEYS for own in model.entities):
        yield path, model
    for own, target in _joins(model, index):
        if own.name == entity:
            yield (*path, role(entity, target.name, index.manifest)), target


def _named(path: tuple[str, ...], model: SemanticModel, name: str) -> Iterator[_Found]:
    for dimension in model.dimensions:
        if dimension.name == name:
            yield _Found((*path, name), model.name, dimension)
            return
    for entity in model.entities:
        if entity.name == name and not entity.virtual:
            yield _Found((*path, name), model.name, None, entity)
            return


def _nowhere(
    word: str,
    name: str,
    places: list[tuple[tuple[str, ...], SemanticModel]],
    home: SemanticModel,
    index: _Index,
    span: Span | None,
) -> faults.Fault:
    """The fault of a word that leads nowhere, with words that would lead to a dimension of its name."""
    entities = word.split("__")[:-1]
    near = [
        "__".join((*entities, e.name)) for _, model in places for e in (*model.dimensions, *model.entities)
    ]
    near += [entity.name for entity in home.entities]
    return faults.no_such_word(word, f"'{home.name}'", list(_candidates(name, home, index)), near, span)


def _candidates(name: str, home: SemanticModel, index: _Index) -> Iterator[str]:
    """The words by which something of a name can be reached, the shortest first."""
    own = next((each.name for each in home.entities if each.kind in _KEYS), None)
    if own is not None and any(each.name == name for each in home.dimensions):
        yield f"{own}__{name}"
    level: list[tuple[tuple[str, ...], SemanticModel]] = [((), home)]
    seen = {home.name}
    for _ in range(_MOST_HOPS):
        level = [((*path, entity.name), model) for path, at in level for entity, model in _joins(at, index)]
        level = [(path, model) for path, model in level if model.name not in seen]
        seen |= {model.name for _, model in level}
        for path, model in level:
            if any(True for _ in _named((), model, name)):
                yield "__".join((*path, name))
