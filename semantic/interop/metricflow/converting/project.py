"""A manifest as a project of ours: its files as trees, and what became of each definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from semantic.interop.losses import Losses
from semantic.interop.metricflow.converting.calendars import calendars, look_up
from semantic.interop.metricflow.converting.metrics import Metrics
from semantic.interop.metricflow.converting.models import model, started
from semantic.interop.metricflow.converting.options import Options
from semantic.interop.metricflow.converting.perentity import per_entity
from semantic.interop.metricflow.converting.report import Key
from semantic.interop.metricflow.converting.saved import views
from semantic.interop.metricflow.converting.scope import Item, Refused, Scope
from semantic.interop.metricflow.nodes import Manifest, SemanticModel
from semantic.interop.yaml_text import Tree

#: Files by name, each a mapping.
Files = dict[str, dict[str, Tree]]


@dataclass(frozen=True, slots=True)
class Converted:
    """A project as trees, the report, and for every item by the name that it got, which definitions it is
    made for: ``("metric", "sales_us")`` to ``("metric", "share")``."""

    files: Files
    losses: Losses
    made_for: Mapping[Key, tuple[Key, ...]]


def converted(
    manifest: Manifest, options: Options | None = None, refused: Refused | None = None
) -> Converted:
    """The files of a project with the same numbers, and the loss report. What is ``refused`` is left out."""
    scope = Scope(manifest, options or Options(), refused)
    homes = {each.name: started(scope, each) for each in manifest.models if not _refused(scope, each)}
    models = {name: model(home, homes) for name, home in homes.items()}
    own = calendars(scope)
    metrics = Metrics(scope, homes)
    metrics.convert_all()
    asked = views(metrics)
    by_entity = per_entity(metrics, models)
    look_up(scope, models)
    files = {"semantic.yml": _head(scope.options)} | _files(models, metrics.item_lists())
    others = {"calendars.yml": ("models", own), "views.yml": ("views", asked)}
    others["models/per_entity.yml"] = ("models", by_entity)
    files |= {file: {section: items} for file, (section, items) in others.items() if items}
    return Converted(files, scope.report.losses(manifest.entries), _made_for(scope))


def _files(models: Mapping[str, Item], metrics: Mapping[str, list[Item]]) -> Files:
    """A file for every model with the metrics of its rows alone, and one for metrics across models."""
    files: Files = {}
    for name, item in models.items():
        own = {"metrics": metrics[name]} if metrics.get(name) else {}
        files[f"models/{item['name']}.yml"] = {"models": [item], **own}
    if metrics.get(""):
        files["metrics.yml"] = {"metrics": metrics[""]}
    return files


def _made_for(scope: Scope) -> Mapping[Key, tuple[Key, ...]]:
    """The definitions behind every item of the project, by its kind and the name that it got."""
    found: dict[Key, tuple[Key, ...]] = {
        **{("model", scope.model_names[name]): (("semantic model", name),) for name in scope.models},
        **{("metric", scope.metric_names[name]): (("metric", name),) for name in scope.metrics},
        **{
            ("view", scope.view_names[query.name]): (("saved query", query.name),)
            for query in scope.manifest.saved_queries
        },
    }
    return found | {key: tuple(users) for key, users in scope.made_for.items()}


def _refused(scope: Scope, model: SemanticModel) -> bool:
    reason = scope.refused.get(("semantic model", model.name))
    if reason:
        scope.report.met("semantic model", model.name, model.where)
        scope.report.dropped("semantic model", model.name, reason)
    return bool(reason)


def _head(options: Options) -> dict[str, Tree]:
    return {
        "name": options.name,
        "authoring_dialect": options.dialect,
        "calendar": {"timezone": "UTC", "week_start": "monday"},
    }
