"""The definitions of a project, which most questions that were asked before do not need."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from semantic.spec.pause import without_collection

if TYPE_CHECKING:
    from semantic.catalog import Catalog
    from semantic.spec.types import Spec


class Project:
    """A catalog that is linked when it is first asked for; threads may share it."""

    def __init__(self, made: Callable[[], Spec]) -> None:
        self._made = made
        self._catalog: Catalog | None = None
        self._lock = Lock()

    @classmethod
    def of(cls, catalog: Catalog) -> Project:
        """A catalog that there is."""
        made = cls(lambda: catalog.spec)
        made._catalog = catalog
        return made

    @property
    def catalog(self) -> Catalog:
        """Everything that the project defines; raises `SemanticError`."""
        return self._catalog or self.linked()

    def linked(self) -> Catalog:
        """The catalog, linked once."""
        from semantic.catalog import link

        with self._lock, without_collection():
            self._catalog = self._catalog or link(self._made())
            return self._catalog
