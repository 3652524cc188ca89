"""The question in words: metrics, by, where, having, time, order, limit, fill, members, parameters, and more.

Nothing here knows a project; names are checked by `bind`. A question comes from Python arguments or
from JSON, and both are checked by the same table of fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from semantic import faults
from semantic.faults import Fault, SemanticError
from semantic.policies.attributes import attributes
from semantic.source import Text

#: What the texts of a question are named after where their places are told.
QUESTION = "question"
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


#: What every target can hold, whatever its time zone and the length of a period.
_FIRST, _LAST = datetime(1000, 1, 1), datetime(9999, 1, 1)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A half-open range of local time, ``[start, end)``; either side may be open (``None``).

    >>> TimeRange.parse("2011-01..2011-06")
    TimeRange(start=datetime.datetime(2011, 1, 1, 0, 0), end=datetime.datetime(2011, 7, 1, 0, 0))
    >>> TimeRange.parse("2024-02-29").end
    datetime.datetime(2024, 3, 1, 0, 0)
    >>> TimeRange.parse("2023-Q4..").start
    datetime.datetime(2023, 10, 1, 0, 0)
    """

    start: datetime | None
    end: datetime | None

    def __post_init__(self) -> None:
        for bound in filter(None, (self.start, self.end)):
            if bound.tzinfo is not None:
                raise SemanticError([faults.zoned_time()])
            if not _FIRST <= bound <= _LAST:
                raise SemanticError([faults.far_time()])
        if self.start and self.end and self.start >= self.end:
            raise SemanticError([faults.empty_time(f"{self.start} .. {self.end}")])

    @classmethod
    def parse(cls, text: str) -> TimeRange:
        """Read ``from..to`` (both included), ``from..``, ``..to`` or one period."""
        first, dots, last = text.strip().partition("..")
        if not first.strip() and not last.strip():
            raise SemanticError([faults.bad_time(text)])
        start = _period(first, text)[0] if first.strip() else None
        end = _period(last, text)[1] if last.strip() else None
        if not dots:
            end = _period(first, text)[1]
        if start and end and start >= end:
            raise SemanticError([faults.empty_time(text)])
        return cls(start, end)


def _months_on(day: datetime, months: int) -> datetime:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def _year(year: str) -> tuple[datetime, datetime]:
    start = datetime(int(year), 1, 1)
    return start, _months_on(start, 12)


def _quarter(year: str, quarter: str) -> tuple[datetime, datetime]:
    start = datetime(int(year), 3 * int(quarter) - 2, 1)
    return start, _months_on(start, 3)


def _month(year: str, month: str) -> tuple[datetime, datetime]:
    start = datetime(int(year), int(month), 1)
    return start, _months_on(start, 1)


def _week(year: str, week: str) -> tuple[datetime, datetime]:
    start = datetime.combine(date.fromisocalendar(int(year), int(week), 1), datetime.min.time())
    return start, start + timedelta(days=7)


def _day(year: str, month: str, day: str) -> tuple[datetime, datetime]:
    start = datetime(int(year), int(month), int(day))
    return start, start + timedelta(days=1)


def _moment(text: str) -> tuple[datetime, datetime]:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError("a range is in local time")
    return moment, moment


_PERIODS: tuple[tuple[re.Pattern[str], Callable[..., tuple[datetime, datetime]]], ...] = (
    (re.compile(r"(\d{4})"), _year),
    (re.compile(r"(\d{4})-?[Qq]([1-4])"), _quarter),
    (re.compile(r"(\d{4})-(\d{2})"), _month),
    (re.compile(r"(\d{4})-?[Ww](\d{2})"), _week),
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})"), _day),
    (re.compile(r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)"), _moment),
)


def _period(text: str, whole: str) -> tuple[datetime, datetime]:
    """First instant of a written period, and the first instant after it."""
    for pattern, read in _PERIODS:
        match = pattern.fullmatch(text.strip())
        if match:
            try:
                return read(*match.groups())
            except (ValueError, OverflowError):
                far = int(text.strip()[:4]) not in range(_FIRST.year, _LAST.year)
                raise SemanticError([faults.far_time() if far else faults.bad_time(whole)]) from None
    raise SemanticError([faults.bad_time(whole)])


#: What a question calls paths: each metric takes that of its own model, else the first that it reaches.
Paths: TypeAlias = tuple[tuple[str, tuple[Text, ...]], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question, complete and comparable. ``order`` of ``None`` sorts by the dimensions asked for."""

    metrics: tuple[Text, ...] = ()
    by: tuple[By, ...] = ()
    where: tuple[Text, ...] = ()
    having: tuple[Text, ...] = ()
    time: TimeRange | None = None
    order: tuple[Order, ...] | None = None
    limit: int | None = None
    top: Top | None = None
    fill: bool = False
    members: tuple[str, ...] | bool = False
    parameters: tuple[tuple[str, Any], ...] = field(default=())
    user: tuple[tuple[str, Any], ...] = ()  # attributes of whoever asks, for policies
    paths: Paths = ()
    start: Text | None = None  # ``from``: whose rows tell the values of a question without metrics
    extremes: bool = False  # the least and the greatest value of the one dimension, without metrics

    @classmethod
    def of(cls, **words: Any) -> Query:
        """Build a question from loosely typed words; raises `SemanticError` with every mistake.

        >>> Query.of(metrics="sales", by=["time.month"], limit=5).limit
        5
        """
        query, found = cls.read(words)
        if found:
            raise SemanticError(found)
        return query

    @classmethod
    def read(cls, words: Mapping[str, Any]) -> tuple[Query, list[Fault]]:
        """The question as far as its words can be read, and the faults of the others."""
        found: list[Fault] = []
        values: dict[str, Any] = {}
        names = list(_READERS)
        for key, value in words.items():
            key = "from" if key == "from_" else key
            if key not in _READERS:
                found.append(faults.unknown("part of a question", key, names, None))
            elif value is not None:
                try:
                    values[_FIELDS.get(key, key)] = _READERS[key](value)
                except SemanticError as error:
                    found.extend(error.faults)
                except (TypeError, ValueError):
                    found.append(faults.bad_part(key, value, _EXPECTED[key]))
        return cls(**values), found

    @classmethod
    def from_json(cls, text: str) -> tuple[Query, dict[str, Any]]:
        """A question from a JSON object, and the keys of it that are not part of a question
        (``dialect``, ``target``)."""
        words, rest = json_words(text)
        return cls.of(**words), rest


def json_words(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts of a question in a JSON object, and what else it says (``dialect``, ``target``)."""
    try:
        words = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SemanticError([faults.bad_json(str(error))]) from None
    if not isinstance(words, dict):
        raise SemanticError([faults.bad_json("the question is no object")])
    rest = {key: words.pop(key) for key in ("dialect", "target") if key in words}
    return words, rest


@dataclass(frozen=True, slots=True)
class Extract:
    """The rows of a model one by one, with columns of its own and dimensions of models that it joins.

    Without ``columns`` there are all of its own columns and dimensions, and the dimensions of the models of
    ``joins``: of all that it joins where that is ``None``.
    """

    model: Text
    columns: tuple[By, ...] = ()
    joins: tuple[Text, ...] | None = None
    where: tuple[Text, ...] = ()
    time: TimeRange | None = None
    parameters: tuple[tuple[str, Any], ...] = ()
    user: tuple[tuple[str, Any], ...] = ()


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


_READERS: dict[str, Callable[[Any], Any]] = {
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
_FIELDS = {"from": "start"}
_EXPECTED = {
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
