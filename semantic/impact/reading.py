"""What the texts of definitions name: they follow a macro or a parameter as well as a column."""

from __future__ import annotations

from collections.abc import Iterator

from semantic.catalog import bare
from semantic.impact.model_texts import ModelTexts
from semantic.impact.nodes import Node
from semantic.impact.view_texts import ViewTexts


class Reader(ModelTexts, ViewTexts):
    """Reads all definitions of one catalog."""

    def all(self) -> Iterator[tuple[Node, list[Node]]]:
        """Every definition with what it reads itself."""
        catalog = self.catalog
        for source in catalog.spec.sources:
            yield Node("source", str(source.name)), [*self.braces(source.sql)]
            for column in source.columns:
                name = bare(column.name)
                yield Node("source column", f"{source.name}.{name}"), [Node("source", str(source.name))]
        for macro in self.macros.values():
            yield Node("macro", str(macro.name)), [*self.braces(macro.sql)]
        for name in catalog.parameters:
            yield Node("parameter", name), []
        for name in catalog.functions:
            yield Node("function", name), []
        for model in catalog.models.values():
            yield from self.model(model)
        for metric in catalog.metrics.values():
            yield Node("metric", str(metric.name)), [*self.metric(metric, None)]
        for policy in catalog.spec.policies:
            governed = [Node("model", str(policy.model))] if policy.model is not None else []
            yield (
                Node("policy", str(policy.name)),
                [*governed, *(Node("metric", str(m)) for m in policy.metrics)],
            )
        for view in self.views.values():
            yield Node("view", str(view.name)), [*self.view(view)]
