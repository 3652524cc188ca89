"""A statement with its values beside it, written for any driver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from semantic import faults
from semantic.faults import SemanticError
from semantic.lower.slots import Template
from semantic.spec.types import TypeName

#: How a driver finds parameters in a text: the names of DB-API, ``$1`` (`numeric_dollar`) and ``@p1`` (`at`).
Paramstyle = Literal["qmark", "numeric", "numeric_dollar", "named", "format", "pyformat", "at"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value beside a statement: its name there, its type, and the value as drivers take it."""

    name: str
    type: TypeName
    value: Any


@dataclass(frozen=True, slots=True)
class Parameterised:
    """A statement with its values beside it.

    ``text`` has a placeholder of the ``paramstyle`` wherever a value stands, and ``parameters`` are these
    in the order that the style wants: one a placeholder for ``qmark`` and ``format``, one a value
    otherwise.
    """

    text: str
    paramstyle: Paramstyle
    parameters: tuple[Parameter, ...]

    @property
    def values(self) -> tuple[Any, ...]:
        """The values in order, for drivers that count."""
        return tuple(each.value for each in self.parameters)

    @property
    def by_name(self) -> dict[str, Any]:
        """The values by name, for drivers that look names up."""
        return {each.name: each.value for each in self.parameters}

    @property
    def arguments(self) -> tuple[Any, ...] | dict[str, Any]:
        """What this style's drivers want beside the text: ``cursor.execute(it.text, it.arguments)``."""
        named = self.paramstyle in ("named", "pyformat", "at")
        return self.by_name if named else self.values


_Placeholder = Callable[[int], str]
_PLACEHOLDERS: Mapping[str, _Placeholder] = {
    "qmark": lambda number: "?",
    "numeric": lambda number: f":{number + 1}",
    "numeric_dollar": lambda number: f"${number + 1}",
    "named": lambda number: f":{_name(number)}",
    "format": lambda number: "%s",
    "pyformat": lambda number: f"%({_name(number)})s",
    "at": lambda number: f"@{_name(number)}",
}
_COUNTED = ("qmark", "format")  # these pass a value again wherever it stands
_DOUBLED = ("format", "pyformat")  # in these '%' is written twice


def parameterised(template: Template, paramstyle: str) -> Parameterised:
    """A statement in a driver's style.

    >>> from semantic.lower.slots import Value
    >>> made = parameterised(Template(("SELECT x % 2 = ", 0), (Value("1", "integer"),)), "pyformat")
    >>> made.text, made.arguments
    ('SELECT x %% 2 = %(p1)s', {'p1': 1})
    """
    if paramstyle not in _PLACEHOLDERS:
        raise SemanticError([faults.unknown("paramstyle", str(paramstyle), get_args(Paramstyle), None)])
    placed, doubled = _PLACEHOLDERS[paramstyle], paramstyle in _DOUBLED
    text = "".join(
        placed(piece) if isinstance(piece, int) else piece.replace("%", "%%") if doubled else piece
        for piece in template.pieces
    )
    numbers = [piece for piece in template.pieces if isinstance(piece, int)]
    order = numbers if paramstyle in _COUNTED else range(len(template.values))
    return Parameterised(text, paramstyle, tuple(_parameter(template, n) for n in order))  # type: ignore[arg-type]


def _parameter(template: Template, number: int) -> Parameter:
    value = template.values[number]
    return Parameter(_name(number), value.kind, value.python)


def _name(number: int) -> str:
    return f"p{number + 1}"
