"""Checks beyond one question: everything that a project defines, for every dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.audit import audit
from semantic.bind import Definitions, Metric, Metrics, Questions, bind, values
from semantic.bind.leaf import Through, all_leaves
from semantic.bind.row import Row
from semantic.bind.sampled import nests_in
from semantic.bind.sensible import check_calendar, check_interval
from semantic.catalog import Catalog, Edge, Model
from semantic.dialect import Dialect, load, names
from semantic.faults import Fault, SemanticError
from semantic.lower import lower
from semantic.plan import Result
from semantic.planner import plan
from semantic.query import Query
from semantic.source import Span, Text
from semantic.spec import types as spec
from semantic.terminal.values import is_format


def check(catalog: Catalog, dialects: Sequence[str]) -> tuple[Fault, ...]:
    """Every fault of a project, sorted by place.

    All that is defined is bound, under the defaults of the parameters; then every metric, dimension and
    model is written for every dialect.
    """
    checked = _Check(catalog)
    checked.bind_all()
    for name in dialects:
        checked.write_all(name)
    return SemanticError(checked.found).faults


def unavailable(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """The metrics that read a source which a library can do without and the project does not map, each with
    the names of these sources."""
    if not any(not each.required and _unmapped(each) for each in catalog.spec.sources):
        return {}
    checked = _Check(catalog)
    found = {}
    for name in catalog.metrics:
        try:
            result = checked.planned(checked.known.metric(name))
        except SemanticError:  # `check` tells
            continue
        if missing := checked.missing(result):
            found[name] = missing
    return found


def samples(catalog: Catalog) -> dict[str, Any]:
    """A value for each parameter that has no default, so that what uses it can be bound."""
    return {
        name: parameter.values[0] if parameter.values else _SAMPLES[parameter.type]
        for name, parameter in catalog.parameters.items()
        if parameter.default is None
    }


_SAMPLES: Mapping[spec.TypeName, Any] = {
    "integer": 1,
    "decimal": Decimal("1.5"),
    "float": 1.5,
    "text": "text",
    "boolean": True,
    "date": date(2024, 1, 31),
    "timestamp": datetime(2024, 1, 31, 12),
    "timestamptz": datetime(2024, 1, 31, 12, tzinfo=UTC),
}
#: Types that can be equal to each other.
_ALIKE: Mapping[str, str] = {
    **dict.fromkeys(("integer", "decimal", "float"), "number"),
    **dict.fromkeys(("date", "timestamp", "timestamptz"), "time"),
}


def needed(metric: Metric) -> tuple[str, ...]:
    """What a question has to ask by for a metric to have a value: a period of time, the age of a cohort."""
    leaves = list(all_leaves(metric.leaves.values()))
    ages = {f"since.{leaf.retained.period}" for leaf in leaves if leaf.retained is not None}
    samples = [leaf.sampled for leaf in leaves if leaf.sampled is not None]
    periods = [each.each if each.every else _longer(each.each) for each in samples]
    periods += [_period(leaf.through) for leaf in leaves if leaf.through or leaf.at is not None]
    return (*sorted(ages), *(f"time.{period}" for period in periods[:1]))


def _longer(each: str) -> str:
    """A period that takes the values of shorter ones."""
    return next((name for name in ("day", "month", "year") if name != each and nests_in(each, name)), each)


def _period(through: Through) -> str:
    """A period that a window or an offset is a number of; those of a calendar table go along themselves."""
    if through.own:
        return through.own[0]
    for length in (through.window, through.offset):
        if isinstance(length, spec.Duration):
            return length.unit
    return "day"


class _Check:
    """Collects faults; what failed to bind is left out of what is written."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.found: list[Fault] = []
        self.definitions = Definitions(catalog, values(catalog, samples(catalog)))
        self.known = Metrics(self.definitions)
        self.questions = Questions(self.definitions, self.known)
        self.metrics: list[Metric] = []
        self.rows: list[tuple[Row, Span | None]] = []
        self._told: set[tuple[str, str]] = set()  # names of the project that are too long
        self._blamed: dict[tuple[str, str], set[str]] = {}

    def attempt(self, act: Callable[..., Any], *arguments: Any, span: Span | None = None) -> Any:
        """The result, or ``None`` with the faults noted; those without a place get one."""
        try:
            return act(*arguments)
        except SemanticError as error:
            self.found += [_placed(fault, span) for fault in error.faults]
            return None

    # --- binding --------------------------------------------------------------------------------

    def bind_all(self) -> None:
        """Bind every dimension, time axis, key, join, statement and metric; look at formats."""
        for model in self.catalog.models.values():
            self._model(model)
        for name, given in self.catalog.metrics.items():
            metric = self.attempt(self.known.metric, name, given.name.span)
            if metric is not None:
                self.metrics.append(metric)
            self._format(given.format)
        for function in self.catalog.functions.values():
            self.found += [
                faults.unknown("dialect", dialect, names(), function.span)
                for dialect in function.templates
                if dialect not in names()
            ]

        if not self.found:
            self.rows += audit(self.catalog, self.definitions.values, self.found)

    def _model(self, model: Model) -> None:
        for dimension in model.dimensions.values():
            span = (dimension.sql or dimension.name).span
            self._row(span, self.definitions.dimension, model.name, str(dimension.name))
            self._format(dimension.format)
        if model.spec.time is not None:
            self._row(model.spec.time.span, self.definitions.time, model.name)
        for key in (model.spec.primary_key, *model.spec.unique):
            for part in key:
                self._row(part.span, self.definitions.key_row, model.name, part)
        self._times(model)
        for edge in model.edges.values():
            if not edge.role.startswith("@"):  # the way to a cohort is checked with its metric
                self._join(edge)
        if model.relation.sql is not None:
            self.attempt(self.definitions.statement, model.name, span=model.relation.sql.span)
        if model.spec.query is not None:
            self.attempt(self.questions.bound, model.name, span=model.spec.query.span)

    def _times(self, model: Model) -> None:
        """The periods of a calendar, and the interval in which a row holds."""
        if model.spec.periods:
            self.attempt(check_calendar, self.definitions, model.name)
        if model.spec.valid is not None:
            self.attempt(check_interval, self.definitions, model.name, None)

    def _row(self, span: Span | None, act: Callable[..., Row | None], *arguments: Any) -> Row | None:
        row: Row | None = self.attempt(act, *arguments, span=span)
        if row is not None:
            self.rows.append((row, span))
        return row

    def _join(self, edge: Edge) -> None:
        for left, right in edge.on:
            here = self._row(left.span, self.definitions.key_row, edge.origin, left)
            there = self._row(right.span, self.definitions.key_row, edge.target, right)
            if here and there and here.type and there.type and _class(here) != _class(there):
                self.found.append(faults.join_types(edge.role, here.type, there.type, left.span))
        for bound in edge.spec.valid or ():
            self._row(bound.span, self.definitions.key_row, edge.target, bound)
        if edge.spec.at is not None and not self.catalog.by_time(edge):
            self._row(edge.spec.at.span, self.definitions.key_row, edge.origin, edge.spec.at)

    def _format(self, text: Text | None) -> None:
        if text is not None and not is_format(text):
            self.found.append(faults.bad_format(text, text.span))

    # --- writing --------------------------------------------------------------------------------

    def write_all(self, name: str) -> None:
        """Write everything that was bound for one dialect."""
        dialect = self.attempt(load, name)
        if dialect is None:
            return
        dialect = dialect.with_functions(self.catalog.functions_in(name))
        long = list(_too_long(self.catalog, dialect))
        self.found += long
        self._told |= {(fault.code, fault.message) for fault in long}
        for function in self.catalog.functions.values():
            if name in function.templates:
                count = len(function.arguments)
                self.attempt(dialect.template, str(function.name), count, span=function.templates[name].span)
        for row, span in self.rows:
            self.attempt(self._translate, row.tree, dialect, span=span)
        for model in self.catalog.models.values():
            self._write_statement(model, dialect)
        for metric in sorted(self.metrics, key=lambda metric: not metric.simple):
            self._write_metric(metric, dialect)

    def _translate(self, tree: exp.Expr, dialect: Dialect) -> exp.Expr:
        self._need_templates(tree, dialect)
        return dialect.translate(tree.copy())

    def _write_statement(self, model: Model, dialect: Dialect) -> None:
        text = model.relation.sql
        if text is None:
            return
        try:
            statement = self.definitions.statement(model.name)
        except SemanticError:  # told already
            return
        self.attempt(self._translate, statement, dialect, span=text.span)

    def _write_metric(self, metric: Metric, dialect: Dialect) -> None:
        """A fault of an aggregate is told at the first metric that has it, not at each made of that."""
        try:
            self._lower(metric, dialect)
        except SemanticError as error:
            for fault in error.faults:
                if (fault.code, fault.message) in self._told:
                    continue
                blamed = self._blamed.setdefault((fault.code, fault.message), set())
                if not blamed & metric.leaves.keys():
                    self.found.append(_placed(fault, metric.spec.sql.span))
                blamed |= metric.leaves.keys()

    def _lower(self, metric: Metric, dialect: Dialect) -> None:
        for tree in (metric.tree, *(leaf.call for leaf in metric.leaves.values())):
            self._need_templates(tree, dialect)
        result = self.planned(metric)
        if not self.missing(result):
            lower(result, self.definitions, dialect)

    def planned(self, metric: Metric) -> Result:
        """The plan of a question for one metric."""
        by = needed(metric)
        ended = any(
            path.startswith("time.") for path in by
        )  # what is taken over all periods needs an end, too
        asked = Query.of(metrics=metric.name, by=by, time="2024" if ended else None)
        return plan(self.definitions, bind(self.definitions, self.known, asked))

    def missing(self, result: Result) -> tuple[str, ...]:
        """The sources that a plan reads and that are not mapped, where a library can do without them all."""
        relations = {name: self.catalog.models[name].relation for name in result.models}
        found = [each for each in relations.values() if isinstance(each, spec.Source) and _unmapped(each)]
        return () if any(each.required for each in found) else tuple(sorted({str(s.name) for s in found}))

    def _need_templates(self, tree: exp.Expr, dialect: Dialect) -> None:
        called = {str(node.this) for node in tree.find_all(exp.Anonymous)}
        own = [f for f in self.catalog.functions.values() if str(f.name) in called]
        missing = [f for f in own if dialect.name not in f.templates]
        if missing:
            raise SemanticError(faults.no_template(str(f.name), dialect.name, f.name.span) for f in missing)


def _unmapped(source: spec.Source) -> bool:
    return source.table is None and source.sql is None


def _too_long(catalog: Catalog, dialect: Dialect) -> Iterator[Fault]:
    limit = dialect.answers.identifier_limit
    for name in _names(catalog):
        if len(name.encode()) > limit:
            yield replace(faults.identifier_too_long(name, limit, dialect.name), hint="", span=name.span)


def _names(catalog: Catalog) -> Iterable[Text]:
    """The names that become columns, tables and steps of a statement."""
    yield from (metric.name for metric in catalog.metrics.values())
    for model in catalog.models.values():
        yield model.spec.name
        yield from (dimension.name for dimension in model.dimensions.values())


def _placed(fault: Fault, span: Span | None) -> Fault:
    return fault if fault.span or span is None else replace(fault, span=span)


def _class(row: Row) -> str:
    return _ALIKE.get(str(row.type), str(row.type))
