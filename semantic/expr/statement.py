"""What a statement adds to expressions: its clauses, joins, windows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.expr.columns import StatementTypes, sources
from semantic.expr.structure import in_list, leaf
from semantic.expr.walk import Canonical, Handler, call
from semantic.faults import Fault
from semantic.functions import REGISTRY


def _parts(c: Canonical, node: exp.Expr) -> exp.Expr:
    return c.parts(node)


_PLAIN_JOINS = {"", "INNER", "OUTER", "CROSS"}


def _in_statement(c: Canonical, node: exp.In) -> exp.Expr:
    if query := node.args.get("query"):
        node.set("this", c.of(node.this))
        node.set("query", c.of(query))
        return node
    return in_list(c, node)


def _join(c: Canonical, node: exp.Join) -> exp.Expr:
    if node.args.get("method") or str(node.args.get("kind") or "") not in _PLAIN_JOINS:
        return c.misfit(faults.unsupported_syntax("This kind of join"), node)
    return c.parts(node)


def _group(c: Canonical, node: exp.Group) -> exp.Expr:
    if any(node.args.get(key) for key in ("all", "cube", "rollup", "grouping_sets", "totals")):
        return c.misfit(faults.unsupported_syntax("This form of GROUP BY", "Write the columns out."), node)
    return c.parts(node)


def _distinct(c: Canonical, node: exp.Distinct) -> exp.Expr:
    if node.args.get("on"):
        return c.misfit(faults.unsupported_syntax("DISTINCT ON", "Use row_number()."), node)
    return c.parts(node)


def _select(c: Canonical, node: exp.Select) -> exp.Expr:
    for key in ("qualify", "into", "laterals", "pivots", "sample", "match", "hint"):
        if node.args.get(key):
            return c.misfit(faults.unsupported_syntax(key.upper().rstrip("S")), node)
    _name_columns_of_having(node)
    _free_outputs(node)
    return _query(c, node)


def _free_outputs(node: exp.Select) -> None:
    """``SELECT count(*) AS people FROM people GROUP BY people.town``: BigQuery takes the ``people`` of a
    GROUP BY for the output, so that a table which is called like one gets another alias."""
    outputs = {each.alias.lower() for each in node.expressions if each.alias}
    for source in list(sources(node)):
        name = source.alias_or_name
        if name.lower() in outputs:
            other = f"{name}_rows"
            while other.lower() in outputs | {each.alias_or_name.lower() for each in sources(node)}:
                other += "_"
            for column in list(node.find_all(exp.Column)):
                if column.table.lower() == name.lower() and _home(column, name) is node:
                    column.set("table", exp.to_identifier(other))
            source.set("alias", exp.TableAlias(this=exp.to_identifier(other)))


def _home(column: exp.Column, name: str) -> exp.Expr | None:
    """The innermost SELECT around a column that has a table of that name."""
    found = column.find_ancestor(exp.Select)
    while found is not None and name.lower() not in (each.alias_or_name.lower() for each in sources(found)):
        found = found.find_ancestor(exp.Select)
    return found


def _name_columns_of_having(node: exp.Select) -> None:
    """``SELECT sum(x) AS x … HAVING sum(x) > 0``: BigQuery takes the ``x`` of a HAVING for the output, so
    that of the table is told with the table's name."""
    start, having = node.args.get("from_"), node.args.get("having")
    if start is None or having is None or node.args.get("joins") or not start.this.alias_or_name:
        return
    outputs = {each.alias.lower() for each in node.expressions if each.alias}
    for aggregate in having.find_all(exp.AggFunc):
        for column in aggregate.find_all(exp.Column):
            if not column.table and column.name.lower() in outputs:
                column.set("table", exp.to_identifier(start.this.alias_or_name))


def _query(c: Canonical, node: Any) -> exp.Expr:
    """A query, what it reads first, so that the types of its columns are known."""
    first = {key: node.args[key] for key in ("with_", "from_", "joins") if node.args.get(key)}
    node.args = {**first, **node.args}
    if not isinstance(c.type_of, StatementTypes):
        return c.parts(node)
    with c.type_of.inside(node):
        return c.parts(node)


def _union(c: Canonical, node: Any) -> exp.Expr:
    if any(node.args.get(key) for key in ("by_name", "side", "kind", "on")):
        return c.misfit(faults.unsupported_syntax("A union by name"), node)
    return _query(c, node)


def _order(c: Canonical, node: exp.Order) -> exp.Expr:
    if node.args.get("this"):  # ORDER BY inside an aggregate
        return c.misfit(faults.unsupported_syntax("An order inside this aggregate"), node)
    return c.parts(node)


def _star(c: Canonical, node: exp.Star) -> exp.Expr:
    if any(node.args.get(key) for key in ("except_", "except", "replace", "rename")):
        return c.misfit(
            faults.unsupported_syntax("'*' with EXCLUDE or REPLACE", "Write the columns out."), node
        )
    return node


def _table(c: Canonical, node: exp.Table) -> exp.Expr:
    if not isinstance(node.this, (exp.Identifier, exp.Dot)):
        return c.misfit(faults.unsupported_syntax("A table function"), node)
    for key in ("pivots", "sample", "version", "when", "ordinality", "hints"):
        if node.args.get(key):
            return c.misfit(faults.unsupported_syntax(f"{key.upper()} of a table"), node)
    return c.parts(node)


_WINDOW_CALLS: dict[type, str] = {
    exp.RowNumber: "row_number",
    exp.Rank: "rank",
    exp.DenseRank: "dense_rank",
    exp.PercentRank: "percent_rank",
    exp.CumeDist: "cume_dist",
    exp.FirstValue: "first_value",
    exp.LastValue: "last_value",
}


def _ranking(c: Canonical, node: Any) -> exp.Expr:
    arguments = [c.of(node.this)] if node.args.get("this") else []
    return call(_WINDOW_CALLS[type(node)], *arguments, at=node)


def _ntile(c: Canonical, node: exp.Ntile) -> exp.Expr:
    count = node.args.get("this")
    if count is None:
        return c.misfit(faults.wrong_arguments("ntile(n)", 0), node)
    if isinstance(count, exp.Literal) and (
        count.is_string or not count.name.isdigit() or not int(count.name)
    ):
        return c.misfit(faults.bad_tiles(), node)
    if count.find(exp.Column, exp.Neg):
        return c.misfit(faults.bad_tiles(), node)
    return call("ntile", c.of(count), at=node)


def _neighbour(c: Canonical, node: exp.Lag | exp.Lead) -> exp.Expr:
    name = "lag" if isinstance(node, exp.Lag) else "lead"
    if node.args.get("default"):
        return c.misfit(faults.unsupported_syntax(f"The default of {name}", "Use coalesce."), node)
    if offset := node.args.get("offset"):
        return call(f"{name}_by", c.of(node.this), c.of(offset), at=node)
    return call(name, c.of(node.this), at=node)


def _window(c: Canonical, node: exp.Window) -> exp.Expr:
    """The standard's frame is said for ``last_value``: Snowflake has another one where none is said."""
    made = c.parts(node)
    name = str(made.this.this) if isinstance(made.this, exp.Anonymous) else ""
    if "distinct" in name:
        return c.misfit(faults.unsupported_syntax("DISTINCT in a window"), node)
    if name in REGISTRY and REGISTRY[name].kind == "window" and not made.args.get("order"):
        return c.misfit(faults.unordered_window(name), node)
    if made.this.name == "last_value" and made.args.get("order") and not made.args.get("spec"):
        standard = {"kind": "RANGE", "start": "UNBOUNDED", "start_side": "PRECEDING", "end": "CURRENT ROW"}
        made.set("spec", exp.WindowSpec(**standard))
    return made


def misplaced(tree: exp.Expr) -> Iterator[tuple[Fault, exp.Expr]]:
    """Window functions without OVER, and those inside one."""
    for node in tree.find_all(exp.Anonymous, exp.Window):
        inside = node.find_ancestor(exp.Window, exp.Select)
        if isinstance(node, exp.Window):
            if isinstance(inside, exp.Window):
                yield faults.nested_window(str(inside.this.this)), node
        elif _looks_aside(node) and not (isinstance(node.parent, exp.Window) and node.arg_key == "this"):
            yield faults.window_without_over(str(node.this)), node


def _looks_aside(node: exp.Expr) -> bool:
    found = REGISTRY.get(str(node.this))
    return found is not None and found.kind == "window"


def _frame(c: Canonical, node: exp.WindowSpec) -> exp.Expr:
    """A frame in capitals: sqlglot keeps its words as they are written."""
    for key in ("kind", "start", "start_side", "end", "end_side"):
        if isinstance(word := node.args.get(key), str):
            node.set(key, word.upper())
    return c.parts(node)


#: What an expression may hold beside `STRUCTURE` where it may look at other rows.
WINDOWS: dict[type, Handler] = {
    **dict.fromkeys(_WINDOW_CALLS, _ranking),
    exp.Ordered: _parts,
    exp.Order: _order,
    exp.Window: _window,
    exp.WindowSpec: _frame,
    exp.Var: leaf,
    exp.Ntile: _ntile,
    exp.Lag: _neighbour,
    exp.Lead: _neighbour,
}

_CLAUSES = (exp.From, exp.Where, exp.Having, exp.Limit, exp.Offset, exp.With, exp.CTE)
_SHAPES = (exp.Subquery, exp.Alias, exp.Exists)

STATEMENT: dict[type, Handler] = {
    **WINDOWS,
    **dict.fromkeys((*_CLAUSES, *_SHAPES, exp.Tuple), _parts),
    **dict.fromkeys((exp.Identifier, exp.TableAlias, exp.Column), leaf),
    **dict.fromkeys((exp.Union, exp.Intersect, exp.Except), _union),
    exp.Star: _star,
    exp.Select: _select,
    exp.Table: _table,
    exp.Join: _join,
    exp.Group: _group,
    exp.Distinct: _distinct,
    exp.In: _in_statement,
}
