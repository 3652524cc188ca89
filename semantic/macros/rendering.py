"""A text with templates as a text without."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from semantic import faults
from semantic.faults import SemanticError
from semantic.macros.places import START, placed, reached, unmarked
from semantic.macros.syntax import CALLER, compiled
from semantic.macros.trouble import Placed, Trouble, trouble
from semantic.macros.values import Attributes, Caller, Notes, Parameter, Printed
from semantic.source import Span, Text
from semantic.spec.types import Macro

MAX_OUTPUT = 100_000
MAX_STEPS = 20_000
_BRACES = ("{{", "{%", "{#")


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
    return Rendered(placed(output, text), frozenset(run.notes.printed), frozenset(run.notes.decided))


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
            raise Trouble(lambda span: faults.env_var_missing(name, span))
        return value

    return unmarked(_Run({}, {}).output(url, {"env_var": env_var}))


@dataclass(slots=True)
class _Run:
    """One rendering, with the macros it calls: they share limits and notes."""

    values: Mapping[str, Any]
    macros: Mapping[str, Macro]
    notes: Notes = field(default_factory=Notes)
    calls: list[str] = field(default_factory=list)
    steps: int = 0
    caller: Caller | None = None

    def names(self) -> dict[str, Any]:
        """Everything that the text may name."""
        parameters = {name: Parameter(name, value, self.notes) for name, value in self.values.items()}
        names = parameters | {name: _Call(macro, self) for name, macro in self.macros.items()}
        return names if self.caller is None else names | {CALLER: Attributes(self.caller, self.notes)}

    def output(self, text: Text, names: Mapping[str, Any]) -> str:
        """The rendered text, still with its marks; every trouble gets its place here."""
        if START in text:
            place = text.at(text.index(START)) or Span("", 1, 1)
            raise SemanticError([faults.unprintable(ord(START), place)])
        done: list[str] = []
        try:
            made = compiled(str(text), self.caller is not None)
            made.check_names(names)
            self._collect(made.template.generate(names), done)
        except SemanticError:
            raise
        except Placed as error:
            raise SemanticError([error.at(text.at(error.offset))]) from None
        except Trouble as error:
            raise SemanticError([error.at(reached(done, text))]) from None
        except Exception as error:
            problem = f"The template fails: {error!s:.200}".rstrip(".") + "."
            raise SemanticError([faults.bad_template(problem, reached(done, text))]) from None
        return "".join(done)

    def _collect(self, pieces: Iterable[str], done: list[str]) -> None:
        size = 0
        for piece in pieces:
            done.append(piece)
            self.steps += 1
            size += len(unmarked(piece))
            if size > MAX_OUTPUT:
                raise Trouble(lambda span: faults.template_too_large(MAX_OUTPUT, "characters", span))
            if self.steps > MAX_STEPS:
                raise Trouble(lambda span: faults.template_too_large(MAX_STEPS, "steps", span))


class _Call(Printed):
    """A macro in a template: called with SQL texts, parameters or numbers."""

    def __init__(self, macro: Macro, run: _Run) -> None:
        self._macro, self._run = macro, run

    def printed(self) -> str:
        raise trouble("A macro is called with parentheses.")

    def __call__(self, *arguments: Any, **named: Any) -> str:
        macro, run = self._macro, self._run
        if macro.name in run.calls:
            cycle = [*run.calls[run.calls.index(macro.name) :], macro.name]
            raise Trouble(lambda span: faults.macro_cycle(cycle, span))
        given = dict(zip(macro.arguments, arguments, strict=False)) | named
        if len(given) != len(arguments) + len(named) or set(given) != set(macro.arguments):
            form = f"{macro.name}({', '.join(macro.arguments)})"
            raise trouble(f"The macro '{macro.name}' is called as '{form}'.")
        run.calls.append(macro.name)
        try:
            return unmarked(run.output(macro.sql, run.names() | given))
        finally:
            run.calls.pop()
