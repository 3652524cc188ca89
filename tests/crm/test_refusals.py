"""What would look right and be wrong is refused, with what to ask instead."""

from __future__ import annotations

from typing import Any

import pytest

from semantic.faults import SemanticError
from semantic.layer import Layer
from tests.crm.library import mapped

LAYER = Layer.from_text(semantic=mapped())

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("active_customers", {"by": "time.week"}, "stands for a month, which 'time.week' would take apart"),
    ("lost_customers", {"by": "time.day"}, "Ask by 'time.month'"),
    ("active_customers", {"by": "time.day_of_week"}, "would take apart"),
    ("retention_rate", {"time": "2024-Q2"}, "The range is longer than 1 month"),
    ("churn_rate", {"time": "2024"}, "Add a period of 'time' to 'by'"),
    ("cac", {"where": "orders.channel = 'web'"}, "'cac' would compare unlike things"),
    ("benefit_return_ratio", {"where": "orders.channel = 'web'"}, "would compare unlike things"),
]


@pytest.mark.parametrize(("metric", "asked", "told"), REFUSED, ids=lambda value: str(value))
def test_a_question_that_would_mislead_is_refused(metric: str, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(SemanticError) as caught:
        LAYER.sql(metric, **asked)
    assert told in str(caught.value)


ANSWERED: list[tuple[str, dict[str, Any]]] = [
    ("active_customers", {"by": "time.quarter"}),
    ("lost_customers", {"by": ["time.month", "time.year"]}),
    ("retention_rate", {"time": "2024-05"}),
    ("retention_rate", {"time": "2024-Q2", "by": "time.quarter"}),
    ("cac", {"where": "acquisition_channels.channel = 'web'", "time": "2024"}),
    ("cross_sell_rate", {"where": "customers.region = 'north'"}),
    ("avg_transaction_value", {"where": "orders.channel = 'web'"}),
    ("purchase_visits", {"by": "products.category"}),
]


@pytest.mark.parametrize(("metric", "asked"), ANSWERED, ids=lambda value: str(value))
def test_its_neighbours_are_answered(metric: str, asked: dict[str, Any]) -> None:
    assert LAYER.sql(metric, **asked).text
