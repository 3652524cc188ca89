"""What each column of an answer is made from, read off the statement that makes it.

A column is followed through the steps of the statement down to the columns of tables: those that its value is
made of, and those that decide which rows it sees (filters, keys of joins, groups of inner steps).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlglot import exp

from semantic.catalog import Catalog
from semantic.dialect import Dialect
from semantic.emit import table_name

Role = Literal["value", "condition"]


@dataclass(frozen=True, slots=True, order=True)
class SourceColumn:
    """A column of a table, and whether a value is made of it or it decides which rows are seen."""

    table: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Lineage:
    """What one output column is made from."""

    output: str
    models: tuple[str, ...]
    sources: tuple[str, ...]
    tables: tuple[str, ...]
    columns: tuple[SourceColumn, ...]

    def as_dict(self) -> dict[str, Any]:
        """The record that ``--format json`` prints."""
        columns = [{"table": c.table, "name": c.name, "role": c.role} for c in self.columns]
        return {
            "output": self.output,
            "models": list(self.models),
            "sources": list(self.sources),
            "tables": list(self.tables),
            "columns": columns,
        }


def lineage(
    tree: exp.Expr, outputs: Sequence[str], keys: Iterable[str], catalog: Catalog, dialect: Dialect
) -> tuple[Lineage, ...]:
    """What each of a statement's ``outputs`` is made from; ``keys`` are those that it groups by."""
    assert isinstance(tree, exp.Query)
    reader = _Reader(dialect, {key.lower() for key in keys}, _declared(catalog))
    found = [reader.output(tree, index, _Scope()) for index in range(len(outputs))]
    return tuple(_lineage(name, each, catalog) for name, each in zip(outputs, found, strict=True))


def tables(tree: exp.Expr, dialect: Dialect) -> tuple[str, ...]:
    """The tables that a statement reads, sorted; steps of its own and functions are none."""
    found = {
        table_name(table, dialect) for table, steps in _named(tree, frozenset()) if _is_table(table, steps)
    }
    return tuple(sorted(found))


def _named(node: exp.Expr, steps: frozenset[str]) -> Iterator[tuple[exp.Table, frozenset[str]]]:
    """Every table of a tree, and the names that steps around it have."""
    own = node.args.get("with_")
    if own is not None:
        steps = steps | {cte.alias.lower() for cte in own.expressions}
    if isinstance(node, exp.Table):
        yield node, steps
    for child in node.iter_expressions():
        yield from _named(child, steps)


def _is_table(table: exp.Table, steps: Iterable[str]) -> bool:
    named = isinstance(table.this, exp.Identifier)
    return named and not (len(table.parts) == 1 and table.name.lower() in steps)


def _declared(catalog: Catalog) -> Mapping[str, frozenset[str]]:
    """The columns that the project tells of each table, by the last part of its name, in lower case."""
    relations = [model.relation for model in catalog.models.values()]
    return {
        str(each.table).rpartition(".")[2].strip('"').lower(): frozenset(c.name.lower() for c in each.columns)
        for each in (*relations, *catalog.spec.sources)
        if each.table is not None
    }


def _lineage(output: str, found: _Found, catalog: Catalog) -> Lineage:
    models = sorted(found.models)
    specs = [catalog.models[name].spec for name in models]
    sources = sorted({str(spec.source) for spec in specs if spec.source is not None})
    values = {SourceColumn(table, name, "value") for table, name in found.values}
    others = {SourceColumn(t, n, "condition") for t, n in found.conditions - found.values}
    tables = tuple(sorted(found.tables))
    return Lineage(output, tuple(models), tuple(sources), tables, tuple(sorted(values | others)))


@dataclass
class _Found:
    """The columns of tables that something is made of or decided by, and the models on the way."""

    values: set[tuple[str, str]] = field(default_factory=set)
    conditions: set[tuple[str, str]] = field(default_factory=set)
    models: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)

    def add(self, other: _Found) -> None:
        self.values |= other.values
        self.deciding(other, values=False)

    def deciding(self, other: _Found, *, values: bool = True) -> None:
        """Take in what decides which rows are seen."""
        self.conditions |= other.conditions | (other.values if values else set())
        self.models |= other.models
        self.tables |= other.tables


@dataclass(frozen=True)
class _Scope:
    """What names mean in a SELECT: the steps around it, its own relations, and the SELECT outside."""

    steps: Mapping[str, tuple[exp.Expr, _Scope]] = field(default_factory=dict)
    relations: Mapping[str, exp.Expr] = field(default_factory=dict)
    outer: _Scope | None = None

    def within(self, query: exp.Expr) -> _Scope:
        """The scope of a query inside this one: its WITH, its FROM and its joins."""
        scope = self
        for cte in query.args["with_"].expressions if query.args.get("with_") else ():
            scope = _Scope({**scope.steps, cte.alias.lower(): (cte.this, scope)}, outer=scope.outer)
        return scope


class _Reader:
    """Follows columns through one statement; what was found once is kept."""

    def __init__(self, dialect: Dialect, keys: set[str], declared: Mapping[str, frozenset[str]]) -> None:
        self.dialect = dialect
        self.keys = keys
        self.declared = declared
        self._outputs: dict[tuple[int, int], _Found] = {}
        self._rows: dict[int, _Found] = {}

    # --- queries ------------------------------------------------------------------------------------

    def output(self, query: exp.Expr, index: int, scope: _Scope) -> _Found:
        """What a column of a query is made from, and what decides its rows."""
        key = (id(query), index)
        if key not in self._outputs:
            self._outputs[key] = _Found()  # a step that reads itself adds nothing
            self._outputs[key] = self._output(query, index, scope)
        return self._outputs[key]

    def _output(self, query: exp.Expr, index: int, scope: _Scope) -> _Found:
        scope, found = scope.within(query), _Found()
        if isinstance(query, exp.Subquery | exp.Paren):
            return self.output(query.this, index, scope)
        if isinstance(query, exp.SetOperation):
            for branch in (query.this, query.expression):
                if not _is_null(branch, index):
                    found.add(self.output(branch, index, scope))
        elif isinstance(query, exp.Select):
            inner = _selecting(query, scope)
            chosen = query.expressions[index] if index < len(query.expressions) else exp.Star()
            found.add(self.tree(chosen, inner))
            found.deciding(self.rows(query, scope, _aliases(chosen, inner)))
        return found

    def named(self, query: exp.Expr, name: str, scope: _Scope) -> _Found | None:
        """What the column of that name is made from, or nothing where a query has none."""
        names = [each.lower() for each in query.named_selects] if isinstance(query, exp.Query) else []
        if name.lower() in names:
            return self.output(query, names.index(name.lower()), scope)
        select = query.find(exp.Select)
        if "*" not in names or select is None:
            return None
        inner = _selecting(select, scope.within(query))
        found = self.column(exp.column(name), inner)
        found.deciding(self.rows(select, scope.within(query), set(inner.relations)))
        return found

    def rows(self, query: exp.Expr, scope: _Scope, used: Iterable[str] | None = None) -> _Found:
        """What decides which rows a query has; of relations joined beside its rows only those ``used``."""
        found, scope = _Found(), scope.within(query)
        if isinstance(query, exp.Subquery | exp.Paren):
            return self.rows(query.this, scope)
        if isinstance(query, exp.SetOperation):
            stacked = bool(query._meta) and query.meta.get("stacked")  # then its columns tell which are meant
            for branch in () if stacked else (query.this, query.expression):
                found.deciding(self.rows(branch, scope))
            return found
        if not isinstance(query, exp.Select):
            return found
        inner, needed = _selecting(query, scope), set(used or ())
        for tree in self._deciding(query):
            found.deciding(self.tree(tree, inner))
            needed |= _aliases(tree, inner)
        for on, relation in _joined(query, needed):
            found.deciding(self.relation(relation, inner))
            if on is not None:
                found.deciding(self.tree(on, inner))
        return found

    def _deciding(self, select: exp.Select) -> Iterator[exp.Expr]:
        """WHERE, HAVING, QUALIFY, and what an inner step groups by."""
        for key in ("where", "having", "qualify"):
            if select.args.get(key) is not None:
                yield select.args[key]
        group = select.args.get("group")
        for each in group.expressions if group is not None else ():
            ordinal = isinstance(each, exp.Literal) and each.is_int
            tree = select.expressions[int(each.name) - 1] if ordinal else each
            if tree.alias_or_name.lower() not in self.keys:
                yield tree

    # --- trees --------------------------------------------------------------------------------------

    def tree(self, tree: exp.Expr, scope: _Scope) -> _Found:
        """What a scalar is made from; a query in it counts with all its columns."""
        found, waiting = _Found(), [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, exp.Column):
                found.add(self.column(node, scope))
            elif isinstance(node, exp.Window):
                waiting.append(node.this)
                for each in self._windowed(node):
                    found.deciding(self.tree(each, scope))
            elif isinstance(node, exp.Query):
                nested = _Scope(scope.steps, outer=scope)
                for index in range(len(node.named_selects)):
                    found.add(self.output(node, index, nested))
            else:
                waiting.extend(node.iter_expressions())
        return found

    def _windowed(self, window: exp.Window) -> Iterator[exp.Expr]:
        """What tells the rows that a window looks at."""
        parts = [*(window.args.get("partition_by") or ()), window.args.get("order")]
        return (part for part in parts if part is not None and part.name.lower() not in self.keys)

    def column(self, node: exp.Column, scope: _Scope) -> _Found:
        """What a column is made from."""
        here: _Scope | None = scope
        while here is not None:
            found = [self._of(relation, node.name, here) for relation in self._candidates(node, here)]
            if any(each is not None for each in found):
                whole = _Found()
                for each in found:
                    whole.add(each or _Found())
                return whole
            here = here.outer
        return _Found()

    def _candidates(self, node: exp.Column, scope: _Scope) -> list[exp.Expr]:
        """The relations that may have a column."""
        if node.table:
            relation = scope.relations.get(node.table.lower())
            return [relation] if relation is not None else []
        relations = list(scope.relations.values())
        telling = [r for r in relations if node.name.lower() in self._known(r, scope)]
        unknown = [r for r in relations if not self._known(r, scope)]
        return telling or unknown

    def _known(self, relation: exp.Expr, scope: _Scope) -> frozenset[str]:
        """The columns that a relation is known to have, or nothing where that is not known."""
        if isinstance(relation, exp.Table):
            step = _step(relation, scope)
            if step is None:
                return self.declared.get(relation.name.lower(), frozenset())
            relation = step[0]
        names = (
            frozenset(n.lower() for n in relation.named_selects)
            if isinstance(relation, exp.Query)
            else frozenset()
        )
        return frozenset() if "*" in names else names

    def _of(self, relation: exp.Expr, name: str, scope: _Scope) -> _Found | None:
        """What a relation's column of a name is made from."""
        if isinstance(relation, exp.Subquery):
            return self.named(relation.this, name, _Scope(scope.steps, outer=scope))
        if not isinstance(relation, exp.Table):
            return self.tree(relation, _Scope(scope.steps, outer=scope.outer))
        found, step = _Found(models=_model(relation)), _step(relation, scope)
        if step is not None:
            inner = self.named(step[0], name, step[1])
            found.add(inner or _Found())
            return None if inner is None else found
        if isinstance(relation.this, exp.Identifier):
            found.tables.add(table_name(relation, self.dialect))
            found.values.update((table, name) for table in found.tables)
            return found
        return self.tree(relation.this, _Scope(scope.steps, outer=scope.outer))

    def relation(self, relation: exp.Expr, scope: _Scope) -> _Found:
        """What decides which rows a relation has."""
        if isinstance(relation, exp.Subquery):
            return self.rows(relation.this, _Scope(scope.steps, outer=scope))
        if not isinstance(relation, exp.Table):
            return self.tree(relation, _Scope(scope.steps, outer=scope.outer))
        found, step = _Found(models=_model(relation)), _step(relation, scope)
        if relation._meta and relation.meta.get("single"):
            return found
        if step is not None:
            if id(step[0]) not in self._rows:
                self._rows[id(step[0])] = _Found()
                self._rows[id(step[0])] = self.rows(*step)
            found.deciding(self._rows[id(step[0])])
        elif isinstance(relation.this, exp.Identifier):
            found.tables.add(table_name(relation, self.dialect))
        return found


def _selecting(select: exp.Select, scope: _Scope) -> _Scope:
    """The scope inside a SELECT."""
    relations = {each.alias_or_name.lower(): each for each in _relations(select)}
    return _Scope(scope.steps, relations, scope.outer)


def _relations(select: exp.Select) -> Iterator[exp.Expr]:
    source = select.args.get("from_")
    if source is not None:
        yield source.this
        yield from (join.this for join in source.this.args.get("joins") or ())
    for each in (*(select.args.get("joins") or ()), *(select.args.get("laterals") or ())):
        yield each.this if isinstance(each, exp.Join) else each


def _joined(select: exp.Select, used: set[str]) -> Iterator[tuple[exp.Expr | None, exp.Expr]]:
    """The relations that decide a SELECT's rows, each with its condition: one that is looked up beside them
    does not, unless something of it is used."""
    source = select.args.get("from_")
    if source is not None:
        yield None, source.this
    joins = [*(select.args.get("joins") or ()), *(select.args.get("laterals") or ())]
    for join in joins:
        beside = bool(join._meta) and join.meta.get("single")
        if not beside or join.this.alias_or_name.lower() in used:
            yield join.args.get("on"), join.this if isinstance(join, exp.Join) else join


def _aliases(tree: exp.Expr, scope: _Scope) -> set[str]:
    """The relations that a tree names; all of them where it names columns without any."""
    tables = {node.table.lower() for node in tree.find_all(exp.Column)}
    return set(scope.relations) if "" in tables and len(scope.relations) > 1 else tables


def _is_null(query: exp.Expr, index: int) -> bool:
    """Whether a branch of a union has nothing in a column."""
    if isinstance(query, exp.Subquery | exp.Paren):
        return _is_null(query.this, index)
    selects = query.expressions if isinstance(query, exp.Select) else []
    return index < len(selects) and isinstance(selects[index].unalias(), exp.Null)


def _step(table: exp.Table, scope: _Scope) -> tuple[exp.Expr, _Scope] | None:
    return scope.steps.get(table.name.lower()) if len(table.parts) == 1 else None


def _model(table: exp.Table) -> set[str]:
    name = table.meta.get("model") if table._meta else None
    return {name} if name else set()
