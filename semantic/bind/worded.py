"""Names that a question gives paths: each metric takes the path that begins with its own model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from semantic import faults
from semantic.bind.calendars import calendar_of, known_periods
from semantic.bind.definitions import Definitions
from semantic.bind.grain import GRAINS, PARTS, is_grain
from semantic.bind.paths import AXIS, SINCE, reach
from semantic.bind.row import Row
from semantic.faults import Fault, SemanticError
from semantic.query import Paths
from semantic.source import Span, Text


class Worded:
    """The words of one question, and the paths that they stand for."""

    def __init__(self, definitions: Definitions, paths: Paths) -> None:
        self.definitions = definitions
        self.paths = dict(paths)
        self._own = {word: _by_model(given) for word, given in self.paths.items()}
        self._chosen: dict[tuple[str, str], tuple[str, ...]] = {}

    def faults(self) -> Iterator[Fault]:
        """Words that mean something already, and what is no path."""
        catalog = self.definitions.catalog
        kinds = {"model": catalog.models, "metric": catalog.metrics, "time axis": (AXIS, SINCE)}
        for word, paths in self.paths.items():
            for kind, names in kinds.items():
                if word in names:
                    yield faults.word_taken(word, kind)
            if not word.isidentifier():
                yield faults.bad_output(word)
            for path in paths:
                parts = path.split(".")
                if len(parts) < 2 or not all(map(str.isidentifier, parts)):
                    yield faults.bad_path(path)
                elif parts[0] in (AXIS, SINCE):
                    yield faults.word_of_axis(word, path)

    def names(
        self, home: str, time: Row | None, names: tuple[str, ...], span: Span | None = None
    ) -> tuple[str, ...]:
        """The path that a word means for the facts of a model; any other path is itself."""
        if not self.paths:
            return names
        if not self._is_word(names):
            self._check(names, span)
            return names
        key = (home, names[0])
        if key not in self._chosen:
            self._chosen[key] = self._choose(home, time, names[0], span)
        return (*self._chosen[key], *names[1:])

    def all(self, path: str) -> frozenset[str]:
        """A path as it is written, and the paths that it stands for."""
        names = tuple(path.split("."))
        if not self._is_word(names):
            return frozenset((path,))
        return frozenset((path, *(".".join((each, *names[1:])) for each in self.paths[names[0]])))

    def _is_word(self, names: tuple[str, ...]) -> bool:
        """Whether a path is a word, or the grain of one."""
        if names[0] not in self.paths:
            return False
        last = names[-1]
        return len(names) == 1 or (
            len(names) == 2 and (is_grain(last) or calendar_of(self.definitions, last) is not None)
        )

    def _check(self, names: tuple[str, ...], span: Span | None) -> None:
        """Raise for what is nearly a word, or nearly the grain of one."""
        roles = {role for model in self.definitions.catalog.models.values() for role in model.edges}
        if len(names) == 2 and names[0] in self.paths and names[0] not in roles:
            known = [*GRAINS, *known_periods(self.definitions)]
            raise SemanticError([faults.unknown_grain(names[1], known, PARTS, span)])
        if names[0] not in {AXIS, SINCE, *self.definitions.catalog.models, *roles}:
            raise SemanticError([faults.unknown("word of 'paths'", names[0], list(self.paths), span)])

    def _choose(self, home: str, time: Row | None, word: str, span: Span | None) -> tuple[str, ...]:
        """The path of a model's own, else the first that its rows reach: on the one side, else on a many."""
        paths = self.paths[word]
        own = self._own[word].get(home, ())
        if len(own or paths) == 1:
            return tuple((own or paths)[0].split("."))
        found: list[Fault] = []
        many: list[Text] = []
        for path in own or paths:
            try:
                reached = reach(self.definitions, home, time, tuple(path.split(".")), span, shared=True)
            except SemanticError as error:
                found += error.faults
                continue
            if reached.branch is None:
                return tuple(path.split("."))
            many.append(path)
        if many:
            return tuple(many[0].split("."))
        if len(own or paths) > 1:
            raise SemanticError([faults.word_unreached(word, home, list(paths), span)])
        raise SemanticError(found)


def _by_model(paths: Iterable[Text]) -> dict[str, tuple[Text, ...]]:
    """Paths by the model that they begin with."""
    found: dict[str, tuple[Text, ...]] = {}
    for path in paths:
        model = path.partition(".")[0]
        found[model] = (*found.get(model, ()), path)
    return found
