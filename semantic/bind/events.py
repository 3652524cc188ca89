"""Metrics of events that are followed by others: conversions and retentions."""

from __future__ import annotations

from sqlglot import exp

from semantic import faults
from semantic.bind.condition import Condition
from semantic.bind.conversion import Converted, base_time, converted, counting, told
from semantic.bind.definitions import Definitions
from semantic.bind.expression import Expression
from semantic.bind.leaf import Leaf, leaf_column
from semantic.bind.row import Row, call, columns_of, substitute
from semantic.bind.sensible import check_like
from semantic.expr.types import infer
from semantic.faults import SemanticError
from semantic.spec.types import Conversion, Retention, TypeName


def conversion_of(definitions: Definitions, name: str, conversion: Conversion) -> Expression:
    """Base events that are followed by others, as aggregates over base events."""
    found = converted(definitions, conversion)
    tree, aggregates = told(conversion, found)
    leaves = _base_leaves(definitions, name, conversion, found, aggregates)
    kind: TypeName | None = "float" if conversion.value != "count" else "integer"
    kind = leaves[0].type if isinstance(tree, exp.Column) else kind
    for node in columns_of(tree):
        tree = substitute(tree, node, leaf_column(leaves[int(node.name)].key))
    return Expression(tree, kind, {leaf.key: leaf for leaf in leaves})


def _base_leaves(
    definitions: Definitions,
    name: str,
    conversion: Conversion,
    found: Converted,
    aggregates: list[exp.Anonymous],
) -> list[Leaf]:
    """The aggregates over base events that a conversion is told by."""
    home = str(conversion.start)
    time = base_time(definitions, conversion)
    known = tuple(Condition(home, tree) for tree in counting(definitions, conversion))
    leaves: list[Leaf] = []
    for number, each in enumerate(aggregates, 1):
        kind = infer(each, lambda column: _kind_of(definitions, home, column, found.kind))
        called = name if len(aggregates) == 1 else f"{name}_{number}"
        leaves.append(Leaf(called, home, each, known, time, kind))
    return leaves


def _kind_of(definitions: Definitions, home: str, column: exp.Column, moment: TypeName) -> TypeName | None:
    """The type of a column that a conversion is told by; times are of the type that both events have."""
    known = definitions.computed.get(home, {}).get(column.name)
    return known.type if known is not None and known.type == "integer" else moment


def retention_of(definitions: Definitions, name: str, retention: Retention) -> Expression:
    """Those of a cohort that are active again, over all of it."""
    home, time = str(retention.cohort), _entry(definitions, retention)
    check_like(definitions, (retention.cohort, retention.activity), (retention.by,))
    entity = definitions.key_row(str(retention.activity), retention.by[1]).tree
    distinct, rows = call("count_distinct", entity.copy()), call("count_rows")
    active = Leaf(f"{name}_active", home, distinct, (), time, "integer", retained=retention)
    size = Leaf(f"{name}_cohort", home, rows, (), time, "integer", retained=retention)
    if retention.value == "count":
        return Expression(leaf_column(active.key), "integer", {active.key: active})
    tree = call("safe_divide", leaf_column(active.key), leaf_column(size.key))
    return Expression(tree, "float", {active.key: active, size.key: size})


def _entry(definitions: Definitions, retention: Retention) -> Row:
    """The time of a cohort; raises where it, or its activity, has none."""
    time = definitions.time(str(retention.cohort))
    if time is None or definitions.time(str(retention.activity)) is None:
        missing = retention.cohort if time is None else retention.activity
        raise SemanticError([faults.no_axis(str(missing), missing.span)])
    return time
