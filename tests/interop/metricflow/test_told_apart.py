"""Where MetricFlow has other numbers than our language: refused. Where it has other names: those."""

from __future__ import annotations

import pytest

from semantic.faults import SemanticError
from tests.interop.metricflow.asking import layer

APART = [
    ("ride_growth_7d", "metric_time__month"),  # seven days are no whole months
    ("minutes_last_month", "metric_time__week"),
    ("fare_per_minute_last_month", "metric_time__year"),
    ("rides_since_month_start", "metric_time__quarter"),
]


@pytest.mark.parametrize(("metric", "by"), APART)
def test_offsets_that_move_days_and_not_periods_are_refused(metric: str, by: str) -> None:
    with pytest.raises(SemanticError, match=f"leads from no {by.removeprefix('metric_time__')} to another"):
        layer().sql(metric, by=by)
    layer().sql(metric, by="time." + by.removeprefix("metric_time__"))  # whole periods, in words of ours


@pytest.mark.parametrize(("metric", "by"), [("ride_growth_7d", "week"), ("minutes_last_month", "month")])
def test_offsets_between_periods_are_answered(metric: str, by: str) -> None:
    assert layer().sql(metric, by=f"metric_time__{by}").text


def test_a_column_names_every_entity_on_its_way() -> None:
    columns = layer().sql("fares", by="maker__country", names="metricflow").columns
    assert [column.name for column in columns] == ["bike__maker__country", "fares"]


def test_samples_of_days_without_rows_are_refused() -> None:
    with pytest.raises(SemanticError, match="longer periods cannot take those"):
        layer().sql("fares_7d_or_zero", by="metric_time__month")
