"""Where the rows of models come from: tables by name, and SELECTs as trees."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind.sound import unsound
from semantic.bind.texts import Texts
from semantic.catalog import Catalog
from semantic.expr import parse
from semantic.expr.canonical import Misfit, canonical_statement
from semantic.faults import SemanticError
from semantic.source import Text
from semantic.spec.types import TypeName

#: What stands before the name of a model in a model's own SELECT, as if all models were of one schema.
PREFIX = "models"


class Relations(Texts):
    """The relations of one catalog's models."""

    def __init__(self, catalog: Catalog, values: Mapping[str, Any]) -> None:
        super().__init__(catalog, values)
        self._statements: dict[str, exp.Expr] = {}
        self._tables_read: dict[str, frozenset[str]] = {}

    @cached_property
    def table_names(self) -> frozenset[str]:
        """The last part of every table's name, in lower case: no step of a statement may be called so."""
        relations = (m.relation for m in self.catalog.models.values())
        return frozenset(table_parts(r.table)[-1].name.lower() for r in relations if r.table is not None)

    def table(self, model: str) -> tuple[exp.Identifier, ...] | None:
        """The parts of a model's table name, or ``None`` where it is a SELECT."""
        table = self.catalog.models[model].relation.table
        return None if table is None else tuple(table_parts(table))

    def tables_read(self, model: str) -> frozenset[str]:
        """The tables that a model's SELECT names, in lower case; a step of that name would capture them."""
        if self.catalog.models[model].relation.sql is None:
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
        relation = self.catalog.models[model].relation
        if relation.sql is None or PREFIX not in relation.sql.lower():
            return {}
        tree = self.statement(model)
        names = {node.name for node in tree.find_all(exp.Column, exp.Identifier)}
        names |= {"*"} if any(not isinstance(s.parent, exp.Count) for s in tree.find_all(exp.Star)) else set()
        found = [table.name for table in tree.find_all(exp.Table) if named_model(table)]
        for name in found:
            if name not in self.catalog.models:
                raise SemanticError(
                    [faults.unknown("model", name, list(self.catalog.models), relation.sql.span)]
                )
        return dict.fromkeys(sorted(set(found)), frozenset(names))

    def statement(self, model: str) -> exp.Expr:
        """The canonical tree of a model's SELECT."""
        if model not in self._statements:
            relation = self.catalog.models[model].relation
            if relation.sql is None:
                raise SemanticError([faults.unmapped(model, relation)])
            self._statements[model] = self._statement(relation.sql)
        return self._statements[model]

    def _statement(self, text: Text) -> exp.Expr:
        tree = parse.parse_statement(self._rendered(text), self.language(text))
        if not isinstance(tree, exp.Query):
            raise SemanticError([faults.not_a_select(text.span)])
        try:
            tree = canonical_statement(
                tree, self.type_in, self.catalog.functions, authoring=self.language(text)
            )
        except Misfit as misfit:
            raise self.placed(misfit.pairs, text, 0) from None
        if found := list(unsound(tree, lambda column: None)):
            raise self.placed(found, text, 0)
        return self._filled(tree, text)

    def type_in(self, table: exp.Table, name: str) -> TypeName | None:
        """The type of a column of a table in a model's SELECT, where the table stands for a model."""
        raise NotImplementedError


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
