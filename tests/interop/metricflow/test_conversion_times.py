"""A conversion of metrics that have other times than their models, against rows counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic.layer import Layer
from tests.engines import Engine, Table
from tests.interop.metricflow.asking import plain

PROJECT = """
semantic_models:
  - name: trials
    model: ref('trials')
    defaults: {agg_time_dimension: began_on}
    entities:
      - {name: trial, type: primary, expr: trial_id}
      - {name: customer, type: foreign, expr: customer_id}
    dimensions:
      - {name: began_on, type: time, type_params: {time_granularity: day}}
      - {name: activated_on, type: time, type_params: {time_granularity: day}}
    measures:
      - {name: activations, agg: count, expr: "1", agg_time_dimension: activated_on, create_metric: true}
  - name: orders
    model: ref('orders')
    defaults: {agg_time_dimension: ordered_on}
    entities:
      - {name: sale, type: primary, expr: order_id}
      - {name: customer, type: foreign, expr: customer_id}
    dimensions:
      - {name: ordered_on, type: time, type_params: {time_granularity: day}}
      - {name: paid_on, type: time, type_params: {time_granularity: day}}
    measures:
      - {name: payments, agg: count, expr: "1", agg_time_dimension: paid_on, create_metric: true}
metrics:
  - name: paid_rate
    label: Trials that are paid for
    type: conversion
    type_params:
      conversion_type_params:
        {entity: customer, base_measure: activations, conversion_measure: payments, window: 7 days}
"""
TABLES = {
    "trials": """
        trial_id integer | customer_id integer | began_on date | activated_on date
        1                | 1                   | 2024-01-20    | 2024-01-30
        2                | 2                   | 2024-01-21    |
        3                | 3                   | 2024-01-22    | 2024-02-10
        4                | 4                   | 2024-01-31    | 2024-02-01
        5                | 5                   | 2024-03-01    | 2024-01-05
    """,
    "orders": """
        order_id integer | customer_id integer | ordered_on date | paid_on date
        1                | 1                   | 2024-01-31      | 2024-02-06
        2                | 2                   | 2024-01-22      | 2024-01-23
        3                | 3                   | 2024-02-11      | 2024-02-09
        4                | 4                   | 2024-02-02      |
        5                | 4                   | 2024-03-20      | 2024-02-03
        6                | 4                   | 2024-03-21      | 2024-02-07
        7                | 5                   | 2024-03-01      | 2024-01-05
    """,
}


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Layer:
    folder: Path = tmp_path_factory.mktemp("trials")
    (folder / "models.yml").write_text(PROJECT)
    return Layer.from_metricflow(folder)


def test_events_are_at_the_times_of_their_metrics(trials: Layer, warehouse: Engine) -> None:
    warehouse.load({name: Table.parse(text) for name, text in TABLES.items()})
    asked = trials.sql("paid_rate", by="metric_time__month", names="metricflow", dialect=warehouse.dialect)
    assert [tuple(map(plain, row)) for row in warehouse.answer(asked.text)[1]] == [
        ("2024-01-01", 0.5),  # trial 5 on its day; trial 1 is paid for on the eighth day, which is too late
        ("2024-02-01", 1.0),  # two payments for trials 3, which was paid for before, and 4
        (None, None),
    ]


def test_nothing_is_dropped(trials: Layer) -> None:
    conversion = trials.catalog.metrics["paid_rate_events"].conversion
    assert conversion is not None
    assert (conversion.from_time, conversion.to_time) == ("activated_on", "paid_on")
