"""One SELECT under construction: which relation stands at which walk, and under what alias."""

from __future__ import annotations

from sqlglot import exp

from semantic.bind.row import columns_of, walk_of
from semantic.catalog import Walk
from semantic.dialect import Dialect
from semantic.plan import free_name


class Scope:
    """The relations of one SELECT; aliases are new against those of the SELECTs around it."""

    def __init__(self, dialect: Dialect, outer: Scope | None = None) -> None:
        self.dialect = dialect
        self.outer = outer
        self.aliases: dict[Walk, str] = {}
        self.taken: set[str] = set(outer.taken) if outer else set()
        self.trees: list[exp.Expr] = []
        self.relations = 0
        self.partial = ""
        self.frames = ""
        self.nested = outer is not None
        if outer is not None:
            outer.nested = True

    def add(self, walk: Walk, wish: str) -> str:
        """A relation at a walk, under the wished alias or one that is free."""
        alias = free_name(wish, self.taken)
        self.aliases[walk] = alias
        self.relations += 1
        return alias

    def beside(self, wish: str) -> str:
        """A relation that no walk leads to: its alias."""
        self.relations += 1
        return free_name(wish, self.taken)

    def add_partial(self, wish: str = "parts") -> str:
        """A partial aggregate in the place of the fact: its alias."""
        self.partial = free_name(wish, self.taken)
        self.relations += 1
        return self.partial

    def add_frames(self) -> str:
        """The frames that rows are expanded by: their alias."""
        self.frames = self.beside("frames")
        return self.frames

    def translate(self, tree: exp.Expr) -> exp.Expr:
        """A canonical tree of this scope in the target's SQL; the tree is consumed."""
        for node in columns_of(tree):
            self._place(node)
        translated = self.dialect.translate(tree)
        self.trees.append(translated)
        return translated

    def _place(self, node: exp.Column) -> None:
        table = node.table
        if table.startswith("/"):
            node.set("table", exp.Identifier(this=self.aliases[walk_of(node)]))
        elif table == "=":
            node.set("table", exp.Identifier(this=self.partial))
        elif table == "~":
            node.set("table", exp.Identifier(this=self.frames))

    def simplify(self, outputs: set[str]) -> None:
        """Leave out qualifiers where one relation stands alone and nothing hides its columns: no output does,
        nor has the relation itself such a name, which BigQuery would take for the whole row.
        """
        if self.relations != 1 or self.nested:
            return
        columns = [node for tree in self.trees for node in columns_of(tree)]
        hiding = outputs | {alias.lower() for alias in (self.partial, *self.aliases.values())}
        if not hiding & {node.name.lower() for node in columns}:
            for node in columns:
                node.set("table", None)
