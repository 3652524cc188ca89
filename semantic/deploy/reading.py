"""Reads what stands in a warehouse where views are deployed: two statements, however many views there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from semantic.deploy.objects import Here, Name, Object, State, assembled
from semantic.deploy.templates import Templates, exact
from semantic.views import View, stored
from semantic.warehouse import Connection


class Reader:
    """Reads through a connection, inside a transaction of it."""

    def __init__(self, connection: Connection, templates: Templates) -> None:
        self.connection = connection
        self.templates = templates
        self.here = self._here()

    def _here(self) -> Here:
        """Where the session is; from here on, `restore` comes before anything is made."""
        row = self.connection.fetch(self.templates.here())[0]
        return Here(*(str(text) if text is not None else "" for text in row[:4]))

    def restore(self) -> None:
        """Have names looked up as the session does."""
        self._run(self.templates.restore(self.here))

    def leave(self) -> None:
        """Have names told in full."""
        self._run(self.templates.leave())

    def located(self, view: View) -> View:
        """The view with the schema that it gets here; its name is never looked up elsewhere."""
        if view.place or not self.here.place:
            return view
        return view.at(exact([self.here.place], self.templates.dialect))

    def name(self, view: View) -> Name:
        """The whole name of a view, as the warehouse keeps it."""
        *place, name = stored(view.parts, self.templates.dialect)
        db = place[0] if len(place) > 1 else self.here.db
        return db, place[-1] if place else self.here.place, name

    def parts(self, name: Name) -> tuple[str, ...]:
        """A whole name as short as it can be."""
        return name[1:] if name[0] == self.here.db else name

    def key(self, name: Name) -> Name:
        """A name as it is compared with others."""
        db, place, alias = map(self.templates.key, name)
        return db, place, alias

    def read(self, places: Iterable[tuple[str, str]], names: Sequence[str]) -> State:
        """The objects of some names in some schemas, and those that carry a mark."""
        wanted = sorted(set(places))
        if not wanted:
            return State(self.here, frozenset(), {})
        rows = self.connection.fetch(self.templates.facts(wanted, sorted(set(names)), self.here))
        found, objects = assembled(rows)
        keys = {(self.templates.key(db), self.templates.key(place)) for db, place in found}
        return State(self.here, frozenset(keys), {self.key(each.name): each for each in objects})

    def objects(self, views: Sequence[View]) -> dict[Name, Object]:
        """The objects that some views are now."""
        names = [self.name(view) for view in views]
        return self.read([name[:2] for name in names], [name[2] for name in names]).objects

    def _run(self, statement: str) -> None:
        if statement:
            self.connection.fetch(statement)
