"""Where MetricFlow's words lead for the metrics of one question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from semantic import faults
from semantic.bind.leaf import Leaf, Metric, all_leaves
from semantic.catalog import Catalog
from semantic.faults import Fault, SemanticError
from semantic.interop.metricflow.templates import METRIC_TIME, Word
from semantic.interop.metricflow.templates import ending as _ending
from semantic.interop.metricflow.vocabulary import Place, Vocabulary, coarsest
from semantic.source import Span


@dataclass
class Resolver:
    """The words of one question as paths. ``paths`` are the names that it gives some, ours among them;
    ``axis`` is what ``metric_time`` is."""

    catalog: Catalog
    metric: Callable[[str], Metric]
    metrics: Sequence[Metric]
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)
    axis: str = "time"

    def __post_init__(self) -> None:
        self.vocabulary = Vocabulary.of(self.catalog)
        self.leaves: list[Leaf] = [
            each for metric in self.metrics for each in all_leaves(metric.leaves.values())
        ]
        self.homes = sorted({leaf.home for leaf in self.leaves})

    def default_grain(self) -> str:
        """The period of ``metric_time`` where a word says none: the longest of the metrics' own."""
        grains = [str(each.spec.grain) for each in self.metrics if each.spec.grain is not None]
        return coarsest([*grains, *self.finest()])

    def finest(self) -> list[str]:
        """The shortest periods that the metrics can be asked by."""
        return [leaf.time.finest for leaf in self.leaves if leaf.time is not None and leaf.time.finest]

    def completed(self, word: Word) -> Word:
        """A word with the grain that it has where it says none."""
        if word.grain is not None or word.part is not None:
            return word
        if is_axis(word):
            return replace(word, grain=self.default_grain())
        place = next((each for home in self._from(word) for each in self._places(home, word)), None)
        return replace(word, grain=place.grain) if place is not None and place.is_time else word

    def full(self, word: Word, span: Span | None) -> str:
        """The path of a word with its grain."""
        last = self.ending(word, span)
        path = self.axis if is_axis(word) else self.path(word, span)
        return f"{path}.{last}" if last else path

    def spelled(self, word: Word) -> str:
        """What MetricFlow calls a column: every entity on the way, also those that a word leaves out."""
        owned = [] if is_axis(word) else self.vocabulary.owners(word.path, word.name)
        ways = {
            tuple(role.split("__")[0] for role in way)
            for home in self.homes
            for owner, place in owned
            if home != owner and not self._places(home, word)
            for way in self.catalog.forward(home, (owner, *place.roles))
        }
        return replace(word, path=ways.pop()).spelled if len(ways) == 1 else word.spelled

    def ending(self, word: Word, span: Span | None) -> str | None:
        """The grain or the part that our path ends in; MetricFlow's weeks begin on Mondays."""
        last = _ending(word, self.vocabulary.customs, span)
        last = self.vocabulary.periods.get(last, last) if last is not None else None
        monday = self.catalog.spec.calendar.week_start == "monday"
        return "iso_week" if last == "week" and not monday else last

    def _from(self, word: Word) -> Sequence[str]:
        """The models that a word is seen from: those of the metrics, or without any its own."""
        if self.homes:
            return self.homes
        return self.catalog.entities.get(word.path[0] if word.path else word.name, ())

    def _places(self, home: str, word: Word) -> tuple[Place, ...]:
        return self.vocabulary.places(home, word.path, word.name)

    def path(self, word: Word, span: Span | None) -> str:
        """The path that a word stands for, or a name for the paths that it is for several models."""
        found: dict[str, str] = {}
        homes = self._from(word)
        for home in homes:
            places = self._places(home, word)
            if len(places) > 1:
                ways = [place.path(home) for place in places]
                raise SemanticError([faults.ambiguous_word(dunders(word), home, ways, span)])
            if places:
                found[home] = places[0].path(home)
        if len(found) < len(homes) or not homes:
            self._elsewhere(word, found)
        if not found:
            raise SemanticError([self.nothing(word, span)])
        paths = tuple(dict.fromkeys(found.values()))
        return paths[0] if len(paths) == 1 else self.named(our_name(bare(word)), paths)

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
            raise SemanticError([faults.ambiguous_word(dunders(word), home, found, None)])

    def named(self, wish: str, paths: tuple[str, ...]) -> str:
        """A name for several paths: the one that is wished for, unless it means something already."""
        name = wish
        taken = {*self.catalog.models, *self.catalog.metrics, "time", "since"}
        while name in taken or self.paths.get(name, paths) != paths:
            name += "_"
        self.paths[name] = paths
        return name

    def nothing(self, word: Word, span: Span | None) -> Fault:
        """The fault of a word that means nothing here, with those that would mean something."""
        homes = list(self.homes) or list(self.catalog.models)
        near = dict.fromkeys(each for home in homes for each in self.vocabulary.words(home))
        candidates = [] if not self.homes else self.vocabulary.candidates(homes[0], word.name)
        where = faults.either(homes[:3]) if self.homes else "this project"
        return faults.no_such_word(dunders(word), where, candidates, [*self.paths, METRIC_TIME, *near], span)


def is_axis(word: Word) -> bool:
    """Whether a word is ``metric_time``."""
    return word.name == METRIC_TIME and not word.path


def bare(word: Word) -> Word:
    """A word without its grain or part."""
    return replace(word, grain=None, part=None)


def dunders(word: Word) -> str:
    """A word as it is written, without its grain."""
    return "__".join((*word.path, word.name))


def our_name(word: Word) -> str:
    """What our answers call a word: ``listing_country``, ``time_month``."""
    name = "time" if is_axis(word) else "_".join((*word.path, word.name)).replace("__", "_")
    last = _ending(word, (word.grain or "",), None) if word.grain or word.part else None
    return f"{name}_{last}" if last else name
