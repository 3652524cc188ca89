"""Function templates: SQL in a target's own syntax with ``:holes``, parsed once, filled as nodes.

Calls inside a template are kept as written (never as sqlglot's own function classes, which would be
rewritten on printing). ``[:x IS NOT NULL| AND ]`` repeats the part for every argument of a variadic
function, joined by what stands behind the bar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp

Builder = Callable[[Sequence[exp.Expr]], exp.Expr]

#: Calls that are syntax, not functions.
_SYNTAX = frozenset({"cast", "try_cast", "safe_cast", "extract", "filter"})
_TOKEN = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|(?<!:):(?P<hole>[a-z_]\w*)|(?<!\bAS )\b(?P<call>[A-Za-z_]\w*)\((?!\))"
    r"|(?<!\bAS )\b(?P<empty>[A-Za-z_]\w*)\(\)"
)
_REPEAT = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_CALL = "f__"
_HOLE = "h__"

#: Types that sqlglot prints without the underscore that they are documented with.
_SPELLED = {exp.DType.TIMESTAMPNTZ: "TIMESTAMP_NTZ", exp.DType.TIMESTAMPTZ: "TIMESTAMP_TZ"}

#: How tightly a node binds; what is not listed is whole in itself.
_STRENGTH: dict[type, int] = {
    exp.Or: 1,
    exp.And: 2,
    exp.Not: 3,
    **dict.fromkeys(
        (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between, exp.Like, exp.ILike),
        4,
    ),
    **dict.fromkeys((exp.NullSafeEQ, exp.NullSafeNEQ, exp.RegexpLike, exp.RegexpILike, exp.Escape), 4),
    exp.DPipe: 5,
    exp.Add: 6,
    exp.Sub: 6,
    exp.Mul: 7,
    exp.Div: 7,
    exp.IntDiv: 7,
    exp.Mod: 7,
    exp.Neg: 8,
    exp.AtTimeZone: 9,
    exp.Collate: 9,
    exp.Interval: 9,
    exp.Select: 0,
    exp.Union: 0,
}
_WHOLE = 10
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod)

#: How tightly a part must bind to stand in its parent without parentheses.
_NEED: dict[tuple[type, str], int] = {
    **{
        (kind, key): level
        for kind, level in ((exp.Or, 1), (exp.And, 2), (exp.Not, 4))
        for key in ("this", "expression")
    },
    **{
        (kind, key): 5
        for kind, level in _STRENGTH.items()
        if level == 4
        for key in ("this", "expression", "low", "high", "escape")
    },
    **{(kind, "this"): _STRENGTH[kind] for kind in (*_ARITHMETIC, exp.AtTimeZone)},
    **{(kind, "expression"): _STRENGTH[kind] + 1 for kind in _ARITHMETIC},
    (exp.Is, "expression"): 0,
    (exp.Neg, "this"): 9,
    (exp.DPipe, "this"): _WHOLE,
    (exp.DPipe, "expression"): _WHOLE,
    (exp.AtTimeZone, "zone"): _WHOLE,
    (exp.Collate, "this"): _WHOLE,
    (exp.Interval, "this"): 8,
    (exp.Bracket, "this"): _WHOLE,
    (exp.Filter, "this"): _WHOLE,
}


#: What Postgres's grammar takes between BETWEEN and AND in parentheses only.
_CLOSED = frozenset(((exp.Between, exp.AtTimeZone), (exp.Between, exp.Collate)))


@dataclass(frozen=True, slots=True)
class Template:
    """What a target says for one function.

    ``build`` makes the expression. Where the target has an aggregate as a window function only,
    ``over_group`` makes that window call (with an empty ``OVER ()``, to be partitioned by the group
    keys in a step below) and ``build`` takes its result, the state.
    """

    build: Builder
    over_group: Builder | None = None


def compile_template(text: str, parameters: Sequence[str], dialect: str) -> Builder:
    """A function that fills the template with nodes, by the position of its parameters.

    >>> half = compile_template(":a / 2", ["a"], "duckdb")
    >>> half([sqlglot.parse_one("x + 1")]).sql()
    '(x + 1) / 2'
    """
    tree = parse_template(text, dialect)
    positions = {parameter: position for position, parameter in enumerate(parameters)}
    return _Compiler(positions).builder(tree)


def parse_template(text: str, dialect: str) -> exp.Expr:
    """The tree of a template; holes are columns named ``h__…`` and calls stay as they are written."""
    tree = sqlglot.parse_one(_TOKEN.sub(_mask, text), read=dialect)
    for node in list(tree.walk()):
        if isinstance(node, exp.Anonymous):
            _restore_call(node)
        elif isinstance(node, exp.Not) and isinstance(node.this, exp.Is):
            node.replace(is_not(node.this))
        elif isinstance(node, exp.Interval) and isinstance(node.this, exp.Literal):
            node.this.set("is_string", f"'{node.this.name}" in text)
        elif isinstance(node, exp.DataType) and (name := _SPELLED.get(node.this)) and name in text:
            node.replace(exp.DataType(this=exp.DType.USERDEFINED, kind=name))
    return tree


def is_not(node: exp.Is) -> exp.Is:
    """``x IS NOT NULL`` for ``x IS NULL``; sqlglot reads and prints ``NOT x IS NULL``."""
    return exp.Is(this=node.this, expression=exp.Not(this=node.expression))


def repeated(text: str, count: int) -> str:
    """The text with every ``[part|separator]`` written out ``count`` times.

    >>> repeated("COALESCE([:x|, ])", 2)
    'COALESCE(:x_0, :x_1)'
    """

    def times(match: re.Match[str]) -> str:
        parts = (re.sub(r":([a-z_]\w*)", rf":\1_{index}", match[1]) for index in range(count))
        return match[2].join(parts)

    return _REPEAT.sub(times, text)


def holes(tree: exp.Expr) -> set[str]:
    """The names of the holes of a parsed template."""
    return {name for node in tree.find_all(exp.Column) if (name := _hole(node))}


def fitted(part: exp.Expr, kind: type, key: str) -> exp.Expr:
    """The part as it may stand at ``key`` of a node of that kind: in parentheses where it must."""
    if kind is exp.Or and type(part) is exp.And:
        return exp.Paren(this=part)  # not needed, but nobody should have to know which binds tighter
    need = _NEED.get((kind, key), 0)
    if not need or (_STRENGTH.get(type(part), _WHOLE) >= need and (kind, type(part)) not in _CLOSED):
        return part
    if kind is exp.DPipe and key == "this" and type(part) is exp.DPipe:
        return part
    return exp.Paren(this=part)


def put(node: exp.Expr, key: str, part: exp.Expr) -> None:
    """Hangs a part into a node, without the care that ``Expression.set`` takes of cached hashes."""
    node.args[key] = part
    part.parent, part.arg_key, part.index = node, key, None


def _mask(match: re.Match[str]) -> str:
    if match["hole"]:
        return _HOLE + match["hole"]
    call = match["call"] or match["empty"]
    if call and call.lower() not in _SYNTAX:
        return _CALL + match[0]
    return match[0]


def _restore_call(call: exp.Anonymous) -> None:
    """The name as written, and ``f(DISTINCT x, s ORDER BY y)`` with ``s`` as an argument of its own:
    sqlglot reads several distinct expressions there, and some printers rewrite those."""
    name = call.args["this"]  # a quoted path (BigQuery) is an identifier
    if isinstance(name, exp.Identifier):
        name.set("this", name.name.replace(_CALL, "", 1))
    else:
        call.set("this", name.replace(_CALL, "", 1))
    if len(call.expressions) != 1:
        return
    order = call.expressions[0] if isinstance(call.expressions[0], exp.Order) else None
    distinct = order.this if order else call.expressions[0]
    if isinstance(distinct, exp.Distinct) and len(distinct.expressions) > 1:
        first, *others = distinct.expressions
        if order:
            order.set("this", others[-1])
            others[-1] = order
        call.set("expressions", [exp.Distinct(expressions=[first]), *others])


def _hole(node: exp.Expr) -> str | None:
    name = node.name if type(node) is exp.Column and "table" not in node.args else ""
    return name[len(_HOLE) :].lower() if name[: len(_HOLE)].lower() == _HOLE else None


class _Compiler:
    """Turns a parsed template into a builder; the first use of an argument takes it, others copy it."""

    def __init__(self, positions: dict[str, int]) -> None:
        self.positions = positions
        self.used: set[int] = set()

    def builder(self, node: exp.Expr, parent: type = object, key: str = "") -> Builder:
        hole = _hole(node)
        if hole is not None:
            return self.filler(self.positions[hole], parent, key)
        kind = type(node)
        parts = [
            (name, self.value(value, kind, name)) for name, value in node.args.items() if value is not None
        ]
        plain = {name: value for name, value in parts if not callable(value)}
        made = [(name, value) for name, value in parts if callable(value)]

        def build(arguments: Sequence[exp.Expr]) -> exp.Expr:
            args: dict[str, Any] = dict(plain)
            for name, make in made:
                args[name] = make(arguments)
            return kind(**args)

        simpler = _SIMPLER.get(kind)
        return (lambda arguments: fitted(simpler(build(arguments)), parent, key)) if simpler else build

    def filler(self, position: int, parent: type, key: str) -> Builder:
        again = position in self.used
        self.used.add(position)

        def fill(arguments: Sequence[exp.Expr]) -> exp.Expr:
            argument = arguments[position]
            return fitted(argument.copy() if again else argument, parent, key)

        return fill

    def value(self, value: Any, kind: type, key: str) -> Any:
        if isinstance(value, exp.Expr):
            return self.builder(value, kind, key)
        if isinstance(value, list):
            makers = [self.value(item, kind, key) for item in value]
            return lambda arguments: [make(arguments) if callable(make) else make for make in makers]
        return value


# --- literals, written as a person would -------------------------------------------------------------


def _integer(node: Any) -> int | None:
    """The value of an integer literal, parentheses and a sign allowed."""
    if isinstance(node, exp.Paren):
        return _integer(node.this)
    if isinstance(node, exp.Neg):
        value = _integer(node.this)
        return None if value is None else -value
    whole = isinstance(node, exp.Literal) and node.name.isdigit()
    return int(node.name) if whole else None


def _simpler_cast(node: Any) -> exp.Expr:
    """``CAST(3 AS INT)`` is 3, and what is double precision or text already needs no cast to it."""
    this, to = node.this, node.args["to"]
    whole = to.this == exp.DType.INT and _integer(this) is not None
    known = (to.this == exp.DType.DOUBLE and _is_double(this)) or (_is_text_type(to) and _is_text(this))
    made: exp.Expr = this if whole or known else node
    return made


def _is_text_type(to: exp.DataType) -> bool:
    return to.this in (exp.DType.TEXT, exp.DType.VARCHAR) or to.args.get("kind") in ("STRING", "VARCHAR")


def _is_text(node: Any) -> bool:
    """Whether a value is text for all to see."""
    if isinstance(node, exp.Cast):
        return _is_text_type(node.args["to"])
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _is_double(node: Any) -> bool:
    """Whether a number is double precision for all to see: a cast to it, or arithmetic with one."""
    if isinstance(node, exp.Cast):
        return bool(node.args["to"].this == exp.DType.DOUBLE)
    if isinstance(node, exp.Paren):
        return _is_double(node.this)
    arithmetic = isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div))
    return arithmetic and (_is_double(node.this) or _is_double(node.expression))


def _simpler_call(node: Any) -> exp.Expr:
    """``COALESCE('a', '')`` is 'a', and ``NULLIF(NULLIF(x, 0), 0)`` is ``NULLIF(x, 0)``."""
    first: Any = node.expressions[0] if node.expressions else None
    if node.this == "DATE" and isinstance(first, exp.Anonymous) and first.this == "DATETIME":
        return _local_date(node, first)
    given = node.this == "COALESCE" and isinstance(first, exp.Literal)
    twice = node.this == "NULLIF" and isinstance(first, exp.Anonymous) and first.this == "NULLIF"
    made: exp.Expr = first if given or (twice and first.expressions[1] == node.expressions[1]) else node
    return made


def _local_date(node: Any, clock: Any) -> exp.Expr:
    """BigQuery's ``DATE(DATETIME(t, zone))`` is ``DATE(t, zone)``."""
    short = len(node.expressions) == 1 and len(clock.expressions) == 2
    made: exp.Expr = exp.Anonymous(this="DATE", expressions=clock.expressions) if short else node
    return made


def _simpler_and(node: Any) -> exp.Expr:
    """``x IS NOT NULL AND 1 IS NOT NULL`` is ``x IS NOT NULL``."""
    made: exp.Expr = node.this if _is_given(node.expression) else node
    return node.expression if made is node and _is_given(node.this) else made


def _is_given(node: Any) -> bool:
    """Whether a condition says that a literal is not NULL."""
    negative = isinstance(node, exp.Is) and (node.args.get("negate") or type(node.expression) is exp.Not)
    return bool(negative) and type(node.this) is exp.Literal


def _simpler_product(node: Any) -> exp.Expr:
    """``3 * INTERVAL '1 MONTH'`` is ``INTERVAL '3 MONTH'``."""
    count, interval = _integer(node.this), node.expression
    if count is None or not isinstance(interval, exp.Interval):
        return node  # type: ignore[no-any-return]
    text = exp.Literal(this=str(count * int(interval.name)), is_string=True)
    return exp.Interval(this=text, unit=interval.args["unit"])


def _simpler_interval(node: Any) -> exp.Expr:
    """``INTERVAL (3) MONTH`` is ``INTERVAL 3 MONTH``."""
    if isinstance(node.this, exp.Paren) and isinstance(node.this.this, exp.Literal):
        put(node, "this", node.this.this)
    return node  # type: ignore[no-any-return]


def _simpler_sum(node: Any) -> exp.Expr:
    """``d + -3`` is ``d - 3``, and the same with an interval."""
    right = node.expression
    if isinstance(right, exp.Neg) and _integer(right) is not None:
        return exp.Sub(this=node.this, expression=right.this)
    if not isinstance(right, exp.Interval):
        return node  # type: ignore[no-any-return]
    count, text = _integer(right.this), right.this.name
    if text.startswith("-"):
        positive = exp.Literal(this=text[1:], is_string=True)
    elif count is not None and count < 0:
        positive = exp.Literal(this=str(-count), is_string=False)
    else:
        return node  # type: ignore[no-any-return]
    put(right, "this", positive)
    return exp.Sub(this=node.this, expression=right)


_SIMPLER: dict[type, Callable[[Any], exp.Expr]] = {
    exp.Cast: _simpler_cast,
    exp.Anonymous: _simpler_call,
    exp.And: _simpler_and,
    exp.Mul: _simpler_product,
    exp.Interval: _simpler_interval,
    exp.Add: _simpler_sum,
}
