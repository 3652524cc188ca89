"""The parts of a question from Python values or JSON, by one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from semantic import faults
from semantic.faults import SemanticError
from semantic.policies.attributes import attributes
from semantic.query.parts import By, Order, Top
from semantic.query.times import TimeRange
from semantic.source import Text

#: What the texts of a question are named after where their places are told.
QUESTION = "question"
#: What a question calls paths: each metric takes that of its own model, else the first that it reaches.
Paths: TypeAlias = tuple[tuple[str, tuple[Text, ...]], ...]


def _strings(value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else list(value)
    if isinstance(value, Mapping) or not all(isinstance(v, str) and v.strip() for v in values):
        raise TypeError
    return tuple(values)


def _texts(value: Any) -> tuple[Text, ...]:
    return tuple(v if isinstance(v, Text) else Text(v, QUESTION, _lines(v)) for v in _strings(value))


def _names(value: Any) -> tuple[Text, ...]:
    return tuple(map(Text, _strings(value)))


def _name(value: Any) -> Text:
    if not isinstance(value, str) or not value.strip():
        raise TypeError
    return value if isinstance(value, Text) else Text(value.strip())


def _lines(value: str) -> tuple[tuple[int, int], ...]:
    return tuple((n, 1) for n in range(1, value.count("\n") + 2))


def _by(value: Any) -> tuple[By, ...]:
    items: Iterable[Any] = [value] if isinstance(value, str | Mapping | By) else value
    return tuple(map(_one_by, items))


def _one_by(item: Any) -> By:
    if isinstance(item, By):
        return item
    if isinstance(item, Mapping):
        if set(item) not in ({"path"}, {"path", "as"}) or not all(isinstance(v, str) for v in item.values()):
            raise TypeError
        return By(Text(item["path"]), item.get("as"))
    if not isinstance(item, str) or not item.strip():
        raise TypeError
    return By.parse(item)


def _order(value: Any) -> tuple[Order, ...]:
    return tuple(Order.parse(v) for v in _strings(value))


def _time(value: Any) -> TimeRange:
    if isinstance(value, TimeRange):
        return value
    if isinstance(value, str):
        return TimeRange.parse(value)
    start, end = value
    return TimeRange(_as_datetime(start), _as_datetime(end))


def _as_datetime(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, datetime.min.time())
    raise TypeError


def _limit(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise TypeError
    return value


def _top(value: Any) -> Top:
    if not isinstance(value, str | Top):
        raise TypeError
    return value if isinstance(value, Top) else Top.parse(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _members(value: Any) -> tuple[str, ...] | bool:
    return value if isinstance(value, bool) else _strings(value)


def _parameters(value: Any) -> tuple[tuple[str, Any], ...]:
    if not isinstance(value, Mapping) or not all(isinstance(k, str) for k in value):
        raise TypeError
    found = [faults.parameter_shape(k, v) for k, v in value.items() if not _is_single(v)]
    if found:
        raise SemanticError(found)
    return tuple(sorted(value.items()))


def _paths(value: Any) -> Paths:
    if not isinstance(value, Mapping) or not all(isinstance(k, str) for k in value):
        raise TypeError
    if not all(value.values()):
        raise TypeError
    return tuple(sorted((str(word), _names(paths)) for word, paths in value.items()))


def _is_single(value: Any) -> bool:
    """Whether a value can be the value of a parameter at all; a number of thousands of digits cannot."""
    if isinstance(value, int):
        return value.bit_length() < 1_000
    return value is None or isinstance(value, str | float | Decimal | date)


#: How the value of each part is read; raises `TypeError` or `ValueError` where it is no such thing.
READERS: dict[str, Callable[[Any], Any]] = {
    "metrics": _names,
    "by": _by,
    "where": _texts,
    "having": _texts,
    "time": _time,
    "order": _order,
    "limit": _limit,
    "top": _top,
    "fill": _flag,
    "members": _members,
    "parameters": _parameters,
    "user": attributes,
    "paths": _paths,
    "from": _name,
    "extremes": _flag,
}
#: Words that are called otherwise in a `Query`.
FIELDS = {"from": "start"}
#: What each part takes, as a fault says it.
EXPECTED = {
    "metrics": "names of metrics",
    "by": "paths such as 'customers.region' or 'time.month'",
    "where": "SQL conditions as text",
    "having": "SQL conditions over metrics as text",
    "time": "a range such as '2024-01..2024-06'",
    "order": "names, with '-' in front for descending",
    "limit": "a whole number from 0",
    "top": "text such as '5 products.name by sales'",
    "fill": "true or false",
    "members": "true, false or paths",
    "parameters": "names and values",
    "user": "attributes of the caller, by name",
    "paths": "words and the paths that they stand for",
    "from": "the name of a model",
    "extremes": "true or false",
}
