"""Conditions on ``metric_time`` that are a range of it.

MetricFlow applies them to what a metric shows, so that a window still sees what lies before, as our ``time``
does. A condition on the rows themselves would take away the history of windows, and move with offsets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlglot import TokenType, exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import TokenError

from semantic import faults
from semantic.bind.grain import GRAINS, floor
from semantic.expr import parse
from semantic.faults import SemanticError
from semantic.source import Text
from semantic.spec.types import Calendar

_MOMENTS = ("DATE", "DATETIME", "TIMESTAMP", "TIMESTAMPNTZ")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_FIXED = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "iso_week": timedelta(days=7),
}
_OPENING = (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE)
_CLOSING = (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END)
_FLIPPED = {exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.LTE, exp.LTE: exp.GTE, exp.EQ: exp.EQ}


@dataclass(frozen=True, slots=True)
class Bounds:
    """A half-open range of time; either side may be open."""

    start: datetime | None = None
    end: datetime | None = None

    def __and__(self, other: Bounds) -> Bounds:
        starts = [each for each in (self.start, other.start) if each is not None]
        ends = [each for each in (self.end, other.end) if each is not None]
        return Bounds(max(starts, default=None), min(ends, default=None))

    @property
    def is_range(self) -> bool:
        """Whether a question can have it as its range."""
        known = [each for each in (self.start, self.end) if each is not None]
        inside = all(datetime(1000, 1, 1) <= each <= datetime(9999, 1, 1) for each in known)
        return inside and (len(known) < 2 or known[0] < known[1])


def bounds(condition: Text, dialect: str, calendar: Calendar) -> Bounds | None:
    """The range that a whole condition is, if it is one.

    >>> bounds(Text("time.month >= '2024-01-15' and time.day < '2024-05-01'"), "duckdb", Calendar())
    Bounds(start=datetime.datetime(2024, 2, 1, 0, 0), end=datetime.datetime(2024, 5, 1, 0, 0))
    """
    try:
        tree = parse.parse(condition, dialect)
    except SemanticError:
        return None  # for the binder to tell
    found = [_bounds(each, calendar) for each in _conjuncts(tree)]
    whole = Bounds()
    for each in found:
        if each is None:
            return None
        whole &= each
    return whole


def after(start: datetime, grain: str) -> datetime:
    """The first instant after the period that begins at ``start``."""
    months = _MONTHS.get(grain.removeprefix("fiscal_"))
    try:
        if months is None:
            return start + _FIXED[grain]
        years, month = divmod(start.month - 1 + months, 12)
        return start.replace(year=start.year + years, month=month + 1)
    except (ValueError, OverflowError):
        raise SemanticError([faults.far_time()]) from None


def parts(condition: Text, dialect: str) -> list[Text]:
    """The conditions that must all hold, each with its place; one that cannot be taken apart is itself.

    >>> [str(part) for part in parts(Text("a = 1 AND (b = 2 OR c = 3) AND d BETWEEN 1 AND 2"), "duckdb")]
    ['a = 1', '(b = 2 OR c = 3)', 'd BETWEEN 1 AND 2']
    """
    cuts = _cuts(condition, dialect)
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(condition)]
    return [_part(condition, *each) for each in zip(starts, ends, strict=True)] if cuts else [condition]


def _cuts(condition: Text, dialect: str) -> list[tuple[int, int]]:
    """Where an AND stands that joins whole conditions."""
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(str(condition))
    except TokenError:
        return []
    cuts, depth, between = [], 0, 0
    for token in tokens:
        kind = token.token_type
        depth += (kind in _OPENING) - (kind in _CLOSING)
        if depth == 0 and kind is TokenType.OR:
            return []
        if depth == 0 and kind is TokenType.BETWEEN:
            between += 1
        elif depth == 0 and kind is TokenType.AND:
            between, cut = (between - 1, False) if between else (between, True)
            cuts += [(token.start, token.end + 1)] if cut else []
    return cuts


def _part(condition: Text, start: int, end: int) -> Text:
    """A stretch of a condition without the blanks around it."""
    start += len(condition[start:end]) - len(condition[start:end].lstrip())
    place = condition.at(start)
    later = tuple(each for each in condition.starts if place is not None and each[0] > place.line)
    begins = ((place.line, place.column), *later) if place is not None else ()
    return Text(condition[start:end].rstrip(), condition.file, begins)


def spoken_of(condition: Text, dialect: str) -> frozenset[str]:
    """What the paths of a condition begin with.

    >>> sorted(spoken_of(Text("time.month_of_year = 3 or listing.country = 'us'"), "duckdb"))
    ['listing', 'time']
    """
    try:
        tree = parse.parse(condition, dialect)
    except SemanticError:
        return frozenset()  # for the binder to tell
    return frozenset(parse.names(node)[0] for node in parse.columns(tree))


def _conjuncts(tree: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(tree, exp.Paren):
        yield from _conjuncts(tree.this)
    elif isinstance(tree, exp.And):
        yield from _conjuncts(tree.this)
        yield from _conjuncts(tree.expression)
    else:
        yield tree


def _bounds(tree: exp.Expr, calendar: Calendar) -> Bounds | None:
    if isinstance(tree, exp.Between):
        low = _compared(exp.GTE, tree.this, tree.args["low"], calendar)
        high = _compared(exp.LTE, tree.this, tree.args["high"], calendar)
        return low & high if low is not None and high is not None else None
    kind = type(tree)
    if kind not in _FLIPPED:
        return None
    return _compared(kind, tree.this, tree.expression, calendar) or _compared(
        _FLIPPED[kind], tree.expression, tree.this, calendar
    )


def _compared(kind: type[exp.Expr], left: exp.Expr, right: exp.Expr, calendar: Calendar) -> Bounds | None:
    """The range of a period that is compared with a moment."""
    grain, moment = _grain(left), _moment(right)
    if grain is None or moment is None:
        return None
    try:
        first = floor(moment, grain, calendar)
        following = after(first, grain)
    except (ValueError, OverflowError, SemanticError):
        return None
    next_one = moment if first == moment else following
    if kind is exp.EQ:
        return Bounds(first, following) if first == moment else None
    found: dict[type[exp.Expr], Bounds] = {
        exp.GTE: Bounds(start=next_one),
        exp.GT: Bounds(start=following),
        exp.LTE: Bounds(end=following),
        exp.LT: Bounds(end=next_one),
    }
    return found[kind]


def _grain(node: exp.Expr) -> str | None:
    if not isinstance(node, exp.Column):
        return None
    names = parse.names(node)
    return names[1] if len(names) == 2 and names[0] == "time" and names[1] in GRAINS else None


def _moment(node: exp.Expr) -> datetime | None:
    """A literal date or moment."""
    if isinstance(node, exp.Cast) and node.to.this.name in _MOMENTS:
        node = node.this
    if not (isinstance(node, exp.Literal) and node.is_string):
        return None
    try:
        moment = datetime.fromisoformat(node.name.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is None else None
