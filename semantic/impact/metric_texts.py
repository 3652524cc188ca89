"""What the texts of metrics name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from semantic.impact.nodes import Node
from semantic.impact.texts import Texts
from semantic.source import Text
from semantic.spec import types as spec


class MetricTexts(Texts):
    """Reads metrics."""

    def metric(self, given: spec.Metric, query: spec.Question | None) -> Iterator[Node]:
        """What a metric reads: metrics, models with their time, columns, dimensions, joins."""
        home = str(given.model or (query.start if query else None) or "")
        if home in self.catalog.models:
            yield from self.events(home, given.time)
        for text in (given.sql, given.filter if given.metric is None else None, given.having, given.metric):
            yield from self.expression(home, text, str(given.name))
        for each in sorted(self.homes([str(given.metric)])) if given.metric is not None else ():
            yield from self.expression(each, given.filter, str(given.name))
        for path in (*given.per, *given.total_over, *given.share_over, *given.rank_over,
                     *given.cumulative_share_over, *given.ignoring):  # fmt: skip
            yield from self.path(home, tuple(path.split(".")))
        if given.conversion is not None:
            yield from self.conversion(given.conversion)
        if given.retention is not None:
            yield from self.pair(given.retention, (given.retention.by,))
        snapshots = given.not_additive_over
        for text in (*snapshots.per, snapshots.of) if snapshots is not None else ():
            yield from self.text(home, text)
        for model in self.catalog.models.values():
            sampled = str(given.sampled.each) if given.sampled is not None else ""
            named = {
                str(given.to_date),
                sampled,
                *(getattr(x, "name", "") for x in (given.window, given.offset)),
            }
            if named & set(map(str, model.spec.periods)):
                yield Node("model", model.name)

    def conversion(self, given: spec.Conversion) -> Iterator[Node]:
        """What the events of a conversion are told by."""
        yield from self.pair(given, (given.by, *given.same))
        yield from self.braces(given.until)
        yield from self.text(str(given.start), given.from_filter)
        yield from self.text(str(given.to), given.to_filter)

    def pair(self, events: Any, keys: Iterable[tuple[Text, Text]]) -> Iterator[Node]:
        """Events of two models, and what tells whose they are."""
        sides = [
            str(getattr(events, key)) for key in ("start", "to", "cohort", "activity") if hasattr(events, key)
        ]
        times = [getattr(events, key, None) for key in ("from_time", "to_time")]
        for side, time in zip(sides, times, strict=True):
            yield from self.events(side, time)
        for both in keys:
            for side, text in zip(sides, both, strict=True):
                yield from self.text(side, text)

    def homes(self, metrics: Iterable[str]) -> set[str]:
        """The models whose rows some metrics are about."""
        found: set[str] = set()
        waiting, seen = list(metrics), set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.catalog.metrics:
                continue
            seen.add(name)
            given = self.catalog.metrics[name]
            events = (
                given.conversion.start if given.conversion else None,
                given.retention.cohort if given.retention else None,
            )
            found |= {str(each) for each in (given.model, *events) if each is not None}
            for text in (given.sql, given.metric):
                names = self.names(text)
                waiting += [each[0] for each in names if len(each) == 1]
                found |= {each[0] for each in names if len(each) > 1 and each[0] in self.catalog.models}
        return found
