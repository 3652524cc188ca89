"""What a metric means, in words: what it is of, along which time, over whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from semantic.spec import types as spec

_MOMENTS = {
    "period_start": "rows that hold at the start of each period",
    "period_end": "rows that hold at the end of each period",
    "during": "rows that hold at any time of each period",
}
_IMMATURE = {
    "null": "no value while any can still convert",
    "exclude": "those that can still convert are left out",
    "count": "those that can still convert count as not converted",
}


def meaning(metric: spec.Metric) -> str:
    """A metric in words, where it is more than its SQL.

    >>> from semantic.source import Span, Text
    >>> three = spec.Duration(3, "month")
    >>> place, b = Span("m.yml", 1, 1), Text("b")
    >>> meaning(spec.Metric(name=Text("a"), sql=b, metric=b, window=three, span=place))
    'trailing 3 months of b'
    """
    told = _meant(metric)
    return ", ".join(filter(None, (told, "in every period" if metric.every_period else "")))


def _meant(metric: spec.Metric) -> str:
    if metric.conversion is not None:
        return _conversion(metric.conversion)
    if metric.retention is not None:
        return _retention(metric.retention)
    if metric.metric is not None:
        return ", ".join(_seen(metric, str(metric.metric)))
    return _rows(metric)


def _seen(metric: spec.Metric, name: str) -> Iterator[str]:
    """Another metric as it is seen."""
    yield _along(metric, name) or _among(metric, name) or name
    if metric.filter is not None:
        yield f"of rows where {metric.filter}"
    if metric.offset is not None:
        yield offset(metric.offset)
    if metric.sampled is not None:
        yield f"the {metric.sampled.take} of each {metric.sampled.each.replace('_', ' ')}"
    if metric.ignoring:
        yield f"whatever is asked of {_listed(metric.ignoring)}"


def _along(metric: spec.Metric, name: str) -> str:
    if metric.window == "all":
        return f"{name} of all time so far"
    if metric.window is not None:
        return f"trailing {metric.window} of {name}"
    if metric.to_date is not None:
        return f"{metric.to_date.replace('_', ' ')} to date of {name}"
    return f"{name} of {metric.base}, beside every period" if metric.base is not None else ""


def _among(metric: spec.Metric, name: str) -> str:
    if metric.total_over:
        return f"{name} of {_all(metric.total_over)} together"
    if metric.share_over:
        return f"share of {name} in that of {_all(metric.share_over)} together"
    if metric.rank_over:
        return f"place by {name} among {_all(metric.rank_over)}, the largest first"
    if metric.cumulative_share_over:
        over = _all(metric.cumulative_share_over)
        return f"share of {name} up to this place, the largest of {over} first"
    return ""


def _all(paths: Iterable[str]) -> str:
    return "everything" if "all" in paths else f"all {_listed(paths)}"


def _listed(paths: Iterable[str]) -> str:
    return " and ".join(map(str, paths))


def offset(length: spec.Duration | spec.StartOf | spec.Periods) -> str:
    """From when a value is taken.

    >>> offset(spec.Duration(-2, "week"))
    '2 weeks after'
    """
    if isinstance(length, spec.StartOf):
        return f"at the start of the {length.grain.replace('_', ' ')}"
    if length.count < 0:
        return f"{replace(length, count=-length.count)} after"
    return f"{length} before"


def _rows(metric: spec.Metric) -> str:
    """Which rows a metric with SQL of its own takes, where it says so."""
    if metric.per:
        having = f" with {metric.having}" if metric.having is not None else ""
        return f"{metric.sql} over each {', '.join(metric.per)}{having}"
    if metric.at is not None:
        return f"{metric.sql} of {_MOMENTS[metric.at]}"
    if metric.not_additive_over is not None:
        return f"{metric.sql} of {_snapshots(metric.not_additive_over)}"
    return ""


def _snapshots(chosen: spec.Snapshots) -> str:
    if chosen.time == "average":
        return "each snapshot, averaged over each period"
    each = f" of each {_listed(chosen.per)}" if chosen.per else ""
    each += f" by {chosen.of}" if chosen.of is not None else ""
    return f"the {chosen.time} snapshot{each} in each period"


def _conversion(given: spec.Conversion) -> str:
    what = {
        "rate": f"share of {given.start} that are followed by {given.to}",
        "count": f"number of {given.start} that are followed by {given.to}",
        "median_days": f"median days from {given.start} to the next {given.to}",
        "avg_days": f"average days from {given.start} to the next {given.to}",
    }[given.value]
    if given.counted == "later":
        base = f" for each of {given.start}" if given.value == "rate" else ""
        what = f"number of {given.to} that follow one of {given.start}{base}"
    elif given.counted == "entities":
        base = f", of all with {given.start}" if given.value == "rate" else ""
        what = f"number of {given.by[0]} with {given.start} that are followed by {given.to}{base}"
    return ", ".join((f"{what} of the same {_same(given)}", *_terms(given)))


def _same(given: spec.Conversion) -> str:
    return _listed(pair(each) for each in (given.by, *given.same))


def _terms(given: spec.Conversion) -> Iterator[str]:
    """When a later event counts, and what becomes of those that can still come."""
    if given.from_time is not None:
        yield f"{given.start} by {given.from_time}"
    if given.to_time is not None:
        yield f"{given.to} by {given.to_time}"
    if given.within is not None:
        yield f"within {'less than ' if given.open_end else ''}{given.within}"
    if given.inclusive:
        yield "at the same time too"
    if given.once:
        yield f"each of {given.to} once"
    if given.from_filter is not None:
        yield f"of {given.start} where {given.from_filter}"
    if given.to_filter is not None:
        yield f"of {given.to} where {given.to_filter}"
    if given.nobody == "count":
        yield "those of nobody count as not converted"
    if given.within is not None:
        yield _IMMATURE[given.immature]


def _retention(given: spec.Retention) -> str:
    what = "share" if given.value == "rate" else "number"
    active = f"have {given.activity} of the same {pair(given.by)}"
    since = ", counted from each one's own entry" if given.window == "rolling" else ""
    return f"{what} of {given.cohort}, by {given.period}, that {active} some {given.period}s later{since}"


def pair(names: tuple[str, str]) -> str:
    """What two models call the same thing.

    >>> pair(("customer_id", "buyer_id"))
    'customer_id = buyer_id'
    """
    own, other = names
    return str(own) if own == other else f"{own} = {other}"
