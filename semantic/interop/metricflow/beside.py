"""What a question needs beside its project: metrics for each entity, joined where asked, and metrics under
names of the question's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from semantic.catalog import Catalog, link
from semantic.interop.metricflow.called import Called
from semantic.interop.metricflow.filters import by_entity
from semantic.source import Span, Text
from semantic.spec.types import Dimension, Join, Metric, Model, Question


@dataclass(frozen=True, slots=True)
class PerEntity:
    """A metric that a condition asks for each entity: ``entity`` is a dimension at the end of ``roles`` from
    ``home``, whose rows are chosen, and ``path`` the entity as the metric's own rows have it."""

    metric: str
    home: str  # the model that the values are joined to
    entity: str
    start: str  # the model that the metric counts
    path: str

    @property
    def name(self) -> str:
        """The model that holds the values."""
        return by_entity(self.metric, (self.entity,))


Need: TypeAlias = PerEntity | Called


def extended(catalog: Catalog, needs: Sequence[Need]) -> Catalog:
    """The catalog with a model for each metric by entity, the joins that lead to it, and the metrics that the
    question has names of its own for.

    What the project has under such a name already, joined there already, is what is meant.
    """
    models = {str(model.name): model for model in catalog.spec.models}
    metrics = [each.definition(catalog.metrics) for each in needs if isinstance(each, Called)]
    for need in (each for each in needs if isinstance(each, PerEntity)):
        values = models.get(need.name) or _model(need)
        if all(each.name != need.metric for each in values.dimensions):
            shown = Dimension(name=Text(need.metric), span=_SPAN)
            values = replace(values, dimensions=(*values.dimensions, shown))
        models[need.name] = values
        home = models[need.home]
        if all(join.role != need.name for join in home.joins):
            models[need.home] = replace(home, joins=(*home.joins, _join(need)))
    known = (*catalog.spec.metrics, *metrics)
    return link(replace(catalog.spec, models=tuple(models.values()), metrics=known))


_SPAN = Span("question", 1, 1)


def _model(need: PerEntity) -> Model:
    """The values of a metric for each entity that has rows."""
    metric = Metric(name=Text(need.metric), sql=Text(need.metric), span=_SPAN)
    question = Question(
        start=Text(need.start),
        metrics=(metric,),
        by=(Text(f"{need.path} as {need.entity}"),),
        span=_SPAN,
    )
    return Model(name=Text(need.name), query=question, span=_SPAN)


def _join(need: PerEntity) -> Join:
    return Join(
        to=Text(need.name), role=Text(need.name), on=((Text(need.entity), Text(need.entity)),), span=_SPAN
    )
