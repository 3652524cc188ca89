"""The one place where a tree becomes text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from sqlglot import exp, parse_one
from sqlglot.errors import ErrorLevel, SqlglotError

from semantic.bind.relations import identifier
from semantic.dialect import Dialect
from semantic.lower.slots import Slots, Template, Value
from semantic.query import Extract, Query

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def emit(tree: exp.Expr, dialect: Dialect, query: Query | Extract) -> str:
    """The statement as text, under a comment that says what was asked and carries a fingerprint."""
    text = _text(tree, dialect)
    return f"{header(query, text)}\n{text}"


def _text(tree: exp.Expr, dialect: Dialect) -> str:
    text = _printed(tree, dialect)
    if "\\" in text and dialect.answers.backslash_literals == "escaped":
        text = _printed(_escaped(tree), dialect)
    return text


def _printed(tree: exp.Expr, dialect: Dialect) -> str:
    return tree.sql(dialect.answers.sqlglot, pretty=True, copy=False, comments=False)


def _escaped(tree: exp.Expr) -> exp.Expr:
    """The tree with ``E'…'`` for every text with a backslash."""
    for literal in list(tree.find_all(exp.Literal)):
        if literal.is_string and "\\" in literal.name:
            literal.replace(exp.ByteString(this=literal.name))
    return tree


def reprinted(text: str, dialect: Dialect) -> str:
    """A SELECT, or that of a CREATE VIEW, in lines as `emit` writes them; as it is where it cannot be read.
    It is for people to compare.

    >>> from semantic.dialect import load
    >>> print(reprinted("CREATE VIEW v AS SELECT a FROM t;", load("duckdb")))
    SELECT
      a
    FROM t
    """
    try:
        tree = parse_one(text.strip().removesuffix(";"), read=dialect.answers.sqlglot)
    except SqlglotError:
        return text
    made = tree.expression if isinstance(tree, exp.Create) and tree.expression else tree
    return _printed(made, dialect)


def named(parts: Iterable[str], dialect: Dialect) -> str:
    """A dotted name as it stands in a statement of the target; a part in double quotes is exact.

    >>> from semantic.dialect import load
    >>> named(["Our Views", "order", '"Sales"', "V"], load("postgres"))
    '"Our Views"."order"."Sales".V'
    """
    written = [dialect.translate(identifier(part)) for part in parts]
    return ".".join(
        _identifier(each.name, bool(each.args.get("quoted")), dialect.answers.sqlglot) for each in written
    )


@lru_cache(maxsize=4_096)
def _identifier(name: str, quoted: bool, dialect: str) -> str:
    return exp.Identifier(this=name, quoted=quoted).sql(dialect)


def literal(text: str, dialect: Dialect) -> str:
    r"""A text as a literal of the target.

    >>> from semantic.dialect import load
    >>> print(literal("it's", load("duckdb")), literal("a\\b", load("postgres")))
    'it''s' e'a\\b'
    """
    return _literal(text, dialect.answers.sqlglot, dialect.answers.backslash_literals == "escaped")


@lru_cache(maxsize=4_096)
def _literal(text: str, dialect: str, escaped: bool) -> str:
    if escaped and "\\" in text:
        return exp.ByteString(this=text).sql(dialect)
    return exp.Literal.string(text).sql(dialect)


def header(query: Query | Extract, text: str) -> str:
    """The question in one line, and a fingerprint of the statement below it."""
    return f"-- {described(query)}\n-- semantic {fingerprint(text)}"


def fingerprint(text: str) -> str:
    """Twelve characters that change with the statement."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def described(query: Query | Extract) -> str:
    r"""The question in words, on one line: it stands in a comment.

    >>> described(Query.of(metrics="sales", by="time.month", where="a.b = 'x\ny'"))
    "sales by time.month where a.b = 'x y'"
    """
    words = [f"rows of {query.model}"] if isinstance(query, Extract) else list(_grouped(query))
    if query.where:
        words.append("where " + " and ".join(query.where))
    if isinstance(query, Query) and query.having:
        words.append("having " + " and ".join(query.having))
    if query.time is not None:
        start, end = (
            str(t).removesuffix(" 00:00:00") if t else "" for t in (query.time.start, query.time.end)
        )
        words.append(f"from {start or 'the start'} until {end or 'the end'}")
    if isinstance(query, Query):
        words += ["filled"] if query.fill else []
        words += ["with all members"] if query.members else []
    words += [f"with {name} = {value}" for name, value in query.parameters]
    return _BREAKS.sub(" ", " ".join(words))[:500]


def _grouped(query: Query) -> Iterator[str]:
    if query.extremes:
        yield "extremes"
    elif not query.metrics:
        yield "values"
    yield from [", ".join(query.metrics)] if query.metrics else []
    if query.start is not None:
        yield f"of {query.start}"
    if query.by:
        yield "by " + ", ".join(b.path if b.name is None else f"{b.path} as {b.name}" for b in query.by)


def emit_template(tree: exp.Expr, dialect: Dialect) -> Template:
    """The statement as text around its values, without a comment; the tree is used up.

    A slot is printed as its number between two marks. Somebody may have written that mark in a
    text of theirs; then the next one is taken.
    """
    slots = Slots(dialect)
    slots.take(tree)
    for mark in map(chr, _MARKS):
        slots.surround(mark)
        text = _text(tree, dialect)
        if text.count(mark) == 2 * len(slots.uses):
            return _template(text.split(mark), slots.values)
    raise AssertionError("every private character stands in one statement")


def _template(parts: Sequence[str], values: Sequence[Value]) -> Template:
    """Text and numbers of values in turn; the values are numbered as they come in the text."""
    order: dict[int, int] = {}
    pieces = [order.setdefault(int(p), len(order)) if n % 2 else p for n, p in enumerate(parts)]
    return Template(tuple(pieces), tuple(values[number] for number in order))


#: Characters that no standard gives a meaning.
_MARKS = range(0x100000, 0x10FFFE)


def table_name(table: exp.Table, dialect: Dialect) -> str:
    """The name of a table as a statement has it.

    >>> from semantic.dialect import load
    >>> table_name(exp.to_table('shop."Order Lines"').as_("lines"), load("postgres"))
    'shop."Order Lines"'
    """
    return ".".join(part.sql(dialect.answers.sqlglot) for part in table.parts)


def expression(tree: exp.Expr, dialect: str) -> str | None:
    """An expression on one line as a dialect of sqlglot's writes it; ``None`` where that has no words for it.

    >>> print(expression(parse_one("IFF(a, b, c)", read="snowflake"), "duckdb"))
    CASE WHEN a THEN b ELSE c END
    """
    try:
        return tree.sql(dialect, unsupported_level=ErrorLevel.RAISE, comments=False)
    except SqlglotError:
        return None
