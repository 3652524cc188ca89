"""The question bound: every name an object, every expression typed, grain and fan-out settled.

All mistakes of a question end here, together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.along import Along
from semantic.bind.bound import (
    NO_LEVEL,
    NOTHING,
    Axis,
    Bound,
    Cohorts,
    Entities,
    Fact,
    Fill,
    Frame,
    Key,
    Leading,
    Members,
    Samples,
    by_calendar,
    sides,
)
from semantic.bind.condition import Condition, conditions, merged, present, side_of
from semantic.bind.definitions import Definitions
from semantic.bind.distinct import extremes, home_of, misplaced
from semantic.bind.everywhere import every_period, everywhere, marked
from semantic.bind.inner import is_inner
from semantic.bind.leaf import Leaf, Level, Metric, Per, Sampling, Through, Where, all_leaves
from semantic.bind.metric import Metrics
from semantic.bind.nesting import follows, nests
from semantic.bind.paths import AXIS, SINCE, nowhere, question_paths, reach
from semantic.bind.periods import kept_periods, of_periods
from semantic.bind.row import Row, columns_of, moved, walk_of
from semantic.bind.sampled import check_axis as sampled_axis
from semantic.bind.sampled import finer, unsampled, without
from semantic.bind.sensible import check_entity
from semantic.bind.texts import Reached, Resolve
from semantic.bind.timed import check_axis, timed_edge
from semantic.bind.timerange import inside, within
from semantic.bind.worded import Worded
from semantic.catalog import cohort_role
from semantic.expr import parse
from semantic.faults import Fault, SemanticError
from semantic.query import By, Order, Query
from semantic.source import Text
from semantic.spec import types as spec
from semantic.spec.types import Retention, TypeName

T = TypeVar("T")
U = TypeVar("U")
#: What tells the entities of a metric apart; nothing where rows are meant.
Entity = tuple[Text, ...]
_MOST_PERIODS = 1_000_000  # BigQuery makes no longer series


def bind(definitions: Definitions, metrics: Metrics, query: Query, frame: Frame | None = None) -> Bound:
    """Bind a question; raises `SemanticError` with every fault of it."""
    return _Binder(definitions, metrics, query, frame).bound()


class _Binder:
    """Collects faults over the whole question, so that one run tells them all."""

    def __init__(self, definitions: Definitions, metrics: Metrics, query: Query, frame: Frame | None) -> None:
        self.frame = frame
        self.definitions = definitions
        self.catalog = definitions.catalog
        self.metrics = metrics
        self.query = query
        self.along = Along(definitions, query)
        self.worded = Worded(definitions, query.paths)
        self.found: list[Fault] = []
        self.within: tuple[Where, ...] = ()  # what the metrics at hand ask of their rows

    def bound(self) -> Bound:
        query = self.query
        self.found += self.worded.faults()
        self._stop()
        if self.frame is None:
            self.found += [faults.no_metrics()] if not (query.metrics or query.by) else misplaced(query)
            if not query.metrics:
                return self._values(query)
        asked = self._each(query.metrics, lambda name: self.metrics.metric(str(name), name.span))
        leaves = {key: leaf for metric in asked for key, leaf in metric.leaves.items()}
        of_time = tuple(text for text in query.having if of_periods(self.definitions, text))
        of_metrics = [text for text in query.having if text not in of_time]
        having = self._each(of_metrics, lambda text: self._having(text, leaves))
        self._check_outputs()
        if (query.fill or query.members) and any(leaf.retained is not None for leaf in leaves.values()):
            self.found.append(faults.fill_of_retention("fill" if query.fill else "members"))
        order = self._order()
        longer = self._longer(leaves.values())
        renamed = self._renamed(query, leaves.values())
        kept = tuple(replace(by, name=renamed.get(by, by.name)) for by in query.by if by not in longer)
        whole, query = query, replace(query, by=kept)
        self._ask(query)
        asked = [unsampled(metric, self.along.axis, query) for metric in asked]
        told = [without(tree, leaves, self.along.axis, query) for tree in having]
        if self.along.axis is None or query.fill:
            asked = [everywhere(metric, every=False) for metric in asked]
            told = [marked(tree, used, every=False) for tree, used in told]
        leaves = {key: leaf for metric in asked for key, leaf in metric.leaves.items()}
        leaves |= {key: leaf for tree, used in told for key, leaf in used.items() if _uses(tree, key)}
        having = [tree for tree, _ in told]
        facts = self._facts(leaves)
        if not leaves and self.frame is None:
            elsewhere = (nowhere(self.definitions, self._some(by), by.path.span) for by in query.by)
            self.found += [fault for fault in elsewhere if fault is not None]
            self._each(query.where, lambda text: self.definitions.parse(text, comments=False))
        for metric in asked:
            self._check_one_meaning(metric)
        self._check_time_of_rows(asked)
        self._stop()
        population = self._population(facts)
        keys = tuple(self._key(index, by, facts, population) for index, by in enumerate(query.by))
        top = self._leading(facts, keys)
        fill = self._fill(keys)
        members = self._members(keys, facts, {inner: by.output for by, inner in renamed.items()})
        self._stop()
        axis = self.along.axis
        kind = next((key.type for key in keys if axis is not None and key.name == axis.key), None)
        every = every_period(self.definitions, query, axis, kind, leaves.values())
        having += kept_periods(self.definitions, of_time, axis, kind)
        return Bound(
            whole,
            keys,
            tuple(asked),
            facts,
            leaves,
            tuple(having),
            order,
            fill,
            members,
            population,
            self.along.axis,
            (*(self._derived(by) for by in longer), *_outputs(keys, renamed)),
            top,
            every,
        )

    def _some(self, by: By) -> tuple[str, ...]:
        """A path that a key can mean."""
        return tuple(min(self.worded.all(str(by.path)) - {str(by.path)}, default=str(by.path)).split("."))

    def _values(self, query: Query) -> Bound:
        """A question without metrics: the rows of one model, which tell what values there are."""
        self._check_outputs()
        order = () if query.extremes and query.order is None else self._order()
        self._stop()
        home = home_of(self.definitions, query, self.worded)
        time = self.definitions.time(home)
        asked: list[Metric] = []
        if query.extremes:
            [by] = query.by
            fact = self._fact(home, time, [])
            [key] = self._keys_of(query, (fact,))
            asked = extremes(home, time, by, fact.keys[0], key.dimension)
            leaves = {key: leaf for metric in asked for key, leaf in metric.leaves.items()}
            facts: tuple[Fact, ...] = (replace(fact, keys=(), leaves=tuple(leaves.values())),)
            keys: tuple[Key, ...] = ()
        else:
            leaves, facts = {}, (self._fact(home, time, []),)
            keys = self._keys_of(query, facts)
        self._stop()
        return Bound(query, keys, tuple(asked), facts, leaves, (), order, None, ())

    def _keys_of(self, query: Query, facts: tuple[Fact, ...]) -> tuple[Key, ...]:
        return tuple(self._key(place, by, facts, None) for place, by in enumerate(query.by))

    def _check_one_meaning(self, metric: Metric) -> None:
        """A condition of the question must not choose the rows of one part of a metric, and for another part
        only those who have such rows somewhere else: visits of customers who ever ordered on the web are no
        part of a ratio over what was ordered on the web."""
        homes = sorted({leaf.home for leaf in all_leaves(metric.leaves.values())})
        if len(homes) < 2 or metric.simple:
            return
        for text in self.query.where:
            shared = {home: self._shared(home, text) for home in homes}
            known = {home: models for home, models in shared.items() if models is not None}
            if len(set(known.values())) > 1:
                there = next(home for home in known if known[home])
                here = next(home for home in known if known[home] != known[there])
                self.found.append(faults.unlike_parts(metric.name, str(text), here, there, text.span))

    def _check_time_of_rows(self, asked: Iterable[Metric]) -> None:
        """Rows that a condition on ``time`` takes away would be missing in windows that reach back to them,
        and a person means the periods of the answer."""
        beyond = next((m for m in asked if any(map(_beyond, m.leaves.values()))), None)
        if beyond is None or AXIS in self.catalog.models:
            return
        for text in self.query.where:
            columns = self.definitions.parse(text, comments=False).find_all(exp.Column)
            if any(each.parts[0].name == AXIS and not isinstance(each.parent, exp.Is) for each in columns):
                self.found.append(faults.time_of_rows(beyond.name, text.span))

    def _shared(self, home: str, text: Text) -> frozenset[str] | None:
        """The models by way of which a condition reaches other rows than a model's own; ``None`` where it
        cannot be told."""
        try:
            found = self._condition_of(home, self.definitions.time(home))(text)
        except SemanticError:
            return None
        ups = [each.branch.up for condition in found for each in condition.exists if each.branch.up]
        return frozenset(self.catalog.edges(home, up)[-1].target for up in ups)

    def _leading(self, facts: tuple[Fact, ...], keys: tuple[Key, ...]) -> Leading | None:
        """What tells the values that lead, asked with the conditions of the whole question."""
        top = self.query.top
        if top is None:
            return None
        place = next((n for n, by in enumerate(self.query.by) if top.path in (by.path, by.output)), None)
        whole = place is not None and keys[place].type == "text" and keys[place].grain is None
        if (
            place is None
            or not whole
            or any(fact.keys[place].branch is not None for fact in facts if not fact.dropped)
        ):
            self.found.append(faults.top_of_nothing(str(top.path)))
            return None
        if self.query.members:
            self.found.append(faults.top_with_members())
            return None
        by = self.query.by[place]
        known = Text(f"{by.path} IS NOT NULL", "question", ((1, 1),))
        asked = Query(
            metrics=(top.metric,),
            by=(by,),
            where=(*self.query.where, known),
            time=self.query.time,
            order=(Order(top.metric, descending=True),),
            limit=top.count,
            paths=self.query.paths,
        )
        return Leading(by.output, bind(self.definitions, self.metrics, asked), top.others)

    def _longer(self, leaves: Iterable[Leaf]) -> tuple[By, ...]:
        """The periods of the question that are known of its finest one, where metrics are seen along that."""
        if not any(_along_time(leaf) for leaf in leaves):
            return ()
        axes = [by for by in self.query.by if by.parts[0] == AXIS and len(by.parts) == 2]
        if not all(grain.is_grain(by.parts[1]) for by in axes):
            return ()
        periods = [by for by in axes if by.parts[1] in grain.GRAINS]
        finest = next((by for by in periods if all(follows(o.parts[1], by.parts[1]) for o in axes)), None)
        return tuple(by for by in axes if by is not finest) if finest is not None else ()

    def _renamed(self, query: Query, leaves: Iterable[Leaf]) -> dict[By, str]:
        """The keys whose names the steps in between use for themselves, with other names."""
        if not any(leaf.between for leaf in leaves):
            return {}
        return {by: f"{by.output}_key" for by in query.by if is_inner(by.output)}

    def _derived(self, by: By) -> tuple[Key, exp.Expr]:
        """A longer period as what is known of the axis."""
        assert self.along.axis is not None
        kind: TypeName = "date" if nests("day", self.along.axis.grain) else "timestamp"
        row = Row("", exp.Column(this=exp.Identifier(this=self.along.axis.key)), kind)
        found = grain.grained(row, by.parts[-1], self.definitions.calendar)
        last = by.parts[-1] if by.parts[-1] in grain.GRAINS else None
        return Key(by.output, str(by.path), found.type, last, None), found.tree

    def _stop(self) -> None:
        if self.found:
            raise SemanticError(self.found)

    def _each(self, items: Iterable[T], bind_one: Callable[[T], U]) -> list[U]:
        """Bind each item, keeping the faults of those that fail."""
        result: list[U] = []
        for item in items:
            try:
                result.append(bind_one(item))
            except SemanticError as error:
                self.found.extend(error.faults)
        return result

    def _check_outputs(self) -> None:
        names = [by.output for by in self.query.by] + [str(m) for m in self.query.metrics]
        counted = Counter(name.lower() for name in names)
        for name in {n.lower(): n for n in reversed(names) if counted[n.lower()] > 1}.values():
            self.found.append(faults.same_output(name))
        for by in self.query.by:
            if _is_path(by) and not by.output.isidentifier():
                self.found.append(faults.bad_output(by.output))

    def _having(self, text: Text, leaves: dict[str, Leaf]) -> exp.Expr:
        tree, kind, used = self.metrics.expression(text, None, comments=False)
        if kind not in ("boolean", None):
            raise SemanticError([faults.not_boolean(kind, text.span)])
        leaves.update(used)
        return tree

    # --- facts ----------------------------------------------------------------------------------

    def _facts(self, leaves: dict[str, Leaf]) -> tuple[Fact, ...]:
        """One fact a model, time axis and many-sided filter: leaves that can share a scan do."""
        facts = self._grouped(leaves, ())
        if facts and all(fact.dropped for fact in facts):  # the groups are those of the metrics themselves
            plain = [replace(leaf, level=NO_LEVEL) for fact in facts for leaf in fact.leaves]
            leaves |= {leaf.key: leaf for leaf in plain}
            facts += self._grouped({leaf.key: leaf for leaf in plain}, ())
        if not leaves and self.frame is not None and self.frame.start is not None:
            facts = self._each([self.frame.start], self._only_keys)
        return tuple(sorted(facts, key=lambda fact: bool(fact.dropped)))

    def _grouped(self, leaves: Mapping[str, Leaf], entity: Entity, through: Through = NOTHING) -> list[Fact]:
        """Leaves by what they can share, a fact each; within ``entity`` where they are values of one."""
        groups: dict[tuple[str, str, tuple[str, ...]], list[Leaf]] = {}
        for leaf in leaves.values():
            sided = tuple(sorted(c.key for c in leaf.conditions if c.exists))
            sided += (leaf.per.rows,) if leaf.per is not None else ()
            sided += (str(leaf.through),) if leaf.through else ()
            sided += (leaf.told,) if leaf.told else ()
            sided += tuple(sorted(c.key for c in leaf.conditions)) if leaf.chosen is not None else ()
            sided += (leaf.sampled.rows,) if leaf.sampled is not None else ()
            sided += tuple(c.key for c in leaf.conditions) if leaf.every else ()
            alone = leaf.at is not None and str(leaf.call.this) == "count_distinct"
            alone = alone or (leaf.through.framed and not (leaf.merges or leaf.per))
            sided += (leaf.key,) if alone else ()
            timed = leaf.time is not None and (self._uses_time or self.catalog.along_time)
            time = leaf.time.key if leaf.time is not None and timed else ""
            groups.setdefault((leaf.home, time, sided), []).append(leaf)
        ordered = [groups[key] for key in sorted(groups, key=self._rank)]
        return self._each(ordered, lambda group: self._fact_of(group, entity, through))

    def _fact_of(self, group: list[Leaf], entity: Entity, through: Through) -> Fact:
        first = group[0]
        dropped = self._dropped(first.level)
        if dropped or first.level:
            return self._levelled(group, entity, through, dropped)
        outer, self.within = self.within, (*self.within, *first.where)
        try:
            return self._seen_fact(group, entity, through)
        finally:
            self.within = outer

    def _seen_fact(self, group: list[Leaf], entity: Entity, through: Through) -> Fact:
        """A fact of rows, of entities, or of cohorts."""
        first = group[0]
        if first.per is not None:
            return self._over_entities(group, first.per, entity)
        if first.sampled is not None:
            return self._over_samples(group, first.sampled)
        if first.retained is not None:
            return self._retained(group, first.retained)
        return self._fact(first.home, first.time, group, entity, through or first.through)

    def _retained(self, group: list[Leaf], retention: Retention) -> Fact:
        """A fact whose rows are cohorts; how long since is a key that only its cells have."""
        whole, name = self.query, group[0].name.removesuffix("_active").removesuffix("_cohort")
        since = next((by for by in whole.by if by.parts == (SINCE, retention.period)), None)
        if since is None:
            raise SemanticError([faults.retention_without_since(name, retention.period, retention.span)])
        for by in whole.by:
            if by.parts[0] == AXIS and by.parts[1:] != (retention.period,):
                raise SemanticError(
                    [faults.retention_axis(name, str(by.path), retention.period, by.path.span)]
                )
        home, time = str(retention.cohort), group[0].time
        assert time is not None
        self._ask(replace(whole, by=tuple(by for by in whole.by if by is not since)))
        try:
            cohorts = self._fact(home, time, [])
        finally:
            self._ask(whole)
        known = present(home, self.definitions.key_row(home, retention.by[0]))
        cohorts = replace(cohorts, where=(*cohorts.where, known))  # no cohort has those of nobody
        if any(condition.exists for condition in cohorts.where):
            raise SemanticError([faults.retention_condition(name, retention.span)])
        trees = [key.row.tree for key in cohorts.keys] + [c.tree for c in cohorts.where]
        if timed_edge(self.definitions, home, trees) is not None:
            raise SemanticError([faults.retention_validity(name, retention.span)])
        activity = str(retention.activity)
        active_at = self.definitions.time(activity)
        assert active_at is not None
        way = (cohort_role(home, retention.by[0]),)
        rolling = retention.window == "rolling"
        made = Cohorts(cohorts, activity, way, since.output, retention.period, time, active_at, rolling)
        number = Reached(Row(home, exp.Null(), "integer"))
        others = iter(cohorts.keys)
        keys = tuple(number if by is since else next(others) for by in whole.by)
        return Fact(home, keys, cohorts.where, tuple(group), None, NOTHING, time, made)

    def _dropped(self, level: Level) -> tuple[int, ...]:
        """The keys of the question over whose values a level goes."""
        if not level.over:
            return ()
        return tuple(
            index
            for index, by in enumerate(self.query.by)
            if by.parts[0] != SINCE and ("all" in level.over or self._spellings(by) & {*level.over})
        )

    def _spellings(self, by: By) -> frozenset[str]:
        """What a key may be called: its paths, with and without a grain."""
        paths = self.worded.all(str(by.path))
        return paths | {path.rpartition(".")[0] for path in paths}

    def _levelled(
        self, group: list[Leaf], entity: Entity, through: Through, dropped: tuple[int, ...]
    ) -> Fact:
        """A fact without some keys and conditions of the question; without a period, it is about the
        whole range."""
        level, whole = group[0].level, self.query
        where = tuple(text for text in whole.where if not self._speaks_of(text, level.ignoring))
        by = tuple(each for index, each in enumerate(whole.by) if index not in dropped)
        time = whole.time if level.base is None else level.base
        self._ask(replace(whole, by=by, where=where, time=time))
        try:
            plain = [self._without_level(leaf, level.ignoring) for leaf in group]
            fact = self._fact_of(plain, entity, through)
        finally:
            self._ask(whole)
        return replace(fact, leaves=tuple(group), dropped=dropped)

    def _without_level(self, leaf: Leaf, ignoring: tuple[str, ...]) -> Leaf:
        """An aggregate below its level, which does not heed conditions around it on some paths."""
        kept = tuple(
            each for each in leaf.where if not (each.around and self._speaks_of(each.text, ignoring))
        )
        return replace(leaf, level=NO_LEVEL, where=kept)

    def _ask(self, query: Query) -> None:
        """Go on with another question, along its own axis."""
        self.query = query
        self.along = Along(self.definitions, query)

    def _speaks_of(self, text: Text, paths: tuple[str, ...]) -> bool:
        """Whether a condition is about one of some paths, with or without a grain."""
        if not paths:
            return False
        named = [
            ".".join(parse.names(c)) for c in parse.columns(self.definitions.parse(text, comments=False))
        ]
        named = [each for name in named for each in self.worded.all(name)]
        return any(name == path or name.startswith(f"{path}.") for name in named for path in paths)

    def _over_entities(self, group: list[Leaf], per: Per, entity: Entity) -> Fact:
        """A fact whose rows are entities: inside it, facts that are grouped by the entity, too."""
        if entity:
            raise SemanticError([faults.nested_entities(", ".join(entity), per.called, per.span)])
        inner = per.leaves
        found: list[Fault] = []
        through = group[0].through
        for leaf in inner.values():
            if through and leaf.through:
                raise SemanticError([faults.window_of_window(group[0].called, per.span)])
        if through:
            self.along.check(through, group[0])
        before, self.found = self.found, found
        if inner:
            facts = self._grouped(inner, per.entity, through)
        else:
            facts = self._each([per], lambda bare: self._bare_entities(bare, through, group[0]))
        self.found = before
        if found:
            raise SemanticError(found)
        if len({fact.through.offset for fact in facts}) > 1:
            for fact in facts:
                self.along.check_apart(fact.through, group[0])
        number = len(per.entity)
        kinds = [reached.row.type for reached in facts[0].keys[-number:]]
        names = _entity_names(per.entity, self.query.by)
        keys = (Key(n, str(e), k, None, None) for n, e, k in zip(names, per.entity, kinds, strict=True))
        entities = Entities(tuple(keys), tuple(facts))
        return Fact(group[0].home, facts[0].keys[:-number], (), tuple(group), entities, through)

    def _over_samples(self, group: list[Leaf], sampling: Sampling) -> Fact:
        """A fact whose rows are shorter periods: inside it, facts that are grouped by these."""
        first, whole = group[0], self.query
        through = first.through
        axis = sampled_axis(first, sampling, self.along.axis, whole)
        if by_calendar(through, axis):
            raise SemanticError([faults.periods_apart(first.called, str(through), axis.grain, None)])
        time = self.along.range(through, first)
        place, by = finer(whole, axis, sampling.each)
        inner = {key: leaf for each in group if each.sampled for key, leaf in each.sampled.leaves.items()}
        before, self.found = self.found, []
        self._ask(replace(whole, by=(*whole.by[:place], by, *whole.by[place + 1 :]), time=time))
        try:
            facts = self._grouped(inner, ())
            self._stop()
            fine = self._key(place, by, tuple(facts), None)
            assert self.along.axis is not None
            made = Samples(self.along.axis, fine, place, sampling.take, tuple(facts))
        finally:
            self.found = before
            self._ask(whole)
        period = self._longer_period(axis, facts[0], facts[0].keys[place].row)
        keys = (*facts[0].keys[:place], Reached(period), *facts[0].keys[place + 1 :])
        return Fact(first.home, keys, (), tuple(group), None, through, None, None, made)

    def _longer_period(self, axis: Axis, fact: Fact, fine: Row) -> Row:
        """The period of the axis that a shorter one lies in."""
        if axis.calendar is None:
            return grain.grained(fine, axis.grain, self.definitions.calendar)
        return self.definitions.key_row(axis.calendar, axis.grain)

    def _bare_entities(self, per: Per, through: Through, leaf: Leaf) -> Fact:
        """Entities of which no metric is asked: those that have a row in the group."""
        home = check_entity(self.definitions, per.entity)
        time = self.definitions.time(home)
        return self._fact(home, time, [], per.entity, through, leaf)

    def _only_keys(self, home: str) -> Fact:
        """The rows of a question without metrics, which tells what groups there are."""
        return self._fact(home, self.definitions.time(home), [])

    def _rank(self, key: tuple[str, str, tuple[str, ...]]) -> tuple[int, str, tuple[str, ...]]:
        """Facts stand in the order of the catalog, whatever the order of the question."""
        return (list(self.catalog.models).index(key[0]), key[1], key[2])

    @property
    def _uses_time(self) -> bool:
        texts = [*self.query.where, *(by.path for by in self.query.by)]
        windowed = self.frame is not None and self.frame.window is not None
        return self.query.time is not None or windowed or any(AXIS in t for t in texts)

    def _fact(
        self,
        home: str,
        time: Row | None,
        leaves: list[Leaf],
        entity: Entity = (),
        through: Through = NOTHING,
        told: Leaf | None = None,
    ) -> Fact:
        outside, self.found = self.found, []
        try:
            keys = self._each(self.query.by, lambda by: self._reach(home, time, by))
            where: list[Condition] = [c for leaf in leaves[:1] for c in leaf.conditions if c.exists]
            for reached in self._each(entity, self._entity_of(home, time)):
                keys.append(reached)
                where.append(present(home, reached.row))
            for conditions_of in self._each(self.query.where, self._condition_of(home, time)):
                where += conditions_of
            where += [c for each in self.within for c in each.met[Where.place(home, time)]]
            seen, timed = self._timed(home, time, leaves[0] if leaves else None, through, told)
            self._stop()
        finally:
            self.found = outside
        ends = leaves and leaves[0].at == "period_end"
        ended = self.along.ended(home, through, leaves[0]) if ends else None
        met, chosen = merged([*where, *timed]), tuple(where)
        fact = Fact(home, tuple(keys), met, tuple(leaves), None, through, seen, chosen=chosen, ended=ended)
        self._check_sides(fact)
        check_axis(self.definitions, fact)
        return fact

    def _condition_of(self, home: str, time: Row | None) -> Callable[[Text], list[Condition]]:
        """What a condition of the question asks of the rows of a model."""

        def bound(text: Text) -> list[Condition]:
            raw = self.frame is not None
            words = partial(self.worded.names, home, time)
            resolve = question_paths(
                self.definitions, home, time, text, prefix=self._start, raw=raw, worded=words
            )
            return list(conditions(self.definitions, home, text, resolve, comments=False))

        return bound

    def _timed(
        self, home: str, time: Row | None, leaf: Leaf | None, through: Through, told: Leaf | None
    ) -> tuple[Row | None, list[Condition]]:
        """The time of a fact's rows, and those that are asked for."""
        asked = self.along.range(through, leaf or told)
        if leaf is not None and leaf.at is not None:
            return self.along.holding(home, leaf.at, asked, leaf)
        window = self.frame.window if self.frame is not None else None
        if time is None:
            if asked is not None or through or window is not None:
                span = window.span if window is not None and asked is None and not through else None
                self.found.append(faults.no_axis(home, span))
            return None, []
        found = list(within(time, asked, self.definitions.calendar)) if asked is not None else []
        if through and self.along.axis is not None:  # no period lies before or after none
            found.append(present(home, time))
        return time, found + (list(inside(self.definitions, time, window)) if window is not None else [])

    def _check_sides(self, fact: Fact) -> None:
        """An OR over several many sides cannot speak of the row that a group is made of."""
        grouped = sides(fact)
        for condition in fact.where:
            roots = sorted({e.branch.root for e in condition.exists})
            if condition.side is None and any(side_of(e.branch) in grouped for e in condition.exists):
                raise SemanticError([faults.grouped_side(roots)])

    def _entity_of(self, home: str, time: Row | None) -> Callable[[Text], Reached]:
        """What tells entities apart among the rows of a fact."""
        return lambda entity: self._entity(home, time, entity)

    def _entity(self, home: str, time: Row | None, entity: Text) -> Reached:
        names = tuple(entity.split("."))
        if len(names) < 2 or not all(map(str.isidentifier, names)):
            raise SemanticError([faults.bad_entity(str(entity), entity.span)])
        reached = reach(self.definitions, home, time, names, entity.span, shared=False, raw=True)
        if reached.branch is not None:
            raise SemanticError([faults.many_entities(home, str(entity), entity.span)])
        return reached

    @property
    def _start(self) -> str | None:
        return self.frame.start if self.frame is not None else None

    def _reach(self, home: str, time: Row | None, by: By) -> Reached:
        """What a path of ``by`` means for a fact; asked often, so remembered."""
        if self.frame is not None:
            names, start = by.parts, self.frame.start
            if start is not None and self.catalog.follow(start, names[:-1]) is not None:
                names = (start, *names)
            return reach(self.definitions, home, time, names, by.path.span, shared=False, raw=True)
        if by.parts[0] == SINCE and SINCE not in self.catalog.models:
            raise SemanticError([faults.since_of_nothing(str(by.path), by.path.span)])
        if not _is_path(by):
            raise SemanticError([faults.bad_path(by.path)])
        names = self.worded.names(home, time, by.parts, by.path.span)
        axis = f"{time.key} {time.finest}" if time is not None and names[0] == AXIS else ""
        key = (home, axis, ".".join(names))
        found = self.definitions.reached.get(key)
        if found is None:
            found = reach(self.definitions, home, time, names, by.path.span, shared=False)
            self.definitions.reached[key] = found
        return found

    # --- keys -----------------------------------------------------------------------------------

    def _key(self, index: int, by: By, facts: tuple[Fact, ...], population: Members | None) -> Key:
        facts = tuple(fact for fact in facts if not fact.dropped)
        kinds = [fact.keys[index].row.type for fact in facts]
        kinds += [population.keys[index][1].type] if population is not None else []
        kind = kinds[0] if len(set(kinds)) == 1 else None
        if len({k for k in kinds if k is not None}) > 1:
            self.found.append(faults.mixed_types(by.path, sorted({str(k) for k in kinds})))
        names = self.worded.names(facts[0].home, facts[0].time, by.parts) if facts else by.parts
        whole = self._dimension(names, facts[0]) if facts else None
        grained = whole is None and grain.is_grain(names[-1]) and names[0] != SINCE
        last = names[-1] if grained else None
        named = whole or (self._dimension(names[:-1], facts[0]) if facts else None)
        return Key(by.output, str(by.path), kind, last, named)

    def _dimension(self, names: tuple[str, ...], fact: Fact) -> spec.Dimension | None:
        """The dimension that a path names, which may be called like a grain."""
        if not names or names[0] in (AXIS, SINCE):
            return None
        for root in (fact.home, *(m for m in self.catalog.models if m != fact.home)):
            walks = self.catalog.forward(root, names[:-1]) if len(names) > 1 else ()
            found = self.catalog.end(root, walks[0]).dimension(names[-1]) if walks else None
            if found is not None:
                return found
        return None

    def _order(self) -> tuple[tuple[str, bool], ...]:
        """The order asked for, with the keys behind it so that ties are settled."""
        keys: Sequence[By] = () if self.query.extremes else self.query.by
        outputs = {k.output: k.output for k in keys} | {str(k.path): k.output for k in keys}
        outputs |= {
            f"{k.output}_{end}": f"{k.output}_{end}"
            for k in self.query.by[: self.query.extremes]
            for end in ("min", "max")
        }
        outputs |= {str(m): str(m) for m in self.query.metrics}
        asked: dict[str, bool] = {}
        if self.query.order == ():
            return ()
        for item in self.query.order or ():
            if item.name in outputs:
                asked.setdefault(outputs[item.name], item.descending)
            else:
                self.found.append(faults.unknown("column of the question", item.name, list(outputs), None))
        for key in keys:
            asked.setdefault(key.output, False)
        return tuple(asked.items())

    def _fill(self, keys: tuple[Key, ...]) -> Fill | None:
        if not self.query.fill:
            return None
        times = [k for k in keys if k.grain in grain.GRAINS]
        if len(times) != 1 or times[0].type is None:
            self.found.append(faults.fill_needs_time(len(times)))
            return None
        key, time = times[0], self.query.time
        assert key.grain is not None
        assert key.type is not None
        start = grain.floor(time.start, key.grain, self.definitions.calendar) if time and time.start else None
        last = time.end - timedelta(microseconds=1) if time and time.end else None
        end = grain.floor(last, key.grain, self.definitions.calendar) if last else None
        if key.path.split(".")[0] != AXIS:
            start = end = None
        if start and end:
            self._check_length(key.grain, end - start)
        return Fill(key.name, key.grain, key.type, start, end)

    def _check_length(self, name: str, length: timedelta) -> None:
        count = int(length.total_seconds()) // grain.SECONDS.get(name, 86_400) + 1
        if count > _MOST_PERIODS:
            self.found.append(faults.fill_too_long(name, count, _MOST_PERIODS))

    # --- populations ----------------------------------------------------------------------------

    def _population(self, facts: tuple[Fact, ...]) -> Members | None:
        """The population of a model's question: its key, and the conditions that speak of it alone."""
        if self.frame is None or self.frame.of is None:
            return None
        model = self.frame.of
        keys = tuple((by.output, self.definitions.key_row(model, by.parts[-1])) for by in self.query.by)
        resolve = question_paths(self.definitions, model, None, Text(""), raw=True)
        where = [c for text in self.query.where for c in self._about(model, text, resolve)]
        return Members(model, keys, merged(where))

    def _about(self, model: str, text: Text, resolve: Resolve) -> tuple[Condition, ...]:
        """A condition, if the population alone can answer it."""
        names = [parse.names(column) for column in parse.columns(self.definitions.parse(text))]
        own = all(self.definitions.try_path(model, each, raw=True) is not None for each in names)
        return conditions(self.definitions, model, text, resolve) if own else ()

    # --- members --------------------------------------------------------------------------------

    def _members(
        self, keys: tuple[Key, ...], facts: tuple[Fact, ...], outputs: Mapping[str, str]
    ) -> tuple[Members, ...]:
        """Dimensions whose members all appear; ``outputs`` tells what a key is called in the answer."""
        asked = self.query.members
        if asked is False:
            return ()
        chosen = [k for k in keys if k.grain is None] if asked is True else []
        for name in asked if isinstance(asked, tuple) else ():
            match = [k for k in keys if name in (k.path, outputs.get(k.name, k.name))]
            chosen += match
            if not match:
                self.found.append(
                    faults.unknown("dimension of the question", name, [k.path for k in keys], None)
                )
        groups: dict[str, list[tuple[Key, Row]]] = {}
        # Of entities there are the rows that they are found in.
        fact = facts[0]
        inner = fact.entities or fact.sampled
        fact = inner.facts[0] if inner is not None else fact
        for key in chosen:
            reached = fact.keys[keys.index(key)]
            if reached.branch is not None or not reached.row.at:
                self.found.append(faults.no_members(key.path))
                continue
            model = self.catalog.end(fact.home, reached.row.at).name
            groups.setdefault(model, []).append((key, reached.row))
        return tuple(self._member(model, pairs, fact) for model, pairs in groups.items())

    def _member(self, model: str, pairs: list[tuple[Key, Row]], fact: Fact) -> Members:
        at = pairs[0][1].at
        rows = tuple((key.name, _seen_from(model, row)) for key, row in pairs)
        where = tuple(
            Condition(model, moved(c.tree, lambda own: own[len(at) :]))
            for c in fact.chosen
            if not c.exists and all(walk_of(n)[: len(at)] == at for n in columns_of(c.tree))
        )
        return Members(model, rows, where)


def _outputs(keys: tuple[Key, ...], renamed: Mapping[By, str]) -> Iterator[tuple[Key, exp.Expr]]:
    """Keys under the names that were asked for."""
    names = {inner: by.output for by, inner in renamed.items()}
    for key in keys:
        if key.name in names:
            yield replace(key, name=names[key.name]), exp.Column(this=exp.Identifier(this=key.name))


def _uses(tree: exp.Expr, key: str) -> bool:
    """Whether an expression reads a leaf."""
    return any(node.table == "#" and node.name == key for node in columns_of(tree))


def _beyond(leaf: Leaf) -> bool:
    """Whether an aggregate looks at rows of other periods than its own."""
    return any(each.through or each.sampled for each in all_leaves((leaf,)))


def _along_time(leaf: Leaf) -> bool:
    """Whether an aggregate looks beyond its own period, or an entity's value does."""
    inner = leaf.per.leaves.values() if leaf.per is not None else ()
    beyond = bool(leaf.through) or bool(leaf.sampled) or leaf.every
    return beyond or leaf.at is not None or any(map(_along_time, inner))


def _entity_names(entity: Entity, by: Iterable[By]) -> Iterator[str]:
    """The columns of an entity beside the keys of the question."""
    taken = {each.output.lower() for each in by}
    for each in entity:
        name = each.split(".")[-1]
        while name.lower() in taken or is_inner(name):
            name += "_"
        taken.add(name.lower())
        yield name


def _is_path(by: By) -> bool:
    return all(map(str.isidentifier, by.parts))


def _seen_from(model: str, row: Row) -> Row:
    return Row(model, moved(row.tree, lambda own: own[len(row.at) :]), row.type)
