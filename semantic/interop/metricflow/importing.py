"""dbt's semantic layer as a project of ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from semantic.interop.losses import Losses
from semantic.interop.metricflow.converting import Options, converted
from semantic.interop.metricflow.nodes import Manifest
from semantic.interop.yaml_text import written

if TYPE_CHECKING:
    from semantic.interop.metricflow.converting.verifying import Check


def imported(
    path: Path | str,
    *,
    name: str = "imported",
    dialect: str = "duckdb",
    schema: str | None = None,
    database: str | None = None,
    check: Check | None = None,
) -> tuple[dict[str, str], Losses]:
    """The files of a project, as name to text, and the loss report of a file or folder of definitions.

    ``dialect`` is the one that their SQL is written in; ``schema`` and ``database`` are where tables are
    whose names do not say it. Where there is a ``check`` that tells the faults of a project, definitions that
    have some are left out; else such a definition is refused when it is asked for. Raises `SemanticError` for
    what cannot be read at all.
    """
    from semantic.interop.metricflow.reading import read

    options = Options(name, dialect, schema, database)
    return of_manifest(read(path, schema=schema, database=database), options, check=check)


def of_manifest(
    manifest: Manifest, options: Options | None = None, *, check: Check | None = None
) -> tuple[dict[str, str], Losses]:
    """The same for a manifest that has been read."""
    options = options or Options()
    if check is not None:
        from semantic.interop.metricflow.converting.verifying import verified

        made, texts = verified(manifest, options, check)
        return texts, made.losses
    made = converted(manifest, options)
    return {name: written(tree) for name, tree in made.files.items()}, made.losses
