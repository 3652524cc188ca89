"""The parts of a question as MetricFlow's programs write them, before any of their words is looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from semantic import faults
from semantic.bind.grain import GRAINS, floor
from semantic.catalog import Catalog
from semantic.faults import SemanticError
from semantic.interop.metricflow.ordering import condition_text, order_text
from semantic.interop.metricflow.ranges import after
from semantic.query import By, Query, TimeRange
from semantic.source import Text
from semantic.spec.types import Calendar

_SYNONYMS = {
    "metric_names": "metrics",
    "group_by": "by",
    "group_by_names": "by",
    "where_constraints": "where",
    "order_by": "order",
    "order_by_names": "order",
    "time_constraint_start": "start_time",
    "time_constraint_end": "end_time",
    "saved_query_name": "saved_query",
    "min_max_only": "extremes",
    "from_": "from",
}
_LISTS = ("metrics", "by", "where", "order")


def renamed(words: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    """The parts of a question under our names; a saved question's own, where it is asked by its name."""
    made = _gathered(words)
    if made.pop("apply_group_by", True) is not True:
        raise SemanticError([faults.rows_not_grouped()])
    if "time_constraint" in made:
        made["start_time"], made["end_time"] = _pair(made.pop("time_constraint"))
    name = made.pop("saved_query", None)
    metrics = listed(made.get("metrics"))
    views = [str(view.name) for view in catalog.spec.views]
    asked = metrics[0] if len(metrics) == 1 else None
    if name is None and isinstance(asked, str) and asked not in catalog.metrics and asked in views:
        name = made.pop("metrics")[0] if isinstance(made["metrics"], list | tuple) else made.pop("metrics")
    return made if name is None else _saved(name, made, catalog, views)


def _gathered(words: Mapping[str, Any]) -> dict[str, Any]:
    """The parts under our names, without those that say nothing; what is said by two names is one list."""
    made: dict[str, Any] = {}
    for theirs, value in words.items():
        ours = _SYNONYMS.get(theirs, theirs)
        if ours in made and ours in _LISTS:
            made[ours] = [*listed(made[ours]), *listed(value)]
        elif value is not None:
            made[ours] = value
    for key, plain in (("order", order_text), ("where", condition_text)):
        if key in made:
            made[key] = [plain(each) for each in listed(made[key])]
    return made


def _saved(name: Any, words: dict[str, Any], catalog: Catalog, views: Sequence[str]) -> dict[str, Any]:
    """The question of a view, and what is asked beside it: conditions are added, others take the place."""
    from semantic.views.asking import query_of
    from semantic.views.extending import extended

    if name not in views:
        raise SemanticError([faults.unknown("saved question", str(name), views, None)])
    view = extended(catalog.spec.views)[str(name)]
    if view.model is not None:
        raise SemanticError([faults.rows_are_no_question(str(name))])
    query = query_of(view)
    given = {each.name: getattr(query, each.name) for each in fields(Query)}
    given |= {"parameters": dict(query.parameters), "user": dict(query.user), "paths": dict(query.paths)}
    given["order"] = [f"{'-' if each.descending else ''}{each.name}" for each in query.order or ()]
    if query.start is not None:
        given["from"] = given.pop("start")
    given = {key: value for key, value in given.items() if value not in (None, (), [], {}, False)}
    for key in ("where", "having"):
        if key in given and words.get(key):
            words[key] = [*given[key], *listed(words[key])]
    for key in ("parameters", "paths"):
        if key in given and words.get(key):
            words[key] = {**given[key], **words[key]}
    return {**given, **{key: value for key, value in words.items() if value not in ((), [])}}


def _pair(value: Any) -> tuple[Any, Any]:
    if isinstance(value, Mapping) and set(value) <= {"start", "end", "start_time", "end_time"}:
        return value.get("start", value.get("start_time")), value.get("end", value.get("end_time"))
    if isinstance(value, list | tuple) and len(value) == 2:
        return value[0], value[1]
    raise SemanticError([faults.bad_part("time_constraint", value, "a first and a last moment")])


def listed(value: Any) -> list[Any]:
    """The items of a part that may be a single one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


# --- what is grouped by ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """Something to group by: a path of ours, or a word with what was said beside it."""

    ours: By | None = None
    text: str | None = None
    name: str | None = None
    grain: str | None = None
    part: str | None = None


def grouped(value: Any, is_ours: Callable[[str], bool]) -> list[Item]:
    """What to group by, as it is written: paths, words, calls, ``{name, grain, date_part, alias}``."""
    return [_item(each, is_ours) for each in listed(value)]


def _item(value: Any, is_ours: Callable[[str], bool]) -> Item:
    if isinstance(value, By):
        return _of_by(value, is_ours)
    if isinstance(value, Mapping):
        return _of_mapping(value)
    if not isinstance(value, str) or not value.strip():
        raise SemanticError([faults.bad_part("by", value, "paths or words")])
    return _of_by(By.parse(value), is_ours)


def _of_by(by: By, is_ours: Callable[[str], bool]) -> Item:
    path = str(by.path)
    if "(" not in path and ("." in path or is_ours(path)):
        return Item(ours=by)
    return Item(text=path, name=by.name)


_KEYS = {"name": "text", "grain": "grain", "granularity": "grain", "time_granularity": "grain"}
_KEYS |= {"date_part": "part", "alias": "name", "as": "name"}


def _of_mapping(value: Mapping[Any, Any]) -> Item:
    if "path" in value and set(value) <= {"path", "as"}:
        return Item(ours=By(Text(str(value["path"])), value.get("as")))
    given = {key: each for key, each in value.items() if each is not None}
    if not {"name"} <= given.keys() <= _KEYS.keys() or not all(isinstance(v, str) for v in given.values()):
        raise SemanticError([faults.bad_part("by", dict(value), "{name, grain, date_part, alias}")])
    return Item(**{_KEYS[key]: each for key, each in given.items()})


# --- time --------------------------------------------------------------------------------------------


def constraint(
    start: Any, end: Any, asked: Sequence[str], finest: Sequence[str], calendar: Calendar
) -> TimeRange | None:
    """A range with both of its ends, widened to whole periods: of the shortest that is asked for, else of the
    longest of those that are the metrics' ``finest``.

    >>> constraint("2019-12-18", "2019-12-25", ["year"], ["day"], Calendar()).end
    datetime.datetime(2020, 1, 1, 0, 0)
    """
    periods = [grain for grain in ("iso_week" if g == "week" else g for g in asked) if grain in GRAINS]
    own = [grain for grain in ("iso_week" if g == "week" else g for g in finest) if grain in GRAINS]
    grain = min(periods, key=GRAINS.index) if periods else max(own, key=GRAINS.index, default="day")
    first, last = _moment("start_time", start), _moment("end_time", end)
    if first and last and first > last:
        raise SemanticError([faults.empty_time(f"{first} .. {last}")])
    begin = floor(first, grain, calendar) if first else None
    return TimeRange(begin, after(floor(last, grain, calendar), grain) if last else None)


def _moment(part: str, value: Any) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise SemanticError([faults.zoned_time()])
        return value
    if isinstance(value, date):
        return datetime.combine(value, datetime.min.time())
    try:
        return _moment(part, datetime.fromisoformat(str.strip(value)))
    except (ValueError, TypeError):
        raise SemanticError([faults.bad_part(part, value, "a moment such as '2024-01-31'")]) from None
