"""What the texts of models name: of their rows, columns, dimensions and joins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from sqlglot import exp

from semantic.bind.relations import named_model, table_parts
from semantic.catalog import Model, bare, output
from semantic.faults import SemanticError
from semantic.impact.metric_texts import MetricTexts
from semantic.impact.nodes import Node
from semantic.source import Text
from semantic.spec import types as spec


class ModelTexts(MetricTexts):
    """Reads models; columns that a question makes are metrics, too."""

    def model(self, model: Model) -> Iterator[tuple[Node, list[Node]]]:
        """A model with its columns, dimensions and joins."""
        name, given = model.name, model.spec
        own = Node("model", name)
        yield own, [*self.rows(model)]
        for column in model.columns.values():
            yield Node("column", f"{name}.{bare(column.name)}"), [own, *self.column(model, bare(column.name))]
        for dimension in model.dimensions.values():
            node = Node("dimension", f"{name}.{dimension.name}")
            yield node, [own, *self.dimension(model, dimension)]
        for join in given.joins:
            yield Node("join", f"{name}.{join.role}"), [*self.join(model, join)]

    def rows(self, model: Model) -> Iterator[Node]:
        """What makes the rows of a model."""
        given, relation = model.spec, model.relation
        if given.source is not None:
            yield Node("source", str(given.source))
        if relation.table is not None:
            yield from self.objects(tuple(part.name.lower() for part in table_parts(relation.table)))
        if relation.sql is not None:
            yield from self.braces(relation.sql)
            with suppress(SemanticError):
                yield from self.select(self.definitions.statement(model.name))
        if given.query is not None:
            yield from self.question(model, given.query)

    def parts(self, model: Model) -> Iterator[Node]:
        """What belongs to a model beside its rows."""
        given = model.spec
        for column in model.columns if given.query is not None else ():
            yield Node("column", f"{model.name}.{column}")
        keys = (part for key in (given.primary_key, *given.unique) for part in key)
        for text in (*keys, *(given.valid or ()), given.time):
            yield from self.text(model.name, text)

    def select(self, tree: exp.Expr) -> Iterator[Node]:
        """What a SELECT reads: models with what it may name of them, objects of views, functions."""
        words = {each.name.lower() for each in tree.find_all(exp.Identifier)}
        for table in tree.find_all(exp.Table):
            model = self.catalog.models.get(table.name) if named_model(table) else None
            if model is None:
                parts = (table.catalog, table.db, table.name)
                yield from self.objects(tuple(part.lower() for part in parts if part))
                continue
            yield Node("model", model.name)
            for name in (*model.dimensions, *model.columns):
                if name.lower() in words:
                    yield from self.named(model, name)
        yield from self.functions(tree)

    def objects(self, name: tuple[str, ...]) -> Iterator[Node]:
        """The views of the project whose object a table's name may be."""
        for view in self.views.values():
            parts = (*_parts(view.schema), str(view.alias or view.name).strip('"').lower())
            size = min(len(name), len(parts))
            if name[-size:] == parts[-size:]:
                yield Node("view", str(view.name))

    def question(self, model: Model, query: spec.Question) -> Iterator[Node]:
        """What decides the rows of a model that is made from a question."""
        for name in (query.start, query.of):
            if name is not None:
                yield Node("model", str(name))
        home = str(query.start or query.of)
        for path in query.by:
            yield from self.path(home, tuple(path.partition(" as ")[0].strip().split(".")))
        for text in query.where:
            yield from self.text(home, text)
        yield from self.kept(model, query)
        if query.window is not None:
            time = self.catalog.models[home].spec.time if home in self.catalog.models else None
            for bound in (query.window.start, query.window.until):
                yield from self.braces(bound)
            yield from self.text(home, time)

    def kept(self, model: Model, query: spec.Question) -> Iterator[Node]:
        """What the groups of a model's question have to meet."""
        inner = {str(metric.name) for metric in query.metrics}
        for names in (names for text in query.having for names in self.names(text)):
            if len(names) == 1 and names[0] in inner:
                yield Node("column", f"{model.name}.{bare(names[0])}")
            elif len(names) == 1 and names[0] in self.catalog.metrics:
                yield Node("metric", names[0])

    def column(self, model: Model, name: str) -> Iterator[Node]:
        """What a column of a model's rows is made of."""
        query = model.spec.query
        if query is None:
            if model.spec.source is not None:
                yield Node("source column", f"{model.spec.source}.{name}")
            return
        for metric in query.metrics:
            if bare(metric.name) == name:
                yield from self.metric(metric, query)
        for path in query.by:
            if bare(output(path)) == name:
                home = str(query.start or query.of)
                yield from self.path(home, tuple(path.partition(" as ")[0].strip().split(".")))

    def dimension(self, model: Model, given: spec.Dimension) -> Iterator[Node]:
        """What a dimension is made of."""
        texts = [
            given.sql,
            given.bands.sql if given.bands else None,
            *(given.rules.by if given.rules else ()),
        ]
        if not any(texts):
            yield Node("column", f"{model.name}.{bare(given.name)}")
        for text in texts:
            yield from self.text(model.name, text, inside=str(given.name))

    def join(self, model: Model, join: spec.Join) -> Iterator[Node]:
        """What a join compares."""
        yield Node("model", model.name)
        yield Node("model", str(join.to))
        for left, right in join.on:
            yield from self.text(model.name, left)
            yield from self.text(str(join.to), right)
        for bound in join.valid or ():
            yield from self.text(str(join.to), bound)
        edge = model.edges.get(str(join.role))
        if edge is None or not self.catalog.by_time(edge):
            yield from self.text(model.name, join.at)


def _parts(schema: Text | None) -> tuple[str, ...]:
    return tuple(part.name.lower() for part in table_parts(schema)) if schema is not None else ()
