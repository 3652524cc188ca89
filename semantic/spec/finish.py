"""What one field alone cannot settle: keys that exclude each other, and values that depend on others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from yaml.events import ScalarEvent

from semantic import faults
from semantic.source import Span
from semantic.spec.nodes import Branch, Node
from semantic.spec.page import Page, given, is_null
from semantic.spec.shapes import Values
from semantic.spec.types import Rule, TypeName
from semantic.spec.values import EXPECTED, parse_value

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def role(page: Page, values: Values, node: Node) -> None:
    """A join's role is the model that it leads to, unless it has another name."""
    values.setdefault("role", values["to"])


def split_signature(page: Page, values: Values, node: Node) -> None:
    """A name with arguments becomes both."""
    values["name"], values["arguments"] = values["name"]


def untyped(page: Page, values: Values, node: Node) -> None:
    """A function may leave its type open."""
    split_signature(page, values, node)
    values.setdefault("type", None)


def same_name(page: Page, values: Values, node: Node) -> None:
    """A metric of a query that says nothing else is the one of its name."""
    values.setdefault("sql", values["name"])


# --- parameters ---------------------------------------------------------------------------------------


def typed(page: Page, values: Values, node: Node) -> None:
    """Turns the default and the allowed values of a parameter into values of its type."""
    default = values.get("default")
    allowed = tuple(
        _value(page, each, values["type"], "An item of 'values'") for each in values.get("values", ())
    )
    if default is not None:
        values["default"] = _value(page, default, values["type"], "'default'")
        if allowed and values["default"] is not None and values["default"] not in allowed:
            page.fault(faults.not_among("The default", default.value, page.span(default)))
    values["values"] = allowed


def _value(page: Page, node: Any, type: TypeName, what: str) -> Any:
    if not isinstance(node, ScalarEvent):
        page.fault(faults.wrong_kind(what, EXPECTED[type], given(node), page.span(node)))
        return None
    if is_null(node):
        return None
    value = parse_value(node.value, type)
    if value is not None and isinstance(value, str):
        return page.text(node)
    if value is None or node.style:
        hint = "" if value is None else "Remove the quotes."
        page.fault(faults.wrong_kind(what, EXPECTED[type], given(node), page.span(node), hint))
        return None
    return value


# --- policies -----------------------------------------------------------------------------------------


def governing(page: Page, values: Values, node: Node) -> None:
    """A policy says something, of a model where it needs one, and `inherit` of its rows."""
    name, about = values["name"], _given(values, ("rows", "hide", "metrics"))
    if not about:
        page.fault(faults.policy_of_nothing(name, name.span))
    for key in _given(values, ("rows", "hide")):
        if "model" not in values:
            page.fault(faults.policy_without_model(name, key, _place(page, node, key)))
    for key, needed in (("model", ("rows", "hide")), ("inherit", ("rows",))):
        if about and key in values and not _given(values, needed):
            page.fault(faults.policy_key_alone(name, key, needed, _place(page, node, key)))


# --- models -------------------------------------------------------------------------------------------


def own_columns(page: Page, values: Values, node: Node) -> None:
    """The columns of a model made from a question are what it asks for."""
    if "query" in values and "columns" in values:
        page.fault(faults.columns_of_query(values["name"], _place(page, node, "columns")))


def one_meaning(page: Page, values: Values, node: Node) -> None:
    """A dimension is a column, an expression, bands or rules."""
    keys = ("sql", "bands", "rules")
    found = [key for key in keys if key in values]
    if len(found) > 1:
        what = f"The dimension '{values['name']}'"
        page.fault(faults.needs_one_of(what, keys, found, values["name"].span))


def ruled(page: Page, values: Values, node: Node) -> None:
    """Rules for a value come before those for any, so that the first that fits is the narrowest."""
    rules = [
        Rule(row, column, label) for row, cells in values["table"].items() for column, label in cells.items()
    ]
    values["table"] = tuple(sorted(rules, key=lambda rule: (rule.first == "*", rule.second == "*")))
    fits_all = any((rule.first, rule.second) == ("*", "*") for rule in rules)
    if fits_all and "otherwise" in values:
        page.fault(faults.otherwise_twice(values["otherwise"].span))


def in_order(page: Page, values: Values, node: Node) -> None:
    """A window of days that are written out does not end before it starts."""
    first, last = values.get("start"), values.get("until")
    if first and last and _ISO_DAY.match(first) and _ISO_DAY.match(last) and first > last:
        page.fault(faults.window_backwards(first, last, last.span))


# --- metrics ------------------------------------------------------------------------------------------

#: What another metric is seen through: along time, at another level, or by its place among others.
_ALONG = ("window", "to_date", "offset", "sampled")
_LEVELS = ("total_over", "share_over", "base")
_PLACES = ("rank_over", "cumulative_share_over")
_THROUGH = (*_ALONG, *_LEVELS, *_PLACES, "ignoring")
#: Either: rows that another metric is of, or those that a metric aggregates itself.
_BOTH = "filter"
#: What belongs to a metric that aggregates rows itself.
_OWN = ("model", "filter", "time", "per", "having", "not_additive_over", "at")
#: Modifiers that can stand beside each other in one metric; any others would depend on their order.
_TOGETHER = (
    {"window", "offset"},
    {"to_date", "offset"},
    {"window", "sampled"},
    {"to_date", "sampled"},
    *({each, "ignoring"} for each in _LEVELS),
)


def seen_through(page: Page, values: Values, node: Node) -> None:
    """A metric is an expression, events of models, or another metric seen through modifiers."""
    through = [key for key in _THROUGH if key in values]
    own = [key for key in _OWN if key in values]
    kind = next((key for key in ("conversion", "retention") if key in values), None)
    if kind == "retention" and values.get("every_period"):
        own = [*own, "every_period"]
    if kind is not None:
        values["sql"] = values["name"]
        _of_events(page, values, node, kind, [*own, *through])
    elif "metric" in values:
        values["sql"] = values["metric"]
        _of_metric(page, values, node, own, through)
    elif through:
        place = _place(page, node, through[0])
        page.fault(faults.modifier_without_metric(through[0], values["name"], place))
    else:
        _of_rows(page, values, node)


def _of_events(page: Page, values: Values, node: Node, kind: str, others: list[str]) -> None:
    for key in others:
        page.fault(faults.modifier_of_events(kind, key, values["name"], _place(page, node, key)))


def _of_metric(page: Page, values: Values, node: Node, own: list[str], through: list[str]) -> None:
    name = values["name"]
    for key in (key for key in own if key != _BOTH):
        page.fault(faults.modifier_of_metric(key, name, _place(page, node, key)))
    if not through and _BOTH not in own:
        page.fault(faults.nothing_seen_through(name, (*_THROUGH, _BOTH), values["metric"].span))
    if {"window", "to_date"} <= set(through):
        page.fault(faults.two_windows(name, _place(page, node, "to_date")))
    elif len(through) > 1 and set(through) not in _TOGETHER:
        page.fault(faults.two_modifiers(name, through[:2], _place(page, node, through[1])))


def _of_rows(page: Page, values: Values, node: Node) -> None:
    """What cannot stand together in a metric that has SQL of its own."""
    name = values["name"]
    if "per" in values:
        for key in _given(values, ("model", "at", "not_additive_over")):
            page.fault(faults.modifier_of_entities(key, name, _place(page, node, key)))
    elif "at" in values:
        for key in _given(values, ("time", "not_additive_over")):
            page.fault(faults.modifier_of_moment(key, name, _place(page, node, key)))


def converted(page: Page, values: Values, node: Node) -> None:
    """One entity, flags for words, and no time limit without time."""
    if _entity(page, values, node, "conversion"):
        values["inclusive"] = values.pop("begin", "exclusive") == "inclusive"
        values["open_end"] = values.pop("end", "inclusive") == "exclusive"
        _counted(page, values, node)
        within = values.get("within")
        if within is not None and within.count == 0 and not values["inclusive"]:
            page.fault(faults.no_time_to_convert(_place(page, node, "within")))
        if "until" in values and (within is None or values.get("immature") == "count"):
            page.fault(faults.until_nothing("within" if within is None else "immature", values["until"].span))


def _counted(page: Page, values: Values, node: Node) -> None:
    """What goes with the things that are counted, and what says nothing beside them."""
    counted = values.get("counted", "base")
    if values["open_end"] and "within" not in values:
        page.fault(faults.end_of_nothing(_place(page, node, "end")))
    if counted == "later" and "each" in values:
        page.fault(faults.each_of_later(_place(page, node, "each")))
    if counted != "base" and values.get("value") in ("median_days", "avg_days"):
        page.fault(faults.days_of_counted(counted, _place(page, node, "counted")))
    values["once"] = values.pop("each", "many") == "once"


def retained(page: Page, values: Values, node: Node) -> None:
    """One entity."""
    _entity(page, values, node, "retention")


def chosen(page: Page, values: Values, node: Node) -> None:
    """Only a first or last snapshot can be an entity's own."""
    if values["time"] == "average" and "per" in values:
        page.fault(faults.average_per(_place(page, node, "per")))


def _entity(page: Page, values: Values, node: Node, what: str) -> bool:
    if len(values["by"]) != 1:
        page.fault(faults.one_entity(what, _place(page, node, "by")))
        return False
    values["by"] = values["by"][0]
    return True


def _given(values: Values, keys: Iterable[str]) -> list[str]:
    return [key for key in keys if key in values]


def _place(page: Page, node: Node, key: str) -> Span:
    """Where a key of a mapping stands."""
    keys = node.items[::2] if isinstance(node, Branch) else ()
    return page.span(next((each for each in keys if getattr(each, "value", None) == key), node))
