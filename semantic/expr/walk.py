"""The walk that makes a tree canonical: what a handler gets, and what it may use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.expr.checks import families, wrong_arguments
from semantic.expr.types import TypeOf, infer
from semantic.faults import Fault
from semantic.functions import REGISTRY
from semantic.spec.types import Function as Declared
from semantic.spec.types import TypeName

#: Stands for the time zone of the project's calendar until the binder puts it there.
ZONE = "semantic_zone"

Handler = Callable[["Canonical", Any], exp.Expr]


class Misfit(Exception):
    """What in a tree cannot be meant: faults without a place, each with the node to find its place by."""

    def __init__(self, pairs: Iterable[tuple[Fault, exp.Expr]]) -> None:
        self.pairs = tuple(pairs)
        super().__init__("; ".join(fault.message for fault, _ in self.pairs))


class Canonical:
    """One walk over a tree: what it knows, and the misfits it has met."""

    def __init__(
        self,
        type_of: TypeOf,
        declared: Mapping[str, Declared],
        authoring: str,
        handlers: Mapping[type, Handler],
    ) -> None:
        self.type_of = type_of
        self.declared = {name.lower(): function for name, function in declared.items()}
        self.authoring = authoring
        self.handlers = handlers
        self.misfits: list[tuple[Fault, exp.Expr]] = []

    def of(self, node: exp.Expr) -> exp.Expr:
        """The canonical form of a node."""
        handler = self.handlers.get(type(node))
        if handler:
            return self._checked(handler(self, node), node)
        if isinstance(node, exp.Func) and type(node) not in _SYNTAX_NAMES:
            return self.misfit(faults.unknown_function(_name(node), self.callable_names()), node)
        return self.misfit(faults.unsupported_syntax(_syntax_name(node)), node)

    def _checked(self, made: exp.Expr, node: exp.Expr) -> exp.Expr:
        if type(made) is not exp.Anonymous:
            return made
        wrong = list(wrong_arguments(made, self.type_of))
        for part, given, wanted in wrong:
            self.misfit(faults.wrong_type(named(part), given, wanted), node)
        return exp.Null() if wrong else made

    def alike(self, parts: Iterable[exp.Expr], at: exp.Expr) -> None:
        """Notes a misfit where values of different kinds are to be one column or are compared."""
        found = families(parts, self.type_of)
        if len(found) > 1:
            self.misfit(faults.unlike_kinds(sorted(found)), at)

    def condition(self, node: exp.Expr) -> exp.Expr:
        """The canonical form of a node that has to be true or false."""
        made = self.of(node)
        given = self.type(made)
        if given not in (None, "boolean"):
            self.misfit(faults.wrong_type(named(made), str(given), "a condition"), node)
        return made

    def type(self, node: exp.Expr) -> TypeName | None:
        """The type of a canonical node."""
        return infer(node, self.type_of)

    def misfit(self, fault: Fault, node: exp.Expr) -> exp.Expr:
        """Notes what is wrong and goes on with NULL, so that all of a tree's faults are found."""
        self.misfits.append((fault, node))
        return exp.Null()

    def callable_names(self) -> list[str]:
        """The functions that may be written by name."""
        return [*PUBLIC, *self.declared]

    def parts(self, node: exp.Expr) -> exp.Expr:
        """The same node over canonical parts."""
        for key, value in node.args.items():
            if isinstance(value, exp.Expr):
                node.set(key, self.of(value))
            elif type(value) is list and value:
                node.set(key, [self.of(item) if isinstance(item, exp.Expr) else item for item in value])
        return node


def call(name: str, *arguments: exp.Expr, at: exp.Expr | None = None) -> exp.Anonymous:
    """A canonical call, placed in the text where the node ``at`` stands."""
    made = exp.Anonymous(this=name, expressions=list(arguments))
    if at is not None and at._meta and "start" in at._meta:
        made.meta["start"] = at._meta["start"]
    return made


def zone() -> exp.Placeholder:
    """The placeholder of the calendar's time zone."""
    return exp.Placeholder(this=ZONE)


def filtered(aggregate: exp.Anonymous, condition: exp.Expr) -> exp.Anonymous:
    """The aggregate over the rows where the condition holds, as CASE on its first argument.

    >>> from sqlglot import parse_one
    >>> filtered(call("count_rows"), parse_one("x > 1")).sql()
    'COUNT(CASE WHEN x > 1 THEN 1 END)'
    """
    arguments = aggregate.expressions or [exp.Literal.number(1)]
    name = "count" if aggregate.this == "count_rows" else aggregate.this
    first = exp.Case(ifs=[exp.If(this=condition, true=arguments[0])])
    return call(name, first, *arguments[1:], at=aggregate)


def is_aggregate(node: exp.Expr) -> bool:
    """Whether a canonical node is the call of an aggregate."""
    function = REGISTRY.get(node.this) if type(node) is exp.Anonymous else None
    return function is not None and function.kind == "aggregate"


def named(node: exp.Expr) -> str:
    """What to call a canonical node in a message.

    >>> named(exp.column("amount", "orders")), named(call("lower", exp.column("x")))
    ('orders.amount', 'lower(…)')
    """
    if isinstance(node, exp.Column):
        return str(node.meta.get("spelled") or ".".join(part.name for part in node.parts))
    if isinstance(node, exp.Dot):
        return f"{named(node.this)}.{node.name}"
    if isinstance(node, exp.Literal):
        return str(node.name)
    return f"{node.this}(…)" if isinstance(node, exp.Anonymous) else "this expression"


def _name(node: exp.Expr) -> str:
    """The name of a function as it is written, as far as sqlglot still knows it."""
    written = node.sql_name() if isinstance(node, exp.Func) else node.key
    return str(node.this if isinstance(node, exp.Anonymous) else written).lower()


def _syntax_name(node: exp.Expr) -> str:
    return _SYNTAX_NAMES.get(type(node), type(node).__name__)


_SYNTAX_NAMES: dict[type, str] = {
    exp.Window: "A window function (OVER)",
    exp.Subquery: "A subquery",
    exp.Select: "A subquery",
    exp.Exists: "EXISTS",
    exp.Star: "'*'",
    exp.Lambda: "A lambda",
    exp.JSONExtract: "'->'",
    exp.Bracket: "'[…]'",
    exp.Array: "A list",
    exp.Struct: "A struct",
    exp.Tuple: "A tuple",
    exp.Interval: "An INTERVAL that is not added to a date",
    exp.Escape: "LIKE … ESCAPE",
    exp.Collate: "COLLATE",
    exp.Placeholder: "A placeholder",
    exp.SimilarTo: "SIMILAR TO",
    exp.Any: "ANY",
    exp.All: "ALL",
    exp.Alias: "An alias",
    exp.BitwiseNot: "'~'",
    exp.BitwiseAnd: "'&'",
    exp.BitwiseOr: "'|'",
    exp.BitwiseLeftShift: "'<<'",
    exp.BitwiseRightShift: "'>>'",
    exp.BitwiseXor: "XOR",
    exp.RawString: "A string in '$$'",
    exp.ByteString: "A string with escapes (E'…')",
    exp.National: "A string in N'…'",
    exp.Glob: "GLOB",
    exp.Distinct: "DISTINCT",
    exp.Lock: "FOR UPDATE",
    exp.Lateral: "LATERAL",
    exp.Values: "VALUES",
    **dict.fromkeys((exp.Insert, exp.Update, exp.Delete, exp.Merge), "A statement that writes"),
}

#: Registry names that only the compiler writes: they presuppose types that it has checked.
_INTERNAL = (
    *("to_", "trunc_", "add_", "align_", "round_", "text_of_", "divide_by", "timestamp_of_", "date_of_"),
    *("try_cast_", "sum_", "avg_", "string_agg_", "total_", "integer_of_", "power_by"),
)
PUBLIC: tuple[str, ...] = (
    *(
        name
        for name, function in REGISTRY.items()
        if function.kind in ("scalar", "aggregate") and not name.startswith(_INTERNAL)
    ),
    "local_date",
    "local_timestamp",
)
