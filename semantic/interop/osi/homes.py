"""Over whose rows each aggregate of a metric runs.

An aggregate has one home: the dataset from which every row leads to one row of all others that the aggregate
names. What would count rows of a dataset once for each row of another is refused, and so is what mixes rows
of datasets of which none leads to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from semantic.expr import parse
from semantic.expr.canonical import is_aggregate
from semantic.functions import REGISTRY
from semantic.interop.osi import reasons
from semantic.interop.osi.expressions import Unfit
from semantic.interop.osi.naming import Found, Names

#: Model to all that it leads to, one row each, itself included.
Reach = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Homes:
    """The home of each aggregate of a metric (``None``: it names no column), and what its columns are."""

    homes: tuple[str | None, ...]
    found: Mapping[tuple[str, ...], Found]

    @property
    def only(self) -> str | None:
        """The one model whose rows the whole metric counts, if there is one."""
        named = {each for each in self.homes if each is not None}
        return named.pop() if len(named) == 1 else None


def homes(tree: exp.Expr, names: Names, reach: Reach) -> Homes:
    """The homes in a canonical tree; raises `Unfit` for what has none."""
    aggregates = [node for node in tree.find_all(exp.Anonymous) if is_aggregate(node)]
    if any(is_aggregate(up) for node in aggregates for up in _above(node)):
        raise Unfit(reasons.nested())
    found: dict[tuple[str, ...], Found] = {}
    for column in parse.columns(tree):
        inside = any(is_aggregate(up) for up in _above(column))
        each = names.found(parse.names(column), inside=inside)
        if not inside and each.model is not None:
            raise Unfit(reasons.bare_field(".".join(parse.names(column))))
        if found.setdefault(parse.names(column), each) != each:
            raise Unfit(reasons.two_meanings(".".join(parse.names(column))))
    if not aggregates and not found:
        raise Unfit(reasons.constant())
    return Homes(tuple(_home(node, found, reach) for node in aggregates), found)


def _home(node: exp.Anonymous, found: Mapping[tuple[str, ...], Found], reach: Reach) -> str | None:
    """The model whose rows lead to one row of each other that an aggregate names."""
    columns = [(found[parse.names(column)].model, column) for column in parse.columns(node)]
    models = list(dict.fromkeys(str(model) for model, _ in columns))
    if not models:
        return None
    able = [model for model in models if reach[model] >= set(models)]
    if not able:
        raise Unfit(reasons.unrelated(models))
    values = {model for model, column in columns if not _chooses(column, node)}
    home = next((model for model in able if model in values), able[0])
    if REGISTRY[str(node.this)].duplicates_matter and values and home not in values:
        raise Unfit(reasons.fans_out(sorted(map(str, values)), home))
    return home


def _chooses(column: exp.Expr, top: exp.Expr) -> bool:
    """Whether a column stands in a condition, so that it chooses rows and gives no value."""
    while column is not top and column.parent is not None:
        if isinstance(column.parent, exp.If) and column.arg_key == "this":
            return True
        column = column.parent
    return False


def _above(node: exp.Expr) -> Iterator[exp.Expr]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent
