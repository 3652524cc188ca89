"""What views show and what decides their rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from semantic.faults import SemanticError
from semantic.impact.metric_texts import MetricTexts
from semantic.impact.nodes import Node
from semantic.query import Extract
from semantic.spec import types as spec
from semantic.views.asking import asked


class ViewTexts(MetricTexts):
    """Reads views."""

    def view(self, view: spec.View) -> Iterator[Node]:
        """What a view shows and what decides its rows."""
        with suppress(SemanticError):
            question, _ = asked(view)
            if isinstance(question, Extract):
                yield from self.extract(question)
                return
            for name in map(str, question.metrics):
                yield Node("metric", name)
            homes = {str(question.start)} if question.start is not None else set()
            for home in sorted(homes | self.homes(map(str, question.metrics))) or [""]:
                for by in question.by:
                    yield from self.path(home, by.parts)
                for _, paths in question.paths:
                    for path in paths:
                        yield from self.path(home, tuple(path.split(".")))
                for text in (*question.where, *question.having):
                    yield from self.expression(home, text, "")
                if question.top is not None:
                    yield from self.path(home, tuple(question.top.path.split(".")))
            if question.top is not None:
                yield Node("metric", str(question.top.metric))
            yield from (Node("parameter", str(name)) for name, _ in view.parameters)

    def extract(self, extract: Extract) -> Iterator[Node]:
        """What the rows of a model show."""
        model = self.catalog.models.get(str(extract.model))
        if model is None:
            return
        yield Node("model", model.name)
        for by in extract.columns:
            yield from self.path(model.name, by.parts)
        for text in extract.where:
            yield from self.text(model.name, text)
        if not extract.columns:
            for _, end in (
                (walk, e) for walk, e in self.catalog.walks(model.name) if not walk or extract.joins is None
            ):
                for dimension in self.catalog.models[end].dimensions.values():
                    yield Node("dimension", f"{end}.{dimension.name}")
            for column in model.columns.values():
                yield from self.named(model, str(column.name))
