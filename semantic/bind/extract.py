"""Rows of a model one by one: its own columns, and the dimensions of models that it joins.

They are bound as a question without metrics, whose keys are the columns; nothing is ever grouped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from semantic import faults
from semantic.bind.bound import Bound, Fact, Key
from semantic.bind.condition import Condition, conditions, merged
from semantic.bind.definitions import Definitions
from semantic.bind.grain import is_grain
from semantic.bind.paths import question_paths, reach
from semantic.bind.row import Row
from semantic.bind.texts import Reached
from semantic.bind.timerange import within
from semantic.catalog import Model, Walk, bare
from semantic.faults import Fault, SemanticError
from semantic.query import By, Extract, Query
from semantic.source import Text
from semantic.spec.types import Described


@dataclass(frozen=True)
class Drawn:
    """Rows of a model with nothing left to look up: a question without metrics, and what tells of each of
    its keys."""

    bound: Bound
    described: tuple[Described | None, ...]


def draw(definitions: Definitions, extract: Extract) -> Drawn:
    """Bind the rows of a model; raises `SemanticError` with every fault of them."""
    return _Drawing(definitions, extract).drawn()


class _Drawing:
    def __init__(self, definitions: Definitions, extract: Extract) -> None:
        self.definitions = definitions
        self.catalog = definitions.catalog
        self.extract = extract
        self.found: list[Fault] = []

    def drawn(self) -> Drawn:
        """All columns and conditions, or all faults."""
        extract, models = self.extract, self.catalog.models
        if extract.model not in models:
            raise SemanticError([faults.unknown("model", extract.model, list(models), extract.model.span)])
        self.model = models[extract.model]
        self.time = self.definitions.time(self.model.name)
        asked = extract.columns or tuple(self._all())
        rows = [self._row(by) for by in asked]
        where = self._where()
        self._check_outputs(asked)
        if self.found:
            raise SemanticError(self.found)
        keys = tuple(
            Key(by.output, str(by.path), row.type, None, None)
            for by, row in zip(asked, rows, strict=True)
            if row is not None
        )
        reached = tuple(Reached(row) for row in rows if row is not None)
        fact = Fact(self.model.name, reached, merged(where), ())
        bound = Bound(Query(), keys, (), (fact,), {}, (), (), None, ())
        return Drawn(bound, tuple(self._told(by) for by in asked))

    # --- columns --------------------------------------------------------------------------------

    def _row(self, by: By) -> Row | None:
        """What a column is, or ``None`` with its faults noted."""
        try:
            return self._reached(by)
        except SemanticError as error:
            self.found += error.faults
            return None

    def _reached(self, by: By) -> Row:
        """A column or dimension of the model itself, a dimension of one that it joins, or a period of its
        time; never anything on a many side."""
        name, names, span = self.model.name, by.parts, by.path.span
        if not all(map(str.isidentifier, names)):
            raise SemanticError([faults.bad_path(by.path)])
        if len(names) == 1 or names[0] == name:
            row = self.definitions.try_path(name, names, raw=True, span=span)
            if row is not None:
                return row
        if len(names) == 1:
            known = [*map(str, self.model.columns), *(str(d.name) for d in self.model.dimensions.values())]
            raise SemanticError([faults.unknown(f"column of model '{name}'", by.path, known, span)])
        reached = reach(self.definitions, name, self.time, names, span, shared=False)
        if reached.branch is not None:
            raise SemanticError([faults.many_side_of_rows(name, str(by.path), span)])
        return reached.row

    def _all(self) -> Iterator[By]:
        """The model's own columns (of plain names) and dimensions, then the dimensions of those that it
        joins."""
        own = dict.fromkeys(bare(name).lower() for name in (*self.model.columns, *self.model.dimensions))
        for name in filter(str.isidentifier, own):
            yield self._by((self.model.name,), self._spelled(name))
        for walk, end in self._joined():
            for dimension in end.dimensions.values():
                yield self._by(self.catalog.spelled(self.model.name, walk), str(dimension.name))

    def _spelled(self, name: str) -> str:
        """A column or dimension of the model as it is written."""
        dimension, column = self.model.dimension(name), self.model.column(name)
        return str(dimension.name) if dimension else bare(str(column.name)) if column else name

    def _joined(self) -> Iterator[tuple[Walk, Model]]:
        """The models whose dimensions stand beside the rows, nearest first."""
        home, joins = self.model.name, self.extract.joins
        chosen = None if joins is None else {walk for text in joins for walk in self._walks(text)}
        for walk, end in self.catalog.walks(home):
            if not walk or (chosen is not None and walk not in chosen):
                continue
            meant = self.catalog.forward(home, (end,))
            if chosen is not None or len(meant) != 1 or meant[0] == walk:
                yield walk, self.catalog.models[end]

    def _walks(self, text: Text) -> tuple[Walk, ...]:
        """The one walk that a join's name means."""
        home = self.model.name
        found = self.catalog.forward(home, tuple(text.split(".")))
        if len(found) > 1:
            spelled = [".".join((home, *walk)) for walk in found]
            self.found.append(faults.ambiguous(text, spelled, text.span))
        elif not found or not found[0]:
            roles = [role for role in self.model.edges if not role.startswith("@")]
            self.found.append(faults.unknown(f"join of model '{home}'", text, roles, text.span))
        return found

    def _by(self, path: Walk, name: str) -> By:
        place = self.extract.model
        return By(Text(".".join((*path, name)), place.file, place.starts, place.breaks))

    def _told(self, by: By) -> Described | None:
        """The dimension or column that a path names, whatever its grain."""
        names = by.parts if len(by.parts) > 1 else (self.model.name, *by.parts)
        for path in (names, names[:-1]) if is_grain(names[-1]) else (names,):
            walks = self.catalog.forward(self.model.name, path[:-1]) if len(path) > 1 else ()
            end = self.catalog.end(self.model.name, walks[0]) if walks else None
            found = (end.dimension(path[-1]) or end.column(path[-1])) if end is not None else None
            if found is not None:
                return found
        return None

    def _check_outputs(self, asked: tuple[By, ...]) -> None:
        """No two columns share a name, and each can be written."""
        seen: set[str] = set()
        for by in asked:
            name = by.output
            if name.lower() in seen:
                self.found.append(faults.same_output(name))
            if not name.isidentifier():
                self.found.append(faults.bad_output(name))
            seen.add(name.lower())

    # --- rows -----------------------------------------------------------------------------------

    def _where(self) -> list[Condition]:
        """The conditions of the rows; those over a many side select, and never multiply."""
        found: list[Condition] = []
        for text in self.extract.where:
            resolve = question_paths(
                self.definitions, self.model.name, self.time, text, prefix=self.model.name, raw=True
            )
            try:
                found += conditions(self.definitions, self.model.name, text, resolve, comments=False)
            except SemanticError as error:
                self.found += error.faults
        if self.extract.time is not None and self.time is None:
            self.found.append(faults.no_axis(self.model.name, None))
        elif self.extract.time is not None and self.time is not None:
            found += within(self.time, self.extract.time, self.definitions.calendar)
        return found
