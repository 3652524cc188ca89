"""Random metrics with modifiers, and questions for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.reference.conditions import conditions
from tests.reference.entities import looks_back
from tests.reference.groups import home_of
from tests.reference.metrics import leaves
from tests.reference.names import NUMBERS, answerable, last_of, means, named, timed, type_of, typed
from tests.reference.paths import place
from tests.reference.questions import can_fill, keys, ordered, wheres, with_members
from tests.reference.terms import (
    By,
    Conversion,
    Having,
    Leaf,
    Length,
    Level,
    Metric,
    Path,
    Per,
    Question,
    Retention,
    Seen,
    Through,
    Top,
    World,
    mentioned,
    spelled,
)
from tests.reference.worlds import FACTS, OFTEN, RARELY, SOMETIMES, Draw

GRAINS = (
    "month",
    "month",
    "month",
    "quarter",
    "week",
    "day",
    "year",
    "iso_week",
    "fiscal_quarter",
    "fiscal_year",
)
LENGTHS: tuple[Length, ...] = (
    (3, "month"), (1, "month"), (28, "day"), (2, "week"), (1, "quarter"), (1, "year"), (2, "day"),
)  # fmt: skip
OFFSETS: tuple[Length, ...] = (
    (1, "year"),
    (1, "month"),
    (2, "month"),
    (1, "quarter"),
    (5, "week"),
    (1, "day"),
)
TO_DATE = ("month", "year", "quarter", "week", "iso_week", "fiscal_quarter", "fiscal_year")
_BEFORE = (Through(offset=(1, "month")), Through(offset=(1, "year")))
#: Ranges that begin and end with months and quarters, and within them.
PERIODS = (
    (date(2024, 1, 1), date(2024, 4, 1)),
    (date(2023, 12, 1), date(2024, 3, 1)),
    (date(2023, 12, 15), date(2024, 3, 20)),
    (date(2024, 1, 31), date(2024, 2, 1)),
)
#: Names that steps of a statement could have for columns of their own.
TAKEN = (
    "until", "found", "seen", "month", "day", "period", "value", "met", "active", "cohort", "base", "entity",
    "happened", "last_event", "snapshot", "week", "month_left", "next_orders", "aligned", "periods",
    "last_period",
)  # fmt: skip
ADDED = ("sum", "count", "sum", "count", "count_distinct", "avg", "min", "max")
RETAINED = ("day", "week", "month", "month", "quarter", "year")


@st.composite
def modified(draw: Draw, world: World) -> Question:
    """A question for metrics of which at least one has a modifier."""
    count = draw(st.sampled_from((1, 1, 2, 2, 3)))
    kinds = [name for name in _KINDS if name not in ("at",) or "grades" in world.tables]
    chosen = [draw(st.sampled_from(kinds)) for _ in range(count)]
    metrics = [draw(_KINDS[kind](world, f"m{n}")) for n, kind in enumerate(chosen, 1)]
    taken = draw(st.permutations(TAKEN)) if draw(SOMETIMES) else []
    metrics = [replace(m, name=taken[n]) if taken else m for n, m in enumerate(metrics)]
    if count > 1 and draw(SOMETIMES):
        metrics[0] = Metric("m1", draw(_dated(world, ADDED)))
    question: Question = draw(finished(world, metrics))
    return question


@st.composite
def finished(draw: Draw, world: World, metrics: list[Metric]) -> Question:
    """A question for some metrics."""
    question = Question(tuple(metrics))
    question = replace(question, by=draw(_bys(world, question)))
    question = replace(question, where=draw(wheres(world, question)))
    if any(_told_by_cells(metric) for metric in metrics):
        question = draw(_of_cohorts(world, metrics))
    question = replace(question, metrics=tuple(draw(_at_levels(question, m)) for m in question.metrics))
    if timed(world, question) and (draw(SOMETIMES) or _needs_range(question)):
        question = replace(question, period=draw(st.sampled_from(PERIODS)))
    plain = not any(_told_by_cells(metric) for metric in metrics)
    question = replace(question, fill=plain and can_fill(question) and draw(SOMETIMES))
    question = replace(question, top=draw(_tops(world, question)))
    if plain and question.top is None and draw(RARELY):
        question = replace(question, members=with_members(world, question))
    if draw(RARELY):
        question = replace(
            question, having=(Having(question.metrics[0], draw(st.sampled_from((">", "<=", "null"))), 1),)
        )
    return draw(ordered(question)) if draw(RARELY) else question


def _needs_range(question: Question) -> bool:
    """Whether windows and moments have nothing but a range to end with."""
    return not any(path.steps == ("time",) for path in question.paths)


# --- metrics ----------------------------------------------------------------------------------------


@st.composite
def _dated(draw: Draw, world: World, functions: tuple[str, ...], *, plain: bool = False) -> Leaf:
    """An aggregate of rows that have a time."""
    for _ in range(4):
        leaf: Leaf = draw(leaves(world, functions, NUMBERS, plain=plain))
        if timed(world, Question((Metric("", leaf),))):
            return leaf
    return Leaf(next(name for name in FACTS if name in world.tables), "count")


@st.composite
def _plain(draw: Draw, world: World, name: str) -> Metric:
    """What modifiers are put on: an aggregate, now and then a ratio, or one of entities."""
    kind = draw(
        st.sampled_from(
            ("leaf", "leaf", "leaf", "leaf", "leaf", "ratio", "ratio", "per", "per", "conversion")
        )
    )
    if kind == "per":
        found: Metric = draw(of_entities(world, name, seen=False))
        return found
    if kind == "conversion" and events(world):
        return Metric(name, draw(conversions(world)))
    if kind != "ratio":
        return Metric(name, draw(_dated(world, ADDED)))
    parts = [Metric(f"{name}_{n}", draw(_dated(world, ADDED[:4]))) for n in "ab"]
    return Metric(name, None, "/", tuple(parts))


@st.composite
def of_entities(draw: Draw, world: World, name: str, *, seen: bool = True) -> Metric:
    """An aggregate over entities, whose values may be seen through time."""
    metric = Metric(f"{name}_of_each", draw(_dated(world, ("sum", "count", "sum", "max", "avg"))))
    having = Having(metric, draw(st.sampled_from((">", "<=", "null"))), draw(st.integers(-1, 2)))
    if draw(RARELY):
        having = replace(having, metric=Metric(f"{name}_had", draw(_dated(world, ("sum", "count")))))
    if seen and draw(SOMETIMES):
        metric = draw(_looking_back(metric))
    per = Per(Path(("customers",), "id"), draw(st.sampled_from(("count", "sum", "avg", "median", "max"))))
    value = None if per.function == "count" and draw(OFTEN) else metric
    per = replace(per, value=value, having=having if value is None or draw(OFTEN) else None)
    homes = [home_of(world, leaf)[0] for leaf in per.leaves()]
    entity = draw(_entities(world, homes))
    if entity is None:
        return metric
    return Metric(name, replace(per, entity=entity, beside=draw(_beside(world, homes, entity))))


@st.composite
def _beside(draw: Draw, world: World, homes: Sequence[str], entity: Path) -> Path | None:
    """Now and then another column of the same model, which only together with the entity tells one apart."""
    known = [table for table in entity.steps if table in world.tables]
    if not known or len(set(homes)) > 1 or not draw(SOMETIMES):
        return None
    columns = world.tables[known[-1]].columns.items()
    others = [c for c, kind in columns if c not in ("id", entity.column) and kind not in ("float", "decimal")]
    return Path(entity.steps, draw(st.sampled_from(sorted(others)))) if others else None


@st.composite
def _looking_back(draw: Draw, metric: Metric) -> Metric:
    """A metric of an entity over some periods, some periods before, or since then."""
    how = draw(st.sampled_from((Through(window=(3, "month")), Through(to_date="year"), *_BEFORE)))
    seen = Metric(f"{metric.name}_seen", None, "seen", (metric,), how=how)
    return Metric(f"{metric.name}_since", None, "-", (metric, seen)) if draw(SOMETIMES) else seen


@st.composite
def _entities(draw: Draw, world: World, homes: list[str]) -> Path | None:
    """What tells entities apart in every one of some tables."""
    options = [(name,) for name in ("customers", "orders", "products") if name in world.tables]
    good = [s for s in options if all(_one(world, home, s) for home in homes)]
    if not good:
        return None
    steps = draw(st.sampled_from(good))
    column = "customers_id" if steps == ("orders",) and "customers" in world.tables["orders"].joins else "id"
    return Path(steps, column)


def _one(world: World, home: str, steps: tuple[str, ...]) -> bool:
    return means(place, world, home, Path(steps, "id"), shared=False) and (
        place(world, home, Path(steps, "id"), shared=False).side is None
    )


@st.composite
def _window(draw: Draw, world: World, name: str) -> Metric:
    """A metric over a window that ends with each period."""
    how = Through(window=draw(st.sampled_from((*LENGTHS, "all"))))
    if draw(SOMETIMES):
        how = Through(to_date=draw(st.sampled_from(TO_DATE)))
    seen = Metric(name, None, "seen", (draw(_plain(world, f"{name}_now")),), how=how)
    if draw(RARELY):
        return Metric(
            f"{name}_before", None, "seen", (seen,), how=Through(offset=draw(st.sampled_from(OFFSETS)))
        )
    return seen


@st.composite
def _offset(draw: Draw, world: World, name: str) -> Metric:
    """A metric some time before, or how it has changed since."""
    now = draw(_plain(world, f"{name}_now"))
    how = Through(offset=draw(st.sampled_from((*OFFSETS, (-1, "month")))))
    before = Metric(f"{name}_before", None, "seen", (now,), how=how)
    op = draw(st.sampled_from(("", "/", "-")))
    return Metric(name, None, op, (now, before)) if op else replace(before, name=name)


@st.composite
def _level(draw: Draw, world: World, name: str) -> Metric:
    """A metric over all values of a path of the question, which is chosen later."""
    op = draw(st.sampled_from(("share", "rank", "cumulative", "seen")))
    within = _INNER[draw(st.sampled_from(("plain", "plain", "window", "offset", "conversion", "snapshots")))]
    inner = draw(within(world, f"{name}_part"))
    return Metric(name, None, op, (inner,), how=Level(("?",)))


@st.composite
def _base(draw: Draw, world: World, name: str) -> Metric:
    """A metric of fixed days beside every period, or what has changed since."""
    now = draw(_plain(world, f"{name}_now"))
    base = Metric(f"{name}_then", None, "seen", (now,), how=Level(base=draw(st.sampled_from(PERIODS))))
    op = draw(st.sampled_from(("", "/", "-")))
    return Metric(name, None, op, (now, base)) if op else replace(base, name=name)


@st.composite
def _snapshots(draw: Draw, world: World, name: str) -> Metric:
    """A sum of the first or last snapshot of each period, or the average of all."""
    leaf = draw(_dated(world, ("sum", "count"), plain=True))
    columns = [
        c
        for c, kind in typed(world, leaf.table)
        if kind in ("text", "integer") and c in world.tables[leaf.table].columns
    ]
    per = draw(st.sampled_from(columns)) if columns and draw(SOMETIMES) else None
    pick = draw(st.sampled_from(("last", "first", "average")))
    same = home_of(world, leaf) == (leaf.table, ())
    return Metric(
        name, replace(leaf, snapshots=(pick, None if pick == "average" else per), time=None) if same else leaf
    )


@st.composite
def _at(draw: Draw, world: World, name: str) -> Metric:
    """What holds at a moment of each period."""
    function = draw(st.sampled_from(("count", "sum", "count_distinct")))
    column = draw(st.sampled_from(("size", "id"))) if function == "count_distinct" else "size"
    paths = () if function == "count" else (Path(("grades",), column),)
    moment = draw(st.sampled_from(("period_end", "period_start", "during")))
    return Metric(name, Leaf("grades", function, paths, at=moment))


@st.composite
def _conversion(draw: Draw, world: World, name: str) -> Metric:
    """Base events that are followed by others."""
    return Metric(name, draw(conversions(world)) if events(world) else draw(_dated(world, ADDED)))


@st.composite
def conversions(draw: Draw, world: World, start: str | None = None) -> Conversion:
    """Two kinds of events of customers, which may be the same; the first may be said."""
    base, to = (draw(st.sampled_from(events(world))) for _ in range(2))
    base = start or base
    by = ((entity_of(base), entity_of(to)), *((("size", "size"),) if draw(RARELY) else ()))
    within = draw(st.sampled_from((None, (1, "month"), (40, "day"), (3, "month"))))
    more = draw(st.tuples(st.booleans(), st.booleans(), st.sampled_from(("null", "exclude", "count"))))
    value = draw(st.sampled_from(("rate", "count", "median_days", "avg_days")))
    runs_out = within is not None and more[2] != "count"
    until = date(2024, 3, 31) if runs_out and draw(SOMETIMES) else None
    return Conversion(base, to, by, within, *more, value, until)


def events(world: World) -> list[str]:
    """The tables whose rows happen to a customer at a time."""
    named = [name for name in ("customers", "trips", *FACTS, "seasons", "echoes") if name in world.tables]
    tables = {name: world.tables[name] for name in named}
    return [name for name, table in tables.items() if table.time and entity_of(name) in table.columns]


def entity_of(table: str) -> str:
    """The column with the customer of an event."""
    return "id" if table == "customers" else "customers_id"


#: What a level may be over.
_INNER: dict[str, Any] = {
    "plain": _plain, "window": _window, "offset": _offset, "conversion": _conversion, "snapshots": _snapshots
}  # fmt: skip
_KINDS: dict[str, Any] = {
    "window": _window, "offset": _offset, "per": of_entities, "level": _level, "snapshots": _snapshots,
    "at": _at, "conversion": _conversion, "base": _base, "window again": _window, "retention": None,
}  # fmt: skip


# --- cohorts ----------------------------------------------------------------------------------------


@st.composite
def _retention(draw: Draw, world: World, name: str) -> Metric:
    """What of the customers of a period is active again later."""
    activities = [name for name in events(world) if name != "customers"]
    if "customers" not in world.tables or not activities:
        found: Metric = draw(_window(world, name))
        return found
    period, value = draw(st.sampled_from(RETAINED)), draw(st.sampled_from(("rate", "count")))
    activity = draw(st.sampled_from(activities))
    by, rolling = ("id", "customers_id"), draw(st.booleans())
    return Metric(name, Retention("customers", activity, by, period, value, rolling))


_KINDS["retention"] = _retention


def _told_by_cells(metric: Metric) -> bool:
    return isinstance(metric.leaf, Retention)


@st.composite
def _of_cohorts(draw: Draw, world: World, metrics: list[Metric]) -> Question:
    """A question for the cells of a retention alone."""
    metric = next(each for each in metrics if _told_by_cells(each))
    assert isinstance(metric.leaf, Retention)
    period = metric.leaf.period
    by = [By(Path(("since",), "", period))]
    by += [By(Path(("time",), "", period))] if draw(OFTEN) else []
    question = Question((metric,))
    near = [steps for steps in named(world) if _one(world, "customers", steps)]
    if near and draw(SOMETIMES):
        key = draw(keys(world, draw(st.sampled_from(near))))
        by += [By(key)] if key.steps != ("time",) else []
    where = (draw(conditions(world, near)),) if near and draw(SOMETIMES) else ()
    return replace(question, by=tuple(draw(st.permutations(by))), where=where)


# --- what to group by -------------------------------------------------------------------------------


@st.composite
def _bys(draw: Draw, world: World, question: Question) -> tuple[By, ...]:
    """A period most of the time, and up to two other paths."""
    found: list[By] = []
    if timed(world, question) and draw(st.sampled_from((True,) * 6 + (False,))):
        found.append(By(Path(("time",), "", draw(st.sampled_from(GRAINS)))))
    steps = answerable(world, question, shared=False)
    free = [name for name in TAKEN if name not in {metric.name for metric in question.metrics}]
    names = draw(st.permutations(free)) if draw(RARELY) else ("k0", "k1")
    for n in range(draw(st.sampled_from((0, 0, 1, 1, 2))) if steps else 0):
        found.append(By(draw(keys(world, draw(st.sampled_from(steps)))), names[n]))
    unlike = {by.path: by for by in found}
    return tuple(draw(st.permutations(list(unlike.values()))))


@st.composite
def _tops(draw: Draw, world: World, question: Question) -> Top | None:
    """Now and then the leading values of a text that each fact of the question has one of."""
    homes = {home_of(world, leaf)[0] for leaf in question.leaves()}
    texts = [
        p for p in question.paths if p.grain is None and _is_text(world, p) and _all_one(world, homes, p)
    ]
    if not texts or not draw(SOMETIMES):
        return None
    metric = Metric("leads", Leaf(question.leaves()[0].table, "count"))
    plain = [each for each in question.metrics if isinstance(each.leaf, Leaf) and not each.leaf.at]
    if plain and draw(st.booleans()):
        metric = draw(st.sampled_from(plain))
    if not all(_one(world, home_of(world, leaf)[0], texts[0].steps) for leaf in metric.leaves()):
        return None
    if question.period is not None and not timed(world, Question((metric,))):
        return None
    return Top(draw(st.sampled_from(texts)), metric, draw(st.integers(1, 3)), "the rest")


def _is_text(world: World, path: Path) -> bool:
    return (
        path.steps[0] not in ("time", "since")
        and type_of(world, last_of(world, path.steps), path.column) == "text"
    )


def _all_one(world: World, homes: set[str], path: Path) -> bool:
    return all(place(world, home, path, shared=False).side is None for home in homes)


@st.composite
def _at_levels(draw: Draw, question: Question, metric: Metric) -> Metric:
    """A metric whose levels are paths of the question; without any, of everything."""
    if metric.op not in ("share", "rank", "cumulative", "seen") or not isinstance(metric.how, Level):
        return metric
    if metric.how.base is not None:
        return metric
    among = metric.op in ("rank", "cumulative")  # which compare what the groups have
    kept = among or not _sees_time(metric.parts[0])
    names = [spelled(by.path) for by in question.by if kept or by.path.steps != ("time",)]
    if kept and (not names or draw(RARELY)):
        return replace(metric, how=Level(("all",)))
    if not names:  # no total has a period for the window inside to end with
        return replace(metric.parts[0], name=metric.name)
    ignoring = ()
    said = [spelled(replace(p, grain=None)) for test in question.where for p in _paths(test)]
    if metric.op == "seen" and said and draw(OFTEN):
        ignoring = (draw(st.sampled_from(said)),)
    over = (draw(st.sampled_from(names)),) if not ignoring or draw(st.booleans()) else ()
    return replace(metric, how=Level(over, ignoring))


def _sees_time(metric: Metric) -> bool:
    atoms = metric.atoms()
    return any(isinstance(atom, Seen) or (isinstance(atom, Per) and looks_back(atom)) for atom in atoms)


def _paths(test: Any) -> list[Path]:
    return [path for path in mentioned(test) if path.steps != ("time",)]
