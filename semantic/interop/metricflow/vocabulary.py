"""What MetricFlow's words mean in a project: models by what their rows are, joins by their roles.

A word's entities are followed from a model: each is a join whose role is the entity (or ``entity__model``),
or stays where a row is one of that entity (``entity:`` of a model).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from semantic.bind.grain import GRAINS, TIME_TYPES
from semantic.catalog import Catalog, Model
from semantic.spec.types import Dimension

_BEHIND = "_period"  # a granularity of theirs that is called like a grain of ours: fiscal_year_period
_MOST_HOPS = 4  # that a remedy looks along
_SHOWN = 400  # words that are compared with one that is unknown


@dataclass(frozen=True, slots=True)
class Place:
    """A dimension as it is seen from a model: the roles that lead to it, and where it stands."""

    roles: tuple[str, ...]
    model: Model
    dimension: Dimension

    def path(self, home: str) -> str:
        """The path in our language: ``bookings.listing.country``."""
        return ".".join((home, *self.roles, str(self.dimension.name)))

    @property
    def is_time(self) -> bool:
        """Whether it is known to be a time."""
        return self.dimension.grain is not None or self._type in TIME_TYPES

    @property
    def grain(self) -> str:
        """The period that a time is taken by where a word says none."""
        return self.dimension.grain or "day"

    @property
    def _type(self) -> str | None:
        if self.dimension.type is not None:
            return self.dimension.type
        column = self.model.column(str(self.dimension.sql or self.dimension.name))
        return column.type if column is not None else None


class Vocabulary:
    """The words of one catalog; what was found is remembered."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        periods = [str(name) for model in catalog.models.values() for name in model.spec.periods]
        #: Periods by the words for them: one that is called like a grain of ours has another name here.
        self.periods = {name.removesuffix(_BEHIND): name for name in periods} | {
            name: name for name in periods
        }
        self.customs = frozenset(self.periods)
        self._entities = {
            name: frozenset(map(str, model.spec.entity)) for name, model in catalog.models.items()
        }
        self._roles = {name: dict(_by_entity(model)) for name, model in catalog.models.items()}
        self._found: dict[tuple[str, tuple[str, ...], str], tuple[Place, ...]] = {}

    @classmethod
    def of(cls, catalog: Catalog) -> Vocabulary:
        """The words of a catalog, made once."""
        key = ("metricflow", "words")
        if key not in catalog.remembered:
            catalog.remembered[key] = cls(catalog)
        known = catalog.remembered[key]
        assert isinstance(known, Vocabulary)
        return known

    def places(self, home: str, entities: tuple[str, ...], name: str) -> tuple[Place, ...]:
        """What a word can mean from a model, along the fewest joins; more than one is ambiguous."""
        key = (home, entities, name)
        if key not in self._found:
            self._found[key] = tuple(self._places(home, entities, name))
        return self._found[key]

    def _places(self, home: str, entities: tuple[str, ...], name: str) -> list[Place]:
        reached: dict[tuple[str, ...], str] = {(): home}
        for entity in entities:
            reached = {
                way: end for at, model in reached.items() for way, end in self._steps(at, model, entity)
            }
        found = []
        for roles, end in reached.items():
            dimension = self.catalog.models[end].dimension(name)
            if dimension is not None:
                found.append(Place(roles, self.catalog.models[end], dimension))
        shortest = min((len(place.roles) for place in found), default=0)
        return [place for place in found if len(place.roles) == shortest]

    def _steps(
        self, roles: tuple[str, ...], model: str, entity: str
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        """Where an entity leads: over joins, or nowhere else."""
        if entity in self._entities[model]:
            yield roles, model
        for role in self._roles[model].get(entity, ()):
            yield (*roles, role), self.catalog.models[model].edges[role].target

    def owners(self, entities: tuple[str, ...], name: str) -> tuple[tuple[str, Place], ...]:
        """What a word can mean from a model whose rows are its first entity, whoever asks."""
        homes = self.catalog.entities.get(entities[0], ()) if entities else ()
        return tuple((home, place) for home in homes for place in self.places(home, entities, name))

    # --- what else could have been said ----------------------------------------------------------

    def candidates(self, home: str, name: str) -> list[str]:
        """The words by which a dimension of some name can be said from a model, the nearest first."""
        return [word for word in self._words(home) if word.rpartition("__")[2] == name]

    def words(self, home: str) -> list[str]:
        """Words that can be said from a model, the nearest first; not all of them where there are many."""
        return [word for _, word in zip(range(_SHOWN), self._words(home), strict=False)]

    def _words(self, home: str) -> Iterator[str]:
        level: list[tuple[tuple[str, ...], str]] = (
            [((min(self._entities[home]),), home)] if (self._entities[home]) else [((), home)]
        )
        seen = {home}
        for hop in range(_MOST_HOPS):
            for entities, model in level:
                for dimension in self.catalog.models[model].spec.dimensions:
                    bare = hop == 0 and str(dimension.name) in self._roles[home]
                    yield "__".join((*(() if bare else entities), str(dimension.name)))
            level = [
                ((*(entities if hop else ()), entity), self.catalog.models[at].edges[role].target)
                for entities, at in level
                for entity, roles in self._roles[at].items()
                for role in roles
            ]
            level = [(entities, model) for entities, model in level if model not in seen]
            seen |= {model for _, model in level}


def _by_entity(model: Model) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The roles of a model by the entity that they are named by."""
    found: dict[str, tuple[str, ...]] = {}
    for role in model.edges:
        if not role.startswith("@"):
            entity = role.split("__", 1)[0]
            found[entity] = (*found.get(entity, ()), role)
    yield from found.items()


def coarsest(grains: list[str]) -> str:
    """The longest of some periods of the calendar; a day if there is none.

    >>> coarsest(["day", "month", "week"])
    'month'
    """
    known = [grain for grain in grains if grain in GRAINS]
    return max(known, key=GRAINS.index, default="day")
