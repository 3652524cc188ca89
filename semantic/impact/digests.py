"""Digests that are made once, of definitions that read each other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from semantic.bind import Definitions, Metrics, Questions, values
from semantic.catalog import Catalog
from semantic.check import samples
from semantic.faults import SemanticError
from semantic.impact.trees import digest

#: Where a literal tells the parameter whose value it is.
PARAMETER = "parameter"


class _Marked(Definitions):
    """Definitions in whose trees the value of a parameter tells whose it is."""

    def parameter(self, name: str) -> exp.Expr:
        """The literal of a parameter's value."""
        tree = super().parameter(name)
        tree.meta[PARAMETER] = name
        return tree


class Digests(ABC):
    """The digests of one project.

    ``renamed`` says of new names of parameters which older ones they stand for.
    """

    def __init__(
        self,
        catalog: Catalog,
        renamed: Mapping[str, str] | None = None,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        self.catalog = catalog
        self.renamed = renamed or {}
        self.definitions = _Marked(catalog, values(catalog, {**samples(catalog), **(given or {})}))
        self.metrics = Metrics(self.definitions)
        self.questions = Questions(self.definitions, self.metrics)
        self._known: dict[tuple[str, ...], str] = {}
        self._open: set[tuple[str, ...]] = set()
        #: What cannot be bound.
        self.broken: set[tuple[str, ...]] = set()

    def _once(self, key: tuple[str, ...], make: Callable[[], Any]) -> str:
        """A digest that is made once; what reads itself is told by where it does, and what cannot be bound by
        what is wrong with it."""
        if key not in self._known:
            if key in self._open:
                return digest(("itself", key))
            self._open.add(key)
            try:
                self._known[key] = digest(make())
            except SemanticError as error:
                self.broken.add(key)
                self._known[key] = digest(
                    ("broken", key, [(fault.code, fault.message) for fault in error.faults])
                )
            finally:
                self._open.discard(key)
        return self._known[key]

    # --- what other definitions mean ----------------------------------------------------------------

    @abstractmethod
    def rows(self, name: str) -> str:
        """The meaning of the rows of a model, whatever is read of them."""

    @abstractmethod
    def column(self, model: str, name: str) -> str:
        """The meaning of a column of a model's rows, one that a step adds to them included."""

    @abstractmethod
    def model(self, name: str) -> str:
        """The meaning of a model: its rows, its keys, its time, and columns that a question makes."""

    @abstractmethod
    def join(self, model: str, role: str) -> str:
        """The meaning of a join."""
