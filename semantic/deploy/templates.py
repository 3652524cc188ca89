"""The statements of deploying beyond those of a view itself: whole ones, from the templates of a dialect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from semantic.deploy.objects import Allowed, Here
from semantic.dialect import Dialect
from semantic.emit import literal, named
from semantic.rooms import room
from semantic.views import View, comment, stored

if TYPE_CHECKING:
    from jinja2.environment import TemplateModule

_FILE = "deploy.sql.jinja"
#: Objects with this in their comment may be ours.
_MARKED = "%semantic:%"
#: The number of the lock that is held while views are deployed: the letters of "semantic".
_LOCK = int.from_bytes(b"semantic")


@cache
def _module(dialect: str) -> TemplateModule:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # What is made is SQL and no HTML; names and literals come quoted.
    loader = FileSystemLoader(room("dialects") / dialect)
    environment = Environment(loader=loader, undefined=StrictUndefined, keep_trailing_newline=False)
    return environment.get_template(_FILE).module


class Templates:
    """Writes statements for one target; an empty text is no statement."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._all: Any = _module(dialect.name)

    def key(self, name: str) -> str:
        """A stored name as it is compared with others."""
        return str(self._all.key(name)).strip()

    def here(self) -> str:
        """Asks where the session is."""
        return str(self._all.here()).strip()

    def leave(self) -> str:
        """Makes names of all schemas be told in full, until `restore`."""
        return str(self._all.leave()).strip()

    def restore(self, here: Here) -> str:
        """Makes names be looked up as they were."""
        return str(self._all.restore(self._text(here.path))).strip()

    def facts(self, places: Iterable[tuple[str, str]], names: Iterable[str], here: Here) -> str:
        """Asks for all that is known of objects: those of some names, and those with a mark."""
        told = [
            {"db": self._text(db), "schema": self._text(schema), "db_name": self.exact([db]),
             "name": self.exact([db, schema])}
            for db, schema in places
        ]  # fmt: skip
        texts = [self._text(name) for name in names]
        return str(self._all.facts(told, texts, self._text(here.db), self._text(_MARKED))).strip()

    def waiting(self, seconds: float) -> str:
        """Limits how long a statement waits for a lock."""
        return str(self._all.patience(max(1, round(seconds * 1000)))).strip()

    def lock(self) -> str:
        """Keeps others from deploying at the same time."""
        return str(self._all.lock(_LOCK)).strip()

    def rewritten(self, select: str) -> str:
        """Asks for a SELECT as the target would keep it."""
        return str(self._all.rewritten(self._text(select))).strip()

    @property
    def verbatim(self) -> bool:
        """Whether the target keeps a SELECT as it was written."""
        return bool(str(self._all.verbatim()).strip())

    @property
    def tells_grants(self) -> bool:
        """Whether the facts of an object tell what is granted on it."""
        return bool(str(self._all.grants_told()).strip())

    def seal(self, view: View, mark: str) -> str:
        """Writes the comment of a finished object."""
        text = comment(view, self.dialect.answers.comment_limits[0], mark)
        return str(self._all.seal({**self._told(view), "comment": self._text(text)})).strip()

    def keep(self, view: View, text: str) -> str:
        """Keeps a text beside an object, where the target has a place for one."""
        return str(self._all.keep(self._told(view), self._text(text))).strip()

    def grant(self, view: View, allowed: Allowed) -> str:
        """Grants what somebody was allowed before."""
        return str(self._all.grant(self._told(view), self._allowed(allowed))).strip()

    def revoke(self, view: View, allowed: Allowed) -> str:
        """Takes away what nobody was allowed before."""
        return str(self._all.revoke(self._told(view), self._allowed(allowed))).strip()

    def owner(self, view: View, role: str) -> str:
        """Gives an object back to whom it belonged."""
        return str(self._all.owner(self._told(view), self.exact([role]))).strip()

    def rename(self, view: View, parts: Sequence[str]) -> str:
        """Gives an object another name in its schema, where the target can do that."""
        name = named(parts, self.dialect)
        return str(self._all.rename(self._told(view), named(parts[-1:], self.dialect), name)).strip()

    def shape_of(self, name: Sequence[str]) -> str:
        """Selects no rows of an object."""
        return str(self._all.shape(self.exact(name))).strip()

    def shape(self, select: str) -> str:
        """Selects no rows of a SELECT."""
        return str(self._all.shape(f"(\n{select}\n)")).strip()

    def exact(self, parts: Sequence[str]) -> str:
        """A stored name as it stands in a statement."""
        return named(exact(parts, self.dialect), self.dialect)

    def _told(self, view: View) -> dict[str, str]:
        return {"kind": view.kind.replace("_", " ").upper(), "name": named(view.parts, self.dialect)}

    def _allowed(self, allowed: Allowed) -> dict[str, object]:
        return {
            "privilege": allowed.privilege,
            "column": self.exact([allowed.column]) if allowed.column else "",
            "role": self.exact([allowed.to]) if allowed.to else "",
            "grantable": allowed.grantable,
        }

    def _text(self, text: str) -> str:
        return literal(text, self.dialect)


def exact(parts: Iterable[str], dialect: Dialect) -> tuple[str, ...]:
    """Stored names as a project would write them; quoted where they would not stay what they are.

    >>> from semantic.dialect import load
    >>> exact(["shop", "Sales", 'a"b'], load("postgres"))
    ('shop', '"Sales"', '"a""b"')
    """
    return tuple(
        part if part.isidentifier() and stored([part], dialect) == (part,) else _quoted(part)
        for part in parts
    )


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'
