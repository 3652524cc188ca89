"""Values that somebody gave, in a question or for a parameter: they may reach a driver as parameters.

A literal node of a tree holds its value as a string. Where the value was asked for, the string is an `Asked`;
it equals the plain string, costs nothing where trees are copied, and whatever makes another string of it
makes a plain one, which stays a literal.
"""

from __future__ import annotations

from sqlglot import exp

from semantic.spec.types import TypeName


class Asked(str):
    """The text of a value that was asked for, with its type.

    >>> Asked("5", "integer") == "5", number("5").copy().this.kind
    (True, 'integer')
    """

    __slots__ = ("kind",)
    kind: TypeName

    def __new__(cls, text: str, kind: TypeName) -> Asked:  # noqa: D102  # the class says it
        made = str.__new__(cls, text)
        made.kind = kind
        return made

    def __reduce__(self) -> tuple[type[Asked], tuple[str, TypeName]]:
        return (Asked, (str(self), self.kind))


def string(text: str, kind: TypeName = "text") -> exp.Literal:
    """A quoted literal whose value was asked for."""
    return exp.Literal(this=Asked(text, kind), is_string=True)


def number(text: str) -> exp.Literal:
    """A number that was asked for: whole, exact, or (with an exponent) of double precision."""
    return exp.Literal(this=Asked(text, _kind(text)), is_string=False)


def _kind(text: str) -> TypeName:
    if text.lstrip("-").isdigit():
        return "integer"
    return "float" if "e" in text.lower() else "decimal"


def mark(tree: exp.Expr) -> None:
    """Every literal of a tree is one that was asked for.

    >>> tree = exp.GT(this=exp.column("x"), expression=exp.Literal.number("1.5"))
    >>> mark(tree)
    >>> tree.expression.this.kind
    'decimal'
    """
    for node in tree.find_all(exp.Literal):
        text = node.args["this"]
        node.args["this"] = Asked(text, "text" if node.is_string else _kind(text))


def kept(text: str, before: str, kind: TypeName) -> str:
    """Another spelling of a value, which was asked for if the first one was."""
    return Asked(text, kind) if isinstance(before, Asked) else text
