"""Worlds and questions of the reference evaluator in the words of a project."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from tests.reference.evaluate import Having, Leaf, Metric, Path, Question, Table, Test, World
from tests.reference.worlds import ATTRIBUTES


def spoken(path: Path) -> str:
    """A path as a question writes it."""
    return ".".join(part for part in (path.table, path.column, path.grain) if part)


def condition(test: Test) -> str:
    """A condition as SQL."""
    if test.op in ("and", "or"):
        return "(" + f" {test.op} ".join(map(condition, test.parts)) + ")"
    if test.op == "not":
        return f"not ({condition(test.parts[0])})"
    assert test.path is not None
    left, right = spoken(test.path), [literal(v) for v in test.values]
    if test.op == "null":
        return f"{left} is null"
    if test.op == "in":
        return f"{left} in ({', '.join(right)})"
    if test.op == "between":
        return f"{left} between {right[0]} and {right[1]}"
    return f"{left} {test.op} {right[0]}"


def literal(value: Any) -> str:
    """A value as SQL."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"date '{value}'" if isinstance(value, date) else str(value)


def project(world: World, question: Question) -> str:
    """The world and the question's metrics as YAML."""
    models = [_model(name, table) for name, table in world.items()]
    used = [*question.metrics, *(having.metric for having in question.having)]
    metrics = [m for metric in used for m in _definitions(metric)]
    return yaml.safe_dump({"name": "random", "models": models, "metrics": metrics}, sort_keys=False)


def _model(name: str, table: Table) -> dict[str, Any]:
    joins = [{"to": j.target, "on": dict(j.on)} for j in table.joins.values()]
    found = {"name": name, "source": name, "primary_key": list(table.key), "dimensions": list(ATTRIBUTES)}
    return found | ({"time": table.time} if table.time else {}) | ({"joins": joins} if joins else {})


def _definitions(metric: Metric) -> list[dict[str, str]]:
    if metric.ratio is not None:
        above, below = metric.ratio
        own = {"name": metric.name, "sql": f"{above.name} / {below.name}"}
        return [*_definitions(above), *_definitions(below), own]
    assert metric.leaf is not None
    leaf = metric.leaf
    found = {"name": metric.name, "model": leaf.table, "sql": _call(leaf)}
    return [found | ({"filter": condition(leaf.where)} if leaf.where else {})]


def _call(leaf: Leaf) -> str:
    argument = "*" if leaf.path is None else leaf.path.column
    if leaf.path is not None and leaf.path.table != leaf.table:
        argument = f"{leaf.path.table}.{leaf.path.column}"
    function = leaf.function.replace("count_distinct", "count(distinct")
    return f"{function} {argument})" if "(" in function else f"{function}({argument})"


def asked(question: Question) -> dict[str, Any]:
    """The question's words."""
    words: dict[str, Any] = {"by": [spoken(p) for p in question.by]}
    words["where"] = [condition(t) for t in question.where]
    if question.period is not None:
        words["time"] = list(question.period)
    words |= {"having": [_having(h) for h in question.having]} if question.having else {}
    return words | ({"fill": True} if question.fill else {})


def _having(having: Having) -> str:
    name = having.metric.name
    return f"{name} is not null" if having.op == "null" else f"{name} {having.op} {having.value}"


def sheet(table: Table) -> str:
    """A table as text for `tests.shop`."""
    columns = {"id": "integer"} | {c: "integer" for j in table.joins.values() for c, _ in j.on} | ATTRIBUTES
    head = " | ".join(f"{name} {kind}" for name, kind in columns.items())
    lines = [" | ".join(_cell(row[name]) for name in columns) for row in table.rows]
    return "\n".join([head, *lines])


def _cell(value: Any) -> str:
    return "" if value is None else "''" if value == "" else str(value)
