"""Any sqlglot tree to the canonical one: every function a call from the registry, nothing unknown left.

In a canonical tree every function, aggregate and calendar operation is an `exp.Anonymous` whose name is
in `semantic.functions.REGISTRY` (or declared by the project); ``/``, ``//`` and ``%`` are calls too, safe
ones. What remains are structural nodes: columns, literals, CASE, CAST, comparisons, logic, ``+ - *``,
``||``, IN, LIKE, BETWEEN, IS. Parentheses are gone; translation puts them where the target needs them.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from semantic.expr.aggregates import AGGREGATES
from semantic.expr.calendar import CALENDAR
from semantic.expr.columns import StatementTypes, TableTypes
from semantic.expr.named import NAMED
from semantic.expr.scalars import SCALARS
from semantic.expr.statement import STATEMENT, WINDOWS, misplaced
from semantic.expr.structure import STRUCTURE
from semantic.expr.types import TypeOf
from semantic.expr.walk import PUBLIC, ZONE, Canonical, Handler, Misfit, call, filtered, is_aggregate
from semantic.spec.types import Function as Declared

__all__ = ["PUBLIC", "ZONE", "Misfit", "call", "canonical", "canonical_statement", "filtered", "is_aggregate"]

_EXPRESSION: Mapping[type, Handler] = {**STRUCTURE, **SCALARS, **AGGREGATES, **CALENDAR, **NAMED}
_WINDOWED: Mapping[type, Handler] = {**_EXPRESSION, **WINDOWS}
_STATEMENT: Mapping[type, Handler] = {**_EXPRESSION, **STATEMENT}


def canonical(
    tree: exp.Expr,
    type_of: TypeOf,
    declared: Mapping[str, Declared],
    authoring: str = "duckdb",
    *,
    windows: bool = False,
) -> exp.Expr:
    """The canonical tree of one expression; the tree given is used up. Raises `Misfit`.

    Window functions are allowed where ``windows`` says so.

    >>> from sqlglot import parse_one
    >>> canonical(parse_one("sum(x) / count(*)", read="duckdb"), lambda column: None, {}).sql()
    'SAFE_DIVIDE(SUM(x), COUNT_ROWS())'
    """
    handlers = _WINDOWED if windows else _EXPRESSION
    return _run(Canonical(type_of, declared, authoring, handlers), tree)


def canonical_statement(
    tree: exp.Expr,
    of_table: TableTypes,
    declared: Mapping[str, Declared],
    authoring: str = "duckdb",
) -> exp.Expr:
    """The canonical tree of one SELECT: tables, joins, CTEs, unions and windows are allowed in it."""
    return _run(Canonical(StatementTypes(of_table), declared, authoring, _STATEMENT), tree)


def _run(work: Canonical, tree: exp.Expr) -> exp.Expr:
    result = work.of(tree)
    if not work.misfits and exp.Window in work.handlers:
        work.misfits += misplaced(result)
    if work.misfits:
        raise Misfit(work.misfits)
    return result
