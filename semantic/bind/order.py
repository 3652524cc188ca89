"""Window functions whose result depends on the order of rows need an order without ties."""

from __future__ import annotations

from sqlglot import exp

from semantic import faults
from semantic.faults import SemanticError
from semantic.functions import REGISTRY
from semantic.source import Text

#: The same for every row of a tie, whatever comes first among them.
_TIE_SAFE = ("rank", "dense_rank", "percent_rank", "cume_dist")


def check_order(tree: exp.Expr, keys: list[list[exp.Expr]], text: Text) -> None:
    """Raise for a window whose ORDER BY does not tell every row of its partition from the next.

    ``keys`` are those of the model. Ranks are the same for all rows of a tie, and a frame of peers (RANGE) or
    no order at all takes in all of them.
    """
    for window in tree.find_all(exp.Window):
        name = str(window.this.this)
        if _depends_on_order(window, name) and not _unique(window, keys):
            told = [part.sql() for part in keys[0]] if keys else []
            raise SemanticError([faults.no_tie_breaker(name, [_bare(each) for each in told], text.span)])


def _depends_on_order(window: exp.Window, name: str) -> bool:
    if name in _TIE_SAFE:
        return False
    if REGISTRY[name].kind == "window":
        return True
    spec = window.args.get("spec")
    return window.args.get("order") is not None and spec is not None and spec.args.get("kind") == "ROWS"


def _unique(window: exp.Window, keys: list[list[exp.Expr]]) -> bool:
    order = window.args.get("order")
    fixed = [
        *(window.args.get("partition_by") or []),
        *(o.this for o in (order.expressions if order else [])),
    ]
    return any(all(part in fixed for part in key) for key in keys)


def _bare(spelled: str) -> str:
    return spelled.rpartition(".")[2].strip('"')
