"""What the definitions of a project mean, as digests.

Equal digests mean equal numbers, whatever the definitions are called and however they are written.

A bound definition is written down with everything that it reads in the place of the names: columns of tables,
rows of models, joins, values of parameters. Nothing of what a binder has found is left out but what is listed
here by name, so what is added to it later is part of the meaning, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

from sqlglot import exp

from semantic.bind import Definitions, Metrics, Questions, values
from semantic.bind.bound import Bound, Cohorts, Fact, Frame, Key, Members
from semantic.bind.condition import Condition, Exists
from semantic.bind.definitions import Computed, Following
from semantic.bind.grain import GRAINS
from semantic.bind.leaf import Leaf, Level, Metric, Per, Sampling, Through, Where, all_leaves
from semantic.bind.relations import PREFIX, named_model, table_parts
from semantic.bind.row import Row, walk_of
from semantic.catalog import Branch, Catalog, Walk, bare
from semantic.check import samples
from semantic.faults import SemanticError
from semantic.impact.trees import Replace, digest, plain
from semantic.source import Span, Text
from semantic.spec import types as spec

_PARAMETER = "parameter"
#: What a bound thing is called, or what is derived from the rest.
_NAMES: Mapping[type[Any], frozenset[str]] = {
    Leaf: frozenset({"name", "of", "home", "call", "type"}),
    Metric: frozenset({"name", "spec", "tree", "leaves"}),
    Row: frozenset({"model", "tree", "at"}),
    Condition: frozenset({"home", "tree", "exists"}),
    Exists: frozenset({"branch", "tree", "orphan"}),
    Per: frozenset({"entity", "leaves", "having"}),
    Sampling: frozenset({"tree", "leaves", "plain"}),
    Fact: frozenset({"home", "chosen"}),
    Key: frozenset({"path", "dimension"}),
    Bound: frozenset({"query", "metrics", "leaves", "having", "derived"}),
    Members: frozenset({"model", "keys"}),
    Computed: frozenset({"name", "tree", "following"}),
}
_Trees = Mapping[str, Any]


class _Marked(Definitions):
    """Definitions in whose trees the value of a parameter tells whose it is."""

    def parameter(self, name: str) -> exp.Expr:
        """The literal of a parameter's value."""
        tree = super().parameter(name)
        tree.meta[_PARAMETER] = name
        return tree


class Meanings:
    """The meaning of everything in one project, made when it is asked for.

    ``renamed`` says of new names of parameters which older ones they stand for.
    """

    def __init__(
        self,
        catalog: Catalog,
        renamed: Mapping[str, str] | None = None,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        self.catalog = catalog
        self.renamed = renamed or {}
        self.definitions = _Marked(catalog, values(catalog, {**samples(catalog), **(given or {})}))
        self.metrics = Metrics(self.definitions)
        self.questions = Questions(self.definitions, self.metrics)
        self._known: dict[tuple[str, ...], str] = {}
        self._open: set[tuple[str, ...]] = set()
        #: What cannot be bound.
        self.broken: set[tuple[str, ...]] = set()

    # --- what is asked ------------------------------------------------------------------------------

    def metric(self, name: str) -> str:
        """The meaning of a metric."""
        return self._once(("metric", name), lambda: self._along(self.metrics.metric(name)))

    def _along(self, metric: Metric) -> Any:
        """A metric, and how days, weeks and years run, by which it can be asked."""
        return self._metric(metric), self._calendars(metric.leaves.values()), str(metric.spec.grain or "")

    def _calendars(self, leaves: Iterable[Leaf]) -> list[str]:
        """How the periods of some aggregates run, of the entities that they are over included."""
        return sorted({repr(self._calendar(leaf.time)) for leaf in all_leaves(leaves)})

    def dimension(self, model: str, name: str) -> str:
        """The meaning of a dimension."""
        return self._once(
            ("dimension", model, name), lambda: self._plain(self.definitions.dimension(model, name), model)
        )

    def model(self, name: str) -> str:
        """The meaning of a model: its rows, its keys, its time, and columns that a question makes."""
        return self._once(("model", name), lambda: self._model(name))

    def join(self, model: str, role: str) -> str:
        """The meaning of a join."""
        return self._once(("join", model, role), lambda: self._edge(model, role))

    def source(self, name: str) -> str:
        """The meaning of a source: the table, and what is said of its columns."""
        return self._once(("source", name), lambda: self._source(name))

    def source_column(self, source: str, name: str) -> str:
        """The meaning of a column of a source: its type, and whether the table has it."""
        given = next(each for each in self.catalog.spec.sources if each.name == source)
        column = next(each for each in given.columns if bare(each.name) == name)
        return digest((column.type, column.required, self._missing(given, name)))

    def parameter(self, name: str) -> str:
        """The meaning of a parameter: what it may be, and what it is where nobody says."""
        given = self.catalog.parameters[name]
        return digest((given.type, repr(self.definitions.values[name]), repr(given.values)))

    def function(self, name: str) -> str:
        """The meaning of a function of the project's own."""
        given = self.catalog.functions[name]
        arguments = tuple(map(str, given.arguments))
        return digest((given.type, arguments, sorted((k, _spaced(t)) for k, t in given.templates.items())))

    def policy(self, name: str) -> str:
        """The meaning of a policy: what it says, with the meaning of what it is about."""
        given = next(each for each in self.catalog.spec.policies if each.name == name)
        said = tuple(_spaced(text) if text is not None else None for text in (given.rows, given.exempt))
        about = self.model(str(given.model)) if given.model is not None else None
        hidden = (tuple(sorted(map(str, given.hide))), tuple(sorted(map(str, given.metrics))))
        return digest((said, about, hidden, given.inherit))

    def type(self, kind: str, name: str) -> str | None:
        """The type of a metric or a dimension, as far as it is known."""
        model, _, rest = name.partition(".")
        with suppress(SemanticError):
            if kind == "metric":
                return self.metrics.metric(name).type
            if kind == "dimension":
                return self.definitions.dimension(model, rest).type
        return None

    def bound_metric(self, metric: Metric) -> str:
        """The meaning of a metric of a question."""
        return digest(self._metric(metric))

    def reached(self, fact: Fact, place: int) -> str:
        """The meaning of a key of a fact."""
        return digest(self._plain(fact.keys[place], fact.home) if place < len(fact.keys) else None)

    def filtering(self, bound: Bound) -> str:
        """What decides which rows a question has, beside its keys."""
        leaves = {key: self._leaf(leaf) for key, leaf in bound.leaves.items()}
        having = sorted((self._tree(each, "", leaves) for each in bound.having), key=repr)
        where = [
            (self.rows(fact.home), sorted((self._condition(each) for each in fact.where), key=repr))
            for fact in bound.facts
        ]
        rest = self._plain((bound.fill, bound.members, bound.population, bound.top), "")
        rest = (rest, self._all_calendar() if bound.fill is not None else None)
        order = bound.order if bound.query.limit is not None else ()
        return digest((having, sorted(where, key=repr), rest, order, self._limits(bound)))

    def _once(self, key: tuple[str, ...], make: Callable[[], Any]) -> str:
        """A digest that is made once; what reads itself is told by where it does, and what cannot be bound by
        what is wrong with it."""
        if key not in self._known:
            if key in self._open:
                return digest(("itself", key))
            self._open.add(key)
            try:
                self._known[key] = digest(make())
            except SemanticError as error:
                self.broken.add(key)
                self._known[key] = digest(
                    ("broken", key, [(fault.code, fault.message) for fault in error.faults])
                )
            finally:
                self._open.discard(key)
        return self._known[key]

    # --- rows and columns ---------------------------------------------------------------------------

    def rows(self, name: str) -> str:
        """The meaning of the rows of a model, whatever is read of them."""
        return self._once(("rows", name), lambda: self._rows(name))

    def _rows(self, name: str) -> Any:
        model = self.catalog.models[name]
        key = sorted(_spaced(part).lower() for part in model.spec.primary_key)
        if model.spec.query is not None:
            asked = self.questions.bound(name, frozenset())
            return ("question", self._bound(asked))
        table = self.definitions.table(name)
        if table is not None:
            return ("table", tuple(plain(part, _nothing) for part in table), key)
        relation = model.relation
        if relation.sql is None and relation.table is None:
            return ("unmapped", str(relation.name) if isinstance(relation, spec.Source) else name, key)
        return ("select", plain(self.definitions.statement(name), self._in_select), key)

    def _in_select(self, node: exp.Expr) -> Any:
        """What stands for more than itself in a SELECT: a model, a function, a parameter."""
        if isinstance(node, exp.Table) and named_model(node) and node.name in self.catalog.models:
            return (PREFIX, self._whole(node.name, node), str(node.alias).lower())
        return self._called(node, self._in_select)

    def _whole(self, name: str, node: exp.Expr) -> Any:
        """The rows of a model with those of its columns that a SELECT around it may name."""
        root = node.root()
        words = {each.name.lower() for each in root.find_all(exp.Identifier)}
        every = any(not isinstance(star.parent, exp.Count) for star in root.find_all(exp.Star))
        model = self.catalog.models[name]
        known = {*model.columns, *model.dimensions}
        read = sorted(each for each in known if every or each.lower() in words)
        found = []
        for each in read:
            dimension = model.dimension(each)
            value = (
                self.dimension(name, str(dimension.name))
                if dimension is not None
                else self.column(name, each)
            )
            found.append((each, value))
        return self.rows(name), tuple(found)

    def column(self, model: str, name: str) -> str:
        """The meaning of a column of a model's rows, one that a step adds to them included."""
        return self._once(("column", model, name), lambda: self._column(model, name))

    def _column(self, name: str, column: str) -> Any:
        computed = self.definitions.computed.get(name, {}).get(column)
        if computed is not None:
            return ("computed", self._computed(computed, name))
        model = self.catalog.models[name]
        if model.spec.query is not None:
            return ("asked", self._asked(name, column))
        declared = model.column(column)
        kind = self.definitions.stored_type(model, exp.column(column)) if declared else None
        absent = (declared.required,) if declared is not None else ()
        return ("column", self.rows(name), column, kind, absent, self._missing(model.relation, column))

    def _missing(self, relation: spec.Relation, column: str) -> bool:
        names = relation.missing if isinstance(relation, spec.Source) else ()
        return column.lower() in {bare(name).lower() for name in names}

    def _asked(self, model: str, column: str) -> Any:
        """A column of a model that is made from a question: a key, or a metric over the same rows."""
        bound = self.questions.bound(model, frozenset({column.lower()}))
        metric = next((m for m in bound.metrics if bare(m.name).lower() == column.lower()), None)
        if metric is not None:
            return self.rows(model), self._metric(metric), self._bound(bound)
        place = [bare(key.name).lower() for key in bound.keys].index(column.lower())
        found = []
        for fact in bound.facts:
            found.append(self._plain(fact.keys[place], fact.home) if place < len(fact.keys) else None)
        return self.rows(model), bound.keys[place].type, tuple(found), place if not found else None

    def _computed(self, computed: Computed, model: str) -> Any:
        following = computed.following
        told = self._following(following, model) if following is not None else None
        return self.rows(model), self._tree(computed.tree, model), computed.type, told

    def _following(self, following: Following, model: str) -> Any:
        pairs = [(self._tree(a, model), self._tree(b, following.to)) for a, b in following.keys]
        here, there = following.times
        met = [
            self._tree(tree, side) if tree is not None else None
            for tree, side in zip(following.met, (model, following.to), strict=True)
        ]
        fits = following.counted.fits if following.counted is not None else None
        counted = (following.counted is not None, self._tree(fits, "") if fits is not None else None)
        flags = following.inclusive, following.once, following.last, met, counted
        times = self._tree(here, model), self._tree(there, following.to)
        return self.rows(following.to), sorted(pairs, key=repr), times, flags

    def _model(self, name: str) -> Any:
        given = self.catalog.models[name].spec
        columns: list[Any] = []
        if given.query is not None:
            columns = [(str(c), self.column(name, c)) for c in sorted(self.catalog.models[name].columns)]
        keys = sorted(sorted(self._row(name, part) for part in key) for key in given.unique)
        own = sorted(self._row(name, part) for part in given.primary_key)
        texts = [self._row(name, text) for text in (given.time, *(given.valid or ())) if text is not None]
        periods = sorted(map(str, given.periods))
        return self.rows(name), own, keys, texts, given.grain, periods, columns

    def _row(self, model: str, text: Text) -> str:
        """A text over one row of a model."""
        return digest(self._plain(self.definitions.row(model, text), model))

    def _source(self, name: str) -> Any:
        given = next(each for each in self.catalog.spec.sources if each.name == name)
        table = (
            [plain(part, _nothing) for part in table_parts(given.table)] if given.table is not None else []
        )
        return table, self._source_sql(given), given.required

    def _source_sql(self, given: spec.Source) -> Any:
        """A source's SELECT: as a model reads it, else as it is written."""
        if given.sql is None:
            return None
        for name, model in self.catalog.models.items():
            if model.spec.source == given.name:
                with suppress(SemanticError):
                    return plain(self.definitions.statement(name), self._in_select)
        return _spaced(given.sql)

    # --- joins --------------------------------------------------------------------------------------

    def _walk(self, model: str, walk: Walk) -> Any:
        """The joins that a walk follows."""
        found = []
        for role in walk:
            edge = self.catalog.models[model].edges[role]
            found.append(self.join(model, role))
            model = edge.target
        return tuple(found)

    def _edge(self, model: str, role: str) -> Any:
        edge = self.catalog.models[model].edges[role]
        row = self.definitions.key_row
        pairs = [
            (self._plain(row(model, left), model), self._plain(row(edge.target, right), edge.target))
            for left, right in edge.on
        ]
        bounds = [self._plain(row(edge.target, bound), edge.target) for bound in edge.spec.valid or ()]
        fixed = edge.spec.at if not self.catalog.by_time(edge) else None
        at = self._plain(row(model, fixed), model) if fixed is not None else str(edge.spec.at)
        return self.rows(edge.target), sorted(pairs, key=repr), bounds, at, edge.required

    # --- bound things -------------------------------------------------------------------------------

    def _metric(self, metric: Metric) -> Any:
        leaves = {key: self._leaf(leaf) for key, leaf in metric.leaves.items()}
        return "metric", metric.type, self._tree(metric.tree, "", leaves)

    def _leaf(self, leaf: Leaf) -> Any:
        """One aggregate over the rows of its home, or over the values of entities or periods."""
        over = leaf.per or leaf.sampled
        inner = {key: self._leaf(each) for key, each in over.leaves.items()} if over else {}
        call = self._tree(leaf.call, leaf.home, inner)
        rows = None if over is not None else self._home(leaf.home)
        calendar = self._calendars([leaf]) if leaf.between else None
        conditions = sorted((self._condition(each) for each in leaf.conditions), key=repr)
        return "leaf", rows, call, calendar, conditions, self._rest(leaf, leaf.home, ("conditions",))

    def _home(self, name: str) -> Any:
        """The rows that an aggregate sees, and in which interval they hold."""
        given = self.catalog.models[name].spec
        valid = [self._row(name, bound) for bound in given.valid or ()]
        return self.rows(name), valid, given.grain

    def _calendar(self, time: Row | None) -> Any:
        """How days, weeks and years run, for what is seen along time."""
        if time is None:
            return None
        given = self.catalog.spec.calendar
        zone = str(given.timezone or "UTC") if time.type == "timestamptz" else None
        return given.week_start, given.fiscal_year_start, zone

    def _all_calendar(self) -> Any:
        given = self.catalog.spec.calendar
        return given.week_start, given.fiscal_year_start, str(given.timezone or "UTC")

    def _bound(self, bound: Bound) -> Any:
        leaves = {key: self._leaf(leaf) for key, leaf in bound.leaves.items()}
        having = sorted((self._tree(each, "", leaves) for each in bound.having), key=repr)
        derived = [(self._plain(key, ""), self._tree(tree, "", leaves)) for key, tree in bound.derived]
        metrics = [(metric.name, self._metric(metric)) for metric in bound.metrics]
        facts = [self._plain(fact, fact.home) for fact in bound.facts]
        return having, derived, metrics, facts, self._rest(bound, "", skip=("facts",)), self._limits(bound)

    def _limits(self, bound: Bound) -> Any:
        """What a question says beyond its facts."""
        asked = bound.query
        return asked.limit, str(asked.top), asked.fill, repr(asked.members), str(asked.time)

    def _rest(self, value: Any, model: str, skip: tuple[str, ...] = ()) -> Any:
        """All fields of a bound thing but its names, and those that are written down otherwise."""
        names = _NAMES.get(type(value), frozenset())
        return tuple(
            (field.name, self._plain(getattr(value, field.name), model))
            for field in fields(value)
            if field.name not in names and field.name not in skip
        )

    def _plain(self, value: Any, model: str) -> Any:
        """A bound thing as plain values, seen from the rows of a model."""
        known = self._special(value, model)
        if known is not None:
            return known
        if isinstance(value, Mapping):
            return tuple((str(key), self._plain(value[key], model)) for key in sorted(value))
        if isinstance(value, tuple | list):
            return tuple(self._plain(each, model) for each in value)
        if isinstance(value, exp.Expr):
            return self._tree(value, model)
        if is_dataclass(value) and not isinstance(value, type):
            return (type(value).__name__, self._rest(value, model))
        return str(value) if isinstance(value, str) else repr(value)

    def _special(self, value: Any, model: str) -> Any:  # noqa: C901  # one case a kind
        """What is seen from elsewhere, or named by something."""
        match value:
            case None | Span():
                return ()
            case Leaf():
                return self._leaf(value)
            case Metric():
                return self._metric(value)
            case Row():
                return "row", self._tree(value.tree, value.model), value.type, value.finest
            case Condition():
                return self._condition(value)
            case Branch():
                return self._branch(value, model)
            case Per():
                return self._per(value, model)
            case Where():
                return value.around, sorted(
                    (self._condition(c) for each in value.met.values() for c in each), key=repr
                )
            case Level():
                return self._level(value, model)
            case Through():
                return self._through(value)
            case Fact():
                return self._fact(value)
            case Cohorts():
                return self._rest(value, value.activity)
            case spec.Retention():
                return self._retention(value)
            case Members():
                keys = tuple(self._plain(row, value.model) for _, row in value.keys)
                return self.rows(value.model), keys, self._rest(value, value.model)
            case Frame():
                homes = [self.rows(name) for name in (value.start, value.of) if name is not None]
                return homes, value.start is None, self._until(value.window)
        return None

    def _until(self, window: spec.Until | None) -> Any:
        """The window of a model's question; its days are among the conditions of its facts as values."""
        if window is None:
            return None
        texts = [self._day(text) for text in (window.start, window.until) if text is not None]
        return str(window.last), texts, window.start is None, window.until is None

    def _day(self, text: Text) -> Any:
        from semantic.bind.timerange import day_of

        return self._tree(day_of(self.definitions, text), "")

    def _fact(self, fact: Fact) -> Any:
        leaves = sorted((self._leaf(leaf) for leaf in fact.leaves), key=repr)
        where = sorted((self._condition(each) for each in fact.where), key=repr)
        return self._home(fact.home), leaves, where, self._rest(fact, fact.home, ("leaves", "where"))

    def _condition(self, condition: Condition) -> Any:
        exists = {
            str(place): self._exists(each, condition.home) for place, each in enumerate(condition.exists)
        }
        return "condition", self._tree(condition.tree, condition.home, exists)

    def _exists(self, exists: Exists, home: str) -> Any:
        orphan = self._tree(exists.orphan, home) if exists.orphan is not None else None
        tree = self._tree(exists.tree, exists.branch.root)
        return "exists", self._branch(exists.branch, home), tree, orphan

    def _branch(self, branch: Branch, home: str) -> Any:
        """The way to a many side: joins up, the rows there, and the joins that lead back and on."""
        up = self._walk(home, branch.up) if home else branch.up
        ways = (self._walk(branch.root, branch.back), self._walk(branch.root, branch.walk))
        return up, self.rows(branch.root), ways

    def _per(self, per: Per, model: str) -> Any:
        leaves = {key: self._leaf(leaf) for key, leaf in per.leaves.items()}
        having = self._tree(per.having, model, leaves) if per.having is not None else None
        homes = sorted({leaf.home for leaf in per.leaves.values()}) or [model]
        entity = sorted([self._path(str(path), home) for path in per.entity for home in homes], key=repr)
        return "per", entity, having, sorted(leaves.values(), key=repr)

    def _level(self, level: Level, model: str) -> Any:
        over = sorted((self._path(path, model) for path in level.over), key=repr)
        ignoring = sorted((self._path(path, model) for path in level.ignoring), key=repr)
        return over, ignoring, str(level.base)

    def _path(self, path: str, home: str) -> Any:
        """What a path of a question means, seen from a model or by its own name."""
        names = tuple(path.split("."))
        for model in dict.fromkeys((home, names[0])):
            if model in self.catalog.models:
                with suppress(SemanticError):
                    row = self.definitions.try_path(model, names, raw=True)
                    if row is not None:
                        return self._plain(row, model)
        return ("path", path)

    def _through(self, through: Through) -> Any:
        named = [
            (name, model.name, self.model(model.name), self.column(model.name, name))
            for name in through.own
            for model in self.catalog.models.values()
            if name in map(str, model.spec.periods) and name not in GRAINS
        ]
        return str(through), named

    def _retention(self, retention: spec.Retention) -> Any:
        sides = (str(retention.cohort), str(retention.activity))
        rows = [self._home(side) for side in sides]
        axes = [(side, self.definitions.time(side)) for side in sides]
        times = [(self._plain(time, side), self._calendar(time)) for side, time in axes]
        keys = [self._row(side, text) for side, text in zip(sides, retention.by, strict=True)]
        return rows, times, keys, retention.period, retention.window, retention.value

    # --- trees --------------------------------------------------------------------------------------

    def _tree(self, tree: exp.Expr, model: str, others: _Trees | None = None) -> Any:
        """A bound tree over rows of a model; ``others`` is what columns of no rows stand for."""
        return plain(tree, partial(self._node, model, others or {}))

    def _node(self, model: str, others: _Trees, node: exp.Expr) -> Any:
        if not isinstance(node, exp.Column):
            return self._called(node, partial(self._node, model, others))
        if node.table in ("#", "?") and node.name in others:
            return others[node.name]
        if node.table == "!":
            return "others", sorted((self._path(path, "") for path in node.name.split("|")), key=repr)
        if not node.table.startswith("/") or not model:
            return "place", node.table, node.name
        walk = walk_of(node)
        end = self.catalog.end(model, walk).name
        name = node.name if node.this.quoted else node.name.lower()
        return "at", self._walk(model, walk), self.column(end, name)

    def _called(self, node: exp.Expr, replace: Replace) -> Any:
        """A function of the project's own, or the value of a parameter."""
        if node._meta and _PARAMETER in node.meta:
            name = str(node.meta[_PARAMETER])
            return _PARAMETER, self.renamed.get(name, name), self.parameter(name)
        if isinstance(node, exp.Anonymous) and str(node.this) in self.catalog.functions:
            arguments = tuple(plain(each, replace) for each in node.expressions)
            return "function", self.function(str(node.this)), arguments
        return None


def _nothing(node: exp.Expr) -> Any:
    return None


def _spaced(text: str | None) -> str:
    """A text with one space where it has any."""
    return " ".join(text.split()) if text is not None else ""
