"""A metric is written once, as SQL; any question becomes one exact statement in four dialects.

Names are imported when they are first used, so that ``import semantic`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from semantic.faults import Fault, SemanticError
    from semantic.layer import Compiled, Layer, OutputColumn
    from semantic.query import Query
    from semantic.warehouse import Rows

    __version__: str

__all__ = [
    "Compiled",
    "Fault",
    "Layer",
    "OutputColumn",
    "Query",
    "Rows",
    "SemanticError",
    "__version__",
]

_HOMES = {
    "Compiled": "semantic.layer",
    "Fault": "semantic.faults",
    "Layer": "semantic.layer",
    "OutputColumn": "semantic.layer",
    "Query": "semantic.query",
    "Rows": "semantic.warehouse",
    "SemanticError": "semantic.faults",
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
