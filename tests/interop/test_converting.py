"""What definitions of MetricFlow become in our language, and what becomes of those without a counterpart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic.interop.losses import Losses
from semantic.interop.metricflow.converting import Options
from semantic.interop.metricflow.converting.calendars import UNREAD
from semantic.interop.metricflow.importing import of_manifest
from semantic.interop.metricflow.nodes import (
    Cumulative,
    Derived,
    Dimension,
    Entity,
    Export,
    Input,
    Manifest,
    Metric,
    Ratio,
    SavedQuery,
    SemanticModel,
    Simple,
    TimeSpine,
)
from semantic.layer import Layer, faults_of
from tests.interop.hotel import BEDS, HOTEL, ROOMS, STAYS, category, entity, simple, time


def text(manifest: Manifest) -> str:
    """All files of a project in one text."""
    files, _ = of_manifest(manifest)
    return "\n".join(files.values())


def told(losses: Losses) -> dict[str, str]:
    """What is not simply kept: the verdict and the reason of each."""
    return {f"{e.kind} {e.name}": f"{e.verdict}: {e.reason}" for e in losses if e.verdict != "kept"}


def of_rows(*metrics: Metric, models: tuple[SemanticModel, ...] = (STAYS, ROOMS)) -> Manifest:
    return Manifest(models=models, metrics=metrics)


def line(metric: Metric, *others: Metric) -> str:
    """The line of a metric in the project."""
    found = [each for each in text(of_rows(metric, *others)).splitlines() if f"name: {metric.name}," in each]
    return found[0].strip().removeprefix("- ") if found else ""


@pytest.mark.parametrize(
    ("agg", "expr", "sql"),
    [
        ("sum", "nights", "sum(nights)"),
        ("sum", "1", "sum(1)"),
        ("min", "nights", "min(nights)"),
        ("max", "nights", "max(nights)"),
        ("average", "nights", "avg(nights)"),
        ("count", "1", "sum(1)"),
        ("count", "room_id", "sum(case when room_id is not null then 1 else 0 end)"),
        ("count", "a or b", "sum(case when (a or b) is not null then 1 else 0 end)"),
        ("count_distinct", "guest_id", "case when count(*) > 0 then count(distinct guest_id) end"),
        ("sum_boolean", "nights > 2", "sum(case when nights > 2 then 1 else 0 end)"),
        ("median", "price", "median(price)"),
    ],
)
def test_aggregations(agg: str, expr: str, sql: str) -> None:
    assert line(simple("x", "stays", agg, expr)) == f"{{name: x, model: stays, sql: {sql}}}"


def test_percentiles() -> None:
    plain = simple("x", "stays", "percentile", "price", percentile=0.25)
    assert "sql: percentile_cont(0.25) within group (order by price)" in line(plain)
    discrete = simple("x", "stays", "percentile", "price", percentile=0.5, discrete=True)
    assert "sql: percentile_disc(0.5) within group (order by price)" in line(discrete)
    about = simple("x", "stays", "percentile", "price", percentile=0.9, approximate=True)
    _, losses = of_manifest(of_rows(about))
    assert told(losses)["metric x"] == "changed: The percentile is exact, where MetricFlow's is approximate."


def test_the_hotel_has_no_faults() -> None:
    files, losses = of_manifest(HOTEL, check=faults_of)
    assert faults_of(files) == ()
    entries = {(entry.kind, entry.name) for entry in losses}
    defined = {("metric", m.name) for m in HOTEL.metrics} | {("semantic model", m.name) for m in HOTEL.models}
    defined |= {("saved query", q.name) for q in HOTEL.saved_queries}
    defined |= {(kind, f"{m.name}.{e.name}") for m in HOTEL.models for kind, e in elements(m)}
    assert defined <= entries
    dropped = {entry.name for entry in losses.dropped}
    assert dropped == {"long_growth", "monthly.lake", "broken"}


def elements(model: SemanticModel) -> list[tuple[str, Entity | Dimension]]:
    return [("entity", e) for e in model.entities] + [("dimension", d) for d in model.dimensions]


def test_an_alias_takes_its_metric_and_nothing_else() -> None:
    kind = Derived(
        "now * 1.0 / NULLIF(before, 0) -- now\n + length('now') + now(before)",
        (Input(metric="stays", alias="now"), Input(metric="nights", alias="before")),
    )
    found = text(
        of_rows(
            simple("stays", "stays", "sum", "1"),
            simple("nights", "stays", "sum", "nights"),
            Metric(name="x", kind=kind),
        )
    )
    assert "stays * 1.0 / NULLIF(nights, 0) -- now" in found
    assert "+ length('now') + now(nights)" in found


def test_a_use_of_a_metric_becomes_one_hidden_metric_that_others_share() -> None:
    before = Input(metric="stays", alias="before", offset_window="1 month")
    kinds = [Derived("stays - before", (Input(metric="stays"), before)) for _ in range(2)]
    metrics = [Metric(name=f"growth_{i}", kind=kind) for i, kind in enumerate(kinds)]
    found = text(of_rows(simple("stays", "stays", "sum", "1"), *metrics))
    assert found.count("{name: stays_1_month_before, metric: stays, offset: 1 month, hidden: true}") == 1
    assert found.count("sql: stays - stays_1_month_before") == 2


def test_division_is_told() -> None:
    derived = Metric(name="half", kind=Derived("stays / 2", (Input(metric="stays"),)))
    _, losses = of_manifest(of_rows(simple("stays", "stays", "sum", "a / b"), derived))
    assert set(told(losses)) == {"metric stays", "metric half"}
    assert all(reason.startswith("changed: Division is exact") for reason in told(losses).values())


def test_what_depends_on_something_dropped_is_dropped_with_that_reason() -> None:
    metrics = (
        simple("odd", "stays", "sum", "my_function(nights)"),
        Metric(name="share", kind=Ratio(Input(metric="odd"), Input(metric="stays"))),
        Metric(name="lost", kind=Derived("share * 2", (Input(metric="share", filter=("true",)),))),
        Metric(name="window", kind=Cumulative(Input(metric="odd"), window="7 days")),
        simple("stays", "stays", "sum", "1"),
    )
    query = SavedQuery(name="q", metrics=("lost",), group_by=("metric_time",))
    files, losses = of_manifest(replace(of_rows(*metrics), saved_queries=(query,)), check=faults_of)
    assert told(losses) == {
        "metric odd": "dropped: 'my_function' is no function that every dialect has.",
        "metric share": "dropped: It is made of 'odd', which was dropped.",
        "metric lost": "dropped: It is made of 'share', which was dropped.",
        "metric window": "dropped: It is made of 'odd', which was dropped.",
        "saved query q": "dropped: It is made of 'lost', which was dropped.",
    }
    assert "hidden" not in "".join(files.values())


@pytest.mark.parametrize(
    "expr",
    [
        "my_function(a)", "(select 1)", "a.b.c", "a; drop table t", "{{ var('x') }}", "sum(a)", "a) + (b",
        "row_number() over ()", "'unclosed", "a -- b", "a /* b", "case when", ":a", "$1", "*", "a as b",
        "x::json",
    ],
)  # fmt: skip
def test_an_expression_that_is_refused_never_breaks_a_project(expr: str) -> None:
    model = replace(
        STAYS,
        dimensions=(*STAYS.dimensions, category("odd", expr), time("odd_time", expr)),
        entities=(*STAYS.entities, entity("odd_key", "foreign", expr)),
    )
    metric = simple("odd_sum", "stays", "sum", expr)
    files, losses = of_manifest(of_rows(metric, models=(model, ROOMS)), check=faults_of)
    assert faults_of(files) == ()
    names = {entry.name for entry in losses.dropped}
    assert names <= {"stays.odd", "stays.odd_time", "stays.odd_key", "odd_sum"}
    assert "odd_sum" in names or expr in ("a -- b", "*")


def test_columns_that_dimensions_are_called_like_are_read_by_another_name() -> None:
    model = replace(STAYS, dimensions=(*STAYS.dimensions, category("nights", "nights > 2")))
    manifest = of_rows(simple("all_nights", "stays", "sum", "nights"), models=(model, ROOMS))
    files, losses = of_manifest(manifest, check=faults_of)
    found = files["models/stays.yml"]
    assert "sql: select *, nights as nights_column from hotel.stays" in found
    assert "- {name: nights, sql: nights > 2}" in found
    assert "{name: is_long, sql: nights_column >= 3}" in found
    assert "sql: sum(nights_column)" in found
    assert told(losses)["semantic model stays"].startswith("changed: Expressions read 'nights'")


def test_names_that_mean_something_else_are_changed_and_told() -> None:
    model = SemanticModel(
        name="time", relation=("t",), default_time="ds", dimensions=(time("ds"),),
        entities=(entity("row", "primary", "id"),),
    )  # fmt: skip
    metrics = (
        simple("Sales", "time", "sum", "a"),
        simple("sales", "time", "sum", "b"),
        simple("net sales", "time", "sum", "c"),
        simple("x" * 70, "time", "sum", "d"),
        Metric(name="both", kind=Derived("one + two", (
            Input(metric="sales", alias="one"), Input(metric="net sales", alias="two")))),
    )  # fmt: skip
    files, losses = of_manifest(Manifest(models=(model,), metrics=metrics), check=faults_of)
    assert told(losses) == {
        "semantic model time": "changed: It is called time_.",
        "metric sales": "changed: It is called sales_2.",
        "metric net sales": "changed: It is called net_sales.",
        f"metric {'x' * 70}": f"changed: It is called {'x' * 63}.",
    }
    assert "sql: sales_2 + net_sales" in files["models/time_.yml"]


def test_a_table_that_is_no_word_stands_in_quotes() -> None:
    model = replace(STAYS, relation=("db", "My Schema", "order"))
    files, _ = of_manifest(of_rows(models=(model, ROOMS)))
    assert 'table: db."My Schema".order' in files["models/stays.yml"]
    files, _ = of_manifest(
        of_rows(models=(replace(STAYS, relation=("stays",)),)), Options(schema="s", database="d")
    )
    assert "table: d.s.stays" in files["models/stays.yml"]


def test_a_join_over_partitions_takes_them_all_or_is_dropped() -> None:
    parted = time("part", partition=True)
    rooms = replace(ROOMS, dimensions=(*ROOMS.dimensions, parted))
    stays = replace(STAYS, dimensions=(*STAYS.dimensions, parted))
    files, _ = of_manifest(of_rows(models=(stays, rooms)))
    assert "- {to: rooms, as: room, on: [room_id, part]}" in files["models/stays.yml"]
    assert "primary_key: [room_id, part]" in files["models/rooms.yml"]
    files, losses = of_manifest(of_rows(models=(STAYS, rooms)), check=faults_of)
    assert told(losses)["join stays.room"] == (
        "dropped: 'rooms' has a row for every 'part', of which 'stays' has none."
    )


def test_keys_that_are_expressions_are_joined_as_dimensions() -> None:
    rooms = replace(ROOMS, entities=(entity("room", "primary", "house_id || '-' || number"),))
    stays = replace(STAYS, entities=(entity("room", "foreign", "upper(room_code)"),))
    files, _ = of_manifest(of_rows(models=(stays, rooms)), check=faults_of)
    assert "- {to: rooms, as: room, on: room}" in files["models/stays.yml"]
    assert "- {name: room, sql: upper(room_code)}" in files["models/stays.yml"]
    assert "primary_key: room" in files["models/rooms.yml"]


def test_times_whose_type_is_not_known_are_cast_and_told() -> None:
    model = replace(STAYS, dimensions=(*STAYS.dimensions, time("day", "date_trunc('day', made)")))
    metric = simple("days", "stays", "average", "datediff('day', made, arrived_at)")
    files, losses = of_manifest(of_rows(metric, models=(model, ROOMS)), check=faults_of)
    assert "sql: date_trunc('day', cast(made as timestamp))" in files["models/stays.yml"].replace('"', "")
    assert "It reads 'made' as a timestamp" in told(losses)["metric days"]


def test_a_spine_with_periods_of_its_own_is_a_calendar() -> None:
    spine = TimeSpine(
        relation=("s", "days"),
        column="d",
        granularity="day",
        custom=(("fiscal_year", "fy"), ("season", "season")),
    )
    hours = TimeSpine(relation=("s", "hours"), column="h", granularity="hour", custom=(("shift", "shift"),))
    plain = TimeSpine(relation=("s", "months"), column="m", granularity="month")
    manifest = replace(of_rows(), spines=(spine, hours, plain))
    files, losses = of_manifest(manifest, check=faults_of)
    assert "periods: [fiscal_year_period, season]" in files["calendars.yml"]
    assert "- {name: d, type: date, sql: cast(d as date)}" in files["calendars.yml"]
    assert told(losses) == {
        "granularity fiscal_year": "changed: It is called fiscal_year_period.",
        "time spine hours": "dropped: A calendar has a row a day, and this has a row a hour.",
        "time spine months": f"changed: {UNREAD}",
    }


def test_a_condition_on_a_period_of_a_calendar_looks_it_up() -> None:
    spine = TimeSpine(relation=("s", "days"), column="d", granularity="day", custom=(("fiscal_year", "fy"),))
    filters = (
        "{{ TimeDimension('metric_time', 'fiscal_year') }} = 'FY24'",
        "{{ Dimension('stay__booked_on').grain('fiscal_year') }} <> 'FY23'",
    )
    metric = simple("late", "stays", "sum", "1", *filters)
    files, losses = of_manifest(replace(of_rows(metric), spines=(spine,)), check=faults_of)
    assert losses.dropped == ()
    found = files["models/stays.yml"]
    assert "- {to: days, as: arrived_on_in_days, on: {cast(arrived_on as date): d}}" in found
    assert "arrived_on_in_days.fiscal_year_period = 'FY24'" in found
    assert "booked_on_in_days.fiscal_year_period <> 'FY23'" in found
    layer = Layer.from_text(**{name.removesuffix(".yml"): each for name, each in files.items()})
    asked = layer.sql("late", by="metric_time__fiscal_year", names="metricflow")
    assert [column.name for column in asked.columns] == ["metric_time__fiscal_year", "late"]
    assert asked.text.split("\n")[0] == "-- late by time.fiscal_year_period as metric_time__fiscal_year"


def test_exports_are_views() -> None:
    exports = (
        Export(name="e1", export_as="table", schema="s", alias="a"),
        Export(name="e2", export_as="view"),
    )
    query = SavedQuery(
        name="q", metrics=("stays",), group_by=("stay__channel", "metric_time"), exports=exports
    )
    manifest = replace(of_rows(simple("stays", "stays", "sum", "1")), saved_queries=(query,))
    files, losses = of_manifest(manifest, check=faults_of)
    assert told(losses) == {}
    assert files["views.yml"] == (
        "views:\n"
        "  - name: q\n"
        "    metrics: [stays]\n"
        "    by: [stays.channel as stay__channel, time.day as metric_time__day]\n"
        "    materialized: table\n"
        "    schema: s\n"
        "    as: a\n"
        "  - {name: e2, extends: q, materialized: view}\n"
    )


def test_a_layer_in_memory_reads_the_same() -> None:
    files, _ = of_manifest(replace(HOTEL, metrics=HOTEL.metrics[:10], saved_queries=()))
    layer = Layer.from_text(**{name.removesuffix(".yml"): text for name, text in files.items()})
    assert set(layer.catalog.metrics) == {metric.name for metric in HOTEL.metrics[:10]}


WORDS = st.sampled_from(
    ["time", "Time", "a", "A", "sum", "select", "a b", "1a", "é", "_", "orders", "x" * 80, "on"]
)
EXPRS = st.sampled_from(
    ["a", "A", "sum(x)", "a + b", "(select 1)", "'", "{{ a }}", "a.b", "date_trunc('day', a)"]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(WORDS, EXPRS), max_size=4), st.lists(st.tuples(WORDS, EXPRS), max_size=4), WORDS)
def test_whatever_a_manifest_says_the_project_has_no_faults(
    columns: list[tuple[str, str]], sums: list[tuple[str, str]], name: str
) -> None:
    model = SemanticModel(
        name=name, relation=("s", name), default_time="ds", entities=(entity("key", "primary", "id"),),
        dimensions=(time("ds"), *(category(word, expr) for word, expr in dict(columns).items())),
    )  # fmt: skip
    metrics = tuple(
        Metric(name=word, kind=Simple(model=name, agg="sum", expr=expr)) for word, expr in dict(sums).items()
    )
    files, losses = of_manifest(Manifest(models=(model, BEDS), metrics=metrics), check=faults_of)
    assert faults_of(files) == ()
    assert all(entry.reason for entry in losses if entry.verdict != "kept")
