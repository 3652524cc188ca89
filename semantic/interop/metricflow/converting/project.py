"""A manifest as a project of ours: its files as trees, and what became of each definition."""

from __future__ import annotations

from semantic.interop.losses import Losses
from semantic.interop.metricflow.converting.calendars import calendars
from semantic.interop.metricflow.converting.metrics import Metrics
from semantic.interop.metricflow.converting.models import Home, model
from semantic.interop.metricflow.converting.options import Options
from semantic.interop.metricflow.converting.scope import Refused, Scope
from semantic.interop.metricflow.nodes import Manifest
from semantic.interop.yaml_text import Tree

#: Files by name, each a mapping.
Files = dict[str, dict[str, Tree]]


def converted(
    manifest: Manifest, options: Options | None = None, refused: Refused | None = None
) -> tuple[Files, Losses]:
    """The files of a project with the same numbers, and the loss report. What is ``refused`` is left out."""
    scope = Scope(manifest, options or Options(), refused)
    homes = {each.name: Home(scope, each) for each in manifest.models}
    models = {home.name: model(home, homes) for home in homes.values()}
    metrics = Metrics(scope, homes)
    metrics.convert_all()
    files: Files = {"semantic.yml": _head(scope.options)}
    for name, item in models.items():
        file: dict[str, Tree] = {"models": [item]}
        if own := metrics.items.pop(name, None):
            file["metrics"] = own
        files[f"models/{name}.yml"] = file
    if own_calendars := calendars(scope):
        files["calendars.yml"] = {"models": own_calendars}
    if across := metrics.items.pop("", None):
        files["metrics.yml"] = {"metrics": across}
    return files, scope.report.losses(manifest.entries)


def _head(options: Options) -> dict[str, Tree]:
    return {
        "name": options.name,
        "authoring_dialect": options.dialect,
        "calendar": {"timezone": "UTC", "week_start": "monday"},
    }
