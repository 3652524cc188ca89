"""What a difference tells of a change: the edit behind it with its places, the way, what it reaches, why it breaks."""

# ruff: noqa: E501 - a table reads best with a row a line

from __future__ import annotations

from pathlib import Path

import pytest

from semantic import Layer, SemanticError
from semantic.impact import Change, Difference, Node
from semantic.impact.comparing import State, between
from tests.impact.edits import D, M, O, S, V
from tests.impact.edits import edit as edit_of
from tests.impact.test_edits import before, edited, layer, state

__all__ = ["before", "state"]


def found(state: State, folder: Path, *texts: tuple[str, str, str]) -> Difference:
    return between(state, layer(folder / "after", edited(edit_of("", *texts))).catalog)


def change(difference: Difference, kind: str, name: str) -> Change:
    return next(each for each in difference if each.node == (kind, name))


def test_the_edit_and_its_way(state: State, tmp_path: Path) -> None:
    """A filter in a model is followed through a SELECT over that model to the metric."""
    told = change(found(state, tmp_path, (D, "<> 'cancelled'", "<> 'void'")), "metric", "regular_customers")
    (cause,) = told.causes
    assert cause.node == Node("model", "visits")
    (edit,) = cause.edits
    assert (edit.key, edit.old) == ("query.where", "orders.status <> 'cancelled' and product is not null")
    assert edit.new == "orders.status <> 'void' and product is not null"
    assert str(edit.new_place) == "models/made.yml:7:15"
    assert cause.way == (
        Node("metric", "regular_customers"),
        Node("model", "regulars"),
        Node("model", "visits"),
    )


def test_a_macro_is_the_cause(state: State, tmp_path: Path) -> None:
    told = change(
        found(state, tmp_path, (S, "in ('paid', 'shipped')", "in ('paid')")), "metric", "paid_share"
    )
    (cause,) = told.causes
    assert (cause.node, cause.edits[0].key) == (Node("macro", "paid"), "sql")
    assert [node.name for node in cause.way] == ["paid_share", "paid_sales", "paid"]
    assert told.views == ()


def test_an_edit_that_means_nothing_is_no_cause(state: State, tmp_path: Path) -> None:
    """Of two edits on the way, only the one that changed the meaning is told."""
    texts = ((M, "{{ paid() }} and channel is not null", "channel is not null and {{ paid() }}"),
             (O, "{to: customers, on: customer_id}", "{to: customers, on: customer_id, label: Buyer}"),
             (S, "in ('paid', 'shipped')", "in ('paid')"))  # fmt: skip
    told = change(found(state, tmp_path, *texts), "metric", "paid_sales")
    assert [cause.node.kind for cause in told.causes] == ["metric", "macro"]


def test_views_that_are_reached(state: State, tmp_path: Path) -> None:
    told = found(state, tmp_path, (S, "default: 50000", "default: 1"))
    assert change(told, "parameter", "large").views == ("paid_by_channel",)
    assert change(told, "parameter", "large").metrics == ("large_orders",)
    assert change(told, "parameter", "large").breaking == ("numbers that depend on its default change",)


REASONS = [
    ((M, "sql: sum(total), unit: KRW", "sql: avg(total), unit: USD"), "metric", "sales",
     ["its unit was KRW and is USD", "its type was integer and is float", "its numbers change"]),
    ((M, "{name: buyers,", "{name: bought,"), "metric", "bought", ["it was called 'buyers'"]),
    ((V, "[sales, average_order]", "[sales]"), "view", "monthly", ["the column 'average_order' is gone"]),
    ((V, "time.month as month", "time.week as month"), "view", "monthly", ["the values of month change"]),
    ((V, "time.month as month, ", ""), "view", "monthly",
     ["the column 'month' is gone", "a row was one of month, region and is one of region"]),
    ((V, "{name: paid_by_channel,", "{name: paid_by_channel, as: paid,"), "view", "paid_by_channel",
     ["its object was paid_by_channel and is paid"]),
    ((V, "{name: paid_by_channel,", "{name: paid_by_channel, materialized: table,"), "view", "paid_by_channel",
     ["it was a view and is a table"]),
    ((V, 'where: "orders.is_large"', 'where: "not orders.is_large"'), "view", "paid_by_channel", ["it has other rows"]),
    ((S, "[net, gross]", "[net]"), "parameter", "mode", ["it may not be gross any more"]),
    ((S, "default: 7", "default: 8"), "parameter", "unused", []),
    ((O, "on: order_id}", "on: order_id, required: true}"), "join", "lines.orders", ["it leads to other rows"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "name", "reasons"), REASONS)
def test_why_it_breaks(
    text: tuple[str, str, str], kind: str, name: str, reasons: list[str], state: State, tmp_path: Path
) -> None:
    assert list(change(found(state, tmp_path, text), kind, name).breaking) == reasons


def test_a_definition_that_cannot_be_bound_is_changed(state: State, tmp_path: Path) -> None:
    told = found(state, tmp_path, (M, "sql: sum(quantity)", "sql: sum(nothing)"))
    assert told.of("metric", "changed") == ("units",)
    assert change(told, "metric", "units").breaking == ("the metric cannot be bound any more",)


def test_what_is_gone_is_a_cause(state: State, tmp_path: Path) -> None:
    told = found(state, tmp_path, (M, "  - {name: average_order, sql: sales / orders}\n", ""))
    assert [(each.node.name, each.verdict) for each in told] == [
        ("average_order", "removed"),
        ("monthly", "changed"),
    ]
    view = change(told, "view", "monthly")
    assert view.breaking == ("it cannot be made any more",)
    assert [(cause.node, cause.edits) for cause in view.causes] == [(Node("metric", "average_order"), ())]


def test_the_summary(state: State, tmp_path: Path) -> None:
    told = found(
        state, tmp_path, (M, "label: Sales", "label: Turnover"), (M, "{name: buyers,", "{name: bought,")
    )
    assert told.summary == "1 breaking: 1 renamed, 1 reworded"
    assert [c.node.name for c in told.breaking] == ["bought"]


def test_dependents(before: Layer) -> None:
    sales = before.dependents("metric", "sales_growth")
    assert sales.reads["metric"] == ("sales", "sales_before")
    assert before.dependents("metric", "sales").used_by["view"] == ("monthly",)
    column = before.dependents("source", "lines.amount")
    assert column.used_by["metric"] == ("regular_customers", "visit_amount", "visit_count")
    assert before.dependents("view", "order_rows").reads["source"] == ("customers", "orders")
    for kind, name in (
        ("source", "nothing"),
        ("source", "lines.nothing"),
        ("view", "sales"),
        ("thing", "sales"),
    ):
        with pytest.raises(SemanticError, match="is no"):
            before.dependents(kind, name)
