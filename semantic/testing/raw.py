"""Tables that are no sources: those that the SQL of sources and models reads."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from sqlglot import exp

from semantic.bind import Definitions, Metrics, Questions, values
from semantic.bind.relations import table_parts
from semantic.catalog import Catalog, Model
from semantic.check import samples
from semantic.faults import SemanticError
from semantic.spec.types import Column


class RawTables:
    """Which model of a project reads which table; names are compared in lower case."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @cached_property
    def _read(self) -> dict[str, frozenset[str]]:
        """The tables that the rows of each model come from."""
        definitions = Definitions(self._catalog, values(self._catalog, samples(self._catalog)))
        Questions(definitions, Metrics(definitions))
        return {name: _tables(model, definitions) for name, model in self._catalog.models.items()}

    @cached_property
    def names(self) -> list[str]:
        """All tables that are read."""
        return sorted(frozenset().union(*self._read.values()))

    def known(self, name: str) -> bool:
        """Whether anything reads a table of that name."""
        return _key(name) in self.names

    def readers(self, names: Iterable[str]) -> frozenset[str]:
        """The sources that read one of some tables."""
        keys = {_key(name) for name in names}
        models = [self._catalog.models[model] for model, tables in self._read.items() if keys & tables]
        return frozenset(str(model.spec.source) for model in models if model.spec.source is not None)

    def columns(self, name: str) -> tuple[Column, ...]:
        """The columns that are declared of a table itself."""
        for model in self._catalog.models.values():
            if model.relation.table is not None and self._read[model.name] == {_key(name)}:
                return tuple(column for column in model.columns.values() if column.type is not None)
        return ()


def _tables(model: Model, definitions: Definitions) -> frozenset[str]:
    """The tables of one model; a fault of the project is told where the project is compiled."""
    try:
        if model.relation.table is not None:
            return frozenset({dotted(table_parts(model.relation.table))})
        if model.relation.sql is None:
            return frozenset()
        tree = definitions.statement(model.name)
    except SemanticError:
        return frozenset()
    steps = {step.alias_or_name.lower() for step in tree.find_all(exp.CTE)}
    return frozenset({dotted(table.parts) for table in tree.find_all(exp.Table)} - steps)


def dotted(parts: Iterable[exp.Expr]) -> str:
    """A table's name in lower case.

    >>> dotted(table_parts("Shop.Member"))
    'shop.member'
    """
    return ".".join(part.name for part in parts).lower()


def _key(name: str) -> str:
    try:
        return dotted(table_parts(name))
    except SemanticError:
        return name.lower()
