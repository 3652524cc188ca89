"""Reads definitions of dbt and MetricFlow, whichever of their spellings they have, as one `nodes.Manifest`.

A file is a ``semantic_manifest.json``, raw or transformed, or YAML in any spelling. A folder is a dbt
project (its ``dbt_project.yml`` says where the models are) or any folder of YAML files, of which the ones
that define nothing are left alone. Definitions in YAML are preferred to the manifest in ``target/``, which
may be older than they are; a folder without any is read from the ``semantic_manifest.json`` in ``target/``
or in itself; the ``manifest.json`` beside it, if there is one, says the data types of columns. `project`
says where models stand in a warehouse, `normal` what all spellings have in common.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from semantic import faults
from semantic.faults import SemanticError
from semantic.interop.metricflow import manifest
from semantic.interop.metricflow.drafts import Drafts
from semantic.interop.metricflow.nodes import Manifest
from semantic.interop.metricflow.normal import normal
from semantic.interop.metricflow.tables import tables
from semantic.interop.metricflow.trees import text_of

if TYPE_CHECKING:  # at run time only where there is YAML: reading JSON is to load no parser of it
    from semantic.interop.metricflow.documents import Documents

MANIFEST = "semantic_manifest.json"
YAML = (".yml", ".yaml")


def read(path: Path | str, *, database: str | None = None, schema: str | None = None) -> Manifest:
    """The definitions of a file or folder; ``database`` and ``schema`` are dbt's target.

    Raises `SemanticError` with every fault, each with its place (line and column in YAML, the path of
    keys in JSON).
    """
    path = Path(path)
    if not path.exists():
        raise SemanticError([faults.no_such_file(str(path))])
    if path.is_dir():
        return _folder(path, database, schema)
    if path.suffix.lower() == ".json":
        return _json(path)
    if path.suffix.lower() not in YAML:
        raise SemanticError([faults.unknown_format(str(path))])
    return _file(path, database, schema)


def _json(path: Path) -> Manifest:
    beside = tables(path.parent) if path.name == MANIFEST else ()
    types = {table.relation or (): table.types for _, table in beside}
    drafts = Drafts()
    manifest.read(text_of(path, path.name), path.name, drafts, types)
    return normal(drafts)


def _file(path: Path, database: str | None, schema: str | None) -> Manifest:
    from semantic.interop.metricflow.documents import Documents
    from semantic.interop.metricflow.project import Project
    from semantic.interop.metricflow.yamls import yaml_trees

    drafts = Drafts()
    documents = Documents(Project(path.parent, drafts.told, database, schema), drafts)
    documents.project.settings = {}
    for tree, place in yaml_trees(text_of(path, path.name), path.name):
        documents.add(tree, place)
    if not documents.defining:
        raise SemanticError([faults.nothing_defined(path.name)])
    documents.read()
    return normal(drafts)


def _folder(root: Path, database: str | None, schema: str | None) -> Manifest:
    from semantic.interop.metricflow.documents import Documents
    from semantic.interop.metricflow.project import Project

    drafts = Drafts()
    project = Project(root, drafts.told, database, schema)
    project.learn()
    documents = Documents(project, drafts)
    for path in project.files(*YAML):
        _added(documents, path)
    if documents.defining or drafts.told.faults:
        documents.read()
        return normal(drafts)
    found = next((each for each in (root / "target" / MANIFEST, root / MANIFEST) if each.is_file()), None)
    if found is None:
        drafts.told.fault(faults.nothing_defined(str(root)))
        raise SemanticError(drafts.told.faults)
    return _json(found)


def _added(documents: Documents, path: Path) -> None:
    """The documents of one file; its mistakes are kept for later, with those of the others."""
    from semantic.interop.metricflow.yamls import yaml_trees

    project = documents.project
    name = project.called(path)
    try:
        for tree, place in yaml_trees(text_of(path, name), name):
            documents.add(tree, place)
    except SemanticError as error:
        for fault in error.faults:
            documents.drafts.told.fault(fault)
