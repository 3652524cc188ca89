"""A question while it is bound: what all of its parts know of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from semantic.bind.along import Along
from semantic.bind.bound import Frame
from semantic.bind.definitions import Definitions
from semantic.bind.leaf import Where
from semantic.bind.paths import AXIS
from semantic.bind.worded import Worded
from semantic.catalog import Catalog
from semantic.expr import parse
from semantic.query import By, Query
from semantic.source import Text


@dataclass(frozen=True)
class Asked:
    """A question over some definitions, and what the metrics at hand ask of their rows (``within``)."""

    definitions: Definitions
    query: Query
    worded: Worded
    frame: Frame | None = None
    within: tuple[Where, ...] = ()

    @property
    def catalog(self) -> Catalog:
        """The models and metrics that it can name."""
        return self.definitions.catalog

    @cached_property
    def along(self) -> Along:
        """What it asks of time."""
        return Along(self.definitions, self.query)

    @property
    def start(self) -> str | None:
        """The model that names without a model belong to."""
        return self.frame.start if self.frame is not None else None

    @property
    def uses_time(self) -> bool:
        """Whether the time of rows matters."""
        texts = [*self.query.where, *(by.path for by in self.query.by)]
        windowed = self.frame is not None and self.frame.window is not None
        return self.query.time is not None or windowed or any(AXIS in t for t in texts)

    def asking(self, query: Query) -> Asked:
        """Another question in its place, along its own axis."""
        return replace(self, query=query)

    def beside(self, where: tuple[Where, ...]) -> Asked:
        """The same, where metrics ask more of their rows."""
        return replace(self, within=(*self.within, *where)) if where else self

    def spellings(self, by: By) -> frozenset[str]:
        """What a key may be called: its paths, with and without a grain."""
        paths = self.worded.all(str(by.path))
        return paths | {path.rpartition(".")[0] for path in paths}

    def speaks_of(self, text: Text, paths: tuple[str, ...]) -> bool:
        """Whether a condition is about one of some paths, with or without a grain."""
        if not paths:
            return False
        columns = parse.columns(self.definitions.parse(text, comments=False))
        named = [each for column in columns for each in self.worded.all(".".join(parse.names(column)))]
        return any(name == path or name.startswith(f"{path}.") for name in named for path in paths)
