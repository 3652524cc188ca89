"""A plan as a tree: the answer above, the scans at the leaves."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from semantic.plan import (
    WHOLE,
    Aggregate,
    Align,
    Beside,
    Body,
    Changes,
    Distinct,
    Everywhere,
    Expanded,
    Fill,
    Filter,
    Grouped,
    Groups,
    Intervals,
    Levelled,
    Lookup,
    Match,
    Matching,
    Measure,
    Named,
    Partial,
    Population,
    Remade,
    Result,
    Rows,
    Running,
    Sampled,
    Scan,
    Selected,
    Shifted,
    Snapshot,
    Spine,
    Spread,
    States,
    Test,
    Triangle,
)
from semantic.show.scalars import scalar
from semantic.show.trees import Tree

Pairs = tuple[tuple[exp.Expr, exp.Expr], ...]


def plan_tree(result: Result) -> Tree:
    """The whole plan."""
    order = ", ".join(f"{name} desc" if down else name for name, down in result.order)
    return Tree.of(
        "Result",
        *map(_named, result.columns),
        *(f"having {scalar(tree)}" for tree in result.having),
        f"order {order}" if order else None,
        f"limit {result.limit}" if result.limit is not None else None,
        _grouped(result.input),
        *(Tree.of(f"Step {step.name} of {step.model}", _body(step.body)) for step in result.steps),
    )


def _body(body: Body) -> Tree:
    if isinstance(body, Result):
        return plan_tree(body)
    if isinstance(body, Selected):
        return Tree.of("Selected", *(f"{name}: {', '.join(columns)}" for name, columns, _ in body.reads))
    if isinstance(body, Matching):
        return Tree.of("Matching", f"on {_pairs(body.keys)}", _rows(body.base), _rows(body.other))
    return Tree.of("Projection", *map(_named, body.columns), _rows(body.input))


def _grouped(node: Grouped) -> Tree:
    match node:
        case Aggregate():
            return _aggregate(f"Aggregate {node.name}", node.keys, node.measures, node.input)
        case Align():
            return Tree.of(f"Align {node.name}", *map(_grouped, node.inputs))
        case Fill():
            spine = _spine(node.spine) if node.spine else None
            return Tree.of(f"Fill {node.name}", spine, *map(_distinct, node.members), _grouped(node.input))
        case Everywhere():
            return Tree.of(f"Everywhere {node.name}", _spine(node.spine), _grouped(node.input))
        case Triangle():
            parts = map(_grouped, (node.cohorts, node.active, node.last))
            return Tree.of(f"Triangle {node.name}: {node.since} since {node.period}", *parts)
        case Levelled():
            return Tree.of(f"Levelled {node.name}", _grouped(node.input), *map(_grouped, node.attached))
        case Running():
            window = f"the last {node.length} of {node.axis}" if node.length else f"all of {node.axis}"
            reset = f" since {scalar(node.reset)} changed" if node.reset is not None else ""
            return Tree.of(
                f"Running {node.name}: {window}{reset}", *map(_named, node.keys), _grouped(node.input)
            )
        case Shifted():
            return Tree.of(f"Shifted {node.name}: {node.axis} = {scalar(node.period)}", _grouped(node.input))
        case Population():
            keys = (f"key {_named(k)}" for k in node.keys)
            return Tree.of(f"Population {node.name}", *keys, *map(_grouped, node.inputs), _rows(node.rows))


def _rows(node: Rows) -> Tree:
    match node:
        case Scan():
            return Tree.of(f"Scan {node.model}{' (all rows)' if node.level == WHOLE else ''}")
        case Lookup():
            valid = (f"valid {scalar(tree)}" for tree in node.validity)
            kind = " (required)" if node.required else ""
            kind += " (all rows)" if node.level == WHOLE else ""
            title = f"Lookup {'.'.join(node.walk)}: {node.edge.target}{kind}"
            return Tree.of(title, f"on {_pairs(node.on)}", *valid, _rows(node.input))
        case Spread():
            kind = " (required)" if node.required else ""
            on = ", ".join(f"{scalar(outer)} = {name}" for outer, name in node.on)
            title = f"Spread by {', '.join(node.keys)}{kind}"
            return Tree.of(title, f"on {on}", _distinct(node.bridge), _rows(node.input))
        case Filter():
            return Tree.of("Filter", *map(_test, node.tests), _rows(node.input))
        case Partial():
            return _aggregate(f"Partial {node.name}", node.keys, node.measures, node.input)
        case Beside():
            return Tree.of(f"Beside {node.step}: {scalar(node.key)} = {node.column}", _rows(node.input))
        case Expanded():
            return Tree.of(f"Expanded to every {node.frames.output} whose window holds it", _rows(node.input))
        case Remade():
            return _remade(node)


def _remade(node: Remade) -> Tree:
    """Rows that are groups of other rows, or changes of these over time."""
    match node:
        case Snapshot():
            which = "last" if node.last else "first"
            return Tree.of(f"Snapshot: the {which} {node.moment}", _grouped(node.input))
        case Sampled():
            title = f"Sampled: the {node.pick} of {node.moment} by {scalar(node.period)}"
            return Tree.of(title, _grouped(node.input))
        case Intervals() | Changes():
            return Tree.of(
                f"{type(node).__name__} from {node.enter} until {node.leave}", _grouped(node.input)
            )
        case States():
            values = (_named(each) for each in node.values)
            return Tree.of(f"States of {', '.join(node.entity)}", *values, *map(_grouped, node.inputs))
        case Groups():
            return Tree.of("Groups", *(f"where {scalar(test)}" for test in node.tests), _grouped(node.input))
    raise TypeError(f"no words for {type(node).__name__}")


def _aggregate(title: str, keys: Iterable[Named], measures: Iterable[Measure], rows: Rows) -> Tree:
    return Tree.of(title, *(f"key {_named(k)}" for k in keys), *map(_measure, measures), _rows(rows))


def _measure(measure: Measure) -> str:
    where = f" where {scalar(measure.where)}" if measure.where is not None else ""
    return f"measure {measure.name} = {scalar(measure.call)}{where}"


def _named(named: Named) -> str:
    text = scalar(named.tree)
    return text if text == named.name else f"{named.name} = {text}"


def _test(test: Test) -> Tree:
    return Tree.of(scalar(test.tree), *(_match(match, n) for n, match in enumerate(test.matches, 1)))


def _match(match: Match, number: int) -> Tree:
    return Tree.of(f"exists_{number} on {_pairs(match.on)}", _rows(match.rows))


def _distinct(distinct: Distinct) -> Tree:
    columns = (f"{_named(column)}" for column in distinct.columns)
    return Tree.of(f"Distinct {distinct.name}".rstrip(), *columns, _rows(distinct.input))


def _spine(spine: Spine) -> str:
    start = spine.start.isoformat(" ") if spine.start else "the first found"
    end = spine.end.isoformat(" ") if spine.end else "the last found"
    return f"Spine {spine.key}: every {spine.grain} from {start} to {end}"


def _pairs(pairs: Pairs) -> str:
    return ", ".join(f"{scalar(left)} = {scalar(right)}" for left, right in pairs)
