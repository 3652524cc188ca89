"""Conditions of ``having`` on the periods of an answer: ``time.month_of_year = 3``.

A condition of ``where`` chooses rows, and those that a window or an offset looks at are of other periods than
the one that shows them. These choose among the finished periods instead.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.bound import Axis
from semantic.bind.calendars import calendar_of
from semantic.bind.condition import conditions
from semantic.bind.definitions import Definitions
from semantic.bind.nesting import follows
from semantic.bind.paths import AXIS
from semantic.bind.row import Row
from semantic.bind.texts import Reached
from semantic.expr import parse
from semantic.faults import Fault, SemanticError
from semantic.source import Span, Text
from semantic.spec.types import TypeName


def of_periods(definitions: Definitions, text: Text) -> bool:
    """Whether a condition is about periods alone; one that cannot be read is not."""
    try:
        tree = definitions.parse(text, comments=False)
    except SemanticError:
        return False
    names = [parse.names(column) for column in parse.columns(tree)]
    known = AXIS not in definitions.catalog.models
    return known and bool(names) and all(len(each) == 2 and each[0] == AXIS for each in names)


def kept_periods(
    definitions: Definitions, texts: Iterable[Text], axis: Axis | None, kind: TypeName | None
) -> list[exp.Expr]:
    """Conditions over the key of the axis, which is of the type ``kind``; raises `SemanticError` where the
    answer has no periods, or longer ones than a condition names."""
    trees: list[exp.Expr] = []
    found: list[Fault] = []
    for text in texts:
        try:
            trees += _kept(definitions, text, axis, kind)
        except SemanticError as error:
            found += error.faults
    if found:
        raise SemanticError(found)
    return trees


def _kept(definitions: Definitions, text: Text, axis: Axis | None, kind: TypeName | None) -> list[exp.Expr]:
    def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
        if axis is None or not tells(axis, names[-1]):
            raise SemanticError([_unknown(definitions, names[-1], axis, definitions.place(text, node))])
        column = Row("", exp.Column(this=exp.Identifier(this=axis.key)), kind)
        same = names[-1] == axis.grain
        return Reached(column if same else grain.grained(column, names[-1], definitions.calendar))

    found = conditions(definitions, "", text, resolve, comments=False)
    return [each.tree for each in found]


def tells(axis: Axis, name: str) -> bool:
    """Whether every period of an answer tells a grain or a part of time."""
    if name == axis.grain:
        return True
    return axis.calendar is None and grain.is_grain(name) and follows(name, axis.grain)


def _unknown(definitions: Definitions, name: str, axis: Axis | None, span: Span | None) -> Fault:
    own = not grain.is_grain(name)
    if own and calendar_of(definitions, name) is None:
        return faults.unknown_grain(name, list(grain.GRAINS), list(grain.PARTS), span)
    known = axis.grain if axis is not None else None
    return faults.period_unknown(f"{AXIS}.{name}", known, own, span)
