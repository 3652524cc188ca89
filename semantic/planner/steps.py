"""The steps that make the rows of models first: questions that models are made from, and levels that add
columns which look at other rows. Only what is read is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind.bound import Bound
from semantic.bind.computed import Computed, Following
from semantic.bind.definitions import Definitions
from semantic.bind.relations import identifier
from semantic.bind.row import column, columns_of, walk_of
from semantic.catalog import bare, ring
from semantic.faults import SemanticError
from semantic.plan import (
    WHOLE,
    Extraction,
    Matching,
    Named,
    Projection,
    Result,
    Selected,
    Step,
    columns_read,
)
from semantic.planner.lookups import Lookups
from semantic.planner.policed import Visible, looked_at, visible
from semantic.planner.question import planned, ungrouped
from semantic.planner.rows import LEADING

Reads = dict[str, set[str]]


def plan(definitions: Definitions, bound: Bound) -> Result:
    """The plan of a bound question, with the steps that it needs first."""
    result = planned(definitions, bound)
    made = _Steps(definitions)
    made.read(columns_read(result))
    leading = planned(definitions, bound.top.values) if bound.top is not None else None
    made.read(columns_read(leading) if leading is not None else ())
    steps = made.all()
    if leading is not None and bound.top is not None:
        steps = (*steps, Step(LEADING, 0, f"top_{bound.top.key}", leading))
    models = {*result.models, *made.reads, *looked_at(steps)}
    return replace(result, steps=steps, models=tuple(sorted(models))) if steps else result


def plan_rows(definitions: Definitions, bound: Bound) -> Extraction:
    """The plan of rows as they are, with the steps that they need first."""
    projection, models = ungrouped(definitions, bound)
    made = _Steps(definitions)
    made.read(columns_read(projection))
    return Extraction(projection, tuple(sorted({*models, *made.reads})), made.all())


def steps_for(
    definitions: Definitions, bodies: Iterable[Projection]
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """The steps that some rows of models need first, and all models that are read."""
    made = _Steps(definitions)
    made.read(pair for body in bodies for pair in columns_read(body))
    return made.all(), tuple(sorted(made.reads))


def rows_of(definitions: Definitions, model: str) -> tuple[Step, ...]:
    """The steps that make the rows of one model."""
    made = _Steps(definitions)
    made.read([(model, "")])
    return made.all()


@dataclass(frozen=True)
class Made:
    """The steps of a model, the first one first, what they read of other models, and of the model itself."""

    steps: tuple[Step, ...]
    reads: tuple[tuple[str, str], ...]
    own: frozenset[str]


@dataclass
class _Steps:
    """Which columns of which models are read; grows until nothing new is asked for."""

    definitions: Definitions
    reads: Reads = field(default_factory=dict)
    changed: bool = False
    known: dict[tuple[str, frozenset[str]], list[dict[str, Computed]]] = field(default_factory=dict)

    def read(self, columns: Iterable[tuple[str, str]]) -> None:
        """Notes columns that are read; the name is empty where only the rows are."""
        for model, name in columns:
            known = self.reads.setdefault(model, set())
            if name not in known:
                known.add(name)
                self.changed = True

    def all(self) -> tuple[Step, ...]:
        """The steps of all models that are read, and of those that these read; nothing hidden is."""
        while self.changed:
            self.changed = False
            for model in list(self.reads):
                self.read(self.of(model).reads)
        if self.definitions.policies is not None:
            own = {model: self.of(model).own for model in self.reads}
            self.definitions.policies.check_read({m: {*read, *own[m]} for m, read in self.reads.items()})
        return tuple(self.ordered())

    def of(self, model: str) -> Made:
        """The steps that make a model's rows with all that is read of them; made once for all questions."""
        key = (model, frozenset(self.reads[model]))
        known: dict[Any, Made] = self.definitions.made
        if key not in known:
            steps = self._steps(model)
            pairs = dict.fromkeys(pair for step in steps for pair in columns_read(step.body))
            own = frozenset(name for other, name in pairs if other == model)
            known[key] = Made(tuple(steps), tuple(pair for pair in pairs if pair[0] != model), own)
        return known[key]

    def _steps(self, model: str) -> list[Step]:
        levels = self._levels(model)
        question = self._asks(model)
        policed = bool(self.definitions.conditions(model))
        if not question and not levels and not policed and not self.definitions.models_read(model):
            return []
        wanted = [{n for n in self.reads[model] if n}]  # what each level has to hand on, the last one first
        for computed in reversed(levels):
            below = {name for name in wanted[0] if name not in computed}
            below |= {c.name for each in computed.values() for c in columns_of(each.tree) if walk_of(c) == ()}
            if any(each.following is not None and each.following.once for each in computed.values()):
                below |= set(self._key(model))
            wanted.insert(0, below)
        seen = self._visible(model, wanted[0]) if policed else None
        alone = not levels and not policed
        steps = self._selected(model, alone=alone)
        if question:
            steps.append(self._question(model, wanted[0] if seen is None else {*seen.own}, alone=alone))
        if seen is not None:
            steps = [replace(step, level=WHOLE) if step.level == 0 else step for step in steps]
            steps.append(Step(model, 0, f"visible_{model}", seen.body))
        for number, computed in enumerate(levels, 1):
            last = number == len(levels)
            steps.append(self._level(model, number, computed, wanted[number], last=last))
        return steps

    def _visible(self, model: str, names: set[str]) -> Visible:
        """The rows that the caller may see, with some columns."""
        kept = sorted(names, key=self._place(model))
        columns = [Named(name, column(self._identifier(model, name)), None) for name in kept]
        return visible(self.definitions, model, columns)

    def _levels(self, model: str) -> list[dict[str, Computed]]:
        """The computed columns that are read, by the level that adds them; asked often, so remembered."""
        key = (model, frozenset(self.reads[model]))
        if key not in self.known:
            self.known[key] = self._levelled(model)
        return self.known[key]

    def _levelled(self, model: str) -> list[dict[str, Computed]]:
        known = self.definitions.computed.get(model, {})
        needed, pending = dict[str, Computed](), [n for n in self.reads[model] if n in known]
        while pending:
            name = pending.pop()
            if name not in needed:
                needed[name] = known[name]
                pending += [c.name for c in columns_of(known[name].tree) if c.name in known]
        found: list[dict[str, Computed]] = []
        for each in self._by_level(model, needed):
            plain = {name: one for name, one in each.items() if one.following is None}
            found += [plain] if plain else []
            found += _by_stream({name: one for name, one in each.items() if one.following is not None})
        return found

    def _question(self, model: str, names: set[str], *, alone: bool) -> Step:
        bound = self.definitions.questions.bound(model, frozenset(bare(name) for name in names))
        return Step(model, 0, model if alone else f"{model}_base", planned(self.definitions, bound))

    def _asks(self, model: str) -> bool:
        """Whether a question makes the rows of a model."""
        return self.definitions.catalog.models[model].spec.query is not None

    def _selected(self, model: str, *, alone: bool) -> list[Step]:
        """A model's own SELECT, after the rows of the other models that it reads."""
        made: list[Step] = []
        reads = []
        for other, names in self.definitions.models_read(model).items():
            self._check_cycle(other, [model])
            columns = self._columns(other, names)
            own = self._as_it_is(model, other, columns)
            columns = columns if own or columns else [Named("seen", exp.Literal.number(1), "integer")]
            reads.append((other, tuple(each.name for each in columns), None if own else -1 - len(made)))
            if not own:
                rows = Lookups(self.definitions).rows(other, [each.tree for each in columns])
                made.append(
                    Step(model, -1 - len(made), f"{other}_for_{model}", Projection(rows, tuple(columns)))
                )
        if not reads:
            return []
        name = model if alone else f"{model}_base"
        return [*made, Step(model, 0, name, Selected(model, tuple(reads)))]

    def _as_it_is(self, model: str, other: str, columns: list[Named]) -> bool:
        """Whether a SELECT may read another model's rows as they are: nothing of them is added or hidden."""
        policies = self.definitions.policies
        policy = policies.governed(other) if policies is not None else None
        if policies is None or policy is None:
            return all(_stands(each) for each in columns)
        if not self.definitions.catalog.models[other].declared:
            span = getattr(self.definitions.catalog.models[model].relation.sql, "span", None)
            raise SemanticError([faults.unpolicied_columns(other, policy, span)])
        return not policies.hides(other) and all(_stands(each) for each in columns)

    def _columns(self, model: str, names: frozenset[str]) -> list[Named]:
        """Of some names those that are columns or dimensions of a model; ``*`` is all of them."""
        known = self.definitions.catalog.models[model]
        wanted = {bare(name).lower() for name in names}
        found = {}
        for name, declared in known.columns.items():
            if "*" in names or bare(name).lower() in wanted:
                found[bare(name).lower()] = Named(
                    bare(name), column(self._identifier(model, str(declared.name))), declared.type
                )
        for name, spec in known.dimensions.items():
            if "*" in names or name in wanted:
                row = self.definitions.dimension(model, str(spec.name))
                found[name] = Named(str(spec.name), row.tree, row.type)
        return list(found.values())

    def _level(
        self, model: str, number: int, computed: dict[str, Computed], wanted: set[str], *, last: bool
    ) -> Step:
        kept = [name for name in sorted(wanted, key=self._place(model)) if name not in computed]
        columns = [Named(name, column(self._identifier(model, name)), None) for name in kept]
        name = model if last else f"{model}_with_{'_'.join(computed)}"
        if any(each.following is not None for each in computed.values()):
            return Step(model, number, name, self._matching(model, number, columns, computed))
        columns += [Named(name, each.tree, each.type) for name, each in computed.items() if name in wanted]
        rows = Lookups(self.definitions).rows(model, [c.tree for c in columns], level=number - 1)
        return Step(model, number, name, Projection(rows, tuple(columns)))

    def _matching(
        self, model: str, number: int, columns: list[Named], computed: dict[str, Computed]
    ) -> Matching:
        """Base events with the events that follow them."""
        following = next(each.following for each in computed.values() if each.following is not None)
        at = next(
            (n for n, c in computed.items() if c.following is not None and _tells_time(c.following)), None
        )
        many = next((n for n, c in computed.items() if c.following is not None and c.following.counted), None)
        last = next((n for n, c in computed.items() if c.following is not None and c.following.last), None)
        exact = next(
            (c.following for c in computed.values() if c.following and not c.following.last), following
        )
        columns, ties = self._with_ties(model, columns) if exact.once and at is not None else (columns, ())
        here, there = ([tree] if tree is not None else [] for tree in following.met)
        own = [left for left, _ in following.keys] + [following.times[0]] + here
        other = [right for _, right in following.keys] + [following.times[1]] + there
        base = Lookups(self.definitions).rows(model, [*(c.tree for c in columns), *own], level=number - 1)
        rows = Lookups(self.definitions).rows(following.to, other)
        return Matching(
            base=base,
            columns=tuple(columns),
            other=rows,
            keys=following.keys,
            times=following.times,
            inclusive=exact.inclusive,
            once=exact.once,
            at=at,
            last=last,
            met=following.met,
            many=many,
            fits=exact.counted.fits if exact.counted is not None else None,
            ties=ties,
        )

    def _with_ties(self, model: str, columns: list[Named]) -> tuple[list[Named], tuple[str, ...]]:
        """The columns with those of the model's key, which tells base events of one time apart."""
        names, known = self._key(model), {each.name for each in columns}
        more = [Named(n, column(self._identifier(model, n)), None) for n in names if n not in known]
        return [*columns, *more], names

    def _key(self, model: str) -> tuple[str, ...]:
        """The columns of a model's key."""
        return tuple(bare(str(name)) for name in self.definitions.catalog.models[model].spec.primary_key)

    def _place(self, model: str):  # type: ignore[no-untyped-def]
        """Sorts columns as the model declares them."""
        declared = list(self.definitions.catalog.models[model].columns)

        def place(name: str) -> tuple[int, str]:
            return declared.index(bare(name)) if bare(name) in declared else len(declared), name

        return place

    def _by_level(self, model: str, needed: dict[str, Computed]) -> list[dict[str, Computed]]:
        """Computed columns by the level that they need below them, in the order of the declared dimensions:
        never in the order in which questions happened to ask for them."""
        declared = list(self.definitions.catalog.models[model].dimensions)

        def place(name: str) -> tuple[int, str]:
            low = name.lower()
            return declared.index(low) if low in declared else len(declared), name

        ordered = sorted(needed, key=place)
        numbers = sorted({each.level for each in needed.values()})
        return [{n: needed[n] for n in ordered if needed[n].level == number} for number in numbers]

    def _identifier(self, model: str, name: str) -> exp.Identifier:
        declared = self.definitions.catalog.models[model].column(name)
        return identifier(str(declared.name) if declared is not None else name)

    def ordered(self) -> Iterable[Step]:
        """All steps, each after those that it reads from."""
        made = {model: self.of(model).steps for model in self.reads}
        done: set[tuple[str, int]] = set()

        def visit(model: str, names: set[str], above: list[str]) -> Iterable[Step]:
            for step in made.get(model, ())[: self._depth(made[model], model, names)]:
                if (model, step.level) not in done:
                    self._check_cycle(model, above)
                    for other, read in _grouped(columns_read(step.body)).items():
                        yield from visit(other, read, [*above, model]) if other != model else ()
                    done.add((model, step.level))
                    yield step

        for model in sorted(self.reads):
            yield from visit(model, self.reads[model], [])

    def _check_cycle(self, model: str, above: list[str]) -> None:
        """Raises `SemanticError` where a model's rows are made from themselves."""
        if model in above:
            chain = ring(above[above.index(model) :])
            span = self.definitions.catalog.models[chain[0]].spec.name.span
            raise SemanticError([faults.cycle("model", [*chain, chain[0]], span)])

    def _depth(self, made: Sequence[Step], model: str, names: set[str]) -> int:
        """How many steps of a model make some of its columns."""
        levels = [n for n, each in enumerate(self._levels(model), 1) if names & each.keys()]
        return sum(step.level <= 0 for step in made) + max(levels, default=0)


def _stands(each: Named) -> bool:
    """Whether a column is one of the model's rows as it is."""
    return isinstance(each.tree, exp.Column) and walk_of(each.tree) == () and each.tree.name == each.name


def _grouped(columns: Iterable[tuple[str, str]]) -> Reads:
    found: Reads = {}
    for model, name in columns:
        found.setdefault(model, set()).add(name)
    return found


def _by_stream(computed: dict[str, Computed]) -> list[dict[str, Computed]]:
    """Columns that tell of following events, those of one stream that are found alike together; the last
    event of all stands with the first of them."""
    streams: dict[str, dict[tuple[bool, bool, str], dict[str, Computed]]] = {}
    for name, each in sorted(computed.items(), key=lambda item: _following(item[1]).last):
        found = _following(each)
        kinds = streams.setdefault(repr((found.to, found.keys, found.times, found.met)), {})
        first = next(iter(kinds), None) if found.last else None
        kinds.setdefault(first or (found.inclusive, found.once, repr(found.counted)), {})[name] = each
    return [each for kinds in streams.values() for each in kinds.values()]


def _tells_time(following: Following) -> bool:
    """Whether it is the time of the next event, and not of the last one, nor a number."""
    return not following.last and following.counted is None


def _following(computed: Computed) -> Following:
    assert computed.following is not None
    return computed.following
