"""What the keys of groups tell of the rows in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp

from semantic.bind.row import call, columns_of, substitute
from semantic.expr.spelled import spelled

#: The periods that each one lies in as a whole.
WITHIN = {
    "day": ("week_monday", "week_sunday", "week_saturday", "month", "quarter", "year"),
    "month": ("quarter", "year"),
    "quarter": ("year",),
}

#: Groups by the spelling of each of their keys, and what reads them calls it.
Keys = Mapping[str, exp.Expr]


def told(tree: exp.Expr, keys: Keys) -> exp.Expr | None:
    """A scalar over rows as one over the keys of their groups, or ``None`` where these do not tell it.

    >>> day = call("date_of_timestamp", exp.column("at"))
    >>> spelled(told(call("trunc_month_timestamp", exp.column("at")), {spelled(day): exp.column("day")}))
    'trunc_month_date(day)'
    """
    whole = _known(tree, keys)
    if whole is not None:
        return whole
    if isinstance(tree, exp.Column):
        return None
    copy = tree.copy()
    for node in _children(copy):
        value = told(node, keys)
        if value is None:
            return None
        substitute(copy, node, value)
    return copy


def present(tree: exp.Expr) -> exp.Expr | None:
    """What a condition says there is, if that is all that it says."""
    missing = tree.this if isinstance(tree, exp.Not) else None
    missing = missing.this if isinstance(missing, exp.Paren) else missing
    if isinstance(missing, exp.Is) and isinstance(missing.expression, exp.Null):
        scalar: exp.Expr = missing.this
        return scalar
    return None


def told_condition(tree: exp.Expr, keys: Keys) -> exp.Expr | None:
    """A condition over rows as one over the keys of their groups: a time is there where its period is."""
    scalar = present(tree)
    if scalar is None:
        return told(tree, keys)
    found = told(scalar, keys)
    if found is None:
        found = next((key for name, key in keys.items() if name in _periods_of(scalar)), None)
    return None if found is None else exp.Not(this=exp.Is(this=found.copy(), expression=exp.Null()))


def _known(tree: exp.Expr, keys: Keys) -> exp.Expr | None:
    """A key, or a period that a key lies in."""
    if not columns_of(tree):
        return tree.copy()
    key = keys.get(spelled(tree))
    if key is not None:
        return key.copy()
    for kind in ("timestamp", "date"):
        for fine, wholes in WITHIN.items():
            for whole in wholes:
                if isinstance(tree, exp.Anonymous) and tree.this == f"trunc_{whole}_{kind}":
                    key = _first(_fine(fine, kind, tree.expressions[0]), keys)
                    if key is not None:
                        return call(f"trunc_{whole}_date", key.copy())
    return None


def _first(trees: Iterable[exp.Expr], keys: Keys) -> exp.Expr | None:
    return next((keys[name] for name in map(spelled, trees) if name in keys), None)


def _fine(grain: str, kind: str, moment: exp.Expr) -> Iterator[exp.Expr]:
    """The period of a time, in each way that it is written."""
    yield call(f"trunc_{grain}_{kind}", moment.copy())
    if grain == "day":
        yield call("date_of_timestamp", moment.copy()) if kind == "timestamp" else moment


def _periods_of(moment: exp.Expr) -> set[str]:
    """The periods of a time, spelled; each is NULL where the time is."""
    grains = {grain for wholes in WITHIN.values() for grain in wholes}
    names = [
        "date_of_timestamp",
        "trunc_day_timestamp",
        *(f"trunc_{g}_{kind}" for g in grains for kind in ("timestamp", "date")),
    ]
    return {spelled(call(name, moment.copy())) for name in names}


def _children(tree: exp.Expr) -> list[exp.Expr]:
    """The operands of a scalar."""
    return [
        part
        for value in tree.args.values()
        for part in (value if isinstance(value, list) else [value])
        if isinstance(part, exp.Expr) and not isinstance(part, exp.Identifier | exp.DataType)
    ]
