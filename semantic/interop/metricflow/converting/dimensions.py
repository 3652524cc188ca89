"""Dimensions, and keys as dimensions."""

from __future__ import annotations

from collections.abc import Iterator

from semantic.interop.metricflow.converting.columns import divides, is_plain
from semantic.interop.metricflow.converting.expressions import DIVIDES, Read, read_as_time
from semantic.interop.metricflow.converting.home import FINER, Home
from semantic.interop.metricflow.converting.scope import Item, described
from semantic.interop.metricflow.nodes import Dimension, Entity
from semantic.interop.yaml_text import Noted, Tree
from semantic.spec.kinds import ALIASES

#: Granularities that are grains of ours. Finer ones than a second are none.
GRAINS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")


def dimensions(home: Home) -> list[Tree]:
    """The dimensions of a model: its keys, then its own."""
    return [*_entities(home), *_dimensions(home)]


def _entities(home: Home) -> Iterator[Tree]:
    for entity in home.model.entities:
        read = _kept(home, "entity", entity)
        if read is not None:
            yield _short(described({"name": entity.name} | _sql(entity, read), entity))


def _dimensions(home: Home) -> Iterator[Tree]:
    for each in home.model.dimensions:
        read = _kept(home, "dimension", each)
        if read is None:
            continue
        whole = _whole(home, each, read)
        item = {"name": each.name} | _type(each, whole) | _sql(each, whole) | _grain(home, each)
        shown = _short(described(item, each))
        yield shown if whole is read else Noted(shown, f"Whole {each.granularity}s are compared.")


def _kept(home: Home, kind: str, each: Entity | Dimension) -> Read | None:
    """What a key or a dimension reads, and the report told of it; ``None`` where there will be none."""
    name = f"{home.model.name}.{each.name}"
    home.scope.report.met(kind, name, each.where)
    if isinstance(each, Entity) and each.virtual:
        return None
    read = _read(home, each)
    reason = home.scope.refused.get((kind, name)) or read.reason
    if reason:
        home.scope.report.dropped(kind, name, reason)
        return None
    _notes(home, kind, name, read)
    home.dimensions.add(each.name)
    return read


def _read(home: Home, each: Entity | Dimension) -> Read:
    expr = home.columns.written(each.expr or each.name, each.name)
    is_time = isinstance(each, Dimension) and each.kind == "time"
    return home.expressions.read(expr, each.name, typed=is_time)


def _notes(home: Home, kind: str, name: str, read: Read) -> None:
    for column in read.cast:
        home.scope.report.changed(kind, name, read_as_time(column))
    if divides(read.sql):
        home.scope.report.changed(kind, name, DIVIDES)


def _whole(home: Home, each: Dimension, read: Read) -> Read:
    """A time that is compared with others, cut to its granularity as MetricFlow does."""
    said = ALIASES.get((each.data_type or "").lower()) if is_plain(read.sql) else read.type
    fine = each.granularity in (None, "second", *FINER) or (each.granularity == "day" and said == "date")
    if fine or (home.model.name, each.name) not in home.scope.compared:
        return read
    if each.granularity == "day":
        return Read(f"cast({read.sql} as date)", "date")
    sql = read.sql if said in ("date", "timestamp") else f"cast({read.sql} as timestamp)"
    kind = "timestamp" if each.granularity in ("minute", "hour") else "date"
    return Read(f"date_trunc('{each.granularity}', {sql})", kind)


def _type(each: Dimension, read: Read) -> Item:
    """The type: what the project says of the column; times are timestamps unless their SQL tells better."""
    said = ALIASES.get((each.data_type or "").lower())
    if said and is_plain(read.sql):
        return {"type": said}
    return {"type": "timestamp"} if each.kind == "time" and read.type is None else {}


def _sql(each: Entity | Dimension, read: Read) -> Item:
    return {} if read.sql == each.name and is_plain(read.sql) else {"sql": read.sql}


def _grain(home: Home, each: Dimension) -> Item:
    """The finest grain of a time."""
    if each.kind != "time" or each.granularity is None or each.granularity == "second":
        return {}
    if each.granularity in FINER:
        reason = f"Its finest grain is a second, not a {each.granularity}."
        home.scope.report.changed("dimension", f"{home.model.name}.{each.name}", reason)
        return {}
    return {"grain": each.granularity}


def _short(item: Item) -> Tree:
    """A dimension that is a column and nothing else is its name."""
    return item["name"] if len(item) == 1 else item
