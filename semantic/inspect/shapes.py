"""Tables and SELECTs as they are: whether they can be read, which columns they have, and of which types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from semantic import faults
from semantic.bind.relations import table_parts
from semantic.catalog import bare
from semantic.faults import Fault, SemanticError
from semantic.inspect.kinds import TIMES, fits, readable, stored
from semantic.inspect.sending import Sender, nothing_of
from semantic.inspect.subjects import Subject
from semantic.source import Span
from semantic.spec.types import Column, Relation, Source, TypeName
from semantic.warehouse.connection import Shape

_TEXTS = 1_000  # how many texts of a column are read to see whether they are times


@dataclass
class Shapes:
    """What is known of the relations of models; grows as they are looked at."""

    sender: Sender
    found: list[Fault] = field(default_factory=list)
    columns: dict[str, Mapping[str, Shape]] = field(default_factory=dict)  # by model, then by lower-case name
    broken: set[str] = field(default_factory=set)
    _known: dict[int, Mapping[str, Shape] | None] = field(default_factory=dict)
    _compared: set[int] = field(default_factory=set)

    def look(self, subject: Subject) -> None:
        """Read the columns of what a model reads, once for all models that read it."""
        if subject.made or self.sender.definitions.models_read(subject.name):
            return  # its columns are those of other models
        relation = subject.model.relation
        if id(relation) not in self._known:
            self._known[id(relation)] = self._read(subject, relation)
        shapes = self._known[id(relation)]
        if shapes is None:
            self.broken.add(subject.name)
            return
        self.columns[subject.name] = shapes
        told = self._untold(relation) + (() if relation is subject.model.spec else subject.model.spec.columns)
        self.found += list(self._columns(subject, shapes, told))

    def _untold(self, relation: Relation) -> tuple[Column, ...]:
        """The columns of a relation, unless they were compared for another model that reads it."""
        known = id(relation) in self._compared
        self._compared.add(id(relation))
        return () if known else relation.columns

    def _read(self, subject: Subject, relation: Relation) -> Mapping[str, Shape] | None:
        try:
            tree = self._whole(subject, relation)
        except SemanticError as error:
            self.found += error.faults
            return None
        answer = self.sender.shape(nothing_of(tree), subject.of_rows)
        if isinstance(answer, Fault):
            self.found.append(self._unreadable(subject, relation, answer))
            return None
        return {shape.name.lower(): shape for shape in answer}

    def _whole(self, subject: Subject, relation: Relation) -> exp.Select:
        dialect = self.sender.dialect
        if relation.table is not None:
            *qualifiers, name = [dialect.translate(part) for part in table_parts(str(relation.table))]
            catalog, schema = ([None, None, *qualifiers])[-2:]
            source: exp.Expr = exp.Table(this=name, db=schema, catalog=catalog)
        else:
            query = dialect.translate(self.sender.definitions.statement(subject.name).copy())
            source = exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier("given")))
        return exp.Select(expressions=[exp.Star()], from_=exp.From(this=source))

    def _unreadable(self, subject: Subject, relation: Relation, fault: Fault) -> Fault:
        place = self.sender.connection.place.name
        words = fault.message.partition(f" on {place}: ")[2] or fault.message
        if fault.code == "permission":
            return faults.no_access(subject.of_rows, place, words, subject.span)
        if fault.code != "warehouse":
            return faults.not_checked(subject.of_rows, fault, subject.span)
        absent = "exist" in words.lower() or "not found" in words.lower()
        if relation.table is not None and absent:
            return faults.no_table(subject.of_rows, place, words, subject.span)
        return faults.source_fails(subject.of_rows, place, words, subject.span)

    # --- columns ------------------------------------------------------------------------------------

    def _columns(
        self, subject: Subject, shapes: Mapping[str, Shape], told: Iterable[Column]
    ) -> Iterator[Fault]:
        """Declared columns that are not there, or are something else."""
        relation = subject.model.relation
        missing = {bare(name).lower() for name in relation.missing} if isinstance(relation, Source) else set()
        for column in told:
            name = bare(column.name)
            shape = shapes.get(name.lower())
            if shape is None:
                if name.lower() not in missing:
                    known = [each.name for each in shapes.values()]
                    optional = isinstance(relation, Source) and relation.table is not None
                    yield faults.absent_column(
                        name, subject.of_rows, known, subject.place(column), optional=optional
                    )
            elif column.type is not None:
                yield from self._type(subject, column, column.type, shape)

    def _type(self, subject: Subject, column: Column, said: TypeName, shape: Shape) -> Iterator[Fault]:
        yield from self.typed(subject, bare(column.name), said, shape, subject.place(column))

    def typed(
        self, subject: Subject, name: str, said: TypeName, shape: Shape, span: Span | None
    ) -> Iterator[Fault]:
        """What is wrong with what is said of a column's type."""
        real = stored(shape.kind, self.sender.dialect)
        if fits(said, real):
            return
        what = subject.of_rows
        if said in TIMES and real == "text":
            yield self._text_for_time(subject, name, said, shape, span)
        else:
            yield faults.another_type(name, what, said, _named(real, shape.kind), span)

    def _text_for_time(
        self, subject: Subject, name: str, said: TypeName, shape: Shape, span: Span | None
    ) -> Fault:
        """How many of some texts are times after all."""
        tree = self._whole(subject, subject.model.relation)
        column = exp.Column(this=self.sender.dialect.identifier(shape.name))
        tree.set("expressions", [column])
        tree.where(exp.Is(this=column.copy(), expression=exp.Not(this=exp.Null())), copy=False)
        tree.set("limit", exp.Limit(expression=exp.Literal.number(_TEXTS)))
        rows = self.sender.rows(tree, subject.of_rows)
        texts = [] if isinstance(rows, Fault) else [row[0] for row in rows]
        odd = [text for text in texts if not readable(text, said)]
        shown = f"{odd[0]:.40}" if odd else None
        read = len(texts) - len(odd)
        return faults.text_for_time(name, subject.of_rows, said, shape.kind, read, len(texts), shown, span)


def _named(real: TypeName | None, kind: str) -> str:
    """A type in the words of projects, with what the warehouse calls it."""
    if real is None:
        return kind
    return real if real == kind.lower() else f"{real} ({kind})"
