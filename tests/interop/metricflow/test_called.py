"""Names of a question's own for metrics, and the other spellings of MetricFlow's programs."""

from __future__ import annotations

from typing import Any

import pytest

from semantic.faults import SemanticError
from tests.interop.metricflow.asking import layer

OMAFIETS = "{{ Dimension('bike__model_name') }} = 'Omafiets'"
SAME: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"metrics": "ride_count as trips"}, {"metrics": {"name": "ride_count", "alias": "trips"}}),
    ({"metrics": "Metric('ride_count', alias='trips')"}, {"metrics": ["ride_count as trips"]}),
    ({"metrics": {"name": "ride_count"}}, {"metrics": "ride_count"}),
    (
        {"metric_names": ["fares"], "group_by_names": ["metric_time"]},
        {"metrics": "fares", "by": "metric_time"},
    ),
    ({"metrics": "fares", "where_constraints": [OMAFIETS]}, {"metrics": "fares", "where": {"sql": OMAFIETS}}),
    ({"metrics": "fares", "apply_group_by": True}, {"metrics": "fares"}),
    (
        {
            "metrics": "fares as f",
            "by": "metric_time__month",
            "order": [{"name": "fares", "descending": True}],
        },
        {"metrics": "fares as f", "by": "metric_time__month", "order": "-f"},
    ),
    (
        {
            "metrics": "fares",
            "by": "metric_time__month",
            "order": {"group_by": {"name": "metric_time", "grain": "month"}},
        },
        {"metrics": "fares", "by": "metric_time__month", "order": "metric_time__month"},
    ),
    (
        {"metrics": "fares", "time_constraint_start": "2024-02-03", "time_constraint_end": "2024-02-09"},
        {"metrics": "fares", "start_time": "2024-02-03", "end_time": "2024-02-09"},
    ),
    ({"saved_query_name": "top_riders"}, {"saved_query": "top_riders"}),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert layer().sql(**one).text == layer().sql(**other).text


REFUSED = [
    ({"metrics": "ride_count as fares"}, "'fares' is the name of a metric already."),
    ({"metrics": "ride_count as rides"}, "'rides' is the name of a model already."),
    ({"metrics": "ride_count as two words"}, "'two words' is no name for a column."),
    (
        {"metrics": {"name": "ride_coun", "alias": "n"}},
        "'ride_coun' is no metric. Did you mean 'ride_count'?",
    ),
    ({"metrics": {"nam": "ride_count"}}, "a name, 'name as alias' or {name, alias}"),
    (
        {"metrics": "fares", "order": {"name": "fares", "descending": "yes"}},
        "{name, grain, date_part, descending}",
    ),
    ({"group_by": "bike__model_name", "apply_group_by": False}, "gives each group of values once"),
    ({"metrics": ["fares as n", "ride_count as n"]}, "'n'"),
]


@pytest.mark.parametrize(("question", "told"), REFUSED)
def test_refused(question: dict[str, Any], told: str) -> None:
    with pytest.raises(SemanticError) as caught:
        layer().sql(**question)
    assert told in str(caught.value)


def test_both_names_of_a_metric() -> None:
    found = layer().sql(["fares as one", "fares"], by="metric_time", order="-fares")
    assert [column.name for column in found.columns] == ["time_day", "one", "fares"]
    assert "ORDER BY\n  fares DESC" in found.text


def test_every_period_with_every_value() -> None:
    """What is refused without metrics can be had of a metric, or of a model's own rows."""
    both = ["metric_time__month", "bike__model_name"]
    with pytest.raises(SemanticError, match="which 'metric_time__month' meet which 'bike_model_name'"):
        layer().sql(by=both)
    assert "shop.rides" in layer().sql(by=both, from_="rides").text
    assert "CROSS JOIN" in layer().sql("ride_count", by=both, fill=True, members=True).text
