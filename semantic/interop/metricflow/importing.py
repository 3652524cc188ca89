"""dbt's semantic layer as a project of ours."""

from __future__ import annotations

from semantic.interop.losses import Losses
from semantic.interop.metricflow.converting import Options, converted
from semantic.interop.metricflow.nodes import Manifest
from semantic.interop.yaml_text import written


def of_manifest(manifest: Manifest, options: Options | None = None) -> tuple[dict[str, str], Losses]:
    """The files of a project, as name to text, and the loss report."""
    files, losses = converted(manifest, options)
    return {name: written(tree) for name, tree in files.items()}, losses
