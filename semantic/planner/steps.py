"""The steps that make the rows of models first: questions that models are made from, and levels that add
columns which look at other rows. Only what is read is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlglot import exp

from semantic.bind.bound import Bound
from semantic.bind.definitions import Computed, Definitions
from semantic.bind.relations import identifier
from semantic.bind.row import column, columns_of, walk_of
from semantic.catalog import bare
from semantic.plan import Matching, Named, Projection, Result, Step, columns_read
from semantic.planner.lookups import Lookups
from semantic.planner.question import LEADING, planned

Reads = dict[str, set[str]]


def plan(definitions: Definitions, bound: Bound) -> Result:
    """The plan of a bound question, with the steps that it needs first."""
    result = planned(definitions, bound)
    made = _Steps(definitions)
    made.read(columns_read(result))
    leading = planned(definitions, bound.top.values) if bound.top is not None else None
    made.read(columns_read(leading) if leading is not None else ())
    while made.changed:
        made.changed = False
        for model in list(made.reads):
            for step in made.of(model):
                made.read(pair for pair in columns_read(step.body) if pair[0] != model)
    steps = tuple(made.ordered())
    if leading is not None and bound.top is not None:
        steps = (*steps, Step(LEADING, 0, f"top_{bound.top.key}", leading))
    models = {*result.models, *made.reads}
    return replace(result, steps=steps, models=tuple(sorted(models))) if steps else result


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

    def of(self, model: str) -> list[Step]:
        """The steps that make a model's rows with all that is read of them, the first one first."""
        levels = self._levels(model)
        question = self.definitions.catalog.models[model].spec.query is not None
        if not question and not levels:
            return []
        wanted = [{n for n in self.reads[model] if n}]  # what each level has to hand on, the last one first
        for computed in reversed(levels):
            below = {name for name in wanted[0] if name not in computed}
            below |= {c.name for each in computed.values() for c in columns_of(each.tree) if walk_of(c) == ()}
            wanted.insert(0, below)
        steps = [self._question(model, wanted[0], alone=not levels)] if question else []
        for number, computed in enumerate(levels, 1):
            last = number == len(levels)
            steps.append(self._level(model, number, computed, wanted[number], last=last))
        return steps

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
        for each in _by_level(known, needed):
            plain = {name: one for name, one in each.items() if one.following is None}
            found += [plain] if plain else []
            found += _by_stream({name: one for name, one in each.items() if one.following is not None})
        return found

    def _question(self, model: str, names: set[str], *, alone: bool) -> Step:
        bound = self.definitions.questions.bound(model, frozenset(bare(name) for name in names))
        return Step(model, 0, model if alone else f"{model}_base", planned(self.definitions, bound))

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
        at = next((n for n, c in computed.items() if c.following is not None and not c.following.last), None)
        last = next((n for n, c in computed.items() if c.following is not None and c.following.last), None)
        own = [left for left, _ in following.keys] + [following.times[0]]
        other = [right for _, right in following.keys] + [following.times[1]]
        base = Lookups(self.definitions).rows(model, [*(c.tree for c in columns), *own], level=number - 1)
        rows = Lookups(self.definitions).rows(following.to, other)
        exact = next(
            (c.following for c in computed.values() if c.following and not c.following.last), following
        )
        return Matching(
            base, tuple(columns), rows, following.keys, following.times, exact.inclusive, exact.once, at, last
        )

    def _place(self, model: str):  # type: ignore[no-untyped-def]
        """Sorts columns as the model declares them."""
        declared = list(self.definitions.catalog.models[model].columns)

        def place(name: str) -> tuple[int, str]:
            return declared.index(bare(name)) if bare(name) in declared else len(declared), name

        return place

    def _identifier(self, model: str, name: str) -> exp.Identifier:
        declared = self.definitions.catalog.models[model].column(name)
        return identifier(str(declared.name) if declared is not None else name)

    def ordered(self) -> Iterable[Step]:
        """All steps, each after those that it reads from."""
        made = {model: self.of(model) for model in self.reads}
        done: set[tuple[str, int]] = set()

        def visit(model: str, names: set[str]) -> Iterable[Step]:
            for step in made.get(model, [])[: self._depth(model, names)]:
                if (model, step.level) not in done:
                    done.add((model, step.level))
                    for other, read in _grouped(columns_read(step.body)).items():
                        yield from visit(other, read) if other != model else ()
                    yield step

        for model in sorted(self.reads):
            yield from visit(model, self.reads[model])

    def _depth(self, model: str, names: set[str]) -> int:
        """How many steps of a model make some of its columns."""
        question = self.definitions.catalog.models[model].spec.query is not None
        levels = [n for n, each in enumerate(self._levels(model), 1) if names & each.keys()]
        return int(question) + max(levels, default=0)


def _grouped(columns: Iterable[tuple[str, str]]) -> Reads:
    found: Reads = {}
    for model, name in columns:
        found.setdefault(model, set()).add(name)
    return found


def _by_level(known: dict[str, Computed], needed: dict[str, Computed]) -> list[dict[str, Computed]]:
    """Computed columns by the level that they need below them, in the order in which they were declared."""
    numbers = sorted({each.level for each in needed.values()})
    return [
        {name: needed[name] for name in known if name in needed and known[name].level == number}
        for number in numbers
    ]


def _by_stream(computed: dict[str, Computed]) -> list[dict[str, Computed]]:
    """Columns that tell of following events, those of one stream together."""
    streams: dict[str, dict[str, Computed]] = {}
    for name, each in computed.items():
        assert each.following is not None
        which = replace(each.following, last=False, inclusive=False, once=False)
        kind = "" if each.following.last else f"{each.following.inclusive}{each.following.once}"
        key = repr((which.to, which.keys, which.times))
        taken = [k for k in streams if k.startswith(key) and (not kind or k.endswith(("|", kind)))]
        streams.setdefault(taken[0] if taken else f"{key}|{kind}", {})[name] = each
    return list(streams.values())
