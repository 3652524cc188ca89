"""What a question names: things to group by, to sort by, and the largest of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from semantic import faults
from semantic.faults import SemanticError
from semantic.source import Text

_AS = re.compile(r"\s+as(?:\s+|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class By:
    """One thing to group by: a path, and the name of its output column if one was given.

    >>> By.parse("customers.region as region")
    By(path='customers.region', name='region')
    >>> By.parse("time.month").output
    'time_month'
    """

    path: Text
    name: str | None = None

    @classmethod
    def parse(cls, text: str) -> By:
        """Read ``path`` or ``path as name``."""
        path, *name = _AS.split(text.strip(), maxsplit=1)
        return cls(Text(path), name[0] if name else None)

    @property
    def parts(self) -> tuple[str, ...]:
        """The segments of the path."""
        return tuple(self.path.split("."))

    @property
    def output(self) -> str:
        """The output column: the given name, or the path with underscores."""
        return self.path.replace(".", "_") if self.name is None else self.name


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to sort by: ``-sales`` or ``sales desc`` is descending; NULLs come last either way.

    >>> Order.parse("-sales")
    Order(name='sales', descending=True)
    """

    name: Text
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> Order:
        """Read a name with an optional direction."""
        name, _, direction = text.strip().partition(" ")
        if direction.strip().lower() not in ("", "asc", "desc"):
            raise SemanticError([faults.bad_order(text)])
        descending = name.startswith("-") or direction.strip().lower() == "desc"
        return cls(Text(name.removeprefix("-")), descending)


_TOP = re.compile(r"(\d{1,6})\s+(\S+)\s+by\s+(\S+)(?:\s+else\s+(.+))?")


@dataclass(frozen=True, slots=True)
class Top:
    """The values of a dimension for which a metric is largest; all others are one group of that label.

    >>> top = Top.parse("5 products.name by sales else the rest")
    >>> top.count, str(top.path), str(top.metric), top.others
    (5, 'products.name', 'sales', 'the rest')
    """

    count: int
    path: Text
    metric: Text
    others: str = "others"

    @classmethod
    def parse(cls, text: str) -> Top:
        """Read ``N path by metric`` with an optional ``else label``."""
        match = _TOP.fullmatch(text.strip())
        if match is None or int(match[1]) == 0:
            raise SemanticError([faults.bad_top(text)])
        return cls(int(match[1]), Text(match[2]), Text(match[3]), match[4] or "others")
