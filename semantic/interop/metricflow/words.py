"""A question in MetricFlow's words as one in ours.

Words and paths may stand beside each other, and a name that is both is ours. A dimension that the metrics of
a question see by different paths becomes a name for these (``paths``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from semantic import faults
from semantic.bind.leaf import Metric
from semantic.catalog import Catalog
from semantic.faults import Fault, SemanticError
from semantic.interop.metricflow.asking import Item, constraint, grouped, listed, renamed
from semantic.interop.metricflow.beside import Need
from semantic.interop.metricflow.called import Called, called, checked
from semantic.interop.metricflow.conditions import Conditions
from semantic.interop.metricflow.moving import apart
from semantic.interop.metricflow.ranges import Bounds
from semantic.interop.metricflow.resolving import Resolver, is_axis, our_name
from semantic.interop.metricflow.templates import DATE_PARTS, METRIC_TIME, Word, dundered, is_call, word
from semantic.interop.spelling import is_word
from semantic.query import By, TimeRange, Top
from semantic.source import Text

NAMES = ("semantic", "metricflow")


@dataclass(frozen=True, slots=True)
class Understood:
    """The words of a question that are ours now, and the models that it needs beside those of the project."""

    words: dict[str, Any]
    needs: tuple[Need, ...] = ()


def understood(words: Mapping[str, Any], catalog: Catalog, metric: Callable[[str], Metric]) -> Understood:
    """A question in our words; raises `SemanticError` with every word that means nothing.

    ``metric`` finds a bound metric by its name.
    """
    given = renamed(words, catalog)
    # Of names that no metric has, the binder tells.
    found = [(called(each), each) for each in listed(given.get("metrics"))]
    if found:
        known = [
            (one if one is None or one.metric in catalog.metrics else one.bare, each) for one, each in found
        ]
        given["metrics"] = [each if one is None else one.name for one, each in known]
    asked = [one for one, _ in found if one is not None]
    metrics = [metric(each.metric) for each in asked if each.metric in catalog.metrics]
    reader = _Reader(given, Resolver(catalog, metric, metrics, _paths(given.get("paths"))))
    reader.called = checked(asked, catalog)
    reader.shown = {each.metric: each.name for each in sorted(asked, key=lambda each: not each.is_alias)}
    return reader.understood()


def _paths(given: Any) -> dict[str, tuple[str, ...]]:
    """The names for paths that a question has already."""
    if not isinstance(given, Mapping):
        return {}
    return {str(name): tuple(map(str, listed(paths))) for name, paths in given.items()}


class _Reader:
    """Reads one question; faults are collected, so that one run tells them all."""

    def __init__(self, words: dict[str, Any], to: Resolver) -> None:
        self.words = words
        self.to = to
        self.conditions = Conditions(to)
        self.called: tuple[Called, ...] = ()
        self.shown: dict[str, str] = {}  # metrics under the names that they have in the answer
        self.found: list[Fault] = []
        self.theirs = self._names() == "metricflow"

    def understood(self) -> Understood:
        """The question in our words."""
        asked = grouped(self.words.pop("by", None), self.to.paths.__contains__)
        self.to.axis = self._axis(asked)
        items = [self._each(self._item, item) for item in asked]
        known = [item for item in items if item is not None]
        self._crossed(known)
        self.found += apart(self.to.metrics, [by.parts[-1] for _, by in known if by.parts[0] == "time"])
        self._time(known)
        made: dict[str, Any] = {"by": [by for _, by in known], "where": self._where()}
        self._bounded()
        if self.conditions.periods:
            made["having"] = [*listed(self.words.get("having")), *self.conditions.periods]
        made |= self._rest(known)
        if self.found:
            raise SemanticError(self.found)
        rest = {key: value for key, value in self.words.items() if key not in made}
        made = {key: value for key, value in made.items() if value not in (None, [])}
        paths = {"paths": self.to.paths} if self.to.paths else {}
        return Understood({**rest, **made, **paths}, (*self.conditions.needs.values(), *self.called))

    def _names(self) -> str:
        given = self.words.pop("names", None) or NAMES[0]
        if given not in NAMES:
            raise SemanticError([faults.bad_part("names", given, faults.either(NAMES))])
        return str(given)

    def _axis(self, asked: Sequence[Item]) -> str:
        """What ``metric_time`` is: the axis of the metrics, or where nothing but times is asked for without
        any metric, the days of the project's calendar."""
        start = self.words.get("from")
        if self.words.get("metrics") or start or any(METRIC_TIME not in str(item.text) for item in asked):
            return "time"
        days = [
            f"{model.name}.{key}"
            for model in self.to.catalog.models.values()
            for key in model.spec.primary_key[:1]
            if model.spec.periods and model.dimension(key) is not None
        ]
        return days[0] if len(days) == 1 else "time"

    def _crossed(self, known: Sequence[tuple[Word | None, By]]) -> None:
        """A fault for ``metric_time`` beside values that no metric brings together with it."""
        times = [word for word, _ in known if word is not None and is_axis(word)]
        others = [by for word, by in known if word is None or not is_axis(word)]
        if times and others and not self.words.get("metrics") and not self.words.get("from"):
            self.found.append(faults.values_beside_time(times[0].spelled, others[0].output))

    def _each(self, read: Callable[[Any], Any], item: Any) -> Any:
        """What is read, or nothing and its faults noted."""
        try:
            return read(item)
        except SemanticError as error:
            self.found.extend(error.faults)
            return None

    # --- grouping -----------------------------------------------------------------------------------

    def _item(self, item: Item) -> tuple[Word | None, By]:
        """One thing to group by, with the word that it was asked by."""
        if item.ours is not None:
            return None, item.ours
        word = self.to.completed(self._word(item))
        by = By(Text(self.to.full(word, None)))
        wish = item.name or word.alias or (self.to.spelled(word) if self.theirs else our_name(word))
        if self.theirs and not (item.name or word.alias) and self.words.get("extremes"):
            wish += "_"  # before the _min and _max of ours
        return word, by if by.output == wish else By(by.path, wish)

    def _word(self, item: Item) -> Word:
        customs = self.to.vocabulary.customs
        text = Text(str(item.text))
        found = word(text, customs) if is_call(text) else dundered(text, customs)
        if found.kind == "Metric":
            raise SemanticError([faults.metric_in_row(found.name, None)])
        grain, part = item.grain or found.grain, item.part or found.part
        if part is not None and part not in DATE_PARTS:
            raise SemanticError([faults.unknown("date part", part, list(DATE_PARTS), None)])
        return replace(found, grain=grain.lower() if grain else None, part=part)

    # --- the rest -----------------------------------------------------------------------------------

    def _where(self) -> list[Any]:
        given = listed(self.words.pop("where", None))
        return [part for text in given for part in self._each(self.conditions.read, text) or ()]

    def _time(self, known: Iterable[tuple[Word | None, By]]) -> None:
        """MetricFlow's range of time: both ends belong to it, and it is widened to whole periods."""
        bounds = self.words.pop("start_time", None), self.words.pop("end_time", None)
        if bounds == (None, None):
            return
        asked = [by.parts[1] for _, by in known if by.parts[0] == "time" and len(by.parts) == 2]
        if self.words.get("time") is not None:
            self.found.append(faults.two_ranges())
        calendar = self.to.catalog.spec.calendar
        self.words["time"] = self._each(
            lambda ends: constraint(ends[0], ends[1], asked, self.to.finest(), calendar), bounds
        )

    def _bounded(self) -> None:
        """The range of the question within that of its conditions."""
        bounds = self.conditions.bounds
        if bounds == Bounds():
            return
        given = self.words.get("time")
        asked = TimeRange.parse(given) if isinstance(given, str) else given
        if isinstance(asked, TimeRange):
            bounds &= Bounds(asked.start, asked.end)
        if not bounds.is_range:
            raise SemanticError([faults.empty_time(f"{bounds.start} .. {bounds.end}")])
        self.words["time"] = TimeRange(bounds.start, bounds.end)

    def _rest(self, known: Sequence[tuple[Word | None, By]]) -> dict[str, Any]:
        """What names columns of the answer: the order, the top, the members."""
        outputs = {_key(word): by.output for word, by in known if word is not None}
        made: dict[str, Any] = {}
        if self.words.get("order") is not None:
            orders = listed(self.words["order"])
            made["order"] = [self._each(lambda text: self._order(text, outputs), each) for each in orders]
        if isinstance(self.words.get("top"), str):
            made["top"] = self._each(lambda text: self._top(text, outputs), self.words["top"])
        if isinstance(self.words.get("members"), list | tuple):
            made["members"] = [
                (self._output(each, outputs) if isinstance(each, str) else None) or each
                for each in self.words["members"]
            ]
        return made

    def _order(self, text: Any, outputs: Mapping[Any, str]) -> Any:
        """A column to sort by, under the name that it has in the answer."""
        if not isinstance(text, str):
            return text
        bare = text.strip().removeprefix("-")
        if is_call(bare):
            found = word(Text(bare), self.to.vocabulary.customs)
            metric = self.shown.get(found.name, found.name)
            name = metric if found.kind == "Metric" else outputs.get(_key(self.to.completed(found)), bare)
            return f"-{name}" if found.descending or text.strip().startswith("-") else name
        name, _, direction = bare.partition(" ")
        sign = "-" if text.strip().startswith("-") else ""
        return f"{sign}{self._output(name, outputs) or name} {direction}".strip()

    def _output(self, name: str, outputs: Mapping[Any, str]) -> str | None:
        """The column that a word of the question became, unless the word is a column or a path itself."""
        if name in self.shown and name not in outputs.values():
            return self.shown[name]
        known = name in outputs.values() or name in self.to.catalog.metrics
        if known or not _may_be_word(name):
            return None
        return outputs.get(_key(self.to.completed(dundered(name, self.to.vocabulary.customs))))

    def _top(self, text: str, outputs: Mapping[Any, str]) -> Any:
        top = Top.parse(text)
        output = self._output(str(top.path), outputs)
        return replace(top, path=Text(output)) if output is not None else top


def _may_be_word(name: str) -> bool:
    return is_word(name) or "." not in name


def _key(word: Word) -> tuple[object, ...]:
    """What tells one word from another, whatever it was written as."""
    return word.path, word.name, word.grain if word.part is None else None, word.part
