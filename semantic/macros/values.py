"""What templates see: parameters and attributes of the caller, which are compared but never text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from semantic.faults import Fault
from semantic.macros.trouble import Trouble, trouble
from semantic.source import Span

PLACEHOLDER = "semantic_param_"
ATTRIBUTE = "semantic_user_"
_LIVE = ("current_date", "current_timestamp")


@dataclass(slots=True)
class Notes:
    """The parameters that a rendering printed, and those whose values decided what it says."""

    printed: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)


class Printed:
    """What is no plain value, and says itself how it prints."""

    def printed(self) -> str:
        """Its text; raises `Trouble` where it has none."""
        raise NotImplementedError


class Parameter(Printed):
    """A parameter in a template: prints as a placeholder, compares as its value, is never text."""

    def __init__(self, name: str, value: Any, notes: Notes) -> None:
        self._name, self._value, self._notes = name, value, notes

    def printed(self) -> str:
        """A placeholder, which is noted."""
        self._notes.printed.add(self._name)
        return f":{PLACEHOLDER}{self._name}"

    def value(self) -> Any:
        """What it is compared as, which is noted."""
        if isinstance(self._value, str) and self._value.lower() in _LIVE:
            hint = "Compare it in the SQL instead."
            raise trouble(f"'{self._value}' of '{self._name}' is known in the warehouse only.", hint)
        self._notes.decided.add(self._name)
        return self._value

    def __str__(self) -> str:
        hint = "Write it alone, as in '{{ " + self._name + " }}', and work with it in SQL."
        raise trouble(f"The parameter '{self._name}' is a value, not a text to join or change.", hint)

    def __eq__(self, other: object) -> bool:
        return bool(self.value() == plain(other))

    def __lt__(self, other: object) -> bool:
        return bool(self.value() < plain(other))

    def __le__(self, other: object) -> bool:
        return bool(self.value() <= plain(other))

    def __gt__(self, other: object) -> bool:
        return bool(self.value() > plain(other))

    def __ge__(self, other: object) -> bool:
        return bool(self.value() >= plain(other))

    def __bool__(self) -> bool:
        return bool(self.value())

    def __hash__(self) -> int:
        return hash(self.value())


def plain(each: object) -> Any:
    """A parameter as its value, and anything else as it is."""
    return each.value() if isinstance(each, Parameter) else each


class Caller(Protocol):
    """Whoever asks: each attribute is found, or there is a fault without a place."""

    def attribute(self, name: str) -> Any:
        """The value of an attribute: one, or a tuple of some; raises `Missing`."""


class Unknown:
    """The value of an attribute of a caller who could be anybody."""


class Missing(Exception):
    """An attribute that cannot be used; ``at`` makes the fault with its place."""

    def __init__(self, at: Callable[[Span | None], Fault]) -> None:
        self.at = at
        super().__init__()


class Attributes:
    """The caller in a template: nothing but attributes, each as good as a parameter."""

    def __init__(self, caller: Caller, notes: Notes) -> None:
        self.__caller, self.__notes = caller, notes

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_"):
            return object.__getattribute__(self, name)
        try:
            value = self.__caller.attribute(name)
        except Missing as missing:
            raise Trouble(missing.at) from None
        return _Attribute(name, value, self.__notes)

    def __str__(self) -> str:
        raise trouble("The caller is no value.", "Name an attribute, as in '{{ user.region }}'.")

    __bool__ = __hash__ = __str__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise trouble("The caller is no value.", "Name an attribute, as in '{{ user.region }}'.")


class _Attribute(Parameter):
    """An attribute of the caller: prints as a placeholder of its own; a list can be asked what it holds."""

    def printed(self) -> str:
        return f":{ATTRIBUTE}{self._name}"

    def value(self) -> Any:
        if isinstance(self._value, tuple):
            hint = f"Ask what it holds: 'x' in user.{self._name}."
            raise trouble(f"The attribute '{self._name}' is a list.", hint)
        return self._value

    def __contains__(self, item: object) -> bool:
        if isinstance(self._value, Unknown):
            return bool(self._value)
        if not isinstance(self._value, tuple):
            raise trouble(f"The attribute '{self._name}' is no list.", "Compare it with '=='.")
        return any(self._alike(each, item) == each for each in self._value)

    def __eq__(self, other: object) -> bool:
        return bool(self._alike(self.value(), other) == self._value)

    __hash__ = None  # type: ignore[assignment]

    def _alike(self, value: object, other: object) -> Any:
        """The other value; what is of another kind is neither equal nor unequal, but a mistake."""
        other = plain(other)
        if isinstance(value, Unknown):
            return value
        if _kind(value) is not _kind(other):
            problem = f"The attribute '{self._name}' is compared with a value of another kind."
            raise trouble(problem, "Give it as what the policy compares it with.")
        return other


def _kind(value: object) -> type:
    """What can be compared: numbers with numbers, everything else with its like."""
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return Decimal if number else type(value)
