"""A small world in MetricFlow's neutral form: stays in hotels, their rooms and guests, visits to a site."""

from __future__ import annotations

from semantic.interop.metricflow.nodes import (
    Conversion,
    Cumulative,
    Derived,
    Dimension,
    Entity,
    Export,
    Input,
    Manifest,
    Metric,
    NonAdditive,
    Ratio,
    SavedQuery,
    SemanticModel,
    Simple,
    TimeSpine,
)


def entity(name: str, kind: str, expr: str | None = None, **more: object) -> Entity:
    """A key."""
    return Entity(name=name, kind=kind, expr=expr, **more)  # type: ignore[arg-type]


def category(name: str, expr: str | None = None) -> Dimension:
    """Something to group by."""
    return Dimension(name=name, kind="categorical", expr=expr)


def time(name: str, expr: str | None = None, granularity: str = "day", **more: object) -> Dimension:
    """A time."""
    return Dimension(name=name, kind="time", expr=expr, granularity=granularity, **more)  # type: ignore[arg-type]


def simple(name: str, model: str, agg: str, expr: str, *filters: str, **more: object) -> Metric:
    """A metric over one model."""
    kind = Simple(model=model, agg=agg, expr=expr, **more)  # type: ignore[arg-type]
    return Metric(name=name, kind=kind, filter=filters)


STAYS = SemanticModel(
    name="stays",
    relation=("hotel", "stays"),
    default_time="arrived_on",
    entities=(
        entity("stay", "primary", "stay_id"),
        entity("room", "foreign", "room_id"),
        entity("guest", "foreign", "guest_id"),
    ),
    dimensions=(
        time("arrived_on", "arrived_at"),
        time("booked_on", "booked_at"),
        category("channel"),
        category("is_long", "nights >= 3"),
    ),
)
ROOMS = SemanticModel(
    name="rooms",
    relation=("hotel", "rooms"),
    entities=(entity("room", "primary", "room_id"), entity("house", "foreign", "house_id")),
    dimensions=(category("beds"), category("floor", "upper(floor_name)")),
)
HOUSES = SemanticModel(
    name="houses",
    relation=("hotel", "houses"),
    entities=(entity("house", "primary", "house_id"),),
    dimensions=(category("country"),),
)
GUESTS = SemanticModel(
    name="guests",
    relation=("hotel", "guests"),
    default_time="joined_on",
    entities=(entity("guest", "primary", "guest_id"),),
    dimensions=(time("joined_on"), category("country")),
)
VISITS = SemanticModel(
    name="visits",
    relation=("hotel", "visits"),
    default_time="seen_at",
    entities=(entity("visit", "primary", "visit_id"), entity("guest", "foreign", "guest_id")),
    dimensions=(time("seen_at", granularity="second"), category("source")),
)
BEDS = SemanticModel(
    name="bed_counts",
    relation=("hotel", "bed_counts"),
    default_time="counted_on",
    entities=(
        entity("bed_count", "primary", virtual=True),
        entity("house", "foreign", "house_id"),
    ),
    dimensions=(time("counted_on"),),
)
TIERS = SemanticModel(
    name="tiers",
    relation=("hotel", "tiers"),
    entities=(entity("guest", "natural", "guest_id"),),
    dimensions=(
        category("tier"),
        time("valid_from", validity="start"),
        time("valid_to", validity="end"),
    ),
)
METRICS = (
    simple("stays", "stays", "sum", "1"),
    simple("nights", "stays", "sum", "nights"),
    simple("revenue", "stays", "sum", "nights * price"),
    simple("guests", "stays", "count_distinct", "guest_id"),
    simple("with_room", "stays", "count", "room_id"),
    simple("long_stays", "stays", "sum_boolean", "nights >= 3"),
    simple("median_nights", "stays", "median", "nights"),
    simple("p90_price", "stays", "percentile", "price", percentile=0.9),
    simple("p90_discrete", "stays", "percentile", "price", percentile=0.9, discrete=True),
    simple("nights_or_0", "stays", "sum", "nights", fill_nulls_with=0),
    simple("booked_nights", "stays", "sum", "nights", time="booked_on"),
    simple("web_stays", "stays", "sum", "1", "{{ Dimension('stay__channel') }} = 'web'"),
    simple("kr_revenue", "stays", "sum", "nights * price", "{{ Dimension('room__house__country') }} = 'kr'"),
    simple("half", "stays", "sum", "nights / 2"),
    simple("visits", "visits", "count", "1"),
    simple("beds", "bed_counts", "sum", "beds", non_additive=NonAdditive("counted_on", "max")),
    simple(
        "beds_by_house",
        "bed_counts",
        "sum",
        "beds",
        non_additive=NonAdditive("counted_on", "min", ("house",)),
    ),
    Metric(name="price_a_night", kind=Ratio(Input(metric="revenue"), Input(metric="nights"))),
    Metric(
        name="web_share",
        kind=Ratio(
            Input(metric="stays", alias="web", filter=("{{ Dimension('stay__channel') }} = 'web'",)),
            Input(metric="stays"),
        ),
    ),
    Metric(
        name="growth",
        kind=Derived(
            "now - before",
            (
                Input(metric="stays", alias="now"),
                Input(metric="stays", alias="before", offset_window="1 month"),
            ),
        ),
    ),
    Metric(
        name="since_start",
        kind=Derived(
            "stays - opening",
            (Input(metric="stays"), Input(metric="stays", alias="opening", offset_to_grain="month")),
        ),
    ),
    Metric(
        name="long_growth",
        filter=("{{ Dimension('stay__is_long') }}",),
        kind=Derived("growth * 1.0 / visits", (Input(metric="growth"), Input(metric="visits"))),
    ),
    Metric(name="nights_7d", kind=Cumulative(Input(metric="nights"), window="7 days")),
    Metric(
        name="nights_mtd", kind=Cumulative(Input(metric="nights"), grain_to_date="month", period_agg="last")
    ),
    Metric(name="nights_ever", kind=Cumulative(Input(metric="nights"))),
    Metric(
        name="visit_to_stay",
        kind=Conversion(
            base=Input(metric="visits"), conversion=Input(metric="stays"), entity="guest", window="7 days"
        ),
    ),
)
SPINES = (
    TimeSpine(
        relation=("hotel", "days"), column="day", granularity="day",
        custom=(("retail_month", "retail_month"), ("fiscal_year", "fy")),
    ),
)  # fmt: skip
QUERIES = (
    SavedQuery(
        name="monthly",
        label="Monthly numbers",
        metrics=("stays", "price_a_night"),
        group_by=(
            "TimeDimension('metric_time', 'month')",
            "Dimension('room__house__country')",
            "stay__is_long",
        ),
        filter=(
            "{{ Dimension('stay__channel') }} = 'web'",
            "{{ TimeDimension('metric_time', 'day') }} >= '2024-01-01'",
        ),
        order_by=("-metric_time__month", "Metric('stays').descending(True)"),
        limit=10,
        exports=(Export(name="monthly_table", export_as="table", schema="marts", alias="monthly"),
                 Export(name="monthly_view", export_as="view"), Export(name="lake", export_as="parquet")),
    ),
    SavedQuery(name="both", metrics=("stays", "visits"), group_by=("guest__country", "guest", "metric_time")),
    SavedQuery(name="broken", metrics=("stays",), group_by=("visit__source",)),
)  # fmt: skip
HOTEL = Manifest(
    models=(STAYS, ROOMS, HOUSES, GUESTS, VISITS, BEDS, TIERS),
    metrics=METRICS,
    spines=SPINES,
    saved_queries=QUERIES,
)
