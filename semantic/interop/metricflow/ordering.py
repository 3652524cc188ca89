"""What MetricFlow's programs write as objects where ours write texts: the order and conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from semantic import faults
from semantic.faults import SemanticError
from semantic.interop.metricflow.templates import EXTRACT

_NESTED = ("metric", "group_by", "groupBy")
_KEYS = {"name", "grain", "date_part", "descending"}
_EXPECTED = "a name, '-name' or {name, grain, date_part, descending}"


def order_text(given: Any) -> Any:
    """Something to sort by as a word: an object is written out, everything else stays as it is.

    >>> order_text({"name": "metric_time", "grain": "month", "descending": True})
    '-metric_time__month'
    >>> order_text({"metric": {"name": "bookings"}})
    'bookings'
    """
    if not isinstance(given, Mapping):
        return given
    said = {key: each for key, each in given.items() if each is not None}
    nested = next((key for key in _NESTED if isinstance(said.get(key), Mapping)), None)
    inner: Mapping[str, Any] = said.pop(nested) if nested is not None else {}
    said |= {key: each for key, each in inner.items() if each is not None}
    descending = said.pop("descending", False)
    texts = all(isinstance(each, str) for each in said.values())
    if not {"name"} <= said.keys() <= _KEYS or not texts or not isinstance(descending, bool):
        raise SemanticError([faults.bad_part("order", dict(given), _EXPECTED)])
    last = (
        [EXTRACT + said["date_part"]] if "date_part" in said else [said["grain"]] if "grain" in said else []
    )
    return f"{'-' if descending else ''}{'__'.join((said['name'], *last)).lower() if last else said['name']}"


def condition_text(given: Any) -> Any:
    """A condition, which some programs put into an object.

    >>> condition_text({"sql": "{{ Dimension('listing__country') }} = 'us'"})
    "{{ Dimension('listing__country') }} = 'us'"
    """
    return given["sql"] if isinstance(given, Mapping) and set(given) == {"sql"} else given
