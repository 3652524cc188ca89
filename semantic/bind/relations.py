"""Where the rows of models come from: tables by name, and SELECTs as trees."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind.sound import unsound
from semantic.bind.texts import Texts
from semantic.catalog import Catalog, bare
from semantic.expr import parse
from semantic.expr.canonical import Misfit, canonical_statement
from semantic.expr.columns import StatementTypes
from semantic.faults import SemanticError
from semantic.source import Text
from semantic.spec.types import Column, Relation, Source, TypeName

#: What stands before the name of a model in a model's own SELECT, as if all models were of one schema.
PREFIX = "models"
#: What a type is called in a CAST, where its own name is not that of SQL.
_STORED = {"float": "double", "integer": "bigint"}


class Relations(Texts):
    """The relations of one catalog's models."""

    def __init__(self, catalog: Catalog, values: Mapping[str, Any]) -> None:
        super().__init__(catalog, values)
        self._statements: dict[str, exp.Expr] = {}
        self._tables_read: dict[str, frozenset[str]] = {}
        self._models_read: dict[str, dict[str, frozenset[str]]] = {}
        self._given: dict[tuple[str, str], TypeName | None] = {}

    @cached_property
    def table_names(self) -> frozenset[str]:
        """The last part of every table's name, in lower case: no step of a statement may be called so."""
        relations = (m.relation for m in self.catalog.models.values())
        return frozenset(table_parts(r.table)[-1].name.lower() for r in relations if r.table is not None)

    def table(self, model: str) -> tuple[exp.Identifier, ...] | None:
        """The parts of a model's table name, or ``None`` where it is a SELECT."""
        relation = self.catalog.models[model].relation
        if relation.table is None or _missing(relation):
            return None
        return tuple(table_parts(relation.table))

    def tables_read(self, model: str) -> frozenset[str]:
        """The tables that a model's SELECT names, in lower case; a step of that name would capture them."""
        relation = self.catalog.models[model].relation
        if relation.sql is None and not _missing(relation):
            return frozenset()
        if model not in self._tables_read:
            tables = (t for t in self.statement(model).find_all(exp.Table) if not named_model(t))
            self._tables_read[model] = frozenset(table.name.lower() for table in tables)
        return self._tables_read[model]

    def models_read(self, model: str) -> dict[str, frozenset[str]]:
        """The other models that a model's SELECT names (``FROM models.visits``), and every name in it that
        may be a column of theirs; ``*`` where it asks for all.

        Raises `SemanticError` for a name that is no model's.
        """
        if model not in self._models_read:
            relation = self.catalog.models[model].relation
            named = relation.sql is not None and f"{PREFIX}." in relation.sql.lower()
            self._models_read[model] = self._named_models(model) if named else {}
        return self._models_read[model]

    def _named_models(self, model: str) -> dict[str, frozenset[str]]:
        tree = self.statement(model)
        names = {node.name for node in tree.find_all(exp.Column, exp.Identifier)}
        names |= {"*"} if any(not isinstance(s.parent, exp.Count) for s in tree.find_all(exp.Star)) else set()
        found = [table.name for table in tree.find_all(exp.Table) if named_model(table)]
        for name in found:
            if name not in self.catalog.models:
                span = getattr(self.catalog.models[model].relation.sql, "span", None)
                raise SemanticError([faults.unknown("model", name, list(self.catalog.models), span)])
        return dict.fromkeys(sorted(set(found)), frozenset(names))

    def statement(self, model: str) -> exp.Expr:
        """The canonical tree of a model's SELECT."""
        if model not in self._statements:
            relation = self.catalog.models[model].relation
            if relation.sql is None and relation.table is None:
                raise SemanticError([faults.unmapped(model, relation)])
            made = _without(relation) if relation.sql is None else self._statement(relation.sql, relation)
            self._statements[model] = made
        return self._statements[model]

    def _statement(self, text: Text, relation: Relation) -> exp.Expr:
        tree = parse.parse_statement(self._rendered(text), self.language(text))
        if not isinstance(tree, exp.Query):
            raise SemanticError([faults.not_a_select(text.span)])
        tree = _completed(tree, relation)
        if "{" in text:
            self._type_placeholders(tree)
        try:
            tree = canonical_statement(
                tree, self.type_in, self.catalog.functions, authoring=self.language(text)
            )
        except Misfit as misfit:
            raise self.placed(misfit.pairs, text, 0) from None
        if found := list(unsound(tree, lambda column: None)):
            raise self.placed(found, text, 0)
        return self._filled(tree, text)

    def given_type(self, model: str, name: str) -> TypeName | None:
        """The type of a column that a model's own SELECT takes from other models: where a project's keys are
        text, they are text in what is made from them, too, whatever a library declares."""
        if not self.models_read(model):
            return None
        key = (model, name.lower())
        if key not in self._given:
            self._given[key] = StatementTypes(self.type_in).given(self.statement(model), name)
        return self._given[key]

    def type_in(self, table: exp.Table, name: str) -> TypeName | None:
        """The type of a column of a table in a model's SELECT, where the table stands for a model."""
        raise NotImplementedError


def _missing(relation: Relation) -> list[Column]:
    """The columns that a source says its table does not have."""
    named = {bare(name).lower() for name in relation.missing} if isinstance(relation, Source) else set()
    return [each for each in relation.columns if bare(each.name).lower() in named]


def _completed(tree: exp.Query, relation: Relation) -> exp.Query:
    """A SELECT, with NULLs for the columns that a table need not have and it does not give."""
    given = {name.lower() for name in tree.named_selects}
    absent = _missing(relation)
    if "*" not in given and not tree.is_star:
        absent += [each for each in relation.columns if not each.required and each not in absent]
    nulls = [_null(each) for each in absent if bare(each.name).lower() not in given]
    if nulls and not isinstance(tree, exp.Select):
        tree = exp.select("*").from_(tree.subquery("given"))
    return tree.select(*nulls, copy=False) if isinstance(tree, exp.Select) and nulls else tree


def _without(relation: Relation) -> exp.Expr:
    """The columns of a table, and NULLs for those that it does not have."""
    absent = _missing(relation)
    names = [exp.Column(this=identifier(str(c.name))) for c in relation.columns if c not in absent]
    *qualifiers, name = table_parts(str(relation.table))
    catalog, schema = ([None, None, *qualifiers])[-2:]
    table = exp.Table(this=name, db=schema, catalog=catalog)
    return exp.select(*names, *map(_null, absent)).from_(table)


def _null(column: Column) -> exp.Expr:
    kind = exp.DataType.build(_STORED.get(str(column.type), str(column.type)), dialect="duckdb")
    return exp.alias_(exp.Cast(this=exp.Null(), to=kind), identifier(str(column.name)))


def named_model(table: exp.Table) -> bool:
    """Whether a table of a SELECT stands for a model: ``models.visits``."""
    return table.db.lower() == PREFIX and not table.catalog


def identifier(name: str) -> exp.Identifier:
    """A column's name as it stands in SQL; a name in double quotes keeps its case.

    >>> identifier('"Mixed Case"').quoted, identifier("plain").quoted
    (True, False)
    """
    if len(name) > 2 and name[0] == name[-1] == '"':
        return exp.Identifier(this=name[1:-1].replace('""', '"'), quoted=True)
    return exp.Identifier(this=name, quoted=False)


def table_parts(text: str) -> list[exp.Identifier]:
    """The identifiers of a dotted table name; parts in double quotes or backticks keep their case.

    Raises `SemanticError` for anything but one to three parts, quotes closed.

    >>> [part.name for part in table_parts('prod."My Schema".orders')]
    ['prod', 'My Schema', 'orders']
    """
    parts: list[str] = [""]
    quote = ""
    for character in text.strip():
        if quote or character in '"`':
            parts[-1] += '"' if character == "`" and quote in ("", "`") else character
            quote = "" if character == quote else quote or character
        elif character == ".":
            parts.append("")
        else:
            parts[-1] += character
    named = [identifier(part.strip()) for part in parts]
    plain = all(part.name.isprintable() and part.name.strip('" ') for part in named)
    if quote or len(named) > 3 or not plain:
        raise SemanticError([faults.bad_table(text, text.span if isinstance(text, Text) else None)])
    return named
