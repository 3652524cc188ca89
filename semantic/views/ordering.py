"""The order in which views are made: those that others read come first, all else is by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind.relations import named_model, table_parts
from semantic.catalog import Model, ring
from semantic.faults import SemanticError
from semantic.spec.types import View as Spec
from semantic.views.asking import asked
from semantic.views.view import View

_WORD = re.compile(r"\w+")
#: The parts of a table's name, as they are compared.
_Name = tuple[str, ...]


def ordered(layer: Any, views: Sequence[View], specs: Mapping[str, Spec]) -> tuple[View, ...]:
    """The views, each after those that its sources read; `SemanticError` where there is no such order."""
    readers = _Readers(layer, views).found
    if readers:
        views = [replace(view, after=_after(layer, view, readers, specs)) for view in views]
    return tuple(_sorted({view.name: view for view in views}, specs))


@dataclass
class _Readers:
    """The models whose rows come from views of the project: for each, these views with the names by which
    they are read."""

    layer: Any
    views: Sequence[View]
    found: dict[str, dict[str, _Name]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named: dict[str, list[View]] = {}
        for view in self.views:
            named.setdefault(_parts(view)[-1], []).append(view)
        for model in self.layer.catalog.models.values():
            for name in self._tables(model, named):
                for view in named.get(name[-1], ()):
                    if _agree(name, _parts(view)):
                        self.found.setdefault(model.name, {})[view.name] = name

    def _tables(self, model: Model, named: Mapping[str, Any]) -> Iterator[_Name]:
        """The tables that a model reads; a SELECT is looked into only where it has a word that counts."""
        relation = model.relation
        if relation.table is not None:
            yield tuple(part.name.lower() for part in table_parts(relation.table))
        elif not named.keys().isdisjoint(word.lower() for word in _WORD.findall(str(relation.sql or ""))):
            yield from self._selected(model.name)

    def _selected(self, model: str) -> Iterator[_Name]:
        definitions, _ = self.layer.context({})
        try:
            tree = definitions.statement(model)
        except SemanticError:  # told where the model is read
            return
        steps = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            name = tuple(part.lower() for part in (table.catalog, table.db, table.name) if part)
            if name and not named_model(table) and not (len(name) == 1 and name[0] in steps):
                yield name


def _parts(view: View) -> _Name:
    return tuple(part.strip('"').lower() for part in view.parts)


def _agree(name: _Name, own: _Name) -> bool:
    """Whether a table's name can be that of a view, as far as both are qualified."""
    size = min(len(name), len(own))
    return name[-size:] == own[-size:]


def _after(
    layer: Any, view: View, readers: Mapping[str, Mapping[str, _Name]], specs: Mapping[str, Spec]
) -> tuple[str, ...]:
    models = layer.models_of(asked(specs[view.name])[0])
    found = {other: name for model in models for other, name in readers.get(model, {}).items()}
    own = found.get(view.name)
    if own is not None and own != _parts(view):  # which of both is meant, a session says
        span, table, called = specs[view.name].name.span, ".".join(own), ".".join(view.parts)
        raise SemanticError([faults.own_name(view.name, table, called, span)])
    return tuple(sorted(found))


def _sorted(views: Mapping[str, View], specs: Mapping[str, Spec]) -> list[View]:
    done: dict[str, View] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            chain = ring([*above[above.index(name) :]])
            span = specs[chain[0]].name.span
            raise SemanticError([faults.cycle("view", [*chain, chain[0]], span)])
        if name not in done and name in views:
            for other in views[name].after:
                visit(other, (*above, name))
            done[name] = views[name]

    for name in sorted(views):
        visit(name, ())
    return list(done.values())
