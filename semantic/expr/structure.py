"""What stays as it is: operators, CASE, CAST, comparisons."""

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


def typed(node: exp.Expr, to: TypeName) -> exp.Expr:
    """A bare NULL as a value of that type: BigQuery has none beside an operator."""
    return cast(node, to) if isinstance(node, exp.Null) else node


def as_text(c: Canonical, node: exp.Expr) -> exp.Expr:
    """A canonical node as text, written the same in every dialect."""
    node, kind = typed(node, "text"), c.type(node)
    if kind in (None, "text"):
        return node
    if kind == "boolean":
        negative = exp.If(this=exp.Not(this=node.copy()), true=exp.Literal.string("false"))
        return exp.Case(ifs=[exp.If(this=node, true=exp.Literal.string("true")), negative])
    if kind in ("timestamp", "timestamptz"):
        return call("text_of_timestamp", temporal.to_timestamp(c, node, node))
    if kind == "float":
        hint = "Write cast(x as decimal(18, 2)) inside it."
        return c.misfit(faults.ambiguous_function("The text of a float", hint), node)
    return call(f"text_of_{kind}", node) if kind in ("date", "decimal") else cast(node, "text")


def as_number(c: Canonical, node: exp.Expr) -> exp.Expr:
    """A canonical node as a number: a boolean is 1 or 0."""
    if c.type(node) != "boolean":
        return node
    negative = exp.If(this=exp.Not(this=node.copy()), true=exp.Literal.number(0))
    return exp.Case(ifs=[exp.If(this=node, true=exp.Literal.number(1)), negative])


def leaf(c: Canonical, node: exp.Expr) -> exp.Expr:
    """A node that stays as it is."""
    return node


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
    parts = {key: typed(part, "boolean") for key, part in parts.items()}
    made: exp.Expr = type(node)(**parts)
    return made


def _product(c: Canonical, node: Any) -> exp.Expr:
    parts = {key: c.of(node.args[key]) for key in ("this", "expression") if node.args.get(key)}
    parts = {key: typed(part, "integer") for key, part in parts.items()}
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
    if given == "float" and name == "integer":
        return call("integer_of_float", this)
    if given == "boolean" and name in _NUMBERS:
        return cast(as_number(c, this), name) if name != "integer" else as_number(c, this)
    if given in _NUMBERS and name == "boolean":
        return exp.NEQ(this=this, expression=exp.Literal.number(0))
    if given == "text" and name in _TEMPORAL and not isinstance(this, exp.Literal):
        return _spelled(c, this, name, at)
    if name == "timestamptz" and not temporal.has_offset(this):
        return temporal.to_instant(c, cast(this, "timestamp"), at)
    made = cast(this, name)
    if name == "decimal" and to is not None:
        made.args["to"].set("expressions", to.expressions)
    return made


def _spelled(c: Canonical, this: exp.Expr, name: TypeName, at: exp.Expr) -> exp.Expr:
    """The date or timestamp that a text spells; an instant is said on the local clock."""
    read = call("date_of_text" if name == "date" else "timestamp_of_text", this)
    return temporal.to_instant(c, read, at) if name == "timestamptz" else read


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
    this, pattern = typed(this, "text"), typed(c.of(pattern), "text")
    for part in (this, pattern):
        if c.type(part) not in (None, "text"):
            c.misfit(faults.wrong_type(named(part), str(c.type(part)), "text"), node)
    made = (
        call("ilike", this, pattern, at=node)
        if isinstance(node, exp.ILike)
        else exp.Like(this=this, expression=pattern)
    )
    return exp.Not(this=made) if node.args.get("negate") else made


def in_list(c: Canonical, node: exp.In) -> exp.Expr:
    """``x IN (1, 2)``."""
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
    if exp.Null in (type(left), type(right)) and not isinstance(node, (exp.NullSafeEQ, exp.NullSafeNEQ)):
        return cast(exp.Null(), "boolean")  # a setting of Postgres would make IS NULL of = NULL
    made: exp.Expr = type(node)(this=left, expression=right)
    return made


def _pipes(c: Canonical, node: exp.DPipe) -> exp.Expr:
    return exp.DPipe(this=as_text(c, c.of(node.this)), expression=as_text(c, c.of(node.expression)))


_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)

STRUCTURE: dict[type, Handler] = {
    **dict.fromkeys((exp.Literal, exp.Boolean, exp.Null), leaf),
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
    exp.In: in_list,
    exp.Between: _between,
    exp.DPipe: _pipes,
}
