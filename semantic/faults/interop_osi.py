"""Faults of OSI (Apache Ossie) documents."""

from __future__ import annotations

from collections.abc import Sequence

from semantic.faults.base import Fault, either
from semantic.source import Span


def no_osi_root(keys: Sequence[str], span: Span) -> Fault:
    """A file with neither of the two forms of a document in it."""
    has = f" It has {', '.join(repr(key) for key in keys[:5])}." if keys else ""
    message = f"The file is no OSI document: it has no 'datasets' at its root, and no 'semantic_model'.{has}"
    dbt = any(key in ("semantic_models", "models", "metrics", "nodes") for key in keys)
    hint = "'--from metricflow' reads definitions of dbt and MetricFlow." if dbt else ""
    return Fault("osi", message, hint, span)


def two_roots(span: Span) -> Fault:
    """Both forms of a document at once."""
    message = "The document has 'datasets' at its root and a 'semantic_model' besides."
    return Fault("osi", message, "Keep one of them.", span)


def unlike_columns(left: int, right: int, span: Span) -> Fault:
    """A relationship whose columns do not pair."""
    message = f"A relationship has {left} 'from_columns' and {right} 'to_columns'."
    return Fault("osi", message, "They pair by their place, so there are as many of both.", span)


def bad_extension(vendor: str, span: Span | None) -> Fault:
    """An extension that this package did not write."""
    message = f"The 'data' of the extension of {vendor} is no JSON object."
    return Fault("osi", message, "Remove the extension, or export the document anew.", span)


def no_osi_files(folder: str) -> Fault:
    """A folder without any document."""
    hint = "A document is a file of YAML or JSON: '.yaml', '.yml' or '.json'."
    return Fault("file", f"There is no OSI document in '{folder}'.", hint, where=folder)


def no_semantic_model(name: str, names: Sequence[str], file: str) -> Fault:
    """A name that no semantic model of the document has."""
    return Fault(
        "unknown", f"'{name:.80}' is no semantic model of it.", f"There is {either(names)}.", where=file
    )


def nothing_to_export(name: str) -> Fault:
    """A project without a model that is rows of a table or of a SELECT."""
    message = f"No model of '{name}' can be a dataset of OSI, and a document needs one."
    hint = "A dataset is a model with 'table', with 'sql' that reads tables alone, or with a 'source' of one."
    return Fault("osi", message, hint, where="project")


def several_models(names: Sequence[str], file: str) -> Fault:
    """One project is wanted of a document that holds several models."""
    message = f"The document holds {len(names)} semantic models, and one of them is a project."
    return Fault("osi", message, f"Name one: {either(names)}.", where=file)


def document_in_project(path: str) -> Fault:
    """A document that would be read as a file of the project that it was made from."""
    message = "Every YAML file in the folder of a project is part of it, so a document cannot stand there."
    return Fault("osi", message, "Name it '….json', or put it elsewhere.", where=path)
