"""Dates, wall clocks and instants turned into one another, once and explicitly."""

from __future__ import annotations

import re

from sqlglot import exp

from semantic import faults
from semantic.expr.walk import Canonical, call, named, zone
from semantic.spec.types import TypeName

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}\Z")
_TIMESTAMP = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?\Z")
_OFFSET = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[ T].*([-+]\d\d(:?\d\d)?|Z)\Z")
_TEMPORAL: tuple[TypeName, ...] = ("date", "timestamp", "timestamptz")


def has_offset(node: exp.Expr) -> bool:
    """Whether a literal says its own offset from UTC."""
    return isinstance(node, exp.Literal) and node.is_string and bool(_OFFSET.match(node.name))


def read(c: Canonical, node: exp.Expr) -> exp.Expr:
    """The node, or the date or timestamp that a text literal spells."""
    if not (isinstance(node, exp.Literal) and node.is_string):
        return node
    if has_offset(node):
        return exp.Cast(this=node, to=exp.DataType(this=exp.DType.TIMESTAMPTZ))
    if _DATE.match(node.name):
        return exp.Cast(this=node, to=exp.DataType(this=exp.DType.DATE))
    if _TIMESTAMP.match(node.name):
        return exp.Cast(this=node, to=exp.DataType(this=exp.DType.TIMESTAMP))
    return node


def kind_of(c: Canonical, node: exp.Expr, at: exp.Expr) -> TypeName | None:
    """Which of the three a node is; a misfit where it is none or not known."""
    kind = c.type(node)
    if kind is None:
        c.misfit(faults.unknown_type(named(node), "the calendar"), at)
    elif kind not in _TEMPORAL:
        c.misfit(faults.wrong_type(named(node), kind, "a date or timestamp"), at)
    return kind if kind in _TEMPORAL else None


def to_date(c: Canonical, node: exp.Expr, at: exp.Expr) -> exp.Expr:
    """The local day of a canonical node."""
    node = read(c, node)
    kind = kind_of(c, node, at)
    if kind == "timestamptz":
        return call("date_of_timestamp", call("to_local", node, zone()), at=at)
    return call("date_of_timestamp", node, at=at) if kind == "timestamp" else node


def to_timestamp(c: Canonical, node: exp.Expr, at: exp.Expr) -> exp.Expr:
    """The local wall clock of a canonical node; of a date, its midnight."""
    node = read(c, node)
    kind = kind_of(c, node, at)
    if kind == "timestamptz":
        return call("to_local", node, zone(), at=at)
    return _midnight(node, at) if kind == "date" else node


def _midnight(node: exp.Expr, at: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and _DATE.match(node.this.name):
        text = exp.Literal.string(f"{node.this.name} 00:00:00")
        return exp.Cast(this=text, to=exp.DataType(this=exp.DType.TIMESTAMP))
    return call("timestamp_of_date", node, at=at)


def to_instant(c: Canonical, node: exp.Expr, at: exp.Expr) -> exp.Expr:
    """The instant of a local date or wall clock."""
    if c.type(node) == "timestamptz":
        return node
    return call("to_instant", to_timestamp(c, node, at), zone(), at=at)


def local(c: Canonical, node: exp.Expr, at: exp.Expr) -> exp.Expr:
    """A date or wall clock: instants become local, the others stay."""
    node = read(c, node)
    return call("to_local", node, zone(), at=at) if kind_of(c, node, at) == "timestamptz" else node


def comparable(c: Canonical, parts: list[exp.Expr], at: exp.Expr) -> list[exp.Expr]:
    """Values that meet, on one clock: columns stay bare where they can, so that partitions prune."""
    if _kinds(c, parts):
        parts = [read(c, part) for part in parts]
    kinds = _kinds(c, parts)
    if "timestamptz" in kinds:
        parts = [to_instant(c, part, at) if c.type(part) in _TEMPORAL else part for part in parts]
    elif len(kinds) > 1:
        parts = [to_timestamp(c, part, at) if c.type(part) in _TEMPORAL else part for part in parts]
    c.alike(parts, at)
    return parts


def _kinds(c: Canonical, parts: list[exp.Expr]) -> set[TypeName]:
    return {kind for part in parts if (kind := c.type(part)) in _TEMPORAL and kind}
