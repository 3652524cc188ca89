"""Text to sqlglot tree: one expression, nothing else, every mistake placed inside the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as SqlglotDialect
from sqlglot.errors import ParseError, TokenError

from semantic import faults
from semantic.faults import SemanticError
from semantic.source import Span, Text

_PREFIX = "SELECT "  # an expression parses as the one projection of a SELECT: no statement can start with it
#: How far the offsets of `parse`'s nodes are ahead of the text.
SKIP = len(_PREFIX)
_LONGEST = 100_000
_DEEPEST = 200


def parse(text: Text, dialect: str, *, comments: bool = True) -> exp.Expr:
    """The tree of one SQL expression written in ``dialect``.

    Raises `SemanticError` for anything but exactly one expression: a second statement, a clause
    after it, an alias, and (where ``comments`` is false) a comment.

    >>> parse(Text("sum(amount) / 2"), "duckdb").sql()
    'SUM(amount) / 2'
    """
    select = parse_statement(Text(_PREFIX + text, text.file, _shifted(text)), dialect, len(_PREFIX), comments)
    parts = [arg for key, arg in select.args.items() if arg and key not in ("expressions", "kind")]
    expressions = select.args.get("expressions") or []
    if not isinstance(select, exp.Select) or parts or len(expressions) != 1:
        raise SemanticError([faults.not_one_expression(text, text.span)])
    tree: exp.Expr = expressions[0]
    tree.pop()
    return tree


def parse_statement(text: Text, dialect: str, skip: int = 0, comments: bool = True) -> exp.Expr:
    """The tree of one SQL statement; its nodes keep their offset in ``meta['start']`` (plus ``skip``)."""
    plain = text[skip:]
    if not plain.strip():
        raise SemanticError([faults.empty_sql(text.at(skip))])
    if len(plain) > _LONGEST or _depth(plain) > _DEEPEST:
        raise SemanticError([faults.sql_too_large(text.at(skip))])
    language = SqlglotDialect.get_or_raise(dialect)
    try:
        tokens = language.tokenize(str(text))
        if not comments and any(token.comments for token in tokens):
            raise SemanticError([faults.comment(text.at(skip))])
        trees = [tree for tree in language.parser().parse(tokens, str(text)) if tree is not None]
    except ParseError as error:
        raise SemanticError([_syntax(error, text)]) from None
    except TokenError as error:
        raise SemanticError(
            [faults.syntax(_reason(str(error)), text.at(_offset_of(str(error), text)))]
        ) from None
    except RecursionError:
        raise SemanticError([faults.sql_too_large(text.at(skip))]) from None
    if len(trees) != 1:
        raise SemanticError([faults.second_statement(text.at(skip))])
    tree: exp.Expr = trees[0]
    for node in tree.walk():
        node.comments = None
    return tree


def start(node: exp.Expr) -> int | None:
    """The offset at which a node's first word stands, if one of its parts knows."""
    found = [part.meta["start"] for part in node.walk() if part._meta and part.meta.get("start") is not None]
    return min(found, default=None)


def place(text: Text, node: exp.Expr, skip: int = SKIP) -> Span | None:
    """Where a node of ``parse(text)`` stands in the file."""
    offset = start(node)
    return text.span if offset is None else text.at(max(0, offset - skip))


def columns(tree: exp.Expr) -> Iterator[exp.Expr]:
    """The outermost column references, dotted paths of any length included."""
    for node in tree.walk(prune=_is_path):
        if _is_path(node):
            yield node


def path(node: exp.Expr) -> tuple[exp.Identifier, ...]:
    """The identifiers of a column reference, outermost qualifier first.

    >>> [p.name for p in path(parse(Text("a.b.c"), "duckdb"))]
    ['a', 'b', 'c']
    """
    if isinstance(node, exp.Dot):
        return (*path(node.this), node.expression)
    assert isinstance(node, exp.Column)  # what `columns` yields
    return tuple(part for part in node.parts if isinstance(part, exp.Identifier))


def _is_path(node: exp.Expr) -> bool:
    if isinstance(node, exp.Dot):
        return isinstance(node.expression, exp.Identifier) and _is_path(node.this)
    return isinstance(node, exp.Column) and not isinstance(node.this, exp.Star)


def _depth(text: str) -> int:
    deepest = depth = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest


def _shifted(text: Text) -> tuple[tuple[int, int], ...]:
    """Line starts for the text with the prefix in front, so that offsets still hit the file."""
    if not text.starts:
        return ()
    (line, column), *rest = text.starts
    return ((line, column - len(_PREFIX)), *rest)


def _syntax(error: ParseError, text: Text) -> faults.Fault:
    first = error.errors[0] if error.errors else {}
    offset = _to_offset(text, int(first.get("line") or 1), int(first.get("col") or 1))
    highlight = str(first.get("highlight") or "")
    at = max(0, offset - len(highlight))
    return faults.syntax(_reason(str(first.get("description") or error)), text.at(at), highlight.strip())


def _reason(message: str) -> str:
    return re.split(r"\. Line |\n| from line ", message)[0].strip().rstrip(".")


def _offset_of(message: str, text: Text) -> int:
    found = re.search(r"(\d+):(\d+)", message)
    return _to_offset(text, int(found[1]), int(found[2])) if found else len(_PREFIX)


def _to_offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return min(sum(len(row) + 1 for row in lines[: line - 1]) + column, len(text))
