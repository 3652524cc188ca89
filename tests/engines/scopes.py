"""Every table and column of a statement resolved as a warehouse resolves it: which names are unknown, which
sub-queries reach out to the rows around them. Emulators fold names in their own way; this is the vendor's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from tests.engines.plain import name_of

Kind = str | None
#: Columns with their types; ``None`` where they are not known.
Columns = dict[str, Kind] | None
Known = Mapping[str, Columns]
Fold = Callable[[exp.Expr], str]
#: What table functions yield: docs.snowflake.com/en/sql-reference/functions/flatten and …/generator
TABLES: Known = {
    "FLATTEN": dict.fromkeys(("SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS"), "variant"),
    "GENERATOR": {},
}


@dataclass
class Scope:
    """What a SELECT reads from, inside what surrounds it."""

    query: exp.Expr
    outer: Scope | None = None
    sources: dict[str, Columns] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)

    def holding(self, column: str, source: str | None) -> list[str]:
        """The sources that may have such a column."""
        named = self.sources if source is None else {source} & self.sources.keys()
        return [name for name in named if _may_have(self.sources[name], column)]


def _may_have(columns: Columns, column: str) -> bool:
    return columns is None or column in columns


@dataclass
class Resolver:
    """The names of one statement; ``tables`` is None where nothing is known of them."""

    tables: Known | None
    fold_table: Fold
    fold: Fold
    kind: Callable[[exp.Expr, Mapping[int, Kind]], Kind] = lambda node, kinds: None
    faults: list[str] = field(default_factory=list)
    #: The type of each column.
    kinds: dict[int, Kind] = field(default_factory=dict)
    #: The source of each column, and for each SELECT the columns of the rows around it.
    homes: dict[int, str] = field(default_factory=dict)
    correlated: dict[int, list[exp.Column]] = field(default_factory=dict)

    # --- queries

    def query(self, node: exp.Expr, outer: Scope | None, ctes: Known) -> Columns:
        """The columns of a query."""
        ctes = self._ctes(node, outer, ctes)
        if isinstance(node, exp.Select):
            return self._select(node, outer, ctes)
        if isinstance(node, exp.SetOperation):
            return self._set(node, outer, ctes)
        if isinstance(node, exp.Subquery):
            return self.query(node.this, outer, ctes)
        if isinstance(node, exp.Values):
            return self._values(node)
        self.faults.append(f"{type(node).__name__} is no query")
        return None

    def _ctes(self, node: exp.Expr, outer: Scope | None, ctes: Known) -> Known:
        with_ = node.args.get("with_")
        if with_ is None:
            return ctes
        known = dict(ctes)
        for cte in with_.expressions:
            name = self.fold(cte.args["alias"].this)
            if with_.args.get("recursive") and isinstance(cte.this, exp.SetOperation):
                known[name] = self._renamed(self._first(cte.this, outer, known), cte)
            known[name] = self._renamed(self.query(cte.this, outer, known), cte)
        return known

    def _first(self, node: exp.Expr, outer: Scope | None, ctes: Known) -> Columns:
        """The columns of a recursive query, which its first part has already."""
        is_set = isinstance(node, exp.SetOperation)
        return self._first(node.this, outer, ctes) if is_set else self.query(node, outer, ctes)

    def _renamed(self, columns: Columns, source: exp.Expr) -> Columns:
        """Columns by the names in ``AS t(a, b)``, where they stand."""
        alias = source.args.get("alias")
        names = [self.fold(name) for name in alias.args.get("columns") or ()] if alias else []
        if not names:
            return columns
        kinds = list(columns.values()) if columns else [None] * len(names)
        if len(kinds) != len(names):
            self.faults.append(f"{len(names)} names for {len(kinds)} columns")
        return dict(zip(names, kinds, strict=False))

    def _set(self, node: exp.SetOperation, outer: Scope | None, ctes: Known) -> Columns:
        left, right = (self.query(part, outer, ctes) for part in (node.this, node.expression))
        if left is not None and right is not None:
            if len(left) != len(right):
                self.faults.append(f"{len(left)} and {len(right)} columns in a {node.key}")
            both = zip(left.items(), right.values(), strict=False)
            left = {name: kind or other for (name, kind), other in both}
        scope = Scope(node, outer, {"": left})
        self._expressions(node.args.get("order"), scope, ctes)
        return left

    def _values(self, node: exp.Values) -> Columns:
        width = len(node.expressions[0].expressions)
        return {f"COLUMN{n}": None for n in range(1, width + 1)}

    def _select(self, node: exp.Select, outer: Scope | None, ctes: Known) -> Columns:
        scope = Scope(node, outer)
        self._from(node, scope, ctes)
        self._expressions(node.args.get("where"), scope, ctes)
        found: dict[str, Kind] | None = {}
        for item in node.expressions:
            self._expressions(item, scope, ctes)
            found = self._item(item, scope, found)
        for clause in ("group", "having", "qualify"):
            self._expressions(node.args.get(clause), scope, ctes, found)
        # ORDER BY sees the names of the answer first.
        self._expressions(node.args.get("order"), Scope(node, scope, {"": found}), ctes, inner=scope)
        return found

    def _item(self, item: exp.Expr, scope: Scope, found: Columns) -> Columns:
        """The columns of the answer with those of an item."""
        if found is None:
            return None
        if item.is_star:
            return self._all([scope.sources[name] for name in self._starred(item, scope)], found)
        return {**found, self._name(item, len(found)): self.kind(item, self.kinds)}

    def _all(self, sources: list[Columns], found: dict[str, Kind]) -> Columns:
        for columns in sources:
            if columns is None:
                return None
            found = {**found, **columns}
        return found

    def _name(self, item: exp.Expr, place: int) -> str:
        if isinstance(item, exp.Alias):
            return self.fold(item.args["alias"])
        return self.fold(item.this) if isinstance(item, exp.Column) else f"?{place}"

    def _starred(self, item: exp.Expr, scope: Scope) -> list[str]:
        return [self.fold(item.args["table"])] if isinstance(item, exp.Column) else list(scope.sources)

    # --- what a query reads from

    def _from(self, node: exp.Select, scope: Scope, ctes: Known) -> None:
        start = node.args.get("from_")
        for source in (start, *node.args.get("joins", ()), *node.args.get("laterals", ())):
            if source is None:
                continue
            relation = source if isinstance(source, exp.Lateral) else source.this
            self._add(scope, relation, self._source(relation, scope, ctes))
            for column in source.args.get("using") or ():
                self._using(self.fold(column), scope)
            self._expressions(source.args.get("on"), scope, ctes)

    def _add(self, scope: Scope, relation: exp.Expr, columns: Columns) -> None:
        alias = relation.args.get("alias")
        named = alias.this if alias is not None and alias.this is not None else relation.this
        is_bare = isinstance(relation, exp.Table) or (alias is not None and alias.this is not None)
        name = self.fold(named) if is_bare and isinstance(named, exp.Identifier) else f"?{len(scope.sources)}"
        if name in scope.sources:
            self.faults.append(f"two sources are called {name}")
        scope.sources[name] = self._renamed(columns, relation)

    def _using(self, column: str, scope: Scope) -> None:
        if len(scope.holding(column, None)) < 2:
            self.faults.append(f"{column} in USING is not on both sides")
        scope.merged.add(column)

    def _source(self, relation: exp.Expr, scope: Scope, ctes: Known) -> Columns:
        if isinstance(relation, exp.Table) and isinstance(relation.this, exp.Identifier):
            return self._table(relation, ctes)
        if isinstance(relation, exp.Subquery | exp.Values):
            return self.query(relation, scope.outer, ctes)
        if isinstance(relation, exp.Lateral) and isinstance(relation.this, exp.Subquery):
            return self.query(relation.this, scope, ctes)
        self._expressions(relation, scope, ctes)
        call = relation.find(exp.Anonymous)
        return TABLES.get(name_of(call)) if call is not None else None

    def _table(self, table: exp.Table, ctes: Known) -> Columns:
        is_bare = not table.args.get("db")
        if is_bare and self.fold(table.this) in ctes:
            return ctes[self.fold(table.this)]
        name = self.fold_table(table.this)
        if self.tables is not None and name not in self.tables:
            self.faults.append(f"no table {name}")
        return self.tables.get(name) if self.tables is not None else None

    # --- what stands in a query

    def _expressions(
        self,
        node: exp.Expr | None,
        scope: Scope,
        ctes: Known,
        aliases: Columns = None,
        inner: Scope | None = None,
    ) -> None:
        """Each column below a node; ``inner`` is the scope in which its sub-queries stand."""
        for part in outside_queries(node) if node is not None else ():
            if isinstance(part, exp.Query):
                self.query(part, inner or scope, ctes)
            elif isinstance(part, exp.Column) and isinstance(part.this, exp.Identifier):
                self._column(part, scope, aliases or {})

    def _column(self, column: exp.Column, scope: Scope, aliases: Mapping[str, Kind]) -> None:
        name = self.fold(column.this)
        source = self.fold(column.args["table"]) if column.args.get("table") else None
        place: Scope | None = scope
        while place is not None:
            if found := place.holding(name, source):
                self._resolved(column, name, place, found)
                return
            if place is scope and source is None and name in aliases:
                self.kinds[id(column)] = aliases[name]
                return
            place = place.outer
        self.faults.append(f"no column {source + '.' if source else ''}{name}")

    def _resolved(self, column: exp.Column, name: str, place: Scope, found: list[str]) -> None:
        certain = [source for source in found if place.sources[source] is not None]
        if len(certain) > 1 and name not in place.merged:
            self.faults.append(f"{name} is in {' and '.join(found)}")
        columns = place.sources[found[0]]
        self.kinds[id(column)] = columns.get(name) if columns else None
        self.homes[id(column)] = found[0]
        for query in _between(column, place.query):
            self.correlated.setdefault(id(query), []).append(column)


def _between(column: exp.Column, home: exp.Expr) -> Iterator[exp.Expr]:
    """The queries around a column, up to the one that it comes from."""
    node = column.parent
    while node is not None and node is not home:
        if isinstance(node, exp.Select):
            yield node
        node = node.parent


def outside_queries(node: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of an expression; of a sub-query, none but itself."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, exp.Query):
            waiting.extend(part.iter_expressions())


def every(node: exp.Expr) -> list[exp.Expr]:
    """All parts of a statement; several times as fast as ``walk``."""
    found = [node]
    for part in found:
        found.extend(part.iter_expressions())
    return found
