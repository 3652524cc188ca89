"""Text to sqlglot tree: one expression, nothing else, every mistake placed inside the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.dialect import Dialect as SqlglotDialect
from sqlglot.errors import ParseError, TokenError

from semantic import faults
from semantic.faults import SemanticError
from semantic.source import Span, Text

_PREFIX = "SELECT "  # an expression parses as the one projection of a SELECT: no statement can start with it
#: How far the offsets of `parse`'s nodes are ahead of the text.
SKIP = len(_PREFIX)
_SELECTING = (TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.L_PAREN)
_STRANGE = re.compile("[\x00\ud800-\udfff]")  # Postgres has no NUL, and no encoding has half a character
_COMMENT = re.compile(r"--|/\*|//|#")
_CLOSED = re.compile(r"""'(?:[^']|'')*+'|"(?:[^"]|"")*+"|`[^`]*`|--[^\n]*|/\*.*?\*/""", re.DOTALL)
_PLAIN = re.compile(r"[a-z_]\w*\Z")
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
        raise SemanticError([faults.not_one_expression(text.span)])
    tree: exp.Expr = expressions[0]
    tree.pop()
    return tree


def parse_statement(text: Text, dialect: str, skip: int = 0, comments: bool = True) -> exp.Expr:
    """The tree of one SQL statement; its nodes keep their offset in ``meta['start']`` (plus ``skip``)."""
    _check_text(text, skip)
    language = SqlglotDialect.get_or_raise(dialect)
    try:
        tokens = language.tokenize(str(text))
        if dialect == "duckdb":
            _mark_placeholders(tokens)
        _check_tokens(tokens, text, skip, comments)
        trees = [tree for tree in language.parser().parse(tokens, str(text)) if tree is not None]
    except ParseError as error:
        raise SemanticError([_syntax(error, text)]) from None
    except TokenError:
        raise SemanticError([_unclosed(text)]) from None
    except RecursionError:
        raise SemanticError([faults.sql_too_large(text.at(skip))]) from None
    if len(trees) != 1:
        raise SemanticError([faults.second_statement(text.at(skip))])
    tree: exp.Expr = trees[0]
    for node in tree.walk() if any(token.comments for token in tokens) else ():
        node.comments = None
    return tree


def _check_text(text: Text, skip: int) -> None:
    """Refuse nothing, characters that no warehouse takes, and more than is meant."""
    plain = text[skip:]
    if not plain.strip():
        raise SemanticError([faults.empty_sql(text.at(skip))])
    if strange := _STRANGE.search(plain):
        raise SemanticError([faults.no_text(ord(strange[0]), text.at(skip + strange.start()))])
    if len(plain) > _LONGEST or (len(plain) > _DEEPEST and _depth(plain) > _DEEPEST):
        raise SemanticError([faults.sql_too_large(text.at(skip))])


def _mark_placeholders(tokens: Sequence[Token]) -> None:
    """``:semantic_…`` as ``$semantic_…``: sqlglot's DuckDB takes ``(:`` for a name before a prefix alias."""
    for token, after in pairwise(tokens):
        if token.token_type is TokenType.COLON and after.text.startswith("semantic_"):
            token.token_type = TokenType.PARAMETER


def _check_tokens(tokens: Sequence[Token], text: Text, skip: int, comments: bool) -> None:
    """Refuse what is no SELECT before sqlglot warns of it, a ``;`` with something behind it, and comments."""
    commented = [] if comments else [token.end for token in tokens if token.comments]
    if commented:
        raise SemanticError([faults.comment(_beside(text, commented[0], skip))])
    if tokens and tokens[0].token_type not in _SELECTING:
        raise SemanticError([faults.not_a_select(text.at(skip))])
    for token in tokens[:-1]:
        if token.token_type is TokenType.SEMICOLON:
            raise SemanticError([faults.second_statement(text.at(token.start))])


def _beside(text: Text, end: int, skip: int) -> Span | None:
    """Where the comment stands that belongs to the token which ends there: behind it, else in front."""
    found = _COMMENT.search(text, end) or _COMMENT.search(text, skip)
    return text.at(found.start() if found else skip)


def start(node: exp.Expr) -> int | None:
    """The offset at which a node's first word stands, if one of its parts knows."""
    found = [part.meta["start"] for part in node.walk() if part._meta and part.meta.get("start") is not None]
    return min(found, default=None)


def place(text: Text, node: exp.Expr, skip: int = SKIP) -> Span | None:
    """Where a node of ``parse(text)`` stands in the file."""
    offset = start(node)
    if isinstance(node, exp.Func) and "start" not in node.meta:
        offset = _called(text, node, skip, offset)
    return text.span if offset is None else text.at(max(0, offset - skip))


def _called(text: Text, node: exp.Func, skip: int, inner: int | None) -> int | None:
    """Where the name of a function stands that sqlglot gave no place: before its first argument."""
    names = [str(node.this)] if isinstance(node, exp.Anonymous) else node.sql_names()
    until = len(text) if inner is None else inner - skip
    found = list(re.finditer(rf"\b({'|'.join(map(re.escape, names))})\b", text[:until], re.IGNORECASE))
    return found[0 if inner is None else -1].start() + skip if found else inner


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


def names(node: exp.Expr) -> tuple[str, ...]:
    """The words of a column reference; a last word that only quotes can spell keeps its quotes.

    >>> names(parse(Text('shop."City Name"'), "duckdb")), names(parse(Text('"group"'), "duckdb"))
    (('shop', '"City Name"'), ('group',))
    """
    *before, last = path(node)
    exact = last.args.get("quoted") and not _PLAIN.match(last.name)
    word = '"' + last.name.replace('"', '""') + '"' if exact else last.name
    return (*(part.name for part in before), word)


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
    """The reason that sqlglot gives, without its classes and tokens."""
    for pattern, reason in _REASONS:
        if found := pattern.match(message):
            return reason.format(*found.groups())
    return re.split(r"\. Line |\n| from line |, but got <| but got <", message)[0].strip().rstrip(".")


_REASONS = (
    (re.compile(r"Required keyword: "), "something is missing here"),
    (re.compile(r"Invalid expression / Unexpected token"), "it does not fit here"),
    (re.compile(r"Expecting ([()\]}])"), "a '{0}' is missing"),
    (re.compile(r"The number of provided arguments"), "there are too many arguments"),
)


def _unclosed(text: Text) -> faults.Fault:
    """A quote or comment without its end, at its start."""
    rest = _CLOSED.sub(lambda match: " " * len(match[0]), text)
    found = re.search(r"""['"`]|/\*""", rest)
    if not found:
        return faults.syntax("a quote or comment is not closed", text.at(len(text)))
    return faults.syntax(f"the {found[0]} is not closed", text.at(found.start()), found[0])


def _to_offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return min(sum(len(row) + 1 for row in lines[: line - 1]) + column, len(text))
