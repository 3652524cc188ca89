"""Bands and tables of rules as CASE expressions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind.row import Row
from semantic.faults import SemanticError
from semantic.source import Span, Text
from semantic.spec.types import Bands, Rule, Rules

_ANY = "*"
_NUMBERS = ("integer", "decimal", "float")


def bands(spec: Bands, bind: Callable[[Text], Row], span: Span) -> Row:
    """``CASE WHEN x < cut THEN label … ELSE last label END``; NULL has no band."""
    if not spec.cuts or len(spec.labels) != len(spec.cuts) + 1:
        raise SemanticError([faults.band_labels(len(spec.cuts), len(spec.labels), span)])
    value = bind(spec.sql)
    cuts = [bind(cut) for cut in spec.cuts]
    _check_ascending(spec, cuts)
    for cut, text in zip(cuts, spec.cuts, strict=True):
        if value.type and cut.type and _family(cut.type) != _family(value.type):
            fault = faults.wrong_type(str(text), cut.type, f"a value like {value.type}")
            raise SemanticError([replace(fault, span=text.span)])
    below = [
        exp.If(this=exp.LT(this=value.tree.copy(), expression=cut.tree), true=_text(label))
        for cut, label in zip(cuts, spec.labels, strict=False)
    ]
    nothing = exp.If(this=exp.Is(this=value.tree.copy(), expression=exp.Null()), true=exp.Null())
    return Row(value.model, exp.Case(ifs=[nothing, *below], default=_text(spec.labels[-1])), "text", value.at)


def _check_ascending(spec: Bands, cuts: list[Row]) -> None:
    """Cuts that are written as numbers or days must ascend; a parameter's value is the user's own."""
    for text, one, other in zip(spec.cuts[1:], map(_written, cuts), map(_written, cuts[1:]), strict=False):
        if one is not None and other is not None and type(one) is type(other) and one >= other:
            raise SemanticError([faults.cuts_descend(str(text), text.span)])


def _written(cut: Row) -> Any:
    """The number or the day of a cut that is one."""
    tree = cut.tree.this if isinstance(cut.tree, exp.Neg | exp.Cast) else cut.tree
    if not isinstance(tree, exp.Literal):
        return None
    if not tree.is_string:
        return float(cut.tree.sql()) if not isinstance(cut.tree, exp.Cast) else None
    return tree.name if cut.type == "date" else None


def rules(spec: Rules, bind: Callable[[Text], Row], meaning: Callable[[Row], exp.Expr]) -> Row:
    """``CASE WHEN a = 'x' AND b = 'y' THEN label … ELSE otherwise END``; ``meaning`` tells what an axis
    computes."""
    axes = [bind(text) for text in spec.by]
    _check_values(spec, [_values(meaning(axis)) for axis in axes])
    for axis, text in zip(axes, spec.by, strict=True):
        if axis.type not in (None, "text"):
            raise SemanticError([faults.rule_axis(str(text), str(axis.type), text.span)])
    cases = [exp.If(this=test, true=_text(rule.label)) for rule in spec.table if (test := _test(axes, rule))]
    rest = next((r.label for r in spec.table if r.first == r.second == _ANY), spec.otherwise)
    default = None if rest is None else _text(rest)
    return Row(axes[0].model, exp.Case(ifs=cases, default=default), "text")


def _check_values(spec: Rules, known: list[tuple[str, ...] | None]) -> None:
    """A rule for a value that its axis never has would never fit."""
    found = {}
    for rule in spec.table:
        for value, axis, values in zip((rule.first, rule.second), spec.by, known, strict=True):
            if values is not None and value not in (_ANY, *values):
                found[value.span] = faults.unknown(f"value of '{axis}'", value, values, value.span)
    if found:
        raise SemanticError(found.values())


def _values(tree: exp.Expr) -> tuple[str, ...] | None:
    """All that a tree can be, where it chooses between texts that are written in it."""
    if isinstance(tree, exp.Case):
        parts = [_values(part) for part in (*(each.args["true"] for each in tree.args["ifs"]), *_rest(tree))]
        if any(part is None for part in parts):
            return None
        return tuple(dict.fromkeys(value for part in parts for value in part or ()))
    if isinstance(tree, exp.Null):
        return ()
    return (tree.name,) if isinstance(tree, exp.Literal) and tree.is_string else None


def _rest(tree: exp.Case) -> tuple[exp.Expr, ...]:
    default = tree.args.get("default")
    return () if default is None else (default,)


def _test(axes: list[Row], rule: Rule) -> exp.Expr | None:
    """What a rule asks of both axes; ``None`` where it takes everything."""
    parts = [
        exp.EQ(this=axis.tree.copy(), expression=_text(value))
        for axis, value in zip(axes, (rule.first, rule.second), strict=True)
        if value != _ANY
    ]
    if len(parts) == 2:
        return exp.And(this=parts[0], expression=parts[1])
    return parts[0] if parts else None


def _text(value: str) -> exp.Expr:
    return exp.Literal.string(str(value))


def _family(kind: str) -> str:
    return "number" if kind in _NUMBERS else kind
