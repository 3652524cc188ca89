"""The WITH clause: one step a name, each built once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlglot import exp

from semantic.bind.definitions import Definitions
from semantic.bind.relations import named_model
from semantic.dialect import Dialect
from semantic.lower.build import Build
from semantic.plan import (
    WHOLE,
    Aggregate,
    CalendarFrames,
    Distinct,
    Frames,
    Grouped,
    PlanError,
    Sampled,
    Selected,
    Step,
    free_name,
)


class Steps:
    """The steps of a statement in order, and the relations that models stand for."""

    def __init__(self, dialect: Dialect, definitions: Definitions, models: Iterable[str]) -> None:
        self.dialect = dialect
        self.definitions = definitions
        self.build = Build(dialect)
        self.steps: list[exp.CTE] = []
        self.taken: set[str] = set(definitions.table_names)
        for model in models:
            self.taken |= definitions.tables_read(model)
        self._models: dict[str, str] = {}
        self._levels: dict[tuple[str, int], str] = {}
        self._distinct: list[tuple[Distinct, str]] = []
        #: Makes the step that holds a grouping; set by what lowers groupings.
        self.grouped: Callable[[Grouped], str]
        #: The step of an aggregate that several steps read.
        self.base: Callable[[Aggregate], str]
        #: The last fine period of the series that is being made, where one is.
        self.end: exp.Expr | None = None
        #: The step with the periods of windows and what lies in them.
        self.frames: Callable[[Frames | CalendarFrames], str]
        #: The step with the shorter periods that longer ones take values of.
        self.samples: Callable[[Sampled], str]

    def add(self, wish: str, query: exp.Expr) -> str:
        """A step under the wished name, or one that is free."""
        # BigQuery would take a column of the step's own name for the whole row.
        outputs = {name.lower() for name in query.named_selects} if isinstance(query, exp.Query) else set()
        name = free_name(wish, self.taken | outputs)
        self.taken.add(name.lower())
        alias = exp.TableAlias(this=self.dialect.identifier(name))
        self.steps.append(exp.CTE(this=query, alias=alias))
        return name

    def add_level(self, step: Step, query: exp.Expr) -> None:
        """A step that makes a model's rows, or adds columns to them; from now on it is what is read."""
        self._levels[step.model, step.level] = self._models[step.model] = self.add(step.name, query)

    def relation(self, model: str, alias: str, level: int | None = None) -> exp.Table:
        """Where a model's rows come from: its table, or a step with its SELECT or its question."""
        found = self._relation(model, alias, level)
        found.meta["model"] = model
        return found

    def _relation(self, model: str, alias: str, level: int | None) -> exp.Table:
        known = self._models.get(model) if level is None else self._levels.get((model, level))
        if known is not None and (level is not None or not self._is_policed(model)):
            return self.build.table(known, alias)
        if level != WHOLE and self._is_policed(model):
            raise PlanError(f"rows of {model} are read that its policies did not filter")
        table = self.definitions.table(model)
        if table is None:
            return self.build.table(self._statement(model), alias)
        parts = [self.dialect.translate(part.copy()) for part in table]
        *qualifiers, name = parts
        catalog, schema = ([None, None, *qualifiers])[-2:]
        same = name.name == alias and not name.args.get("quoted")
        short = None if same else exp.TableAlias(this=self.dialect.identifier(alias))
        return exp.Table(this=name, db=schema, catalog=catalog, alias=short)

    def _statement(self, model: str) -> str:
        if (model, WHOLE) not in self._levels:
            query = self.dialect.translate(self.definitions.statement(model).copy())
            self._levels[model, WHOLE] = self.add(model, query)
        return self._levels[model, WHOLE]

    def _is_policed(self, model: str) -> bool:
        """Whether policies govern the rows of a model, and no step has filtered them yet."""
        return (model, 0) not in self._levels and bool(self.definitions.conditions(model))

    def selected(self, selected: Selected) -> exp.Query:
        """A model's own SELECT, over the steps and tables that the models in it stand for."""
        levels = {model.lower(): (model, level) for model, _, level in selected.reads}
        query = self.dialect.translate(self.definitions.statement(selected.model).copy())
        assert isinstance(query, exp.Query)  # as `Relations.statement` saw to
        for table in [each for each in query.find_all(exp.Table) if named_model(each)]:
            model, level = levels[table.name.lower()]
            home = model if level is None else selected.model
            table.replace(self.relation(home, table.alias_or_name, level))
        return query

    def distinct(self, distinct: Distinct, build: Callable[[Distinct], exp.Expr]) -> str:
        """The step with the distinct combinations of some columns; equal ones share it."""
        content = replace(distinct, name="")
        for known, name in self._distinct:
            if known == content:
                return name
        name = self.add(distinct.name, build(distinct))
        self._distinct.append((content, name))
        return name
