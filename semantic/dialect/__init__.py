"""What a target is asked and how an expression becomes its SQL: answers, templates, translation.

Whoever only needs to know which targets there are does not pay for what reads and writes SQL.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from semantic.dialect.named import names

if TYPE_CHECKING:
    from semantic.dialect.answers import Answers
    from semantic.dialect.loader import check_dialect, load
    from semantic.dialect.template import Template
    from semantic.dialect.translate import Dialect

__all__ = ["Answers", "Dialect", "Template", "check_dialect", "load", "names"]

_PLACES = {
    "Answers": "answers",
    "Dialect": "translate",
    "Template": "template",
    "check_dialect": "loader",
    "load": "loader",
}


def __getattr__(name: str) -> Any:
    """What is imported when it is first asked for."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
