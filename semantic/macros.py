"""Jinja in user expressions: parameters become placeholders, macros become SQL, nothing else runs.

A text without ``{{``, ``{%`` or ``{#`` passes untouched and Jinja is not imported. What is allowed is a
list of syntax nodes (`_Rules`); so neither an attribute, nor a method, nor a text operation is ever reached.
The value of a parameter never becomes text: it prints as ``:semantic_param_<name>``, and its value is only
compared. Marks (`_MARK`) travel through the template with its text, and tell what of the result stands where.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from semantic import faults
from semantic.faults import Fault, SemanticError
from semantic.source import Span, Text
from semantic.spec.types import Macro

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

PLACEHOLDER = "semantic_param_"
ATTRIBUTE = "semantic_user_"
CALLER = "user"  # what templates of policies call whoever asks
MAX_OUTPUT = 100_000
MAX_STEPS = 20_000
MAX_RANGE = 1_000
_LIVE = ("current_date", "current_timestamp")
_MARK = re.compile("\ue000(\\d+)(v?)\ue001")
_BRACES = ("{{", "{%", "{#")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_QUOTED = re.compile(r"--[^\n]*|/\*.*?\*/|'[^']*'|\"[^\"]*\"", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text without templates. ``parameters`` stand in it as placeholders; the values of ``decided``
    decided what it says, so that it holds for those values only."""

    text: Text
    parameters: frozenset[str] = frozenset()
    decided: frozenset[str] = frozenset()


def is_template(text: str) -> bool:
    """Whether a text needs rendering.

    >>> is_template("sum(amount)"), is_template("{{ net('amount') }}")
    (False, True)
    """
    return any(brace in text for brace in _BRACES)


def render(
    text: Text, values: Mapping[str, Any], macros: Mapping[str, Macro], caller: Caller | None = None
) -> Rendered:
    """The text with parameters as placeholders and macros as the SQL they stand for; only where there is a
    ``caller`` its attributes can be named, as ``user.region``.

    >>> render(Text("ordered_on <= {{ as_of }}"), {"as_of": "2024-01-31"}, {}).text
    'ordered_on <= :semantic_param_as_of'
    """
    if not is_template(text):
        return Rendered(text)
    run = _Run(values, macros, caller=caller)
    output = run.output(text, run.names())
    return Rendered(_placed(output, text), frozenset(run.printed), frozenset(run.decided))


def render_url(url: Text, environ: Mapping[str, str] | None = None) -> str:
    """The URL of a target, with ``{{ env_var('NAME') }}`` from the environment.

    >>> render_url(Text("duckdb:///{{ env_var('FILE') }}"), {"FILE": "a.duckdb"})
    'duckdb:///a.duckdb'
    """
    if not is_template(url):
        return str(url)
    known = os.environ if environ is None else environ

    def env_var(name: str, default: str | None = None) -> str:
        value = known.get(name, default)
        if value is None:
            raise _Trouble(lambda span: faults.env_var_missing(name, span))
        return value

    return _MARK.sub("", _Run({}, {}).output(url, {"env_var": env_var}))


class _Trouble(Exception):
    """A fault that still lacks its place."""

    def __init__(self, at: Callable[[Span | None], Fault]) -> None:
        self.at = at
        super().__init__()


def _trouble(problem: str, hint: str = "") -> _Trouble:
    return _Trouble(lambda span: faults.bad_template(problem, span, hint))


@dataclass(slots=True)
class _Run:
    """One rendering, with the macros it calls: they share limits and notes."""

    values: Mapping[str, Any]
    macros: Mapping[str, Macro]
    printed: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    steps: int = 0
    caller: Caller | None = None

    def names(self) -> dict[str, Any]:
        parameters = {name: _Parameter(name, value, self) for name, value in self.values.items()}
        names = parameters | {name: _Call(macro, self) for name, macro in self.macros.items()}
        return names if self.caller is None else names | {CALLER: _Attributes(self.caller, self)}

    def output(self, text: Text, names: Mapping[str, Any]) -> str:
        """The rendered text, still with its marks; every trouble gets its place here."""
        if "\ue000" in text:
            raise SemanticError([faults.unprintable(0xE000, text.at(text.index("\ue000")) or Span("", 1, 1))])
        done: list[str] = []
        try:
            compiled = _compiled(str(text), self.caller is not None)
            compiled.check_names(names)
            self._collect(compiled.template.generate(names), done)
        except SemanticError:
            raise
        except _Placed as error:
            raise SemanticError([error.at(text.at(error.offset))]) from None
        except _Trouble as error:
            raise SemanticError([error.at(_reached(done, text))]) from None
        except Exception as error:
            problem = f"The template fails: {error!s:.200}".rstrip(".") + "."
            raise SemanticError([faults.bad_template(problem, _reached(done, text))]) from None
        return "".join(done)

    def _collect(self, pieces: Iterable[str], done: list[str]) -> None:
        size = 0
        for piece in pieces:
            done.append(piece)
            self.steps += 1
            size += len(_MARK.sub("", piece))
            if size > MAX_OUTPUT:
                raise _Trouble(lambda span: faults.template_too_large(MAX_OUTPUT, "characters", span))
            if self.steps > MAX_STEPS:
                raise _Trouble(lambda span: faults.template_too_large(MAX_STEPS, "steps", span))


class _Placed(_Trouble):
    """A fault at a known offset of the text."""

    def __init__(self, offset: int, at: Callable[[Span | None], Fault]) -> None:
        self.offset = offset
        super().__init__(at)


class _Parameter:
    """A parameter in a template: prints as a placeholder, compares as its value, is never text."""

    def __init__(self, name: str, value: Any, run: _Run) -> None:
        self._name, self._value, self._run = name, value, run

    def placeholder(self) -> str:
        self._run.printed.add(self._name)
        return f":{PLACEHOLDER}{self._name}"

    def value(self) -> Any:
        if isinstance(self._value, str) and self._value.lower() in _LIVE:
            hint = "Compare it in the SQL instead."
            raise _trouble(f"'{self._value}' of '{self._name}' is known in the warehouse only.", hint)
        self._run.decided.add(self._name)
        return self._value

    def __str__(self) -> str:
        hint = "Write it alone, as in '{{ " + self._name + " }}', and work with it in SQL."
        raise _trouble(f"The parameter '{self._name}' is a value, not a text to join or change.", hint)

    def __eq__(self, other: object) -> bool:
        return bool(self.value() == _plain(other))

    def __lt__(self, other: object) -> bool:
        return bool(self.value() < _plain(other))

    def __le__(self, other: object) -> bool:
        return bool(self.value() <= _plain(other))

    def __gt__(self, other: object) -> bool:
        return bool(self.value() > _plain(other))

    def __ge__(self, other: object) -> bool:
        return bool(self.value() >= _plain(other))

    def __bool__(self) -> bool:
        return bool(self.value())

    def __hash__(self) -> int:
        return hash(self.value())


def _plain(each: object) -> Any:
    return each.value() if isinstance(each, _Parameter) else each


class Caller(Protocol):
    """Whoever asks: each attribute is found, or there is a fault without a place."""

    def attribute(self, name: str) -> Any:
        """The value of an attribute: one, or a tuple of some; raises `Missing`."""


class Unknown:
    """The value of an attribute of a caller who could be anybody."""


class Missing(Exception):
    """An attribute that cannot be used; ``at`` makes the fault with its place."""

    def __init__(self, at: Callable[[Span | None], Fault]) -> None:
        self.at = at
        super().__init__()


class _Attributes:
    """The caller in a template: nothing but attributes, each as good as a parameter."""

    def __init__(self, caller: Caller, run: _Run) -> None:
        self.__caller, self.__run = caller, run

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_"):
            return object.__getattribute__(self, name)
        try:
            value = self.__caller.attribute(name)
        except Missing as missing:
            raise _Trouble(missing.at) from None
        return _Attribute(name, value, self.__run)

    def __str__(self) -> str:
        raise _trouble("The caller is no value.", "Name an attribute, as in '{{ user.region }}'.")

    __bool__ = __hash__ = __str__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise _trouble("The caller is no value.", "Name an attribute, as in '{{ user.region }}'.")


class _Attribute(_Parameter):
    """An attribute of the caller: prints as a placeholder of its own; a list can be asked what it holds."""

    def placeholder(self) -> str:
        return f":{ATTRIBUTE}{self._name}"

    def value(self) -> Any:
        if isinstance(self._value, tuple):
            hint = f"Ask what it holds: 'x' in user.{self._name}."
            raise _trouble(f"The attribute '{self._name}' is a list.", hint)
        return self._value

    def __contains__(self, item: object) -> bool:
        if isinstance(self._value, Unknown):
            return bool(self._value)
        if not isinstance(self._value, tuple):
            raise _trouble(f"The attribute '{self._name}' is no list.", "Compare it with '=='.")
        return any(self._alike(each, item) == each for each in self._value)

    def __eq__(self, other: object) -> bool:
        return bool(self._alike(self.value(), other) == self._value)

    __hash__ = None  # type: ignore[assignment]

    def _alike(self, value: object, other: object) -> Any:
        """The other value; what is of another kind is neither equal nor unequal, but a mistake."""
        other = _plain(other)
        if isinstance(value, Unknown):
            return value
        if _kind(value) is not _kind(other):
            problem = f"The attribute '{self._name}' is compared with a value of another kind."
            raise _trouble(problem, "Give it as what the policy compares it with.")
        return other


def _kind(value: object) -> type:
    """What can be compared: numbers with numbers, everything else with its like."""
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return Decimal if number else type(value)


class _Call:
    """A macro in a template: called with SQL texts, parameters or numbers."""

    def __init__(self, macro: Macro, run: _Run) -> None:
        self._macro, self._run = macro, run

    def __call__(self, *arguments: Any, **named: Any) -> str:
        macro, run = self._macro, self._run
        if macro.name in run.calls:
            cycle = [*run.calls[run.calls.index(macro.name) :], macro.name]
            raise _Trouble(lambda span: faults.macro_cycle(cycle, span))
        given = dict(zip(macro.arguments, arguments, strict=False)) | named
        if len(given) != len(arguments) + len(named) or set(given) != set(macro.arguments):
            form = f"{macro.name}({', '.join(macro.arguments)})"
            raise _trouble(f"The macro '{macro.name}' is called as '{form}'.")
        run.calls.append(macro.name)
        try:
            return _MARK.sub("", run.output(macro.sql, run.names() | given))
        finally:
            run.calls.pop()


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A template that kept the rules, and the names that it needs, each with its offset."""

    template: Template
    names: Mapping[str, int]

    def check_names(self, known: Mapping[str, Any]) -> None:
        for name, offset in self.names.items():
            if name == "env_var" and name not in known:
                raise _Placed(offset, faults.env_var_misplaced)
            if name not in known:
                raise _Placed(offset, _unknown(name, list(known)))


def _unknown(name: str, known: list[str]) -> Callable[[Span | None], Fault]:
    return lambda span: faults.unknown("parameter or macro", name, known, span)


@lru_cache(maxsize=4096)
def _compiled(source: str, attributes: bool = False) -> _Compiled:
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
        raise _Placed(offset, lambda span: faults.template_syntax(problem, span)) from None
    places = {value: offset for offset, kind, value in reversed(tokens) if kind == "name"}
    return _Compiled(template, {name: places.get(name, 0) for name in sorted(needed)})


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
        f"\ue000{offset}{marks[kind]}\ue001{value}" if kind in marks else value
        for offset, kind, value in tokens
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
        raise _Placed(offset, faults.quoted_template)


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
            raise _Placed(offset, lambda span, shown=shown: faults.not_in_templates(shown, span))  # type: ignore[misc]


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.filters import FILTERS
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"+", "-", "*"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if not (type(left) is type(right) is int and max(abs(left), abs(right)) < 1_000_000):
                raise _trouble(f"'{operator}' takes whole numbers below a million.", "Calculate in SQL.")
            return super().call_binop(context, operator, left, right)

    made = Environment(undefined=StrictUndefined, finalize=_printed, keep_trailing_newline=True)
    made.filters = {name: FILTERS[name] for name in ("first", "join", "last", "length", "lower", "upper")}
    made.tests = {"none": lambda each: _plain(each) is None}
    made.globals = {"range": _range}
    return made


def _range(*bounds: int) -> range:
    try:
        numbers = range(*bounds)
    except TypeError:
        raise _trouble("'range' takes whole numbers.") from None
    if len(numbers) > MAX_RANGE:
        raise _Trouble(lambda span: faults.template_too_large(MAX_RANGE, "rounds in one 'range'", span))
    return numbers


def _printed(value: Any) -> str:
    from jinja2 import Undefined

    if isinstance(value, _Parameter):
        return value.placeholder()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float | Undefined):  # the last is an 'if' without 'else', or says so
        return str(value)
    if isinstance(value, _Call):
        raise _trouble("A macro is called with parentheses.")
    raise _trouble("A template prints texts, numbers and parameters only.")


# --- places -----------------------------------------------------------------------------------------


def _reached(done: list[str], text: Text) -> Span | None:
    """The place of the last mark that was rendered, which is where a rendering stopped."""
    marks = _MARK.findall("".join(done[-4:])) or _MARK.findall("".join(done))
    return text.at(int(marks[-1][0])) if marks else text.at(0)


def _placed(output: str, text: Text) -> Text:
    """The output without marks, each part placed where it stands, or where the tag that made it does."""
    pieces: list[str] = []
    anchors: dict[int, Span] = {}
    size = 0
    for mark, end in _pieces(output):
        piece, origin = output[mark.end() : end], int(mark[1])
        for at in _anchor_offsets(piece, bool(mark[2]), origin, text):
            place = text.at(origin if mark[2] else origin + at)
            if place:
                anchors[size + at] = place
        pieces.append(piece)
        size += len(piece)
    value = "".join(pieces)
    rows = [0, *(match.end() for match in re.finditer("\n", value))]
    starts = _starts(rows, anchors)
    breaks = tuple((at, s.line, s.column) for at, s in sorted(anchors.items()) if at not in set(rows))
    return Text(value, text.file, starts if anchors else (), breaks)


def _pieces(output: str) -> Iterator[tuple[re.Match[str], int]]:
    marks = list(_MARK.finditer(output))
    ends = [*(mark.start() for mark in marks[1:]), len(output)]
    return zip(marks, ends, strict=False)  # of nothing but a comment there is no mark at all


def _anchor_offsets(piece: str, made: bool, origin: int, text: Text) -> list[int]:
    """Where a piece needs a place of its own: all over, if a tag made it; else where the text breaks."""
    if made:
        return list(range(min(len(piece), 500)))
    inner = [offset - origin for offset, _, _ in text.breaks if 0 < offset - origin < len(piece)]
    return [0, *(match.end() for match in re.finditer("\n", piece)), *inner]


def _starts(rows: list[int], anchors: Mapping[int, Span]) -> tuple[tuple[int, int], ...]:
    starts: list[tuple[int, int]] = []
    for row in rows:
        span = anchors.get(row)
        starts.append((span.line, span.column) if span else (starts[-1] if starts else (1, 1)))
    return tuple(starts)
