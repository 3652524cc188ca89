"""A question in MetricFlow's words as one in ours.

Words and paths may stand beside each other, and a name that is both is ours. A dimension that the metrics of
a question see by different paths becomes a name for these (``paths``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from semantic import faults
from semantic.bind.leaf import Leaf, Metric, all_leaves
from semantic.catalog import Catalog
from semantic.faults import Fault, SemanticError
from semantic.interop.metricflow.asking import Item, constraint, grouped, listed, renamed
from semantic.interop.metricflow.filters import by_entity
from semantic.interop.metricflow.templates import (
    METRIC_TIME,
    Word,
    dundered,
    ending,
    is_call,
    pieces,
    word,
)
from semantic.interop.metricflow.vocabulary import Place, Vocabulary, coarsest
from semantic.interop.spelling import is_word
from semantic.query import QUESTION, By, Top
from semantic.source import Span, Text

NAMES = ("semantic", "metricflow")


@dataclass(frozen=True, slots=True)
class PerEntity:
    """A metric that a condition asks for each entity: ``entity`` is a dimension at the end of ``roles`` from
    ``home``, whose rows are chosen, and ``path`` the entity as the metric's own rows have it."""

    metric: str
    home: str  # the model that the values are joined to
    entity: str
    start: str  # the model that the metric counts
    path: str

    @property
    def name(self) -> str:
        """The model that holds the values."""
        return by_entity(self.metric, (self.entity,))


@dataclass(frozen=True, slots=True)
class Understood:
    """The words of a question that are ours now, and the models that it needs beside those of the project."""

    words: dict[str, Any]
    needs: tuple[PerEntity, ...] = ()


def understood(words: Mapping[str, Any], catalog: Catalog, metric: Callable[[str], Metric]) -> Understood:
    """A question in our words; raises `SemanticError` with every word that means nothing.

    ``metric`` finds a bound metric by its name.
    """
    return _Reader(catalog, metric, renamed(words, catalog)).understood()


@dataclass
class _Reader:
    """Reads one question; faults are collected, so that one run tells them all."""

    catalog: Catalog
    metric: Callable[[str], Metric]
    words: dict[str, Any]
    found: list[Fault] = field(default_factory=list)
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)
    needs: dict[str, PerEntity] = field(default_factory=dict)
    axis: str = "time"

    def understood(self) -> Understood:
        self.vocabulary = Vocabulary.of(self.catalog)
        self.theirs = self._names() == "metricflow"
        self.paths = {str(name): paths for name, paths in (self.words.get("paths") or {}).items()}
        self.metrics = self._metrics()
        self.homes = sorted({leaf.home for leaf in self.leaves})
        asked = grouped(self.words.pop("by", None), self._is_ours)
        self.axis = self._axis(asked)
        items = [self._each(self._item, item) for item in asked]
        known = [item for item in items if item is not None]
        self._time(known)
        made: dict[str, Any] = {"by": [by for _, by in known]}
        made["where"] = self._conditions()
        made |= self._rest(known)
        if self.found:
            raise SemanticError(self.found)
        rest = {key: value for key, value in self.words.items() if key not in made}
        paths = {"paths": self.paths} if self.paths else {}
        return Understood(
            {**rest, **{k: v for k, v in made.items() if v not in (None, [])}, **paths},
            tuple(self.needs.values()),
        )

    # --- metrics ------------------------------------------------------------------------------------

    def _names(self) -> str:
        given = self.words.pop("names", None) or NAMES[0]
        if given not in NAMES:
            raise SemanticError([faults.bad_part("names", given, faults.either(NAMES))])
        return str(given)

    def _metrics(self) -> list[Metric]:
        """The metrics of the question that there are; of the others the binder tells."""
        names = listed(self.words.get("metrics"))
        found = [
            self.metric(name) for name in names if isinstance(name, str) and name in self.catalog.metrics
        ]
        self.leaves: list[Leaf] = [each for one in found for each in all_leaves(one.leaves.values())]
        return found

    def _default_grain(self) -> str:
        """The period of ``metric_time`` where a word says none: the longest of the metrics' own."""
        grains = [str(each.spec.grain) for each in self.metrics if each.spec.grain is not None]
        return coarsest([*grains, *self._finest()])

    def _finest(self) -> list[str]:
        """The shortest periods that the metrics can be asked by."""
        return [leaf.time.finest for leaf in self.leaves if leaf.time is not None and leaf.time.finest]

    def _axis(self, asked: Sequence[Item]) -> str:
        """What ``metric_time`` is: the axis of the metrics, or where nothing but times is asked for without
        any metric, the days of the project's calendar."""
        start = self.words.get("from")
        if self.words.get("metrics") or start or any(METRIC_TIME not in str(item.text) for item in asked):
            return "time"
        days = [
            f"{model.name}.{key}"
            for model in self.catalog.models.values()
            for key in model.spec.primary_key[:1]
            if model.spec.periods and model.dimension(key) is not None
        ]
        return days[0] if len(days) == 1 else "time"

    def _each(self, read: Callable[[Any], Any], item: Any) -> Any:
        """What is read, or nothing and its faults noted."""
        try:
            return read(item)
        except SemanticError as error:
            self.found.extend(error.faults)
            return None

    # --- grouping -----------------------------------------------------------------------------------

    def _is_ours(self, text: str) -> bool:
        return text in self.paths

    def _item(self, item: Item) -> tuple[Word | None, By]:
        """One thing to group by, with the word that it was asked by."""
        if item.ours is not None:
            return None, item.ours
        assert item.text is not None
        word = self._completed(self._word(item))
        by = self._by(word)
        wish = item.name or (word.spelled if self.theirs else _our_name(word))
        if self.theirs and item.name is None and self.words.get("extremes"):
            wish += "_"  # before the _min and _max of ours
        return word, by if by.output == wish else By(by.path, wish)

    def _word(self, item: Item) -> Word:
        customs = self.vocabulary.customs
        text = Text(str(item.text))
        found = word(text, customs) if is_call(text) else dundered(text, customs)
        if found.kind == "Metric":
            raise SemanticError([faults.metric_in_row(found.name, None)])
        grain, part = item.grain or found.grain, item.part or found.part
        if part is not None and part not in _PARTS:
            raise SemanticError([faults.unknown("date part", part, list(_PARTS), None)])
        return replace(found, grain=grain.lower() if grain else None, part=part)

    def _completed(self, word: Word) -> Word:
        """A word with the grain that it has where it says none."""
        if word.grain is not None or word.part is not None:
            return word
        if _is_axis(word):
            return replace(word, grain=self._default_grain())
        place = next((each for home in self._from(word) for each in self._places(home, word)), None)
        return replace(word, grain=place.grain) if place is not None and place.is_time else word

    def _by(self, word: Word) -> By:
        last = self._ending(word, None)
        path = self.axis if _is_axis(word) else self._path(word, None)
        return By(Text(f"{path}.{last}" if last else path))

    def _ending(self, word: Word, span: Span | None) -> str | None:
        last = ending(word, self.vocabulary.customs, span)
        monday = self.catalog.spec.calendar.week_start == "monday"
        return "iso_week" if last == "week" and not monday else last

    # --- words as paths -----------------------------------------------------------------------------

    def _from(self, word: Word) -> Sequence[str]:
        """The models that a word is seen from: those of the metrics, or without any its own."""
        if self.homes:
            return self.homes
        return self.catalog.entities.get(word.path[0] if word.path else word.name, ())

    def _places(self, home: str, word: Word) -> tuple[Place, ...]:
        return self.vocabulary.places(home, word.path, word.name)

    def _path(self, word: Word, span: Span | None) -> str:
        """The path that a word stands for, or a name for the paths that it is for several models."""
        found: dict[str, str] = {}
        homes = self._from(word)
        for home in homes:
            places = self._places(home, word)
            if len(places) > 1:
                ways = [place.path(home) for place in places]
                raise SemanticError([faults.ambiguous_word(_dunders(word), home, ways, span)])
            if places:
                found[home] = places[0].path(home)
        if len(found) < len(homes) or not homes:
            self._elsewhere(word, found)
        if not found:
            raise SemanticError([self._nothing(word, span)])
        paths = tuple(dict.fromkeys(found.values()))
        return (
            paths[0]
            if len(paths) == 1
            else self._named(_our_name(replace(word, grain=None, part=None)), paths)
        )

    def _elsewhere(self, word: Word, found: dict[str, str]) -> None:
        """What a word means for models whose rows are its first entity: what MetricFlow's joins do not reach,
        ours may."""
        for home, place in self.vocabulary.owners(word.path, word.name):
            for asking in self.homes:
                self._check_ways(word, asking, (home, *place.roles))
            found.setdefault(home, place.path(home))

    def _check_ways(self, word: Word, home: str, names: tuple[str, ...]) -> None:
        """Raise where several ways lead to a model, with the words that tell them apart."""
        if self._places(home, word):
            return
        ways = self.catalog.forward(home, names)
        if len(ways) > 1:
            found = ["__".join((*(role.split("__")[0] for role in way), word.name)) for way in ways]
            raise SemanticError([faults.ambiguous_word(_dunders(word), home, found, None)])

    def _named(self, wish: str, paths: tuple[str, ...]) -> str:
        """A name for several paths: the one that is wished for, unless it means something already."""
        name = wish
        taken = {*self.catalog.models, *self.catalog.metrics, "time", "since"}
        while name in taken or self.paths.get(name, paths) != paths:
            name += "_"
        self.paths[name] = paths
        return name

    def _nothing(self, word: Word, span: Span | None) -> Fault:
        """The fault of a word that means nothing here, with those that would mean something."""
        homes = list(self.homes) or list(self.catalog.models)
        near = dict.fromkeys(each for home in homes for each in self.vocabulary.words(home))
        candidates = [] if not self.homes else self.vocabulary.candidates(homes[0], word.name)
        where = faults.either(homes[:3]) if self.homes else "this project"
        return faults.no_such_word(_dunders(word), where, candidates, [*self.paths, METRIC_TIME, *near], span)

    # --- conditions ---------------------------------------------------------------------------------

    def _conditions(self) -> list[Text]:
        given = listed(self.words.pop("where", None))
        found = [self._each(self._condition, text) for text in given]
        return [text for text in found if text is not None]

    def _condition(self, text: Any) -> Any:
        """A condition with paths where its words stood."""
        if not isinstance(text, str) or "{{" not in text:
            return text
        starts = tuple((line, 1) for line in range(1, text.count("\n") + 2))
        whole = text if isinstance(text, Text) else Text(text, QUESTION, starts)
        parts = pieces(whole, self.vocabulary.customs, strict=False)
        written = [
            part if isinstance(part, str) else self._sql(part, whole.at(part.offset)) for part in parts
        ]
        return Text("".join(written), whole.file, whole.starts)

    def _sql(self, word: Word, span: Span | None) -> str:
        if word.kind == "Metric":
            return self._per_entity(word, span)
        word = self._completed(word)
        last = self._ending(word, span)
        path = self.axis if _is_axis(word) else self._path(word, span)
        return self._safe(f"{path}.{last}" if last else path, word)

    def _safe(self, path: str, word: Word) -> str:
        """A path as it may stand in SQL: by a name of the question's own where SQL would misread it."""
        from semantic.interop.metricflow.filters import spelled

        if '"' not in spelled(tuple(path.split("."))):
            return path
        last = self._ending(word, None)
        bare = path.removesuffix(f".{last}") if last else path
        named = self._named(f"word_{_our_name(replace(word, grain=None, part=None))}", (bare,))
        return f"{named}.{last}" if last else named

    def _per_entity(self, word: Word, span: Span | None) -> str:
        """A metric for each entity: a column of a model that is joined where the entity is known."""
        if len(word.group_by) != 1:
            raise SemanticError([faults.metric_without_entity(word.name, span)])
        if word.name not in self.catalog.metrics:
            raise SemanticError([faults.unknown("metric", word.name, list(self.catalog.metrics), span)])
        entity = dundered(word.group_by[0])
        starts = sorted({leaf.home for leaf in self.metric(word.name).leaves.values()})
        inner = [
            place for start in starts for place in self.vocabulary.places(start, entity.path, entity.name)
        ]
        if len(starts) != 1 or len(inner) != 1:
            raise SemanticError([faults.no_metric_by_entity(word.name, _dunders(entity), span)])
        paths = []
        for home in self.homes:
            places = self.vocabulary.places(home, entity.path, entity.name)
            if len(places) != 1:
                raise SemanticError([self._nothing(entity, span)])
            need = PerEntity(
                word.name,
                places[0].model.name,
                entity.name,
                starts[0],
                ".".join(inner[0].path(starts[0]).split(".")[1:]),
            )
            self.needs[f"{need.name} {need.home}"] = need
            paths.append(".".join((home, *places[0].roles, need.name, word.name)))
        return paths[0] if len(paths) == 1 else self._named(f"{word.name}_by_{entity.name}_", tuple(paths))

    # --- the rest -----------------------------------------------------------------------------------

    def _time(self, known: Iterable[tuple[Word | None, By]]) -> None:
        """MetricFlow's range of time: both ends belong to it, and it is widened to whole periods."""
        bounds = self.words.pop("start_time", None), self.words.pop("end_time", None)
        if bounds == (None, None):
            return
        asked = [by.parts[1] for _, by in known if by.parts[0] == "time" and len(by.parts) == 2]
        if self.words.get("time") is not None:
            self.found.append(faults.two_ranges())
        calendar = self.catalog.spec.calendar
        self.words["time"] = self._each(
            lambda ends: constraint(ends[0], ends[1], asked, self._finest(), calendar), bounds
        )

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
            made["members"] = [self._output(each, outputs) or each for each in self.words["members"]]
        return made

    def _order(self, text: Any, outputs: Mapping[Any, str]) -> Any:
        """A column to sort by, under the name that it has in the answer."""
        if not isinstance(text, str):
            return text
        bare = text.strip().removeprefix("-")
        if is_call(bare):
            found = word(Text(bare), self.vocabulary.customs)
            name = found.name if found.kind == "Metric" else outputs.get(_key(self._completed(found)), bare)
            return f"-{name}" if found.descending or text.strip().startswith("-") else name
        name, _, direction = bare.partition(" ")
        sign = "-" if text.strip().startswith("-") else ""
        return f"{sign}{self._output(name, outputs) or name} {direction}".strip()

    def _output(self, name: str, outputs: Mapping[Any, str]) -> str | None:
        """The column that a word of the question became, unless the word is a column or a path itself."""
        if name in outputs.values() or name in self.catalog.metrics or not _may_be_word(name):
            return None
        return outputs.get(_key(self._completed(dundered(name, self.vocabulary.customs))))

    def _top(self, text: str, outputs: Mapping[Any, str]) -> Any:
        top = Top.parse(text)
        output = self._output(str(top.path), outputs)
        return replace(top, path=Text(output)) if output is not None else top


_PARTS = ("year", "quarter", "month", "day", "dow", "doy")


def _is_axis(word: Word) -> bool:
    return word.name == METRIC_TIME and not word.path


def _may_be_word(name: str) -> bool:
    return is_word(name) or "." not in name


def _dunders(word: Word) -> str:
    return "__".join((*word.path, word.name))


def _key(word: Word) -> tuple[object, ...]:
    return word.path, word.name, word.grain if word.part is None else None, word.part


def _our_name(word: Word) -> str:
    """What our answers call a word: ``listing_country``, ``time_month``."""
    name = "time" if _is_axis(word) else "_".join((*word.path, word.name)).replace("__", "_")
    last = ending(word, (word.grain or "",), None) if word.grain or word.part else None
    return f"{name}_{last}" if last else name
