"""Views made from what a project says of them: the rows of each as one statement, for one dialect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from semantic import faults
from semantic.bind.grain import TIME_TYPES
from semantic.bind.relations import table_parts
from semantic.catalog import Catalog
from semantic.dialect import Dialect
from semantic.faults import Fault, SemanticError
from semantic.query import Extract, Query
from semantic.spec.types import View as Spec
from semantic.views.answering import (
    answer_faults,
    grants_in,
    kind_in,
    named_columns,
    options_in,
    spec_faults,
)
from semantic.views.asking import asked, placed
from semantic.views.comments import shortened, spoken, worded
from semantic.views.extending import extended
from semantic.views.ordering import ordered
from semantic.views.statements import check_names
from semantic.views.view import Column, Deployment, View

_UNMAPPED = "unmapped"


class Output(Protocol):
    """A column of an answer."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def type(self) -> Any: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def labels(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def descriptions(self) -> Mapping[str, str]: ...  # noqa: D102


class Statement(Protocol):
    """A question as one statement."""

    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def columns(self) -> Sequence[Output]: ...  # noqa: D102


class Compiler(Protocol):
    """What views need of a project that is ready to be asked."""

    @property
    def catalog(self) -> Catalog: ...  # noqa: D102

    def target_dialect(self, name: str) -> Dialect: ...  # noqa: D102

    def compile(  # noqa: D102
        self, query: Query | Extract, dialect: str, arranged: tuple[str, ...]
    ) -> Statement: ...

    def models_of(self, query: Query | Extract) -> tuple[str, ...]: ...  # noqa: D102

    def context(self, parameters: Mapping[str, Any]) -> tuple[Any, Any]: ...  # noqa: D102


def deployment(
    layer: Compiler, dialect: str, names: Sequence[str] = (), schema: str | None = None
) -> Deployment:
    """The views of a project for one dialect, or some of them; ``schema`` is where those stand that do not
    say it themselves. Raises `SemanticError` with every fault of them.
    """
    specs = extended(layer.catalog.spec.views)
    if wrong := [name for name in names if name not in specs]:
        raise SemanticError(faults.unknown("view", name, list(specs), None) for name in wrong)
    made = _Maker(layer, layer.target_dialect(dialect), schema)
    for name in sorted(names or specs):
        made.make(specs[name])
    made.check_objects()
    if made.found:
        raise SemanticError(made.found)
    return Deployment(ordered(layer, made.views, specs), made.unavailable)


def faults_of(layer: Compiler, dialects: Sequence[str]) -> tuple[Fault, ...]:
    """What is wrong with the views of a project in some dialects, each thing told once.

    What a target does not have is a fault where the project has targets of that dialect, or none at all.
    """
    found: list[Fault] = []
    try:
        specs = extended(layer.catalog.spec.views)
    except SemanticError as error:
        return error.faults
    targets = {str(target.dialect) for target in layer.catalog.targets.values()}
    for name in dialects:
        made = _Maker(layer, layer.target_dialect(name), None, answered=not targets or name in targets)
        for spec in specs.values():
            made.make(spec)
        made.check_objects()
        found += made.found
        if not made.found:
            found += _disordered(layer, made.views, specs)
    return SemanticError(found).faults


def _disordered(layer: Compiler, views: Sequence[View], specs: Mapping[str, Spec]) -> tuple[Fault, ...]:
    try:
        ordered(layer, views, specs)
    except SemanticError as error:
        return error.faults
    return ()


class _Maker:
    """Makes views and collects what is wrong with them."""

    def __init__(
        self, layer: Compiler, dialect: Dialect, schema: str | None, *, answered: bool = True
    ) -> None:
        self.layer = layer
        self.dialect = dialect
        self.schema = schema
        self.answered = answered  # whether the target must have all that is said of a view
        self.views: list[View] = []
        self.unavailable: dict[str, tuple[Fault, ...]] = {}
        self.found: list[Fault] = []
        self.specs: dict[str, Spec] = {}

    def make(self, spec: Spec) -> None:
        """One view; or its faults, or the sources that it waits for."""
        wrong = [*spec_faults(spec), *(answer_faults(spec, self.dialect) if self.answered else ())]
        try:
            view = None if wrong else self._view(spec)
        except SemanticError as error:
            if all(fault.code == _UNMAPPED for fault in error.faults):
                self.unavailable[str(spec.name)] = error.faults
                return
            wrong, view = placed(error, spec.name.span), None
        self.found += wrong
        if view is not None:
            self.views.append(view)
            self.specs[view.name] = spec

    def _view(self, spec: Spec) -> View:
        place = self._place(spec)
        question, arranged = asked(spec)
        compiled = self.layer.compile(question, self.dialect.name, arranged)
        language = str(spec.language or "en")
        columns = tuple(self._column(each, language) for each in compiled.columns)
        self._check_columns(spec, columns)
        view = View(
            name=str(spec.name),
            dialect=self.dialect.name,
            place=place,
            alias=str(spec.alias or spec.name),
            kind=kind_in(spec, self.dialect.name),
            select=compiled.text,
            columns=columns,
            label=spoken(spec.label, language),
            description=spoken(spec.description, language),
            keys=self._keys(question),
            grants=grants_in(spec, self.dialect),
            options=options_in(spec, self.dialect),
        )
        check_names(view, self.dialect)
        return view

    def _keys(self, question: Query | Extract) -> tuple[str, ...]:
        """The columns that tell one row from another, as far as they are all there."""
        if isinstance(question, Query):
            return () if question.extremes else tuple(by.output for by in question.by)
        model = self.layer.catalog.models[question.model]
        paths = [(name, f"{model.name}.{name}") for name in map(str, model.spec.primary_key)]
        if not question.columns:
            return tuple(path.replace(".", "_") for _, path in paths)
        known = {str(by.path): by.output for by in question.columns}
        found = [known.get(path) or known.get(name) for name, path in paths]
        return tuple(name for name in found if name) if all(found) else ()

    def _place(self, spec: Spec) -> tuple[str, ...]:
        """The parts of the schema, as they are written."""
        schema = spec.schema or self.schema
        if schema is None:
            return ()
        parts = table_parts(schema)
        if len(parts) > 2:
            raise SemanticError([faults.bad_table(schema, getattr(schema, "span", None))])
        return tuple('"' + p.name.replace('"', '""') + '"' if p.quoted else p.name for p in parts)

    def _column(self, column: Output, language: str) -> Column:
        words = worded(spoken(column.labels, language), spoken(column.descriptions, language))
        return Column(column.name, column.type, shortened(words, self.dialect.answers.comment_limits[1]))

    def _check_columns(self, spec: Spec, columns: Sequence[Column]) -> None:
        """Options name columns of the view, and rows lie apart by time."""
        name, known = str(spec.name), {column.name: column.type for column in columns}
        wrong = [
            faults.no_column_of_view(text, name, list(known), text.span)
            for text in named_columns(spec)
            if text not in known
        ]
        by = spec.partition_by
        if by is not None and by in known and known[by] not in TIME_TYPES:
            wrong.append(faults.bad_partition(by, name, known[by], by.span))
        if wrong:
            raise SemanticError(wrong)

    def check_objects(self) -> None:
        """No two views are one object."""
        seen: dict[tuple[str, ...], View] = {}
        for view in self.views:
            first = seen.setdefault(stored(view.parts, self.dialect), view)
            if first is not view:
                spec, called = self.specs[view.name], ".".join(view.parts)
                self.found.append(faults.same_object(view.name, first.name, called, spec.name.span))


def stored(parts: Iterable[str], dialect: Dialect) -> tuple[str, ...]:
    """A name as the target keeps it, part by part.

    >>> from semantic.dialect import load
    >>> stored(["shop", '"Sales"'], load("snowflake"))
    ('SHOP', 'Sales')
    """
    return tuple(
        each[1:-1].replace('""', '"')
        if len(each) > 2 and each[0] == each[-1] == '"'
        else _folded(each, dialect)
        for each in parts
    )


def _folded(name: str, dialect: Dialect) -> str:
    return dialect.folded(name) if name.isascii() and name.isidentifier() else name
