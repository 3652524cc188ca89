"""The templates that there may be: an allow-list of syntax, checked before anything runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from semantic import faults
from semantic.faults import Fault
from semantic.macros.places import mark
from semantic.macros.trouble import Placed, Trouble, trouble
from semantic.macros.values import Printed, plain
from semantic.source import Span

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

CALLER = "user"  # what templates of policies call whoever asks
MAX_RANGE = 1_000
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_QUOTED = re.compile(r"--[^\n]*|/\*.*?\*/|'[^']*'|\"[^\"]*\"", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template that kept the rules, and the names that it needs, each with its offset."""

    template: Template
    names: Mapping[str, int]

    def check_names(self, known: Mapping[str, Any]) -> None:
        """Raise for a name that means nothing."""
        for name, offset in self.names.items():
            if name == "env_var" and name not in known:
                raise Placed(offset, faults.env_var_misplaced)
            if name not in known:
                raise Placed(offset, _unknown(name, list(known)))


def _unknown(name: str, known: list[str]) -> Callable[[Span | None], Fault]:
    return lambda span: faults.unknown("parameter or macro", name, known, span)


@lru_cache(maxsize=4096)
def compiled(source: str, attributes: bool = False) -> Compiled:
    """Parses, checks and compiles a template, which may name ``attributes`` of a caller or may not."""
    from jinja2 import Template, TemplateSyntaxError
    from jinja2.meta import find_undeclared_variables

    environment = _environment()
    source = _without_trimming(source)
    try:
        tokens = list(_tokens(environment, source))
        tree = environment.parse(_marked(tokens))
        _check_comments(tokens)
        _check_rules(tree, tokens, attributes)
        needed = find_undeclared_variables(tree) - {"range"}
        template = Template.from_code(environment, environment.compile(tree), environment.make_globals(None))
    except TemplateSyntaxError as error:
        problem, offset = error.message or "it is not complete", _row_start(source, error.lineno)
        raise Placed(offset, lambda span: faults.template_syntax(problem, span)) from None
    places = {value: offset for offset, kind, value in reversed(tokens) if kind == "name"}
    return Compiled(template, {name: places.get(name, 0) for name in sorted(needed)})


def _without_trimming(source: str) -> str:
    """``{{-`` trims white space, which SQL does not mind; blanked, so that offsets stay true."""
    return _TAG.sub(lambda t: re.sub(r"\A(..)[-+]", r"\1 ", re.sub(r"[-+](..)\Z", r" \1", t[0])), source)


def _tokens(environment: ImmutableSandboxedEnvironment, source: str) -> Iterator[tuple[int, str, str]]:
    offset = 0
    for _, kind, value in environment.lex(source):
        yield offset, kind, value
        offset += len(value)


def _marked(tokens: list[tuple[int, str, str]]) -> str:
    """The source with a mark before all text, and before all that makes text."""
    marks = {"data": "", "variable_begin": "v", "block_begin": "v"}
    return "".join(
        f"{mark(offset, marks[kind])}{value}" if kind in marks else value for offset, kind, value in tokens
    )


def _row_start(source: str, line: int) -> int:
    """The offset of the first brace in a line of a template."""
    start = sum(len(row) + 1 for row in source.split("\n")[: line - 1])
    found = re.compile(r"\{[{%#]").search(source, start)
    return found.start() if found else min(start, len(source))


def _check_comments(tokens: list[tuple[int, str, str]]) -> None:
    """Raise for a template's comment in the middle of a text, which would lose it in silence."""
    shown = {"comment_begin": "\ue001"}
    text = "".join(value if kind == "data" else shown.get(kind, "") for _, kind, value in tokens)
    if any("\ue001" in each[0] for each in _QUOTED.finditer(text) if each[0][0] in "'\""):
        offset = next(offset for offset, kind, _ in tokens if kind == "comment_begin")
        raise Placed(offset, faults.quoted_template)


_STATEMENTS = ("Template", "Output", "TemplateData", "If", "For", "Filter", "Test", "Call", "Keyword")
_EXPRESSIONS = ("Name", "Const", "CondExpr", "Compare", "Operand", "And", "Or", "Not", "List", "Tuple")
_NODES = frozenset((*_STATEMENTS, *_EXPRESSIONS, "Add", "Sub", "Mul", "Neg"))


def _check_rules(tree: Any, tokens: list[tuple[int, str, str]], attributes: bool) -> None:
    from jinja2 import nodes

    source = "".join(value for _, _, value in tokens)
    for node in tree.find_all(nodes.Node):
        name = type(node).__name__
        of = getattr(node.node, "name", "") if isinstance(node, nodes.Getattr) else ""
        loop = of == "loop" or (attributes and of == CALLER)
        called = not isinstance(node, nodes.Call) or isinstance(node.node, nodes.Name)
        starred = getattr(node, "dyn_args", None) or getattr(node, "dyn_kwargs", None)
        recursive = getattr(node, "recursive", False)
        if (name not in _NODES and not loop) or not called or starred or recursive:
            shown = "recursive" if recursive else name.lower()
            offset = _row_start(source, node.lineno)
            raise Placed(offset, lambda span, shown=shown: faults.not_in_templates(shown, span))  # type: ignore[misc]


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.filters import FILTERS
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"+", "-", "*"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if not (type(left) is type(right) is int and max(abs(left), abs(right)) < 1_000_000):
                raise trouble(f"'{operator}' takes whole numbers below a million.", "Calculate in SQL.")
            return super().call_binop(context, operator, left, right)

    made = Environment(undefined=StrictUndefined, finalize=_printed, keep_trailing_newline=True)
    made.filters = {name: FILTERS[name] for name in ("first", "join", "last", "length", "lower", "upper")}
    made.tests = {"none": lambda each: plain(each) is None}
    made.globals = {"range": _range}
    return made


def _range(*bounds: int) -> range:
    try:
        numbers = range(*bounds)
    except TypeError:
        raise trouble("'range' takes whole numbers.") from None
    if len(numbers) > MAX_RANGE:
        raise Trouble(lambda span: faults.template_too_large(MAX_RANGE, "rounds in one 'range'", span))
    return numbers


def _printed(value: Any) -> str:
    from jinja2 import Undefined

    if isinstance(value, Printed):
        return value.printed()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float | Undefined):  # the last is an 'if' without 'else', or says so
        return str(value)
    raise trouble("A template prints texts, numbers and parameters only.")
