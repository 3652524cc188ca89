"""Read a model's rows once: a coarser grouping of rows that are grouped already is made from those groups.

Buyers of a month are groups of months and customers; the amount of a month is a sum over the same rows, and
so is the amount of the month before. Where one grouping (the *source*) has all that another needs, the other
one reads the groups instead of the rows:

* every condition of the source is one of the other's; what the other asks beyond that, and what it groups by,
  is told by the source's keys (a month by its day, the month after by its month);
* every measure is put together from parts: sums, counts and extremes of the same rows, or the distinct values
  of a key.

That the source's own keys are known moves up to what reads its groups, so that the amount of nobody known can
be read from the groups of customers. The rows of a model that is made from a question are such groups, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from semantic.bind.relations import identifier
from semantic.bind.row import call, column, columns_of, walk_of
from semantic.catalog import Walk
from semantic.expr.spelled import spelled
from semantic.plan import (
    PARTS,
    Aggregate,
    Filter,
    Groups,
    Lookup,
    Measure,
    Named,
    Result,
    Rows,
    Scan,
    Step,
    Test,
    free_name,
    partial_column,
)
from semantic.plan.walk import changed, each
from semantic.rewrite.told import Keys, present, told, told_condition

_FIRST_DAYS = ("trunc_month_", "trunc_quarter_", "trunc_year_")


def shared(result: Result) -> Result:
    """The plan with every grouping that another one covers made from that one."""
    if not _reads_again(result):
        return result
    known: list[_Source] = []
    steps: list[Step] = []
    for step in result.steps:
        if isinstance(step.body, Result):
            step = replace(step, body=_shared(step.body, known))
            known += _of_model(step)
        steps.append(step)
    whole = _shared(result, known)
    return replace(whole, steps=tuple(_completed(step, known) for step in steps))


def _reads_again(result: Result) -> bool:
    """Whether a model is grouped twice at all; most plans are done here."""
    bodies = [step.body for step in result.steps if isinstance(step.body, Result)]
    found = {id(node): node for body in (*bodies, result) for node in each(body.input)}
    scans = [_scan(node.input) for node in found.values() if isinstance(node, Aggregate)]
    return any(count > 1 for count in Counter(scan.model for scan in scans if scan is not None).values())


def _scan(rows: Rows) -> Scan | None:
    """The model at the end of a chain of lookups and conditions."""
    while isinstance(rows, Lookup | Filter):
        rows = rows.input
    return rows if isinstance(rows, Scan) else None


# --- what can be read --------------------------------------------------------------------------------


@dataclass
class _Source:
    """A grouping of rows that others may be made from, and what they need of it.

    ``tests`` are its conditions by their spelling, ``columns`` what its readers call its keys and measures;
    ``open`` tells whether nothing reads it but as groups, so that it may ask for less and have more.
    """

    aggregate: Aggregate
    scan: Scan
    tests: dict[str, exp.Expr]
    open: bool
    step: Step | None = None
    source: _Source | None = None
    lifted: list[str] = field(default_factory=list)
    added: list[Measure] = field(default_factory=list)

    @property
    def keys(self) -> Keys:
        """Its keys by their spelling over rows, as readers see them."""
        return {spelled(key.tree): self.column(key.name) for key in self.aggregate.keys}

    @property
    def asked(self) -> dict[str, exp.Expr]:
        """The conditions that stay with its rows."""
        return {name: tree for name, tree in self.tests.items() if name not in self.lifted}

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Its measures, and those that were added for its readers."""
        return (*self.aggregate.measures, *self.added)

    def column(self, name: str) -> exp.Expr:
        """A key or a measure as readers see it."""
        if self.step is None:
            return partial_column(name)
        return column(identifier(_outputs(self.step).get(name, name)))

    def whole(self) -> Aggregate:
        """The grouping itself, with what its readers need."""
        if self.source is not None:
            return _made(self, self.source)
        if not (self.lifted or self.added):
            return self.aggregate
        tests = tuple(Test(tree) for tree in self.asked.values())
        rows = _bare(self.aggregate.input)
        return replace(self.aggregate, input=Filter(rows, tests) if tests else rows, measures=self.measures)


def _source(aggregate: Aggregate, *, open: bool, step: Step | None = None) -> _Source | None:
    """A grouping of a model's rows, unless its conditions look at other rows."""
    scan, tests, rows = _scan(aggregate.input), dict[str, exp.Expr](), aggregate.input
    if scan is None:
        return None
    while isinstance(rows, Lookup | Filter):
        if isinstance(rows, Filter):
            if any(test.matches for test in rows.tests):
                return None
            tests = {spelled(test.tree): test.tree for test in rows.tests} | tests
        rows = rows.input
    return _Source(aggregate, scan, tests, open, step)


def _bare(rows: Rows) -> Rows:
    """A chain without its conditions."""
    if isinstance(rows, Filter):
        return _bare(rows.input)
    return replace(rows, input=_bare(rows.input)) if isinstance(rows, Lookup) else rows


def _of_model(step: Step) -> list[_Source]:
    """The rows of a model whose question is a plain grouping."""
    body = step.body
    if not isinstance(body, Result) or not isinstance(body.input, Aggregate) or body.having or body.limit:
        return []
    if any(not isinstance(each.tree, exp.Column) for each in body.columns) or body.order:
        return []
    found = _source(body.input, open=True, step=step)
    return [found] if found is not None else []


def _outputs(step: Step) -> dict[str, str]:
    """What the model's rows call the keys and measures of its question."""
    assert isinstance(step.body, Result)
    return {each.tree.name: each.name for each in step.body.columns}


def _completed(step: Step, known: Iterable[_Source]) -> Step:
    """A model's step with what its readers need beyond what it had."""
    source = next((one for one in known if one.step is not None and one.step is step), None)
    if source is None or not isinstance(step.body, Result):
        return step
    outputs = _outputs(step)
    keys = [key for key in source.aggregate.keys if key.name not in outputs]
    missing = [Named(key.name, exp.column(key.name), key.type) for key in keys]
    added = [Named(m.name, exp.column(m.name, "#"), m.type) for m in source.added]
    if not (missing or added):
        return step
    return replace(
        step, body=replace(step.body, input=source.whole(), columns=(*step.body.columns, *missing, *added))
    )


# --- one question ------------------------------------------------------------------------------------


def _shared(result: Result, known: Iterable[_Source]) -> Result:
    """One question of a plan; ``known`` are the models that were made from questions before it."""
    sources = [*known, *_sources(result)]
    for number, other in enumerate(sources):
        if other.step is None:
            _settle(other, sources[:number])
    own = {one.aggregate.name: one for one in sources if one.step is None}
    if not any(one.source or one.lifted or one.added for one in own.values()):
        return result

    def change(node: Any) -> Any:
        if isinstance(node, Aggregate) and node.name in own:
            return own[node.name].whole()
        if isinstance(node, Groups) and isinstance(node.input, Aggregate) and node.input.name in own:
            source = own[node.input.name]
            return replace(node, tests=(*_above(source, source.lifted), *node.tests))
        return node

    return replace(result, input=changed(result.input, change))


def _sources(result: Result) -> list[_Source]:
    """The groupings of a question, those with the most keys first."""
    nodes = each(result.input)
    found = {node.name: node for node in nodes if isinstance(node, Aggregate)}
    read = Counter(node.name for node in nodes if isinstance(node, Aggregate))
    read.subtract(n.input.name for n in nodes if isinstance(n, Groups) and isinstance(n.input, Aggregate))
    made = [_source(node, open=not read[name]) for name, node in found.items()]
    return sorted((one for one in made if one), key=lambda one: -len(one.aggregate.keys))


def _settle(other: _Source, before: Iterable[_Source]) -> None:
    """Read a grouping from the coarsest of those before it that tell it."""
    for source in reversed(list(before)):
        if source.scan == other.scan and _alike(source, other) and _tells(source, other):
            other.source = source
            return


def _alike(source: _Source, other: _Source) -> bool:
    """Whether what both look up holds at the same times."""
    here, there = _held(source.aggregate.input), _held(other.aggregate.input)
    return all(here[walk] == there[walk] for walk in here.keys() & there.keys())


def _held(rows: Rows) -> dict[Walk, tuple[exp.Expr, ...]]:
    """When the rows that are looked up hold, by where they stand."""
    found: dict[Walk, tuple[exp.Expr, ...]] = {}
    while isinstance(rows, Lookup | Filter):
        if isinstance(rows, Lookup):
            found[rows.walk] = rows.validity
        rows = rows.input
    return found


def _tells(source: _Source, other: _Source) -> bool:
    """Whether groups tell another grouping; what that needs of them is noted where it does."""
    keys = source.keys
    lifted = [name for name in source.asked if name not in other.tests]
    if lifted and not all(_liftable(source, source.tests[name]) for name in lifted):
        return False
    asked = [tree for name, tree in other.tests.items() if name not in source.asked]
    if any(told_condition(tree, keys) is None for tree in asked):
        return False
    if any(told(key.tree, keys) is None for key in other.aggregate.keys):
        return False
    added = _missing(source, other)
    if added is None or (added and not source.open):
        return False
    source.lifted += lifted
    source.added += added
    return True


def _liftable(source: _Source, tree: exp.Expr) -> bool:
    """Whether a condition is that a key is there, and what reads the groups can ask that of them."""
    own = source.open and source.step is None and source.source is None
    return own and present(tree) is not None and told_condition(tree, source.keys) is not None


def _missing(source: _Source, other: _Source) -> list[Measure] | None:
    """The measures that a source lacks for another grouping, or ``None`` where it cannot have them."""
    taken = {key.name.lower() for key in source.aggregate.keys} | {m.name.lower() for m in source.measures}
    added = list[Measure]()
    for measure in other.aggregate.measures:
        name = str(measure.call.this)
        if name == "count_distinct" and _values_told(source, measure):
            continue
        if name not in PARTS or (measure.zero and not other.aggregate.keys):
            return None
        if _part(source.measures, measure) is None and _part(added, measure) is None:
            if source.source is not None or not _reached(source.aggregate.input, measure):
                return None
            added.append(replace(measure, name=free_name(measure.name, taken)))
    return added


def _reached(rows: Rows, measure: Measure) -> bool:
    """Whether the rows of a grouping are joined with all that a measure reads."""
    walks: set[Walk] = {()}
    while isinstance(rows, Lookup | Filter):
        if isinstance(rows, Lookup):
            walks.add(rows.walk)
        rows = rows.input
    trees = [measure.call, *([measure.where] if measure.where is not None else [])]
    return all(walk_of(each) in walks for tree in trees for each in columns_of(tree))


def _values_told(source: _Source, measure: Measure) -> bool:
    """Whether the values that are counted are those of a key."""
    return measure.where is None and told(measure.call.expressions[0], source.keys) is not None


def _part(measures: Iterable[Measure], wanted: Measure) -> Measure | None:
    """The measure that has the parts of another."""
    return next((m for m in measures if m.call == wanted.call and m.where == wanted.where), None)


# --- reading groups ----------------------------------------------------------------------------------


def _made(other: _Source, source: _Source) -> Aggregate:
    """A grouping over the groups of another, or these themselves where they are the same."""
    if _same(other, source):
        return source.whole()
    asked = _above(source, [name for name in other.tests if name not in source.asked], other.tests)
    rows: Rows = Groups(source.whole(), asked)
    if source.step is not None:
        scan = Scan(source.step.model, (), source.step.level)
        rows = Filter(scan, tuple(map(Test, asked))) if asked else scan
    keys = tuple(replace(key, tree=_told(key.tree, source)) for key in other.aggregate.keys)
    measures = tuple(_over(measure, source) for measure in other.measures)
    alone = _alone(keys, measures, source)
    return replace(other.aggregate, input=rows, keys=keys, measures=measures, alone=alone)


def _alone(keys: Iterable[Named], measures: Iterable[Measure], source: _Source) -> bool:
    """Whether no two groups of a source come into one: each key stands, or is moved by whole periods."""
    columns = {source.column(key.name): key.tree for key in source.aggregate.keys}
    found = {column for key in keys for column, tree in columns.items() if _stands(key.tree, column, tree)}
    return len(found) == len(columns) and all(str(m.call.this) != "count_distinct" for m in measures)


def _stands(tree: exp.Expr, column: exp.Expr, period: exp.Expr) -> bool:
    """Whether a scalar is a column, or the period of it some periods later: first days stay first days."""
    if tree == column:
        return True
    moved = str(tree.this) if isinstance(tree, exp.Anonymous) else ""
    if not moved.startswith("add_") or not moved.endswith("_date") or tree.expressions[0] != column:
        return False
    first = isinstance(period, exp.Anonymous) and str(period.this).startswith(_FIRST_DAYS)
    return moved in ("add_days_date", "add_weeks_date") or first


def _same(other: _Source, source: _Source) -> bool:
    """Whether two groupings of a question are one."""
    keys = [(key.name, key.tree) for key in other.aggregate.keys]
    same = keys == [(key.name, key.tree) for key in source.aggregate.keys] and source.step is None
    parts = [(measure.name, _part(source.measures, measure)) for measure in other.measures]
    return (
        same
        and other.tests.keys() == source.asked.keys()
        and all(part is not None and part.name == name for name, part in parts)
    )


def _above(
    source: _Source, names: Iterable[str], tests: dict[str, exp.Expr] | None = None
) -> tuple[exp.Expr, ...]:
    """Conditions on rows, asked of the groups of a source."""
    known = source.tests if tests is None else tests
    made = [told_condition(known[name], source.keys) for name in names]
    return tuple({spelled(tree): tree for tree in made if tree is not None}.values())


def _told(tree: exp.Expr, source: _Source) -> exp.Expr:
    found = told(tree, source.keys)
    assert found is not None  # as `_tells` made sure
    return found


def _over(measure: Measure, source: _Source) -> Measure:
    """A measure put together from parts, or from the values of a key."""
    part = _part(source.measures, measure)
    if part is None:
        return replace(measure, call=call("count_distinct", _told(measure.call.expressions[0], source)))
    whole = call(PARTS[str(measure.call.this)], source.column(part.name))
    return replace(measure, call=whole, where=None)
