"""Aggregates of measures and of ``metric_aggregation_params``."""

from __future__ import annotations

from typing import Literal, cast

from semantic import faults
from semantic.interop.metricflow.aggregates import AGGREGATIONS, Aggregate, settled
from semantic.interop.metricflow.nodes import NonAdditive, Simple
from semantic.interop.metricflow.records import Record


def aggregated(record: Record, model: str, expr: str | None, name: str) -> Simple:
    """An aggregate as measures and ``metric_aggregation_params`` say it."""
    agg = record.required("agg", AGGREGATIONS)
    own = record.sql("expr")  # of a measure, or again where dbt Fusion repeats it
    expr = expr or own
    params = record.record("agg_params") or Record({}, record.place, record.kind, record.told)
    given = Aggregate(
        agg or "sum",
        expr or name,
        params.number("percentile"),
        params.flag("use_discrete_percentile"),
        params.flag("use_approximate_percentile"),
    )
    params.rest()
    time = record.text("agg_time_dimension")
    along = non_additive(record, "window_choice", "window_groupings")
    return simple(record, model, given, expr, time, along)


def simple(
    record: Record,
    model: str,
    given: Aggregate,
    expr: str | None,
    time: str | None,
    non_additive: NonAdditive | None,
) -> Simple:
    """One aggregate in its one form."""
    _sensible(record, given, expr)
    done = settled(given)
    return Simple(
        model=model,
        agg=done.aggregation,
        expr=done.expr,
        percentile=done.percentile,
        discrete=done.discrete,
        approximate=done.approximate,
        time=time.lower() if time else None,
        non_additive=non_additive,
    )


def _sensible(record: Record, given: Aggregate, expr: str | None) -> None:
    told, place = record.told, record.place
    if given.agg == "count" and expr is None:
        told.fault(faults.lacks(str(record), "expr", place, "A count of all rows is 'expr: 1'."))
    if given.agg == "percentile" and given.percentile is None:
        told.fault(faults.lacks(str(record), "percentile", place, "It is a number between 0 and 1."))
    if given.percentile is not None and not 0 <= given.percentile <= 1:
        reason = f"cannot have the percentile {given.percentile:g}"
        told.fault(faults.misfit(str(record), reason, "It is a number between 0 and 1: 0.95.", place))
    if given.agg == "median" and (given.discrete or given.percentile not in (None, 0.5)):
        hint = "Write 'agg: percentile' for another one."
        told.fault(faults.misfit(str(record), "is a median, and at another percentile too", hint, place))


def non_additive(record: Record, choice: str, groupings: str) -> NonAdditive | None:
    """The dimension along which an aggregate does not add up; the spelling's keys say which of its values
    stands (``choice``), and of whom (``groupings``)."""
    given = record.record("non_additive_dimension")
    if given is None:
        return None
    chosen = given.choice(choice, ("min", "max"), "min")
    grouped = tuple(each.lower() for each in given.texts(groupings))
    name = given.need("name").lower()
    given.rest()
    return NonAdditive(name, cast(Literal["min", "max"], chosen), grouped)
