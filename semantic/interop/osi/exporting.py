"""Projects as OSI documents: what other tools can rightly compute stands there plainly, and everything else
in extensions of our own, so that it comes back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from semantic import faults
from semantic.catalog import Catalog
from semantic.faults import SemanticError
from semantic.interop.losses import Losses
from semantic.interop.osi.document import COMMON, VENDOR, VERSION, Part
from semantic.interop.osi.outgoing import Outgoing
from semantic.interop.osi.own import digest, extension
from semantic.interop.osi.reading import read
from semantic.spec.files import File, library_files

#: The versions that are written. Before 0.2 a document was a list of models, and had no types.
VERSIONS = (VERSION, "0.1.1")


def exported(
    catalog: Catalog,
    files: Iterable[File] = (),
    *,
    dialect: str | None = None,
    version: str = VERSION,
    extensions: bool = True,
) -> tuple[dict[str, Any], Losses]:
    """A project as a document (mappings, lists, texts), and what was kept, changed and dropped.

    ``files`` are those of the project, whose texts the extensions carry. With ``dialect``, expressions are
    written in it beside ANSI_SQL. Raises `SemanticError` for a version that is not known, and for a project
    of which nothing can be said.
    """
    if version not in VERSIONS:
        raise SemanticError([faults.unknown("version of OSI", version, VERSIONS, None)])
    own = list(files)
    libraries = {str(name): library_files(name) for name in catalog.spec.libraries}
    outgoing = Outgoing(catalog, own, libraries, dialect, extensions=extensions)
    document, losses = outgoing.document()
    if version != VERSION:
        _without_types(document)
    if extensions:
        _attach(document, outgoing)
    return _in_version(document, version), losses


def text(document: dict[str, Any], *, as_json: bool = False) -> str:
    """A document as YAML, or as JSON."""
    if as_json:
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    from semantic.interop.yaml_text import written

    return written(document)


def _attach(document: dict[str, Any], outgoing: Outgoing) -> None:
    """Put each definition beside its part, with the digest of what the document says there."""
    (model,) = read(json.dumps(document), "document").models
    parts: dict[tuple[str, str], Part] = {
        **{("datasets", str(each.name)): each for each in model.datasets},
        **{("relationships", str(each.name)): each for each in model.relationships},
        **{("metrics", str(each.name)): each for each in model.metrics},
    }
    for kind in ("datasets", "relationships", "metrics"):
        for tree in document.get(kind, ()):
            data = outgoing.own(kind, tree["name"])
            if data:
                made = extension({**data, "of": digest(parts[kind, tree["name"]])})
                tree["custom_extensions"] = [made]
    document["custom_extensions"] = [extension(outgoing.whole())]


def _in_version(document: dict[str, Any], version: str) -> dict[str, Any]:
    """The document as a version wants it."""
    if version == VERSION:
        return {"version": version, **document}
    _shared(document)
    return {"version": version, "semantic_model": [document]}


def _without_types(tree: Any) -> None:
    """Types came with 0.2."""
    for inner in _inner(tree):
        _without_types(inner)
    if isinstance(tree, dict):
        tree.pop("datatype", None)


def _shared(tree: Any) -> None:
    """Before 0.2 there was a list of vendors, so ours go by the name of all."""
    for inner in _inner(tree):
        _shared(inner)
    if isinstance(tree, dict) and tree.get("vendor_name") == VENDOR:
        data = {VENDOR.lower(): json.loads(tree["data"])}
        tree.update(vendor_name=COMMON, data=json.dumps(data, ensure_ascii=False))


def _inner(tree: Any) -> Iterable[Any]:
    """What stands in a mapping or a list."""
    return tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
