"""What is looked at: the models of a project, and a stand-in for every source that none of them reads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from semantic.catalog import Catalog, Model, link
from semantic.rooms import LIBRARIES
from semantic.source import Span, Text
from semantic.spec.types import Column, Source
from semantic.spec.types import Model as ModelSpec


@dataclass(frozen=True)
class Subject:
    """A model, and how it is called in findings: sources by their own names."""

    model: Model
    standing_in: bool = False

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.model.name

    @property
    def what(self) -> str:
        """What a person calls it."""
        relation = self.model.relation
        if self.standing_in and isinstance(relation, Source):
            return f"source '{relation.name}'"
        return f"model '{self.name}'"

    @property
    def of_rows(self) -> str:
        """What its rows come from, as a person calls it."""
        relation = self.model.relation
        return f"source '{relation.name}'" if isinstance(relation, Source) else self.what

    @property
    def made(self) -> bool:
        """Whether a question makes its rows."""
        return self.model.spec.query is not None

    @property
    def mapped(self) -> bool:
        """Whether its rows come from anywhere."""
        relation = self.model.relation
        return self.made or relation.table is not None or relation.sql is not None

    @property
    def span(self) -> Span | None:
        """Where it is said what its rows are read from."""
        relation = self.model.relation
        text = relation.table if relation.table is not None else relation.sql
        return text.span if text is not None else self.model.spec.span

    def place(self, column: Column) -> Span | None:
        """Where a column is declared, or, for one that a library declares, where the project maps its
        source."""
        span = column.name.span
        if span is not None and span.file.startswith(f"{LIBRARIES}/"):
            return self.span
        return span


def with_every_source(catalog: Catalog) -> tuple[Catalog, list[Subject]]:
    """The catalog with a model for each source that no model reads, and all that is to be looked at."""
    read = {str(model.spec.source) for model in catalog.models.values() if model.spec.source is not None}
    unread = [
        source
        for source in catalog.spec.sources
        if str(source.name) not in read and (source.table is not None or source.sql is not None)
    ]
    taken = {name.lower() for name in catalog.models}
    made = [_stand_in(source, taken) for source in unread]
    if made:
        catalog = link(replace(catalog.spec, models=(*catalog.spec.models, *made)))
    names = {str(each.name) for each in made}
    subjects = [Subject(model, name in names) for name, model in catalog.models.items()]
    return catalog, [each for each in subjects if each.mapped]


def _stand_in(source: Source, taken: set[str]) -> ModelSpec:
    name = str(source.name)
    while name.lower() in taken:
        name += "_"
    taken.add(name.lower())
    text = Text(name, source.name.file, source.name.starts)
    return ModelSpec(name=text, source=source.name, span=source.span)
