"""Asks how the rows of replaced views differ from those that they had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlglot import exp

from semantic.bind.relations import identifier
from semantic.deploy.applying import Note
from semantic.deploy.changes import Change, Changes
from semantic.deploy.difference import Compared, Difference
from semantic.deploy.objects import Name
from semantic.deploy.rows import DataDifference
from semantic.deploy.templates import Templates, exact
from semantic.dialect import Dialect
from semantic.emit import emit
from semantic.faults import Fault, SemanticError
from semantic.inspect.kinds import comparable, stored
from semantic.query import Query
from semantic.source import Text
from semantic.views import View
from semantic.views import stored as stored_names
from semantic.views.asking import asked
from semantic.views.extending import extended
from semantic.warehouse import Connection
from semantic.warehouse.connection import Shape

_NUMBERS = ("integer", "decimal", "float")


class Data:
    """Compares rows over one connection; ``sample`` is how many keys of a view are looked at, or all."""

    def __init__(self, layer: Any, connection: Connection, dialect: Dialect, sample: int | None) -> None:
        self.layer = layer
        self.connection = connection
        self.dialect = dialect
        self.sample = sample
        self.specs = extended(layer.catalog.spec.views)

    def compared(self, changes: Changes, looking: Note | None = None) -> Changes:
        """The changes with how rows differ, or why that cannot be told."""
        todo = [change for change in changes if _comparable(change)]
        found: dict[str, Change] = {}
        for number, change in enumerate(todo, 1):
            if looking is not None:
                looking(change.name, number, len(todo))
            found[change.name] = self._with(change)
        return replace(changes, changes=tuple(found.get(change.name, change) for change in changes))

    def _with(self, change: Change) -> Change:
        try:
            return replace(change, data=self._difference(change))
        except SemanticError as error:
            return replace(change, data=error.faults[0])

    def _difference(self, change: Change) -> DataDifference | Fault:
        assert change.view is not None
        assert change.found is not None
        difference = Difference(self.dialect, self._asked(change.view, change.found.name))
        question = Query(metrics=(Text(f"difference of the rows of {change.name}"),))
        return difference.read(self.connection.fetch(emit(difference.statement(), self.dialect, question))[0])

    def _asked(self, view: View, name: Name) -> Compared:
        templates = Templates(self.dialect)
        parts = exact(name[1:] if len(view.place) < 2 else name, self.dialect)
        before = self._shapes(templates.shape_of(name[1:] if len(view.place) < 2 else name))
        after = self._shapes(templates.shape(view.select))
        shared = [column.name for column in view.columns if self._kept(column.name) in before]
        keys = tuple(name for name in view.keys if name in shared)
        sorts = {n: self._sort(before[self._kept(n)], after.get(self._kept(n))) for n in shared}
        if len(keys) < len(view.keys) or any(sorts[key] is None for key in keys):
            return Compared(
                self._rows(parts, shared[:0]), self._tree(view), (), (), tuple(shared), self.sample
            )
        values = tuple((n, sort) for n, sort in sorts.items() if n not in keys and sort is not None)
        left = tuple(n for n, sort in sorts.items() if sort is None)
        return Compared(self._rows(parts, shared), self._tree(view), keys, values, left, self.sample)

    def _shapes(self, statement: str) -> dict[str, Shape]:
        return {Templates(self.dialect).key(each.name): each for each in self.connection.shape(statement)}

    def _kept(self, name: str) -> str:
        """The name of a column as the target keeps and compares it."""
        return Templates(self.dialect).key(stored_names([name], self.dialect)[0])

    def _sort(self, before: Shape, after: Shape | None) -> str | None:
        """What values are compared as, or nothing where they cannot be."""
        if after is None:
            return None
        old, new = stored(before.kind, self.dialect), stored(after.kind, self.dialect)
        if old is None or new is None or not comparable(old, new):
            return None
        return "number" if old in _NUMBERS else "boolean" if old == "boolean" else "other"

    def _rows(self, parts: Sequence[str], columns: Sequence[str]) -> exp.Select:
        """The rows that stand there now."""
        names = [self.dialect.translate(identifier(part)) for part in parts]
        table = exp.Table(this=names[-1], db=_at(names, 2), catalog=_at(names, 3))
        picked: list[exp.Expr] = [exp.Column(this=self.dialect.identifier(name)) for name in columns]
        return exp.Select(expressions=picked or [exp.Literal.number(1)], from_=exp.From(this=table))

    def _tree(self, view: View) -> exp.Expr:
        question, arranged = asked(self.specs[view.name])
        tree: exp.Expr = self.layer.lowered(question, self.dialect.name, arranged)[0]
        return tree


def _at(names: Sequence[exp.Expr], back: int) -> exp.Expr | None:
    return names[-back] if len(names) >= back else None


def _comparable(change: Change) -> bool:
    return change.status in ("replace", "drifted") and change.view is not None and change.found is not None
