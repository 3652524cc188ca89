"""What importers get wrong, each by a few rows that can be counted by hand in `pedals`."""

from __future__ import annotations

from typing import Any

from tests.engines import Engine
from tests.interop.metricflow.asking import asked, layer

DAY, MONTH, YEAR = "metric_time__day", "metric_time__month", "metric_time__year"


def test_a_range_is_widened_to_whole_periods(warehouse: Engine) -> None:
    range_: dict[str, Any] = {"start": "2024-02-10", "end": "2024-02-20"}
    assert asked(warehouse, "ride_count", by=[DAY], **range_) == [("2024-02-20", 1)]
    assert asked(warehouse, "ride_count", by=[MONTH], **range_) == [("2024-02-01", 7)]
    assert asked(warehouse, "ride_count", by=[YEAR], **range_) == [("2024-01-01", 12)]


def test_a_range_bounds_the_answer_of_a_window_and_not_its_history(warehouse: Engine) -> None:
    found = asked(warehouse, "minutes_7d", by=[DAY], start="2024-02-05", end="2024-02-07")
    # The ride of 40 minutes on 31 January still counts on the 5th and on the 6th.
    assert found == [("2024-02-05", 130), ("2024-02-06", 130), ("2024-02-07", 90)]


def test_a_window_is_open_at_its_start_and_closed_at_its_end(warehouse: Engine) -> None:
    rows = dict(asked(warehouse, "minutes_7d", by=[DAY]))
    # 25 January is the only day with a ride until the 31st: seven days, and not on the eighth.
    assert [rows[f"2024-01-{day}"] for day in (25, 26, 30)] == [20, 20, 20]
    assert rows["2024-01-31"] == 60
    assert rows["2024-02-01"] == 100


def test_a_coarser_period_takes_the_first_value_of_an_accumulated_metric(warehouse: Engine) -> None:
    daily = dict(asked(warehouse, "minutes_7d", by=[DAY]))
    monthly = dict(asked(warehouse, "minutes_7d", by=[MONTH]))
    last = dict(asked(warehouse, "minutes_7d_last", by=[MONTH]))
    assert monthly["2024-02-01"] == daily["2024-02-01"] == 100
    assert last["2024-03-01"] == 45  # that of 13 March, the last day whose week has a ride
    assert last["2024-02-01"] is daily["2024-02-29"] is None  # a ride whose minutes nobody knows


def test_a_ratio_is_exact_and_an_expression_is_as_it_stands(warehouse: Engine) -> None:
    assert asked(warehouse, "member_share") == [(0.5,)]  # six of twelve: not 0, as integers would have it
    assert asked(warehouse, "fare_per_minute", where=["{{ Entity('ride') }} = 9"]) == [(None,)]
    by_month = dict(asked(warehouse, "net", by=[MONTH]))
    assert by_month["2024-04-01"] is None  # repairs without rides: nothing is taken for zero


def test_zero_is_filled_in_again_after_metrics_have_met(warehouse: Engine) -> None:
    rows = asked(warehouse, "repair_costs", "repair_costs_or_zero", by=[DAY, "bike"])
    # Metrics of one fact alone share its rows; the chain of 20 February has no price.
    assert ("2024-02-20", 3, None, 0) in rows
    met = asked(warehouse, "fares", "repair_costs_or_zero", by=[DAY])
    assert ("2024-02-03", 6, 0) in met


def test_every_period_appears_and_no_member_is_made_for_it(warehouse: Engine) -> None:
    question: dict[str, Any] = {"by": [DAY, "ride__is_member"], "start": "2024-02-02", "end": "2024-02-04"}
    assert sorted(asked(warehouse, "ride_count_every_day_or_zero", **question)) == [
        ("2024-02-02", None, 0),
        ("2024-02-03", False, 1),
        ("2024-02-04", None, 0),
    ]


def test_a_conversion_belongs_to_the_latest_event_before_it_and_bases_are_all_counted(
    warehouse: Engine,
) -> None:
    # Pass 1 follows the visits of 3 February, pass 4 that of 2 March, pass 6 comes on the day of its visit.
    # Passes 2 and 3 come on the seventh day, which is too late by one.
    assert asked(warehouse, "visit_to_pass_7d", by=[MONTH]) == [("2024-02-01", 1), ("2024-03-01", 2)]
    assert asked(warehouse, "visit_to_pass_rate_7d") == [(0.3,)]  # of ten visits, that of nobody included
    # The last visit on the web before pass 4 was in February.
    same_channel = asked(warehouse, "visit_to_pass_7d_same_channel", by=[MONTH])
    assert same_channel == [("2024-02-01", 2), ("2024-03-01", 1)]


def test_the_last_balance_is_chosen_after_conditions_and_for_each_period(warehouse: Engine) -> None:
    assert asked(warehouse, "closing_balance") == [(31,)]
    assert asked(warehouse, "closing_balance", by=[MONTH]) == [
        ("2024-01-01", 30),
        ("2024-02-01", 13),
        ("2024-03-01", 31),
    ]
    pounds = ["{{ Dimension('balance__currency') }} = 'GBP'"]
    assert asked(warehouse, "closing_balance", where=pounds) == [(6,)]
    assert asked(warehouse, "closing_balance", by=["balance__currency"]) == [("EUR", 31)]


def test_conditions_of_metrics_and_of_questions_hold_before_aggregation(warehouse: Engine) -> None:
    long = ["{{ Dimension('ride__length') }} = 'long'"]
    assert asked(warehouse, "member_rides", "ride_count", where=long) == [(3, 6)]


def test_null_keys_meet(warehouse: Engine) -> None:
    rows = asked(warehouse, "ride_count", "repair_costs", by=["station__district"])
    assert [row for row in rows if row[0] is None] == [(None, 3, 60)]


def test_weeks_begin_on_monday_and_sunday_is_seven(warehouse: Engine) -> None:
    dow = "TimeDimension('metric_time', date_part_name='dow')"
    assert sorted(asked(warehouse, "passes", by=[dow])) == [(1, 2), (2, 1), (4, 1), (5, 1), (6, 1), (7, 2)]
    assert asked(warehouse, "passes", by=["metric_time__week"], start="2024-02-05", end="2024-02-11") == [
        ("2024-02-05", 2)
    ]


def test_a_column_says_the_grain_that_was_meant(warehouse: Engine) -> None:
    def columns(*metrics: str, by: list[str]) -> list[str]:
        made = layer().sql(list(metrics), by=by, names="metricflow", dialect=warehouse.dialect)
        return [column.name for column in made.columns]

    assert columns("fares", by=["metric_time"]) == ["metric_time__day", "fares"]
    assert columns("fares", "fares_monthly", by=["metric_time"])[0] == "metric_time__month"
    assert columns("bikes_parked", by=["metric_time"])[0] == "metric_time__hour"
    assert columns("ride_count", by=["ride__ended_at"])[0] == "ride__ended_at__minute"


def test_a_condition_joins_what_is_not_selected(warehouse: Engine) -> None:
    far = ["{{ Dimension('maker__country', entity_path=['bike']) }} = 'NL'"]
    assert asked(warehouse, "ride_count", where=far) == [(4,)]
    unknown = ["{{ Dimension('maker__country', entity_path=['bike']) }} is null"]
    assert asked(warehouse, "ride_count", where=unknown) == [(5,)]


def test_partitions_must_agree(warehouse: Engine) -> None:
    rows = sorted(asked(warehouse, "ride_count", by=["lock__firmware"]), key=str)
    # Lock 1 has six rows and lock 2 three: each ride has met at most one of them.
    assert rows == [("v1", 4), ("v2", 4), ("v3", 1), (None, 3)]
