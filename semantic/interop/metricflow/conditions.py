"""The conditions of a question: MetricFlow's templates in them as paths, ranges of time apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from semantic import faults
from semantic.faults import SemanticError
from semantic.interop.metricflow import ranges
from semantic.interop.metricflow.beside import PerEntity
from semantic.interop.metricflow.filters import spelled
from semantic.interop.metricflow.ranges import Bounds
from semantic.interop.metricflow.resolving import Resolver, bare, dunders, our_name
from semantic.interop.metricflow.templates import Word, dundered, pieces
from semantic.query import QUESTION
from semantic.source import Span, Text


@dataclass
class Conditions:
    """Reads conditions. ``bounds`` is the range of time that they are together, ``needs`` what has to be
    joined for them."""

    to: Resolver
    bounds: Bounds = field(default_factory=Bounds)
    needs: dict[str, PerEntity] = field(default_factory=dict)
    periods: list[Text] = field(default_factory=list)  # conditions on the periods of the answer

    def read(self, text: Any) -> list[Any]:
        """A condition in parts that must all hold, without those that are a range of time."""
        return self._untimed(self._condition(text))

    def _untimed(self, text: Any) -> list[Any]:
        """A condition without what is a range of ``metric_time``: that becomes the question's."""
        if not self.to.leaves or not isinstance(text, Text) or "time." not in text:
            return [text]
        dialect, calendar = str(self.to.catalog.spec.authoring_dialect), self.to.catalog.spec.calendar
        kept: list[Any] = []
        for part in ranges.parts(text, dialect):
            found = ranges.bounds(part, dialect, calendar) if "time." in part else None
            if found is not None and (self.bounds & found).is_range:
                self.bounds &= found
            elif self._chooses_periods(part, dialect):
                self.periods.append(part)
            else:
                kept.append(part)
        return kept

    def _chooses_periods(self, part: Text, dialect: str) -> bool:
        """Whether a condition on ``metric_time`` chooses among the periods of the answer, because a metric
        shows rows of other ones; raises `SemanticError` where it is about something else, too."""
        moved = next((leaf for leaf in self.to.leaves if leaf.through), None)
        spoken = ranges.spoken_of(part, dialect) if moved is not None else frozenset()
        if moved is not None and "time" in spoken and len(spoken) > 1:
            raise SemanticError([faults.time_of_moved(moved.name, str(part), part.span)])
        return spoken == {"time"}

    def _condition(self, text: Any) -> Any:
        """A condition with paths where its words stood."""
        if not isinstance(text, str) or "{{" not in text:
            return text
        starts = tuple((line, 1) for line in range(1, text.count("\n") + 2))
        whole = text if isinstance(text, Text) else Text(text, QUESTION, starts)
        parts = pieces(whole, self.to.vocabulary.customs, strict=False)
        written = [
            part if isinstance(part, str) else self._sql(part, whole.at(part.offset)) for part in parts
        ]
        return Text("".join(written), whole.file, whole.starts)

    def _sql(self, word: Word, span: Span | None) -> str:
        """A word as SQL: its path, or a name of the question's own where SQL would misread that."""
        if word.kind == "Metric":
            return self._per_entity(word, span)
        word = self.to.completed(word)
        path = self.to.full(word, span)
        if '"' not in spelled(tuple(path.split("."))):
            return path
        last = self.to.ending(word, None)
        short = path.removesuffix(f".{last}") if last else path
        named = self.to.named(f"word_{our_name(bare(word))}", (short,))
        return f"{named}.{last}" if last else named

    def _per_entity(self, word: Word, span: Span | None) -> str:
        """A metric for each entity: a column of a model that is joined where the entity is known."""
        if len(word.group_by) != 1:
            raise SemanticError([faults.metric_without_entity(word.name, span)])
        if word.name not in self.to.catalog.metrics:
            raise SemanticError([faults.unknown("metric", word.name, list(self.to.catalog.metrics), span)])
        entity = dundered(word.group_by[0])
        starts = sorted({leaf.home for leaf in self.to.metric(word.name).leaves.values()})
        inner = [
            place for start in starts for place in self.to.vocabulary.places(start, entity.path, entity.name)
        ]
        if len(starts) != 1 or len(inner) != 1:
            raise SemanticError([faults.no_metric_by_entity(word.name, dunders(entity), span)])
        paths = []
        for home in self.to.homes:
            places = self.to.vocabulary.places(home, entity.path, entity.name)
            if len(places) != 1:
                raise SemanticError([self.to.nothing(entity, span)])
            need = PerEntity(
                word.name,
                places[0].model.name,
                entity.name,
                starts[0],
                ".".join(inner[0].path(starts[0]).split(".")[1:]),
            )
            self.needs[f"{need.name} {need.home}"] = need
            paths.append(".".join((home, *places[0].roles, need.name, word.name)))
        return paths[0] if len(paths) == 1 else self.to.named(f"{word.name}_by_{entity.name}_", tuple(paths))
