"""Worlds and questions of the reference in the words of a project."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlglot
import yaml

from tests.reference import phrases
from tests.reference.terms import (
    Having,
    Join,
    Leaf,
    Metric,
    Parameter,
    Path,
    Question,
    Table,
    Test,
    Top,
    World,
    parameters,
    spelled,
)

_WEEKDAYS = {0: "monday", 5: "saturday", 6: "sunday"}
_MACRO = {"name": "same(x, y)", "sql": "({{ x }} = {{ y }})"}


# --- expressions ------------------------------------------------------------------------------------


def condition(test: Test) -> str:
    """A condition as SQL."""
    if test.op in ("and", "or"):
        return "(" + f" {test.op} ".join(map(condition, test.parts)) + ")"
    if test.op == "not":
        return f"not ({condition(test.parts[0])})"
    if test.op == "unknown":
        return f"({condition(test.parts[0])}) is null"
    assert test.path is not None
    left, right = spelled(test.path), [literal(value) for value in test.values]
    right = [*([spelled(test.other)] if test.other else []), *right]
    if test.called:
        return f"{{{{ same('{left}', {test.values[0].name}) }}}}"
    if test.op in ("is", "null"):
        return left if test.op == "is" else f"{left} is null"
    if test.op == "in":
        return f"{left} in ({', '.join(right)})"
    if test.op == "between":
        return f"{left} between {right[0]} and {right[1]}"
    return f"{left} {test.op} {right[0]}"


def literal(value: Any) -> str:
    """A value as SQL."""
    if isinstance(value, Parameter):
        return f"{{{{ {value.name} }}}}"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime):
        return f"timestamp '{value}'"
    return f"date '{value}'" if isinstance(value, date) else str(value)


def aggregation(leaf: Leaf) -> str:
    """An aggregate as SQL."""
    called = _call(leaf, [spelled_in(leaf.table, path) for path in leaf.paths])
    return f"{called} filter (where {condition(leaf.within)})" if leaf.within else called


def _call(leaf: Leaf, arguments: list[str]) -> str:
    first, rest = (arguments or ["*"])[0], arguments[1:]
    match leaf.function:
        case "count_distinct":
            return f"count(distinct ({first}, {rest[0]}))" if rest else f"count(distinct {first})"
        case "sum_product":
            return f"sum({first} * {rest[0]})"
        case "sum_distinct" | "avg_distinct":
            return f"{leaf.function[:3]}(distinct {first})"
        case "percentile_cont" | "percentile_disc":
            return f"{leaf.function}({leaf.share}) within group (order by {first})"
        case "string_agg":
            return f"string_agg({first}, '+')"
    return f"{leaf.function}({', '.join([first, *rest])})"


def spelled_in(table: str, path: Path) -> str:
    """A path as a metric of a table writes it."""
    return path.column if path.steps == (table,) else spelled(path)


def _in(authoring: str, sql: str) -> str:
    """An expression as another dialect writes it."""
    return sql if authoring == "duckdb" else sqlglot.transpile(sql, read="duckdb", write=authoring)[0]


# --- the project ------------------------------------------------------------------------------------


def project(
    world: World, questions: Sequence[Question], authoring: str = "duckdb", halved: bool = False
) -> str:
    """The world and the metrics of some questions as YAML; ``halved``: each table is read as two parts."""
    models = [_model(name, table, halved) for name, table in world.tables.items()]
    used = [metric for question in questions for metric in question.metrics]
    used += [having.metric for question in questions for having in question.having]
    used += [question.top.metric for question in questions if question.top is not None]
    sources = [table.source for table in world.tables.values() if table.source is not None]
    used += [told for made in sources for _, told in made.metrics if isinstance(told, Metric)]
    metrics = {m["name"]: m for metric in used for m in _definitions(metric, authoring)}
    known = {p.name: p for question in questions for test in _tests(question) for p in parameters(test)}
    head: dict[str, Any] = {"name": "random", "calendar": _calendar(world)}
    head |= {"authoring_dialect": authoring} if authoring != "duckdb" else {}
    if known:
        head |= {"parameters": [_parameter(each) for each in known.values()], "macros": [_MACRO]}
    whole = {**head, "models": models, "metrics": list(metrics.values())}
    return yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Dumper(yaml.CSafeDumper):
    """What fits on a line stands on one, as a person would write it."""


def _flow(dumper: yaml.CSafeDumper, value: Any) -> yaml.Node:
    simple = all(isinstance(part, str | int | float | list | dict) for part in value)
    node = yaml.CSafeDumper.represent_dict(dumper, value)
    node.flow_style = simple and len(str(value)) < 120
    return node


_Dumper.add_representer(dict, _flow)


def _calendar(world: World) -> dict[str, Any]:
    calendar = world.calendar
    starts = {"week_start": _WEEKDAYS[calendar.week_start], "fiscal_year_start": calendar.fiscal_start}
    return {"timezone": calendar.zone, **starts}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    default = parameter.default
    plain = float(default) if isinstance(default, Decimal) else default
    return {"name": parameter.name, "type": parameter.type, "default": plain}


def _tests(question: Question) -> Iterator[Test | None]:
    yield from question.where
    yield from (test for leaf in question.leaves() for test in (leaf.where, leaf.within))


def _model(name: str, table: Table, halved: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, **_rows(name, table, halved)}
    if table.time is not None:
        found["time"] = spelled_in(name, table.time)
    if table.valid is not None:
        found["valid"] = list(table.valid)
    if table.joins:
        found["joins"] = [_join(role, join) for role, join in table.joins.items()]
    return found


def _rows(name: str, table: Table, halved: bool) -> dict[str, Any]:
    """Where a model's rows come from, and what is known of them."""
    if table.source is not None:
        scores = phrases.SCORES if table.source.scored else []
        taken = {each["name"] for each in scores} | {c for c in table.columns if c.endswith("id")}
        plain = [c for c in table.columns if c not in taken]
        question = phrases.query(table.source, aggregation, condition)
        return {"query": question, "dimensions": [*plain, *scores]}
    if table.periods:
        return {"source": name, "primary_key": list(table.key), "periods": list(table.periods)}
    plain = [c for c in table.columns if c not in table.key]
    made = [{"name": each, "sql": _made(path)} for each, path in table.made.items()]
    source = _halves(name, table) if halved else {"source": name}
    return {**source, "primary_key": list(table.key), "dimensions": [*plain, *made]}


def _halves(name: str, table: Table) -> dict[str, Any]:
    """A table as the union of two parts of itself."""
    whole, test = f"select {', '.join(table.columns)} from {name}", "kind = 'a'"
    sql = f"{whole} where {test} union all {whole} where not ({test}) or {test.split()[0]} is null"
    return {"sql": sql, "columns": dict(table.columns)}


def _made(path: Path) -> str:
    return f"local_date({path.column})" if path.grain == "day" else spelled(path)


def _join(role: str, join: Join) -> dict[str, Any]:
    found: dict[str, Any] = {"to": join.target, "on": dict(join.on)}
    found |= {"as": role} if role != join.target else {}
    found |= {"valid": list(join.valid), "at": join.at} if join.valid else {}
    return found | ({"required": True} if join.required else {})


def _definitions(metric: Metric, authoring: str) -> list[dict[str, Any]]:
    if metric.how is not None or not isinstance(metric.leaf, Leaf | None):
        return phrases.modified(metric, lambda part: _definitions(part, authoring))
    if metric.leaf is not None:
        own = _in(authoring, aggregation(metric.leaf))
        return [{"name": metric.name, **_modifiers(metric.leaf, authoring), "sql": own}]
    parts = metric.parts
    if metric.inline and isinstance(parts[0].leaf, Leaf):
        own = _operation(metric.op, [aggregation(part.leaf) for part in parts if isinstance(part.leaf, Leaf)])
        return [{"name": metric.name, **_modifiers(parts[0].leaf, authoring), "sql": _in(authoring, own)}]
    named = {"name": metric.name, "sql": _operation(metric.op, [part.name for part in parts])}
    return [*(definition for part in parts for definition in _definitions(part, authoring)), named]


def _modifiers(leaf: Leaf, authoring: str) -> dict[str, Any]:
    found: dict[str, Any] = {"model": leaf.table, **phrases.of_leaf(leaf)}
    found |= {"filter": _in(authoring, condition(leaf.where))} if leaf.where else {}
    return found | ({"time": leaf.time} if leaf.time else {})


def _operation(op: str, parts: list[str]) -> str:
    return f"coalesce({parts[0]}, 0)" if op == "known" else f" {op} ".join(parts)


# --- the question -----------------------------------------------------------------------------------


def asked(question: Question, authoring: str = "duckdb") -> str:
    """The question as JSON."""
    words: dict[str, Any] = {"metrics": [metric.name for metric in question.metrics]}
    words["by"] = [f"{spelled(b.path)} as {b.name}" if b.name else spelled(b.path) for b in question.by]
    words["where"] = [_in(authoring, condition(test)) for test in question.where]
    words["having"] = [*map(_having, question.having), *map(condition, question.kept)]
    words["time"] = _range(question.period) if question.period else None
    words["fill"] = question.fill
    words["members"] = _members(question)
    words["order"] = [f"-{order.name}" if order.falling else order.name for order in question.order]
    words["parameters"] = _given(question)
    words["top"] = _top(question.top) if question.top is not None else None
    kept = {key: value for key, value in words.items() if value}
    return json.dumps(kept | ({} if question.limit is None else {"limit": question.limit}))


def _top(top: Top) -> str:
    return f"{top.count} {spelled(top.path)} by {top.metric.name} else {top.others}"


def _range(period: tuple[date, date]) -> str:
    return f"{period[0]}..{period[1] - timedelta(days=1)}"


def _having(having: Having) -> str:
    name = having.metric.name
    return f"{name} is not null" if having.op == "null" else f"{name} {having.op} {having.value}"


def _members(question: Question) -> bool | list[str]:
    every = [by for by in question.by if by.path.grain is None]
    whole = bool(every) and list(question.members) == every
    return whole or [member.output for member in question.members]


def _given(question: Question) -> dict[str, Any]:
    """The values of parameters that are not their defaults."""
    found = {p.name: p for test in _tests(question) for p in parameters(test) if p.value != p.default}
    return {name: p.value if isinstance(p.value, int | float) else str(p.value) for name, p in found.items()}


# --- tables -----------------------------------------------------------------------------------------


def sheet(table: Table) -> str:
    """A table as text, with its columns one below the other.

    >>> print(sheet(Table(("id",), {"id": "integer", "kind": "text"}, ({"id": 1, "kind": ""},))), end="")
    id integer | kind text
    1          | ''
    """
    head = [f"{name} {kind}" for name, kind in table.columns.items()]
    return written([head, *([_cell(row[name]) for name in table.columns] for row in table.rows)])


def written(lines: list[list[str]]) -> str:
    """Cells with bars between them, each column as wide as it needs."""
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    padded = (" | ".join(f"{cell:{w}}" for cell, w in zip(line, widths, strict=True)) for line in lines)
    return "".join(f"{line.rstrip()}\n" for line in padded)


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else "''" if value == "" else str(value)
