"""Modifiers of metrics, and models made from questions, in the words of a project."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.reference.terms import (
    Conversion,
    Leaf,
    Level,
    Made,
    Metric,
    Path,
    Per,
    Retention,
    Through,
    spelled,
)

#: How a metric is spelled that is no part of another.
Spell = Callable[[Metric], list[dict[str, Any]]]
_LEVELS = {"share": "share_over", "rank": "rank_over", "cumulative": "cumulative_share_over"}


def length(value: tuple[int, str]) -> str:
    """A calendar length as it is written."""
    return f"{value[0]} {value[1]}{'' if abs(value[0]) == 1 else 's'}"


def modified(metric: Metric, spell: Spell) -> list[dict[str, Any]]:
    """A metric with a modifier, after those that it is made of."""
    match metric.leaf:
        case Per():
            return [*(d for each in metric.leaf.inner() for d in spell(each)), _per(metric.name, metric.leaf)]
        case Conversion():
            return [{"name": metric.name, "conversion": _conversion(metric.leaf)}]
        case Retention():
            return [{"name": metric.name, "retention": _retention(metric.leaf)}]
    [part] = metric.parts
    return [*spell(part), {"name": metric.name, "metric": part.name, **_how(metric)}]


def _per(name: str, per: Per) -> dict[str, Any]:
    entity = [spelled(path) for path in per.paths]
    found: dict[str, Any] = {"name": name, "per": entity if per.beside else entity[0]}
    having = per.having
    if having is not None:
        told = "is not null" if having.op == "null" else f"{having.op} {having.value}"
        found["having"] = f"{having.metric.name} {told}"
    if per.value is None:
        return found | {"sql": "count(*)"}
    called = f"count(distinct {per.value.name})" if per.function == "count_distinct" else None
    return found | {"sql": called or f"{per.function}({per.value.name})"}


def _conversion(each: Conversion) -> dict[str, Any]:
    (own, other), *same = each.by
    found: dict[str, Any] = {"from": each.base, "to": each.to, "by": {own: other}}
    found |= {"same": dict(same)} if same else {}
    found |= {"within": length(each.within)} if each.within else {}
    found |= {
        "start": "inclusive" if each.inclusive else "exclusive",
        "each": "once" if each.once else "many",
    }
    found |= {"immature": each.immature} if each.within else {}
    found |= {"until": str(each.until)} if each.until else {}
    return found | {"value": each.value}


def _retention(each: Retention) -> dict[str, Any]:
    by = {each.by[0]: each.by[1]}
    found = {"cohort": each.cohort, "activity": each.activity, "by": by}
    found |= {"window": "rolling"} if each.rolling else {}
    return found | {"period": each.period, "value": each.value}


def _how(metric: Metric) -> dict[str, Any]:
    how = metric.how
    if isinstance(how, Level):
        found: dict[str, Any] = {"ignoring": list(how.ignoring)} if how.ignoring else {}
        found |= {"base": f"{how.base[0]}..{how.base[1] - timedelta(days=1)}"} if how.base else {}
        return found | ({_LEVELS.get(metric.op, "total_over"): list(how.over)} if how.over else {})
    assert isinstance(how, Through)
    window = length(how.window) if isinstance(how.window, tuple) else how.window
    offset = length(how.offset) if how.offset else None
    every = {"window": window, "to_date": how.to_date, "offset": offset}
    return {key: value for key, value in every.items() if value}


def of_leaf(leaf: Leaf) -> dict[str, Any]:
    """Which rows of a period an aggregate takes."""
    found: dict[str, Any] = {"at": leaf.at} if leaf.at else {}
    if leaf.snapshots:
        pick, per = leaf.snapshots
        found["not_additive_over"] = {"time": pick, **({"per": per} if per else {})}
    return found


# --- models -----------------------------------------------------------------------------------------


def query(made: Made, aggregation: Callable[[Leaf], str], condition: Callable[[Any], str]) -> dict[str, Any]:
    """The question that a model is made from."""
    found: dict[str, Any] = {"from": made.start} if made.start else {"of": made.of}
    told = aggregation if made.start else _from_afar
    found["metrics"] = {
        name: each.name if isinstance(each, Metric) else told(each) for name, each in made.metrics
    }
    if made.start:
        found["by"] = [_by(made.start, name, path) for name, path in made.by]
    found |= {"where": [condition(test) for test in made.where]} if made.where else {}
    found |= {"having": f"{made.having[0]} > {made.having[1]}"} if made.having else {}
    if made.window:
        found["window"] = {"last": length(made.window[0]), "until": str(made.window[1])}
    return found


def _from_afar(leaf: Leaf) -> str:
    """An aggregate where no model of its own is said."""
    return f"{leaf.function}({spelled(leaf.paths[0])})"


def _by(start: str, name: str, path: Path) -> str:
    told = ".".join(spelled(path).split(".")[1:]) if path.steps == (start,) else spelled(path)
    return told if told == name else f"{told} as {name}"


#: Columns that a scored population has besides what was found of it; see `made.scored`.
SCORES: list[dict[str, Any]] = [
    {"name": "third", "sql": "ntile(3) over (order by latest, id)"},
    {"name": "place", "sql": "rank() over (order by n desc)"},
    {"name": "before", "sql": "lag(n) over (order by n, id)"},
    {"name": "so_far", "sql": "sum(n) over (partition by third order by id)"},
    {"name": "band", "bands": {"sql": "total", "cuts": [1, 3], "labels": ["low", "middle", "high"]}},
    {
        "name": "segment",
        "rules": {
            "by": ["band", "case when third > 1 then 'late' else 'early' end"],
            "table": {"high": {"late": "star", "*": "big"}, "*": {"late": "fresh"}},
            "otherwise": "rest",
        },
    },
]
