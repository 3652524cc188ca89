"""Which spelling of an expression is taken, and how it is written in a project: as it stands where that means
the same, in the project's dialect where sqlglot can say it there, else not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from semantic.emit import expression
from semantic.expr import parse
from semantic.expr.canonical import Misfit, canonical
from semantic.faults import SemanticError
from semantic.interop.osi import reasons
from semantic.interop.osi.document import Spelling
from semantic.source import Text
from semantic.spec.types import TypeName

#: The dialects of OSI that are SQL, as sqlglot knows them. ANSI_SQL is what the project is written in, else
#: what its words come from: the expression language of the specification has Snowflake's functions.
SQL: Mapping[str, str] = {
    "ANSI_SQL": "snowflake",
    "OSSIE_SQL_2026": "snowflake",
    "SNOWFLAKE": "snowflake",
    "BIGQUERY": "bigquery",
    "POSTGRES": "postgres",
    "POSTGRESQL": "postgres",
    "DUCKDB": "duckdb",
    "DATABRICKS": "databricks",
}
PLAIN = ("ANSI_SQL", "OSSIE_SQL_2026")
TEMPLATE = re.compile(r"\{[{%#]")

#: Functions that mean the same in every dialect, so that sqlglot's translation of them is sure. Dialects that
#: this package reads itself need no such list: their trees are compared.
SURE = frozenset(
    (
        *("sum", "count", "count_rows", "count_distinct", "min", "max", "avg", "median", "safe_divide"),
        *("coalesce", "nullif", "abs", "lower", "upper", "trim"),
        *("stddev_samp", "stddev_pop", "var_samp", "var_pop"),
    )
)
_OWN = ("duckdb", "postgres", "snowflake", "bigquery")
_ROWS = re.compile(r"""(count\s*\(\s*(?:\w+|"[^"]+")\s*\.\s*)\*(\s*\))""", re.IGNORECASE)
#: What stands for the rows of a dataset: ``count(orders.*)``.
ROWS = '"*"'

#: The type of a column by its words, where it is known.
TypeOf = Callable[[tuple[str, ...]], TypeName | None]
#: The words of a column to those that are written in its place; raises `Unfit`.
Resolve = Callable[[tuple[str, ...]], tuple[str, ...]]


class Unfit(Exception):
    """What cannot be brought along; its text says why."""


@dataclass(frozen=True, slots=True)
class Read:
    """One spelling, parsed: its tree, and its canonical tree with the same columns."""

    spelling: Spelling
    reader: str
    tree: exp.Expr
    canonical: exp.Expr

    @property
    def columns(self) -> list[tuple[str, ...]]:
        """The words of each column."""
        return [parse.names(node) for node in parse.columns(self.tree)]


def chosen(spellings: Sequence[Spelling], authoring: str, type_of: TypeOf, *, windows: bool = False) -> Read:
    """The spelling that a project in a dialect takes: its own, that of ANSI_SQL, then any other of SQL."""
    failed = ""
    for spelling in sorted(spellings, key=lambda each: _rank(str(each.dialect).upper(), authoring)):
        plain = Spelling(spelling.dialect, Text(_ROWS.sub(rf"\1{ROWS}\2", spelling.sql)))
        for reader in _readers(str(spelling.dialect).upper(), authoring):
            found = _read(plain, reader, type_of, windows)
            if isinstance(found, Read):
                return found
            failed = failed or found
    raise Unfit(failed or reasons.no_sql([str(each.dialect) for each in spellings]))


def _rank(dialect: str, authoring: str) -> int:
    if dialect in PLAIN:
        return 1
    return 0 if SQL.get(dialect) == authoring else 2


def _readers(dialect: str, authoring: str) -> Iterator[str]:
    """What reads a dialect; plain SQL is tried as the project's own first, whose text then stays as it is."""
    if dialect in PLAIN:
        yield authoring
    if dialect in SQL and (dialect not in PLAIN or authoring != SQL[dialect]):
        yield SQL[dialect]


def _read(spelling: Spelling, reader: str, type_of: TypeOf, windows: bool) -> Read | str:
    """A spelling as read, or why it cannot be."""
    if TEMPLATE.search(spelling.sql):
        return reasons.template()
    try:
        tree = parse.parse(spelling.sql, reader)
        return Read(spelling, reader, tree, meaning(tree, reader, type_of, windows=windows))
    except SemanticError as error:
        return reasons.told(error.faults)
    except Misfit as error:
        return reasons.told(fault for fault, _ in error.pairs)


def meaning(tree: exp.Expr, reader: str, type_of: TypeOf, *, windows: bool = False) -> exp.Expr:
    """The canonical tree of an expression; a column whose type is not known is a time where only a time fits.

    What does not fit together for its types is found when the whole project is bound.
    """
    try:
        return canonical(tree.copy(), lambda node: type_of(parse.names(node)), {}, reader, windows=windows)
    except Misfit as error:
        if any(fault.code != "type" for fault, _ in error.pairs):
            raise
    timely = lambda node: type_of(parse.names(node)) or "timestamp"  # noqa: E731
    return canonical(tree.copy(), timely, {}, reader, windows=windows)


def written(read: Read, authoring: str, resolve: Resolve) -> tuple[str, bool]:
    """The expression as it stands in a project, its columns replaced by what they are called there, and
    whether it had to be translated."""
    text, tree = _renamed(read, authoring, resolve)
    if read.reader == authoring or _says(text, tree, read.reader, authoring):
        return text, False
    said = expression(tree, authoring)
    if said is None or not _says(said, tree, read.reader, authoring):
        raise Unfit(reasons.no_translation(str(read.spelling.dialect), authoring))
    return said, True


def _renamed(read: Read, authoring: str, resolve: Resolve) -> tuple[str, exp.Expr]:
    """The text and the tree with other columns; all else of the text stays as its author wrote it."""
    holder = exp.Paren(this=read.tree.copy())
    text, edits = str(read.spelling.sql), []
    for node in list(parse.columns(holder)):
        words, parts = path(resolve(parse.names(node)), authoring), parse.path(node)
        first, last = parts[0].meta["start"], parts[-1].meta["end"]
        edits.append((first - parse.SKIP, last - parse.SKIP + 1, words))
        node.replace(exp.Star() if words == "*" else parse.parse(Text(words), authoring))
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return text, holder.this


def path(words: tuple[str, ...], authoring: str) -> str:
    """The words of a column as a project writes them: in quotes where SQL would not take them otherwise.

    >>> path(("orders", "amount"), "duckdb"), path(("order", "select"), "duckdb")
    ('orders.amount', 'order."select"')
    """
    return ".".join(_word(word, index + 1 < len(words), authoring) for index, word in enumerate(words))


@lru_cache(maxsize=20_000)
def _word(word: str, qualifies: bool, authoring: str) -> str:
    if word == "*" or word.startswith('"'):
        return word
    try:
        tree: exp.Expr = parse.parse(Text(f"{word}.x" if qualifies else word), authoring)
    except SemanticError:
        tree = exp.Null()
    plain = isinstance(tree, exp.Column) and tree.parts[0].name == word
    quote = "`" if authoring == "bigquery" else '"'
    return word if plain else f"{quote}{word}{quote}"


def _says(text: str, tree: exp.Expr, reader: str, authoring: str) -> bool:
    """Whether a translated text means in its dialect what the tree means in that which it was read in."""
    try:
        ours = meaning(parse.parse(Text(text), authoring), authoring, lambda _: None, windows=True)
        theirs = meaning(tree, reader, lambda _: None, windows=True)
    except (SemanticError, Misfit):
        return False
    calls = {str(node.this) for node in theirs.find_all(exp.Anonymous)}
    return bool(ours == theirs) and (reader in _OWN or calls <= SURE)
