"""The statements of views: whole DDL statements from the templates of a dialect.

Names and literals are written by `semantic.emit` before a template sees them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from semantic.dialect import Dialect
from semantic.emit import literal, named
from semantic.rooms import room
from semantic.spec.types import Duration, Materialization
from semantic.views.answering import SECONDS
from semantic.views.comments import comment
from semantic.views.view import Grant, View

if TYPE_CHECKING:
    from jinja2.environment import TemplateModule

_FILE = "views.sql.jinja"


@cache
def _templates(dialect: str) -> TemplateModule:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # What is made is SQL and no HTML; names and literals come quoted.
    environment = Environment(
        loader=FileSystemLoader(room("dialects") / dialect),
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=False,
    )
    return environment.get_template(_FILE).module


def create(view: View, dialect: Dialect, *, recreate: bool = False) -> tuple[str, ...]:
    """The statements that make a view, in order, each without a semicolon.

    An object of that name and kind is replaced; it is dropped first where the target cannot replace it or
    with ``recreate``. Grants are given again.
    """
    replace = view.kind in dialect.answers.replaceable and not recreate
    told, templates = _told(view, dialect, replace=replace), _templates(dialect.name)
    found = [] if replace else [templates.drop(told)]  # type: ignore[attr-defined]
    return tuple(filter(None, (*map(str.strip, (*found, *_made(told, templates))),)))


def check_names(view: View, dialect: Dialect) -> None:
    """Raises `SemanticError` for names that the target cannot have."""
    _told(view, dialect, replace=True)


def _made(told: Told, templates: Any) -> Iterator[str]:
    yield templates.create(told)
    yield templates.comment(told)
    yield from (templates.column_comment(told, column) for column in told.columns)
    yield from (templates.index(told, index) for index in told.indexes)
    yield from (templates.grant(told, grant) for grant in told.grants)


def drop(parts: Sequence[str], kind: Materialization, dialect: Dialect) -> str:
    """The statement that drops an object of a kind, if it is there.

    >>> from semantic.dialect import load
    >>> drop(["shop", "v"], "materialized_view", load("postgres"))
    'DROP MATERIALIZED VIEW IF EXISTS shop.v'
    """
    told = {"kind": _words(kind), "name": named(parts, dialect)}
    return str(_templates(dialect.name).drop(told)).strip()  # type: ignore[attr-defined]


def revoke(view: View, grant: Grant, dialect: Dialect) -> str:
    """The statement that takes a privilege away; empty where the target has no roles."""
    told = _told(view, dialect, replace=False)
    return str(_templates(dialect.name).revoke(told, _grant(grant, dialect))).strip()  # type: ignore[attr-defined]


def transaction(statements: Sequence[str], dialect: Dialect) -> tuple[str, ...]:
    """Statements as one transaction, where the target can take DDL back; as they are elsewhere."""
    if not dialect.answers.transactional_ddl:
        return tuple(statements)
    templates: Any = _templates(dialect.name)
    return (str(templates.begin()), *statements, str(templates.commit()))


def migration(views: Sequence[View], dialect: Dialect) -> str:
    """One plain script that makes views, whatever their columns were before; in a transaction where the
    target can take DDL back."""
    again = dialect.answers.transactional_ddl and dialect.answers.replaced_columns == "appended"
    drops = [drop(view.parts, view.kind, dialect) for view in reversed(views)] if again else []
    made = [s for view in views for s in create(view, dialect, recreate=again) if s not in drops]
    return script(transaction([*drops, *made], dialect)) if views else ""


def script(statements: Sequence[str]) -> str:
    """Statements as the text of a script."""
    return "\n".join(f"{statement};\n" for statement in statements)


# --- what templates see -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A view as a template sees it: every text is SQL already."""

    kind: str
    name: str
    select: str
    comment: str
    columns: tuple[dict[str, str], ...]
    replace: bool
    cluster_by: tuple[str, ...]
    partition_by: str
    partition_type: str
    indexes: tuple[dict[str, Any], ...]
    minutes: int
    lag: str
    warehouse: str
    grants: tuple[dict[str, str], ...]


def _told(view: View, dialect: Dialect, *, replace: bool) -> Told:
    options = view.options
    return Told(
        kind=_words(view.kind),
        name=named(view.parts, dialect),
        select=view.select,
        comment=literal(comment(view, dialect.answers.comment_limits[0]), dialect),
        columns=tuple(
            {
                "name": named([column.name], dialect),
                "comment": literal(column.comment, dialect) if column.comment else "",
            }
            for column in view.columns
        ),
        replace=replace,
        cluster_by=tuple(named([name], dialect) for name in options.cluster_by),
        partition_by=named([options.partition_by], dialect) if options.partition_by else "",
        partition_type=next((str(c.type) for c in view.columns if c.name == options.partition_by), ""),
        indexes=tuple(_index(view, columns, dialect) for columns in options.indexes),
        minutes=max(1, _seconds(options.every) // 60) if options.every else 0,
        lag=literal(lag(options.every), dialect) if options.every else "",
        warehouse=named([options.warehouse], dialect) if options.warehouse else "",
        grants=tuple(_grant(grant, dialect) for grant in view.grants),
    )


def _index(view: View, columns: Sequence[str], dialect: Dialect) -> dict[str, Any]:
    name = "_".join((view.alias.strip('"'), *columns, "index"))
    return {"name": named([name], dialect), "columns": [named([column], dialect) for column in columns]}


def _grant(grant: Grant, dialect: Dialect) -> dict[str, str]:
    """A grant with its role as a name and as a literal, as targets want it."""
    return {
        "privilege": grant.privilege,
        "privilege_name": named([grant.privilege], dialect),
        "role": named([grant.to], dialect),
        "member": literal(grant.to, dialect),
    }


def _words(kind: Materialization) -> str:
    return kind.replace("_", " ").upper()


def _seconds(every: Duration) -> int:
    return every.count * SECONDS[every.unit]


def lag(every: Duration) -> str:
    """How old rows may be, in units that every target has."""
    return f"{every.count * 7} days" if every.unit == "week" else str(every)
