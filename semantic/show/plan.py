"""A plan as a tree: the answer above, the scans at the leaves."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from semantic.plan import (
    Aggregate,
    Align,
    Distinct,
    Fill,
    Filter,
    Grouped,
    Lookup,
    Match,
    Measure,
    Named,
    Partial,
    Result,
    Rows,
    Scan,
    Spine,
    Spread,
    Test,
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
    )


def _grouped(node: Grouped) -> Tree:
    match node:
        case Aggregate():
            return _aggregate(f"Aggregate {node.name}", node.keys, node.measures, node.input)
        case Align():
            return Tree.of(f"Align {node.name}", *map(_grouped, node.inputs))
        case Fill():
            spine = _spine(node.spine) if node.spine else None
            return Tree.of(f"Fill {node.name}", spine, *map(_distinct, node.members), _grouped(node.input))


def _rows(node: Rows) -> Tree:
    match node:
        case Scan():
            return Tree.of(f"Scan {node.model}")
        case Lookup():
            valid = (f"valid {scalar(tree)}" for tree in node.validity)
            kind = " (required)" if node.required else ""
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
