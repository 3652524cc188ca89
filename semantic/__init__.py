"""A metric is written once, as SQL; any question becomes one exact statement in four dialects.

Names are imported when they are first used, so that ``import semantic`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from semantic.embed.lineage import Lineage, SourceColumn
    from semantic.embed.parameters import Parameter, Parameterised
    from semantic.faults import Fault, SemanticError
    from semantic.impact import Change, Difference, diff
    from semantic.layer import Compiled, Layer, OutputColumn
    from semantic.query import Query
    from semantic.warehouse import Rows
    from semantic.warehouse.estimate import Estimate
    from semantic.warehouse.stream import Bounds, Stream
    from semantic.watching import Watch, watch

    __version__: str

__all__ = [
    "Bounds",
    "Change",
    "Compiled",
    "Difference",
    "Estimate",
    "Fault",
    "Layer",
    "Lineage",
    "OutputColumn",
    "Parameter",
    "Parameterised",
    "Query",
    "Rows",
    "SemanticError",
    "SourceColumn",
    "Stream",
    "Watch",
    "__version__",
    "diff",
    "watch",
]

_HOMES = {
    "Bounds": "semantic.warehouse.stream",
    "Change": "semantic.impact",
    "Compiled": "semantic.layer",
    "Difference": "semantic.impact",
    "Estimate": "semantic.warehouse.estimate",
    "Fault": "semantic.faults",
    "Layer": "semantic.layer",
    "Lineage": "semantic.embed.lineage",
    "OutputColumn": "semantic.layer",
    "Parameter": "semantic.embed.parameters",
    "Parameterised": "semantic.embed.parameters",
    "Query": "semantic.query",
    "Rows": "semantic.warehouse",
    "SemanticError": "semantic.faults",
    "SourceColumn": "semantic.embed.lineage",
    "Stream": "semantic.warehouse.stream",
    "Watch": "semantic.watching",
    "diff": "semantic.impact",
    "watch": "semantic.watching",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = _version()
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module 'semantic' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("semantic-sql")
    except PackageNotFoundError:  # a checkout that nobody installed
        return "0"
