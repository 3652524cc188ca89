"""What every grouping is made with, and aggregates that are taken in two steps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from sqlglot import exp

from semantic.bind.definitions import Definitions
from semantic.dialect import Dialect
from semantic.lower.build import Build
from semantic.lower.rows import RowBuilder, counted_rows
from semantic.lower.series import SeriesBuilder
from semantic.lower.steps import Steps
from semantic.plan import Aggregate, Grouped, Measure, Part
from semantic.spec.types import TypeName


class Grouping(ABC):
    """Makes SELECTs of groupings, over the steps of a statement."""

    def __init__(self, definitions: Definitions, dialect: Dialect, steps: Steps) -> None:
        self.definitions = definitions
        self.dialect = dialect
        self.build = Build(dialect)
        self.steps = steps
        steps.grouped = self.grouped
        self.series = SeriesBuilder(dialect, steps, self._added)
        steps.base = self.series.base
        steps.frames = self.series.frames
        steps.samples = self.series.samples
        self.periods: str | None = None

    def _rows(self) -> RowBuilder:
        return RowBuilder(self.dialect, self.definitions, self.steps)

    def grouped(self, node: Grouped) -> str:
        """The step that holds a grouping, by name; an aggregate that several read is made once."""
        return self.series.base(node) if isinstance(node, Aggregate) else self._added(node)

    def _added(self, node: Grouped) -> str:
        select = self.grouping(node)
        return self.steps.add(node.name, select)

    @abstractmethod
    def grouping(self, node: Grouped) -> exp.Select:
        """The SELECT of a grouping; the steps that it reads from are there already."""

    def _part(self, part: Part) -> str:
        return self.grouped(part)

    def _null(self, kind: TypeName) -> exp.Expr:
        return exp.Cast(this=exp.Null(), to=self.dialect.type(kind))

    def _needs_state(self, aggregate: Aggregate) -> bool:
        return any(self._over_group(m) for m in aggregate.measures)

    def _over_group(self, measure: Measure) -> bool:
        """Whether the target has the aggregate as a window function only."""
        call = measure.call
        return self.dialect.template(str(call.this), len(call.expressions)).over_group is not None

    def _two_steps(self, aggregate: Aggregate) -> exp.Select:
        """Window calls beside the rows first, then the grouping over their results."""
        rows = self._rows().add(aggregate.input)
        trees = [k.tree for k in aggregate.keys]
        inner = {k.name: rows.scope.translate(k.tree.copy()) for k in aggregate.keys}
        outer: list[exp.Expr] = [self.build.column(k.name) for k in aggregate.keys]
        for measure in aggregate.measures:
            outer.append(self.build.named(self._state(rows, measure, trees, inner), measure.name))
        columns = [self.build.named(tree, name) for name, tree in inner.items()]
        step = self.steps.add(
            f"{aggregate.name}_rows", self.build.select(columns, rows.source, rows.joins, rows.where)
        )
        return self.build.select(outer, self.build.table(step), group=len(aggregate.keys))

    def _state(
        self, rows: RowBuilder, measure: Measure, keys: Sequence[exp.Expr], inner: dict[str, exp.Expr]
    ) -> exp.Expr:
        """An aggregate over columns that are added to those of each row."""
        call = counted_rows(measure)
        name, arguments = str(call.this), [rows.scope.translate(a) for a in call.expressions]
        template = self.dialect.template(name, len(arguments))
        if template.over_group is not None:
            window = template.over_group(arguments)
            over = window.find(exp.Window)
            assert over is not None
            over.set("partition_by", [rows.scope.translate(k.copy()) for k in keys] or None)
            inner[measure.name] = window
            return template.build([self.build.column(measure.name)])
        references = [
            a if a.find(exp.Column) is None else self._carried(a, measure, inner) for a in arguments
        ]
        return self.dialect.call(name, *references)

    def _carried(self, argument: exp.Expr, measure: Measure, inner: dict[str, exp.Expr]) -> exp.Expr:
        """A column of each row under its own name, or an expression under the measure's."""
        wish = argument.name if isinstance(argument, exp.Column) else measure.name
        name, number = wish, 2
        while name in inner and inner[name] != argument:
            name, number = f"{wish}_{number}", number + 1
        inner.setdefault(name, argument)
        return self.build.column(name)


def class_of(kind: TypeName | None) -> TypeName:
    """The type of a NULL that fits beside values of a type: any number widens from an integer."""
    return kind if kind in ("text", "boolean", "date", "timestamp", "timestamptz") else "integer"
