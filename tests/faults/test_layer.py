"""What the façade promises beside rows: all faults at once, labels, and that nobody can change it."""

from __future__ import annotations

import pytest

from semantic import Layer, SemanticError

PROJECT = """
name: shop
models:
  - name: orders
    table: orders
    columns: {order_id: integer, status: text, total: decimal, ordered_on: date}
    primary_key: order_id
    time: ordered_on
    dimensions: [{name: status, label: {en: Status, ko: 상태}}]
metrics:
  - {name: sales, model: orders, sql: sum(total), label: {en: Sales, ko: 매출}}
  - {name: words, model: orders, sql: "string_agg(status, ',' order by status)"}
"""


@pytest.fixture
def layer() -> Layer:
    return Layer.from_text(semantic=PROJECT)


def test_every_part_of_a_question_is_told_at_once(layer: Layer) -> None:
    with pytest.raises(SemanticError) as caught:
        layer.sql("salez", by=["time.monht", "orders.statu"], where="orders.status = = 3", time="2024-13")
    told = [(fault.code, fault.message.split("'")[1]) for fault in caught.value.faults]
    assert told == [
        ("syntax", "="),
        ("unknown", "monht"),
        ("unknown", "salez"),
        ("unknown", "statu"),
        ("value", "2024-13"),
    ]


def test_every_path_of_a_condition_is_told_at_once(layer: Layer) -> None:
    with pytest.raises(SemanticError) as caught:
        layer.sql("sales", where="orders.statu = 'x' or orders.totl > 3")
    assert [str(fault.span) for fault in caught.value.faults] == ["question:1:1", "question:1:23"]


def test_labels_in_the_language_asked_for(layer: Layer) -> None:
    columns = layer.sql("sales", by="orders.status").columns
    assert [column.labelled("ko") for column in columns] == ["상태", "매출"]
    assert [column.labelled("zh") for column in columns] == ["Status", "Sales"]


def test_nobody_changes_a_layer_or_an_answer(layer: Layer) -> None:
    with pytest.raises(AttributeError):
        layer.catalog = None  # type: ignore[misc, assignment]
    with pytest.raises(TypeError):
        layer.sql("sales").parameters["x"] = 1  # type: ignore[index]


def test_an_aggregate_may_name_the_order_it_has_anyway(layer: Layer) -> None:
    assert "STRING_AGG(status, ',' ORDER BY status ASC)" in layer.sql("words").text
