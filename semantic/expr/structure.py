"""What stays as it is: operators, CASE, CAST, comparisons; and in a statement, its clauses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.expr import temporal
from semantic.expr.types import cast_type
from semantic.expr.walk import Canonical, Handler, call, named
from semantic.spec.types import TypeName

_NUMBERS = ("integer", "decimal", "float")
_STANDARD: dict[TypeName, exp.DType] = {
    "integer": exp.DType.BIGINT,
    "decimal": exp.DType.DECIMAL,
    "float": exp.DType.DOUBLE,
    "text": exp.DType.TEXT,
    "boolean": exp.DType.BOOLEAN,
    "date": exp.DType.DATE,
    "timestamp": exp.DType.TIMESTAMP,
    "timestamptz": exp.DType.TIMESTAMPTZ,
}


def cast(node: exp.Expr, to: TypeName) -> exp.Cast:
    """A CAST in canonical form."""
    return exp.Cast(this=node, to=exp.DataType(this=_STANDARD[to]))


def as_text(c: Canonical, node: exp.Expr) -> exp.Expr:
    """A canonical node as text, written the same in every dialect."""
    kind = c.type(node)
    if kind in (None, "text"):
        return node
    if kind == "boolean":
        negative = exp.If(this=exp.Not(this=node.copy()), true=exp.Literal.string("false"))
        return exp.Case(ifs=[exp.If(this=node, true=exp.Literal.string("true")), negative])
    if kind in ("timestamp", "timestamptz"):
        return call("text_of_timestamp", temporal.to_timestamp(c, node, node))
    return cast(node, "text")


def as_number(c: Canonical, node: exp.Expr) -> exp.Expr:
    """A canonical node as a number: a boolean is 1 or 0."""
    if c.type(node) != "boolean":
        return node
    negative = exp.If(this=exp.Not(this=node.copy()), true=exp.Literal.number(0))
    return exp.Case(ifs=[exp.If(this=node, true=exp.Literal.number(1)), negative])


def _leaf(c: Canonical, node: exp.Expr) -> exp.Expr:
    return node


def _parts(c: Canonical, node: exp.Expr) -> exp.Expr:
    return c.parts(node)


def _inner(c: Canonical, node: Any) -> exp.Expr:
    return c.of(node.this)


def _column(c: Canonical, node: exp.Column) -> exp.Expr:
    if isinstance(node.this, exp.Star):
        return c.misfit(faults.unsupported_syntax("'*'"), node)
    return node


def _dot(c: Canonical, node: exp.Dot) -> exp.Expr:
    what = "A field of a struct" if isinstance(node.expression, exp.Identifier) else "A qualified function"
    return c.misfit(faults.unsupported_syntax(what), node)


def _placeholder(c: Canonical, node: exp.Placeholder) -> exp.Expr:
    if str(node.args.get("this") or "").startswith("semantic_"):
        return node
    return c.misfit(faults.unsupported_syntax("A placeholder", "Write a parameter as '{{ name }}'."), node)


def _case(c: Canonical, node: exp.Case) -> exp.Expr:
    operand, branches, default = node.args.get("this"), node.args["ifs"], node.args.get("default")
    if operand:
        tested = [c.of(operand), *(c.of(branch.this) for branch in branches)]
        operand, *tests = temporal.comparable(c, tested, node)
    else:
        tests = [c.condition(branch.this) for branch in branches]
    results = [c.of(branch.args["true"]) for branch in branches]
    if default:
        results.append(c.of(default))
    results = temporal.comparable(c, results, node)
    made = [exp.If(this=test, true=result) for test, result in zip(tests, results, strict=False)]
    return exp.Case(this=operand, ifs=made, default=results[-1] if default else None)


def _if(c: Canonical, node: exp.If) -> exp.Expr:
    branch = exp.If(this=node.this, true=node.args["true"])
    return _case(c, exp.Case(ifs=[branch], default=node.args.get("false")))


def _logic(c: Canonical, node: Any) -> exp.Expr:
    parts = {key: c.condition(node.args[key]) for key in ("this", "expression") if node.args.get(key)}
    made: exp.Expr = type(node)(**parts)
    return made


def _product(c: Canonical, node: Any) -> exp.Expr:
    parts = {key: c.of(node.args[key]) for key in ("this", "expression") if node.args.get(key)}
    numbers(c, parts.values(), node)
    made: exp.Expr = type(node)(**parts)
    return made


def numbers(c: Canonical, parts: Iterable[exp.Expr], at: exp.Expr) -> None:
    """Notes a misfit where arithmetic meets anything but numbers."""
    for part in parts:
        kind = c.type(part)
        if kind not in (None, *_NUMBERS):
            c.misfit(faults.wrong_type(named(part), kind, "a number"), at)


def _nvl2(c: Canonical, node: exp.Nvl2) -> exp.Expr:
    given = exp.Not(this=exp.Is(this=node.this, expression=exp.Null()))
    return _if(c, exp.If(this=given, true=node.args["true"], false=node.args.get("false")))


def _cast(c: Canonical, node: exp.Cast) -> exp.Expr:
    to = node.args["to"]
    name = cast_type(to)
    if name is None or node.args.get("format"):
        return c.misfit(faults.unsupported_syntax(f"A cast to {to.args.get('kind') or to.this.value}"), node)
    if name == "text" and to.expressions:
        return c.misfit(faults.unsupported_syntax("A text type with a length", "Write left(x, n)."), node)
    return converted(c, c.of(node.this), name, node, to)


def converted(
    c: Canonical, this: exp.Expr, name: TypeName, at: exp.Expr, to: exp.DataType | None = None
) -> exp.Expr:
    """A canonical node as another type, without any help from a session's settings."""
    given = c.type(this)
    if given in ("timestamptz", "timestamp", "date") and name in ("date", "timestamp", "timestamptz"):
        return _TEMPORAL[name](c, this, at)
    if name == "text":
        return as_text(c, this) if given else cast(this, "text")
    if given == "boolean" and name in _NUMBERS:
        return cast(as_number(c, this), name) if name != "integer" else as_number(c, this)
    if given in _NUMBERS and name == "boolean":
        return exp.NEQ(this=this, expression=exp.Literal.number(0))
    if name == "timestamptz" and not temporal.has_offset(this):
        return temporal.to_instant(c, cast(this, "timestamp"), at)
    made = cast(this, name)
    if name == "decimal" and to is not None:
        made.args["to"].set("expressions", to.expressions)
    return made


_TEMPORAL = {"date": temporal.to_date, "timestamp": temporal.to_timestamp, "timestamptz": temporal.to_instant}


def _is(c: Canonical, node: exp.Is) -> exp.Expr:
    positive, other = not node.args.get("negate"), node.expression
    if isinstance(other, exp.Not):
        positive, other = not positive, other.this
    this = c.condition(node.this) if isinstance(other, exp.Boolean) else c.of(node.this)
    if isinstance(other, exp.Boolean):
        known = call("coalesce", this, exp.Boolean(this=not other.this), at=node)
        return known if bool(other.this) is positive else exp.Not(this=known)
    if not isinstance(other, exp.Null):
        return c.misfit(faults.unsupported_syntax("IS", "Write IS NULL, IS TRUE or IS DISTINCT FROM."), node)
    made = exp.Is(this=this, expression=exp.Null())
    return made if positive else exp.Not(this=made)


def _like(c: Canonical, node: exp.Like | exp.ILike) -> exp.Expr:
    this, pattern = c.of(node.this), node.expression
    if isinstance(pattern, exp.Literal) and "\\" in pattern.name:
        hint = "Write starts_with, ends_with, contains or regexp_matches."
        return c.misfit(faults.unsupported_syntax("A backslash in a LIKE pattern", hint), pattern)
    pattern = c.of(pattern)
    for part in (this, pattern):
        if c.type(part) not in (None, "text"):
            c.misfit(faults.wrong_type(named(part), str(c.type(part)), "text"), node)
    made = (
        call("ilike", this, pattern, at=node)
        if isinstance(node, exp.ILike)
        else exp.Like(this=this, expression=pattern)
    )
    return exp.Not(this=made) if node.args.get("negate") else made


def _in(c: Canonical, node: exp.In) -> exp.Expr:
    if node.args.get("query") or node.args.get("unnest") or node.args.get("field"):
        return c.misfit(faults.unsupported_syntax("IN over anything but a list"), node)
    if not node.expressions:
        return c.misfit(faults.empty_list(), node)
    parts = temporal.comparable(c, [c.of(node.this), *map(c.of, node.expressions)], node)
    return exp.In(this=parts[0], expressions=parts[1:])


def _between(c: Canonical, node: exp.Between) -> exp.Expr:
    if node.args.get("symmetric"):
        return c.misfit(faults.unsupported_syntax("BETWEEN SYMMETRIC"), node)
    parts = [c.of(node.args[key]) for key in ("this", "low", "high")]
    this, low, high = temporal.comparable(c, parts, node)
    return exp.Between(this=this, low=low, high=high)


def _comparison(c: Canonical, node: Any) -> exp.Expr:
    left, right = temporal.comparable(c, [c.of(node.this), c.of(node.expression)], node)
    made: exp.Expr = type(node)(this=left, expression=right)
    return made


def _pipes(c: Canonical, node: exp.DPipe) -> exp.Expr:
    return exp.DPipe(this=as_text(c, c.of(node.this)), expression=as_text(c, c.of(node.expression)))


_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)

STRUCTURE: dict[type, Handler] = {
    **dict.fromkeys((exp.Literal, exp.Boolean, exp.Null), _leaf),
    **dict.fromkeys((exp.And, exp.Or, exp.Not), _logic),
    **dict.fromkeys((exp.Neg, exp.Mul), _product),
    **dict.fromkeys(_COMPARISONS, _comparison),
    exp.Column: _column,
    exp.Dot: _dot,
    exp.Placeholder: _placeholder,
    exp.Paren: _inner,
    exp.Case: _case,
    exp.If: _if,
    exp.Nvl2: _nvl2,
    exp.Cast: _cast,
    exp.Is: _is,
    exp.Like: _like,
    exp.ILike: _like,
    exp.In: _in,
    exp.Between: _between,
    exp.DPipe: _pipes,
}


# --- statements -------------------------------------------------------------------------------------

_PLAIN_JOINS = {"", "INNER", "OUTER", "CROSS"}


def _in_statement(c: Canonical, node: exp.In) -> exp.Expr:
    if query := node.args.get("query"):
        node.set("this", c.of(node.this))
        node.set("query", c.of(query))
        return node
    return _in(c, node)


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
    return c.parts(node)


def _union(c: Canonical, node: Any) -> exp.Expr:
    if any(node.args.get(key) for key in ("by_name", "side", "kind", "on")):
        return c.misfit(faults.unsupported_syntax("A union by name"), node)
    return c.parts(node)


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
    return call("ntile", c.of(node.this), at=node)


def _neighbour(c: Canonical, node: exp.Lag | exp.Lead) -> exp.Expr:
    name = "lag" if isinstance(node, exp.Lag) else "lead"
    if node.args.get("default"):
        return c.misfit(faults.unsupported_syntax(f"The default of {name}", "Use coalesce."), node)
    if offset := node.args.get("offset"):
        return call(f"{name}_by", c.of(node.this), c.of(offset), at=node)
    return call(name, c.of(node.this), at=node)


_CLAUSES = (exp.From, exp.Where, exp.Having, exp.Ordered, exp.Limit, exp.Offset, exp.With, exp.CTE)
_SHAPES = (
    exp.Subquery,
    exp.Union,
    exp.Intersect,
    exp.Except,
    exp.Alias,
    exp.Exists,
    exp.Window,
    exp.WindowSpec,
)

STATEMENT: dict[type, Handler] = {
    **dict.fromkeys((*_CLAUSES, *_SHAPES, exp.Tuple), _parts),
    **dict.fromkeys(_WINDOW_CALLS, _ranking),
    **dict.fromkeys((exp.Identifier, exp.TableAlias, exp.Var), _leaf),
    exp.Column: _leaf,
    **dict.fromkeys((exp.Union, exp.Intersect, exp.Except), _union),
    exp.Order: _order,
    exp.Star: _star,
    exp.Select: _select,
    exp.Table: _table,
    exp.Join: _join,
    exp.Group: _group,
    exp.Distinct: _distinct,
    exp.In: _in_statement,
    exp.Ntile: _ntile,
    exp.Lag: _neighbour,
    exp.Lead: _neighbour,
}
