"""Whether a question is asked in the words of another semantic layer; every question is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from semantic.catalog import Catalog

#: Parts of a question that our language calls otherwise, or does not have.
THEIRS = frozenset(
    (
        "group_by", "order_by", "saved_query", "start_time", "end_time", "time_constraint", "min_max_only",
        "names", "metric_names", "group_by_names", "order_by_names", "where_constraints",
        "time_constraint_start", "time_constraint_end", "saved_query_name", "apply_group_by",
    )
)  # fmt: skip
_CALLS = ("Dimension(", "TimeDimension(", "Entity(", "Metric(")


def foreign(words: Mapping[str, Any], catalog: Catalog) -> bool:
    """Whether some part of a question is not in our own words; only projects that say what their rows are
    (``entity``) can be asked otherwise, but for saved questions, which have names everywhere."""
    if not catalog.entities:
        return "saved_query" in words
    if not THEIRS.isdisjoint(words):
        return True
    metrics = _listed(words.get("metrics"))
    name = metrics[0] if len(metrics) == 1 else None
    if any(map(_called, metrics)):
        return True
    if isinstance(name, str) and name not in catalog.metrics and _is_view(name, catalog):
        return True
    paths = words.get("paths")
    known = paths if isinstance(paths, Mapping) else ()
    return (
        any(_strange(item, known) for item in _listed(words.get("by")))
        or any("{{" in text for text in _listed(words.get("where")) if isinstance(text, str))
        or any(isinstance(each, Mapping) for key in ("where", "order") for each in _listed(words.get(key)))
        or any(is_word(text.lstrip("-")) for text in _listed(words.get("order")) if isinstance(text, str))
    )


def spoken(value: object) -> bool:
    """Whether a question, or a part of one, is made of plain values, so that its text tells it from others.

    >>> spoken({"metrics": ["sales"], "limit": 3}), spoken({"metrics": object()}), spoken(10**5000)
    (True, False, False)
    """
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and spoken(each) for key, each in value.items())
    if isinstance(value, list | tuple):
        return all(map(spoken, value))
    if type(value) is int:
        return value.bit_length() <= 64  # others are no numbers of a question, and may be too long for a text
    return value is None or type(value) in (str, float, bool)


def is_word(text: str) -> bool:
    """Whether a text looks like a word of MetricFlow's, where ours may be plain names too."""
    return "__" in text or text.startswith(("metric_time", *_CALLS))


def _strange(item: object, known: Iterable[str]) -> bool:
    """Whether something to group by is no path and none of the question's own words for one."""
    if isinstance(item, str):
        path = item.strip().split(" ", 1)[0]
        return path.startswith(_CALLS) or ("." not in path and path not in known)
    return isinstance(item, Mapping) and "name" in item


def _called(metric: object) -> bool:
    """Whether a metric of a question is more than a name."""
    return isinstance(metric, Mapping) or (
        isinstance(metric, str) and (" " in metric.strip() or metric.startswith("Metric("))
    )


def _is_view(name: object, catalog: Catalog) -> bool:
    return any(view.name == name for view in catalog.spec.views)


def _listed(value: Any) -> list[Any]:
    """The items of a part that may be one of them."""
    if value is None or isinstance(value, str | Mapping):
        return [] if value is None else [value]
    return list(value) if isinstance(value, list | tuple) else []
