"""From a canonical tree to a target's: calls become filled templates, names and types the target's own."""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.dialect.answers import Answers, FunctionAnswer
from semantic.dialect.declared import declared_builder
from semantic.dialect.moments import READERS, spelled
from semantic.dialect.template import Builder, Template, compile_template, fitted, put, repeated
from semantic.expr.asked import kept
from semantic.expr.types import cast_type
from semantic.faults import SemanticError
from semantic.functions import REGISTRY
from semantic.spec.types import TypeName

#: The tables of columns that lowering will put something else in the place of; walks begin with a slash.
_PLACEHOLDERS = frozenset("?#=")
#: The window functions that look at a frame, as aggregates do.
_FRAMED = ("first_value", "last_value")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, eq=False, slots=True)
class Dialect:
    """A target: its answers, and what turns canonical trees into its SQL.

    It is shared by threads; what it remembers are templates, each compiled on first use.
    """

    name: str
    answers: Answers
    declared: Mapping[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    _templates: dict[tuple[str, int], Template] = field(default_factory=dict, repr=False)
    _quoted: dict[str, bool] = field(default_factory=dict, repr=False)

    def with_functions(self, declared: Mapping[str, tuple[tuple[str, ...], str]]) -> Dialect:
        """The same target with functions of a project: name to its arguments and its SQL here."""
        return replace(self, declared=dict(declared), _templates={})

    # --- calls ------------------------------------------------------------------------------------

    def call(self, name: str, *arguments: exp.Expr) -> exp.Expr:
        """One canonical function over arguments that are in the target's own terms already.

        >>> from semantic.dialect import load
        >>> load("snowflake").call("safe_divide", exp.column("a"), exp.column("b")).sql("snowflake")
        'CAST(a AS DOUBLE) / NULLIF(b, 0)'
        """
        template = self._templates.get((name, len(arguments))) or self.template(name, len(arguments))
        if template.over_group is not None:
            raise SemanticError([faults.unsupported_function(name, self.name, "it needs a step of its own")])
        return template.build(arguments)

    def template(self, name: str, count: int) -> Template:
        """The compiled template of a function for that many arguments."""
        key = (name, count)
        if key not in self._templates:
            self._templates[key] = self._compiled(name, count)
        return self._templates[key]

    def warm(self) -> None:
        """Compile the templates of all functions that take a certain number of arguments."""
        for name, function in REGISTRY.items():
            if not function.variadic and not self.unsupported(name):
                self.template(name, len(function.arguments))

    def unsupported(self, name: str) -> str | None:
        """Why the target has no such function, or nothing where it has."""
        if name in self.declared:
            return None
        answer = self._answer(name)
        return answer.get("never") if isinstance(answer, Mapping) else None

    def _answer(self, name: str) -> FunctionAnswer:
        if name not in REGISTRY:
            return {"never": "it is declared without a template for that dialect"}
        return self.answers.functions[REGISTRY[name].signature]

    def _compiled(self, name: str, count: int) -> Template:
        if name in self.declared:
            return Template(declared_builder(name, *self.declared[name], self.answers.sqlglot))
        if name not in REGISTRY:
            raise SemanticError([faults.no_template(name, self.name, None)])
        if reason := self.unsupported(name):
            raise SemanticError([faults.unsupported_function(name, self.name, reason)])
        function, answer = REGISTRY[name], self._answer(name)
        parameters = function.arguments
        if function.variadic:
            *fixed, last = parameters
            parts = range(count - len(fixed))
            parameters = (*fixed, *(f"{last}_{index}" for index in parts))
            assert isinstance(answer, str)
            answer = repeated(answer, len(parts))
        if isinstance(answer, str):
            return Template(self._builder(answer, parameters))
        over_group = self._builder(answer["over_group"], parameters)
        return Template(self._builder(answer["aggregate"], ("state",)), over_group)

    def _builder(self, text: str, parameters: tuple[str, ...]) -> Builder:
        return compile_template(text, parameters, self.answers.sqlglot)

    # --- trees ------------------------------------------------------------------------------------

    def translate(self, tree: exp.Expr) -> exp.Expr:
        """The target's tree for a canonical one, which is used up."""
        special = _SPECIAL.get(type(tree))
        return special(self, tree) if special else self._translate_parts(tree)

    def _translate_parts(self, tree: exp.Expr) -> exp.Expr:
        kind = type(tree)
        for key, value in tree.args.items():
            if isinstance(value, exp.Expr):
                part = fitted(self.translate(value), kind, key)
                if part is not value:
                    put(tree, key, part)
            elif type(value) is list:
                self._translate_list(tree, key, value)
        return tree

    def _translate_list(self, tree: exp.Expr, key: str, values: list[Any]) -> None:
        for index, value in enumerate(values):
            if isinstance(value, exp.Expr):
                part = values[index] = fitted(self.translate(value), type(tree), key)
                part.parent, part.arg_key, part.index = tree, key, index

    def _translate_call(self, tree: exp.Expr) -> exp.Expr:
        return self.call(tree.this, *[self.translate(argument) for argument in tree.expressions])

    def _translate_window(self, tree: Any) -> exp.Expr:
        """A window over a call; where the target casts the call's result, the cast is around both."""
        name = str(tree.this.this)
        if self.answers.window_nulls == "natural":
            self._order_naturally(tree)
        self._translate_parts(tree)
        made, inner = tree, tree.this
        if isinstance(inner, exp.Cast):
            made, inner = inner, inner.this
            put(tree, "this", inner)
            put(made, "this", tree)
        if not isinstance(inner, exp.Anonymous) or inner.this == "NULLIF":
            reason = "it is no window function there"
            raise SemanticError([faults.unsupported_function(name, self.name, reason)])
        return made  # type: ignore[no-any-return]

    def _order_naturally(self, window: Any) -> None:
        """Where a RANGE takes NULLs only where they fall anyway, they are sorted by a key of their own."""
        spec, order = window.args.get("spec"), window.args.get("order")
        ranged = spec is None or str(spec.args.get("kind") or "").upper() == "RANGE"
        function = REGISTRY.get(str(window.this.this))
        framed = function is not None and (function.kind == "aggregate" or function.name in _FRAMED)
        if not ranged or order is None or not framed:
            return
        keys: list[exp.Expr] = []
        for key in order.expressions:
            first, desc = bool(key.args.get("nulls_first")), bool(key.args.get("desc"))
            if first is desc:  # NULLs are small: first where ascending, last where descending
                missing = exp.Is(this=key.this.copy(), expression=exp.Null())
                keys.append(exp.Ordered(this=missing, desc=first, nulls_first=not first))
            keys.append(exp.Ordered(this=key.this, desc=desc, nulls_first=not desc))
        order.set("expressions", keys)

    def _translate_not(self, tree: Any) -> exp.Expr:
        """``x IS NOT NULL`` rather than ``NOT x IS NULL``."""
        inner = tree.this
        if type(inner) is exp.Is and type(inner.expression) is exp.Null:
            put(inner, "expression", exp.Not(this=exp.Null()))
            return self._translate_parts(inner)
        return self._translate_parts(tree)

    def _translate_cast(self, tree: exp.Expr) -> exp.Expr:
        to, this = tree.args["to"], tree.this
        name = cast_type(to)
        written = isinstance(this, exp.Literal) and name is not None and name in READERS
        if written and name and (text := spelled(this.name, name)):
            return self._moment(kept(text, this.name, name), name)
        put(tree, "this", self.translate(this))
        if name:
            put(tree, "to", self._decimal(to) if to.expressions else self.type(name))
        return tree

    def _decimal(self, to: exp.DataType) -> exp.Expr:
        digits = [int(parameter.name) for parameter in to.expressions]
        scale = digits[1] if len(digits) > 1 else 0
        base = self._holding(digits[0] - scale, scale).partition("(")[0]
        return _named_type(f"{base}({digits[0]}, {scale})")

    def _translate_identifier(self, tree: exp.Expr) -> exp.Expr:
        if tree.name in _PLACEHOLDERS or (tree.name.startswith("/") and not tree.args.get("quoted")):
            return tree
        if not tree.args.get("quoted"):
            return self.identifier(tree.name)
        self._check_name(tree.name)
        return tree

    def _translate_ordered(self, tree: Any) -> exp.Expr:
        return self.ordered(
            self.translate(tree.this), bool(tree.args.get("desc")), bool(tree.args.get("nulls_first"))
        )

    # --- pieces -----------------------------------------------------------------------------------

    def identifier(self, name: str) -> exp.Identifier:
        """A name, quoted where it must be; a reserved word still names the unquoted object.

        >>> from semantic.dialect import load
        >>> load("snowflake").identifier("order").sql("snowflake")
        '"ORDER"'
        """
        if self._must_quote(name):
            return exp.Identifier(this=self._kept(name), quoted=True)
        return exp.Identifier(this=name, quoted=False)

    def _check_name(self, name: str) -> None:
        """Raise for a name that nothing can have in the target, or that it would cut."""
        if len(name.encode()) > self.answers.identifier_limit:
            raise SemanticError([faults.identifier_too_long(name, self.answers.identifier_limit, self.name)])
        if strange := set(self.answers.name_excludes) & set(name):
            raise SemanticError([faults.identifier_character(name, min(strange), self.name)])

    def _must_quote(self, name: str) -> bool:
        quoted = self._quoted.get(name)
        if quoted is None:
            self._check_name(name)
            quoted = not _PLAIN_NAME.match(name) or name.lower() in self.answers.reserved_words
            self._quoted[name] = quoted
        return quoted

    def _kept(self, name: str) -> str:
        return self.folded(name) if _PLAIN_NAME.match(name) else name

    def folded(self, name: str) -> str:
        """The name under which the target keeps an unquoted one."""
        folding = self.answers.folding
        return name.lower() if folding == "lower" else name.upper() if folding == "upper" else name

    def type(self, name: TypeName) -> exp.DataType:
        """The target's type of that name."""
        return _named_type(self.answers.types[name])

    def literal(self, value: object, name: TypeName) -> exp.Expr:
        """A Python value as an expression of that type, exactly.

        >>> from semantic.dialect import load
        >>> load("bigquery").literal(datetime.date(2024, 1, 31), "date").sql("bigquery")
        "DATE '2024-01-31'"
        """
        if value is None:
            return exp.Cast(this=exp.Null(), to=self.type(name))
        return _LITERALS[name](self, value)

    def _moment(self, text: str, name: TypeName) -> exp.Expr:
        """A date or timestamp that is written out: no setting of a session reads it otherwise."""
        value = exp.Literal(this=text, is_string=True)
        if self.answers.typed_literals == "format":
            function, form = READERS[name]
            form = form.replace("SS", "SS.FF6") if "." in text else form
            return exp.Anonymous(this=function, expressions=[value, exp.Literal(this=form, is_string=True)])
        if name == "date":
            return exp.Introducer(this=exp.Var(this="DATE"), expression=value)
        return exp.Cast(this=value, to=self.type(name))

    def _cast_text(self, text: str, name: TypeName) -> exp.Expr:
        return exp.Cast(this=exp.Literal(this=text, is_string=True), to=self.type(name))

    def _number(self, value: Any) -> exp.Expr:
        text = format(value, "f") if isinstance(value, decimal.Decimal) else str(value)
        number = exp.Literal(this=text.removeprefix("-"), is_string=False)
        return exp.Neg(this=number) if text.startswith("-") else number

    def _literal_decimal(self, value: Any) -> exp.Expr:
        exact = decimal.Decimal(value)
        if self.answers.decimal_literals == "plain":
            return self._number(exact)
        scale = max(0, -int(exact.as_tuple().exponent))
        keyword = exp.Var(this=self._holding(len(exact.as_tuple().digits) - scale, scale))
        text = kept(format(exact, "f"), value, "decimal")
        return exp.Introducer(this=keyword, expression=exp.Literal(this=text, is_string=True))

    def _holding(self, before: int, after: int) -> str:
        """The type for a decimal of that many digits before and after its point."""
        digits = self.answers.decimal_digits
        name = self.answers.types["decimal"]
        return name if before <= digits[0] and after <= digits[1] else self.answers.wide_decimal or name

    def _translate_literal(self, tree: Any) -> exp.Expr:
        """``1.5`` is exact and ``1e3`` is double precision, also where the target has it otherwise."""
        if tree.is_string or (tree.name.isdigit() and int(tree.name) < 2**63):
            return tree  # type: ignore[no-any-return]
        if "e" in tree.name.lower():
            return exp.Cast(this=tree, to=self.type("float"))
        return tree if self.answers.decimal_literals == "plain" else self._literal_decimal(tree.name)

    def ordered(self, expression: exp.Expr, desc: bool, nulls_first: bool) -> exp.Ordered:
        """A sort key that always says where NULLs go.

        >>> from semantic.dialect import load
        >>> load("duckdb").ordered(exp.column("x"), desc=False, nulls_first=False).sql("duckdb")
        'x ASC NULLS LAST'
        """
        # sqlglot prints nothing where NULLs fall as the engine has it; so it is left at that, and said here.
        silent = desc if self.answers.null_ordering == "large" else not desc
        if self.answers.null_ordering == "last":
            silent = False
        place = exp.Var(this="NULLS FIRST" if nulls_first else "NULLS LAST")
        return exp.Ordered(this=expression, desc=desc, nulls_first=silent, with_fill=place)


def _named_type(text: str) -> exp.DataType:
    """A type by the target's own name, printed as it is: some printers drop the digits of a decimal."""
    return exp.DataType(this=exp.DType.USERDEFINED, kind=text)


_SPECIAL: dict[type, Callable[[Dialect, Any], exp.Expr]] = {
    exp.Anonymous: Dialect._translate_call,
    exp.Window: Dialect._translate_window,
    exp.Not: Dialect._translate_not,
    exp.Cast: Dialect._translate_cast,
    exp.Identifier: Dialect._translate_identifier,
    exp.Ordered: Dialect._translate_ordered,
    exp.Paren: lambda self, tree: self.translate(tree.this),
    exp.Literal: Dialect._translate_literal,
}

_LITERALS: dict[TypeName, Callable[[Dialect, Any], exp.Expr]] = {
    "integer": Dialect._number,
    "decimal": Dialect._literal_decimal,
    "float": lambda self, value: self._cast_text(repr(float(value)), "float"),
    "text": lambda self, value: exp.Literal(this=value, is_string=True),
    "boolean": lambda self, value: exp.Boolean(this=value),
    "date": lambda self, value: self._moment(value.isoformat(), "date"),
    "timestamp": lambda self, value: self._moment(value.isoformat(sep=" "), "timestamp"),
    "timestamptz": lambda self, value: self._moment(
        value.astimezone(datetime.UTC).isoformat(sep=" "), "timestamptz"
    ),
}
