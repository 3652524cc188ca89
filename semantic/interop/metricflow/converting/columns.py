"""What names mean in the SQL of one model: there they are columns, in our language dimensions first.

Where a dimension is called like a column that it is not, expressions that mean the column read it by
another name, which a SELECT in the place of the table gives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from semantic.interop.metricflow.nodes import SemanticModel, Simple

_PLAIN = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
#: Words, and what no word stands in: texts in quotes and comments.
_TOKENS = re.compile(
    r"""'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|"(?P<quoted>[^"]+)"|`(?P<ticked>[^`]+)`|(?P<word>[A-Za-z_]\w*)""",
    re.DOTALL | re.ASCII,
)


def is_plain(expr: str) -> bool:
    """Whether an expression is the name of a column.

    >>> is_plain("amount"), is_plain("amount / 2"), is_plain('"Amount"')
    (True, False, False)
    """
    return bool(_PLAIN.match(expr))


def words(expr: str) -> Iterator[tuple[str, int, int]]:
    r"""The words of an expression, those in double quotes included, with where each stands.

    >>> [word for word, _, _ in words('lower(city) || "Name" -- why')]
    ['lower', 'city', 'Name']
    """
    for found in _TOKENS.finditer(expr):
        word = found["word"] or found["quoted"] or found["ticked"]
        if word:
            yield word, found.start(), found.end()


def divides(expr: str) -> bool:
    """Whether an expression divides.

    >>> divides("amount / 100"), divides("a || '/' || b")
    (True, False)
    """
    return "/" in expr and "/" in _TOKENS.sub("", expr)


def replaced(expr: str, names: dict[str, str]) -> str:
    """An expression with some of its words (in small letters) replaced; function names are none of them.

    >>> replaced("size + size(x)", {"size": "size_column"})
    'size_column + size(x)'
    """
    parts, last = [], 0
    for word, start, end in words(expr):
        new = names.get(word.lower())
        if new is not None and not expr[end:].lstrip().startswith("(") and expr[max(0, start - 1)] != ".":
            parts += [expr[last:start], new]
            last = end
    return "".join((*parts, expr[last:]))


class Columns:
    """The columns of a model that its expressions read by another name."""

    def __init__(self, model: SemanticModel, metrics: Iterable[Simple]) -> None:
        self._means = dict(_meanings(model))
        self.renamed: dict[str, str] = {}
        exprs = [(expr, name) for name, expr in self._means.items()]
        exprs += [(metric.expr, "") for metric in metrics]
        taken = set(self._means)
        for expr, inside in exprs:
            for column in self._clashing(expr, inside):
                if column not in self.renamed:
                    self.renamed[column] = _free(f"{column}_column", taken)

    def written(self, expr: str, inside: str = "") -> str:
        """An expression of the model (of the dimension ``inside``) as our language reads it."""
        clashing = set(self._clashing(expr, inside))
        if not clashing:
            return expr.strip()
        return replaced(expr, {name: self.renamed[name] for name in clashing}).strip()

    def shadowed(self, column: str) -> bool:
        """Whether a column's name means something else in our language."""
        return self._means.get(column.lower(), column).lower() != column.lower()

    def _clashing(self, expr: str, inside: str) -> Iterator[str]:
        """The columns that an expression names and that are no dimensions of that name."""
        for word, _, end in words(expr):
            column = word.lower()
            if column != inside.lower() and self.shadowed(column) and not expr[end:].lstrip().startswith("("):
                yield column


def _meanings(model: SemanticModel) -> Iterator[tuple[str, str]]:
    """The names of a model that our language knows as dimensions, in small letters, with their SQL."""
    for entity in model.entities:
        if not entity.virtual:
            yield entity.name.lower(), (entity.expr or entity.name).strip()
    for each in model.dimensions:
        yield each.name.lower(), (each.expr or each.name).strip()


def _free(wish: str, taken: set[str]) -> str:
    while wish in taken:
        wish += "_"
    taken.add(wish)
    return wish
