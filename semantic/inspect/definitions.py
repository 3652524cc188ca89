"""What a project defines, as a warehouse takes it: expressions over no rows, many in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from semantic import faults
from semantic.bind import Definitions, Metrics
from semantic.bind.leaf import all_leaves
from semantic.bind.row import Row, columns_of, walk_of
from semantic.catalog import bare
from semantic.faults import Fault, SemanticError
from semantic.inspect.kinds import comparable, stored
from semantic.inspect.sending import Sender, nothing_of
from semantic.inspect.shapes import Shapes
from semantic.inspect.subjects import Subject
from semantic.plan import Named, Projection
from semantic.planner.lookups import Lookups
from semantic.source import Span, Text
from semantic.spec.types import Source, TypeName
from semantic.warehouse.connection import Shape


@dataclass(frozen=True)
class Item:
    """An expression over the rows of a model, and where it stands."""

    name: str
    tree: exp.Expr
    span: Span | None


class Probes:
    """Sends the expressions of models over none of their rows."""

    def __init__(self, sender: Sender, known: Metrics, shapes: Shapes) -> None:
        self.sender = sender
        self.known = known
        self.shapes = shapes
        self.found: list[Fault] = []
        self.kinds: dict[tuple[str, str], TypeName | None] = {}  # of keys, by model and text
        self.incomparable: set[tuple[str, str]] = set()  # joins, by model and role
        self._missing: set[tuple[str, str, Span | None]] = set()

    @property
    def definitions(self) -> Definitions:
        """The project's definitions."""
        return self.sender.definitions

    def look(self, subject: Subject) -> None:
        """Try the scalars of a model, its keys, and both sides of its joins."""
        items = [item for item in self._scalars(subject) if self.usable(subject.name, item)]
        keys = [item for item in self._keys(subject) if self.usable(subject.name, item)]
        shapes = self._tried(subject, [*items, *keys])
        for item in keys:
            if item.name in shapes:
                kind = stored(shapes[item.name].kind, self.sender.dialect)
                self.kinds[subject.name, item.name.removeprefix("the key ")] = kind
        self._dimension_types(subject, items, shapes)

    def look_at_metrics(self, subjects: Sequence[Subject]) -> None:
        """Try the aggregates of all metrics, those of a model's rows together."""
        by_home: dict[str, dict[str, Item]] = {}
        for name, metric in self.definitions.catalog.metrics.items():
            try:
                leaves = list(all_leaves(self.known.metric(name).leaves.values()))
            except SemanticError:  # `check` tells
                continue
            for leaf in leaves:
                if leaf.per is None and leaf.retained is None and leaf.sampled is None:
                    item = Item(f"metric '{name}'", leaf.call, metric.sql.span or metric.name.span)
                    by_home.setdefault(leaf.home, {}).setdefault(leaf.key, item)
        for subject in subjects:
            items = [i for i in by_home.get(subject.name, {}).values() if self.usable(subject.name, i)]
            self._tried(subject, items)

    def compare_joins(self, subject: Subject) -> None:
        """Find the joins of a model whose sides a warehouse may not compare; what goes through one is left
        alone afterwards. Called again when more types are known."""
        for edge in subject.model.edges.values():
            if (subject.name, edge.role) in self.incomparable or edge.spec not in subject.model.spec.joins:
                continue
            for left, right in edge.on:
                mine, other = self._kind(edge.origin, left), self._kind(edge.target, right)
                if not comparable(mine, other):
                    self.found.append(faults.join_of_types(edge.role, str(mine), str(other), left.span))
                    self.incomparable.add((subject.name, edge.role))

    def _kind(self, model: str, text: Text) -> TypeName | None:
        """The real type of a key: that of its column, or what trying it has told."""
        try:
            tree = self.definitions.key_row(model, text).tree
        except SemanticError:  # `check` tells
            return None
        if isinstance(tree, exp.Column) and walk_of(tree) == ():
            shape = self.shapes.columns.get(model, {}).get(tree.name.lower())
            return stored(shape.kind, self.sender.dialect) if shape is not None else None
        return self.kinds.get((model, str(text)))

    # --- what there is ------------------------------------------------------------------------------

    def _scalars(self, subject: Subject) -> Iterator[Item]:
        """Dimensions, the time axis, and the interval in which a row holds."""
        model = subject.model
        for name, dimension in model.dimensions.items():
            span = (dimension.sql or dimension.name).span
            yield from self._item(f"dimension '{name}'", span, self.definitions.dimension, subject.name, name)
        if model.spec.time is not None:
            yield from self._item("the time axis", model.spec.time.span, self.definitions.time, subject.name)
        for bound in model.spec.valid or ():
            yield from self._item("'valid'", bound.span, self.definitions.key_row, subject.name, bound)

    def _keys(self, subject: Subject) -> Iterator[Item]:
        """The parts of keys, and what joins compare: their own side, and that of those which lead here."""
        texts = [part for key in (subject.model.spec.primary_key, *subject.model.spec.unique) for part in key]
        texts += [left for edge in subject.model.edges.values() for left, _ in edge.on]
        for other in self.definitions.catalog.models.values():
            texts += [right for e in other.edges.values() if e.target == subject.name for _, right in e.on]
        for text in dict.fromkeys(texts):
            span = getattr(text, "span", None)
            yield from self._item(f"the key {text}", span, self.definitions.key_row, subject.name, text)

    def _item(
        self, name: str, span: Span | None, bind: Callable[..., Row | None], *arguments: object
    ) -> Iterator[Item]:
        try:
            row = bind(*arguments)
        except SemanticError:  # `check` tells
            return
        if row is not None:
            yield Item(name, row.tree, span)

    def usable(self, model: str, item: Item) -> bool:
        """Whether all that an expression reads is there; a column that is not is told where it is used."""
        usable = model not in self.shapes.broken
        for column in columns_of(item.tree):
            owner = self.definitions.catalog.end(model, walk_of(column)).name
            for edge in self.definitions.catalog.edges(model, walk_of(column)):
                usable = usable and (edge.origin, edge.role) not in self.incomparable
                usable = usable and edge.target not in self.shapes.broken
            if usable and self._is_missing(owner, column.name):
                usable = False
                self._tell_missing(owner, column.name, item)
        return usable

    def _is_missing(self, model: str, name: str) -> bool:
        known = self.shapes.columns.get(model)
        relation = self.definitions.catalog.models[model].relation
        others = {*self.definitions.computed.get(model, {})}
        others |= {bare(each) for each in relation.missing} if isinstance(relation, Source) else set()
        return known is not None and name.lower() not in known and name not in others

    def _tell_missing(self, model: str, name: str, item: Item) -> None:
        """Of a declared column it was told already."""
        declared = self.definitions.catalog.models[model]
        key = (model, name, None)
        if declared.column(name) is None and key not in self._missing:
            self._missing.add(key)
            known = [shape.name for shape in self.shapes.columns[model].values()]
            what = f"model '{model}'"
            self.found.append(faults.absent_column(name, what, known, item.span, optional=False))

    # --- trying -------------------------------------------------------------------------------------

    def _tried(self, subject: Subject, items: Sequence[Item]) -> Mapping[str, Shape]:
        """The types of expressions by name; where one fails, each is tried alone."""
        answer = self._shape(subject, items) if items else []
        if not isinstance(answer, Fault):
            return {item.name: shape for item, shape in zip(items, answer, strict=False)}
        if len(items) > 1:
            known: dict[str, Shape] = {}
            for item in items:
                known |= self._tried(subject, [item])
            return known
        words = answer.message.partition(": ")[2] or answer.message
        (item,) = items
        place = self.sender.connection.place.name
        self.found.append(faults.definition_fails(item.name, subject.what, place, words, item.span))
        return {}

    def _shape(self, subject: Subject, items: Sequence[Item]) -> list[Shape] | Fault:
        names = [Named(f"item_{number}", item.tree, None) for number, item in enumerate(items, 1)]
        try:
            rows = Lookups(self.definitions).rows(subject.name, [named.tree for named in names])
            (select,), steps = self.sender.lowered([Projection(rows, tuple(names))])
        except SemanticError as error:
            # What needs a step of its own there is no scalar that could be tried alone.
            return error.faults[0] if len(items) > 1 else []
        select = nothing_of(select)
        if steps:
            select.set("with_", exp.With(expressions=steps))
        return self.sender.shape(select, subject.name)

    def _dimension_types(self, subject: Subject, items: Sequence[Item], shapes: Mapping[str, Shape]) -> None:
        """A column that only its dimension gives a type."""
        for name, dimension in subject.model.dimensions.items():
            item = next((each for each in items if each.name == f"dimension '{name}'"), None)
            if item is None or dimension.type is None or item.name not in shapes:
                continue
            bare_column = isinstance(item.tree, exp.Column) and walk_of(item.tree) == ()
            if bare_column and subject.model.column(item.tree.name) is None:
                shape = Shape(item.tree.name, shapes[item.name].kind)
                span = dimension.name.span
                self.found += self.shapes.typed(subject, item.tree.name, dimension.type, shape, span)
