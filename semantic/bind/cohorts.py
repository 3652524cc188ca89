"""Retentions: facts whose rows are cohorts, each by the periods since."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from semantic import faults
from semantic.bind.asked import Asked
from semantic.bind.bound import NOTHING, Cohorts, Fact
from semantic.bind.condition import present
from semantic.bind.fact import rows_of
from semantic.bind.leaf import Leaf
from semantic.bind.paths import AXIS, SINCE
from semantic.bind.row import Row
from semantic.bind.texts import Reached
from semantic.bind.timed import timed_edge
from semantic.catalog import cohort_role
from semantic.faults import SemanticError
from semantic.query import By
from semantic.spec.types import Retention


def of_cohorts(asked: Asked, group: list[Leaf], retention: Retention) -> Fact:
    """A fact whose rows are cohorts; how long since is a key that only its cells have."""
    name = group[0].name.removesuffix("_active").removesuffix("_cohort")
    since, time = _since(asked, retention, name), group[0].time
    assert time is not None
    others = tuple(by for by in asked.query.by if by is not since)
    cohorts = _cohorts(asked.asking(replace(asked.query, by=others)), retention, time, name)
    number, rest = Reached(Row(cohorts.home, exp.Null(), "integer")), iter(cohorts.keys)
    keys = tuple(number if by is since else next(rest) for by in asked.query.by)
    made = _cells(asked, retention, cohorts, since, time)
    return Fact(cohorts.home, keys, cohorts.where, tuple(group), None, NOTHING, time, made)


def _since(asked: Asked, retention: Retention, name: str) -> By:
    """The key that tells how long since; raises where there is none, or where other periods stand beside."""
    since = next((by for by in asked.query.by if by.parts == (SINCE, retention.period)), None)
    if since is None:
        raise SemanticError([faults.retention_without_since(name, retention.period, retention.span)])
    for by in asked.query.by:
        if by.parts[0] == AXIS and by.parts[1:] != (retention.period,):
            raise SemanticError([faults.retention_axis(name, str(by.path), retention.period, by.path.span)])
    return since


def _cohorts(asked: Asked, retention: Retention, time: Row, name: str) -> Fact:
    """The rows of all cohorts; no cohort has those of nobody."""
    home = str(retention.cohort)
    cohorts = rows_of(asked, home, time)
    known = present(home, asked.definitions.key_row(home, retention.by[0]))
    cohorts = replace(cohorts, where=(*cohorts.where, known))
    if any(condition.exists for condition in cohorts.where):
        raise SemanticError([faults.retention_condition(name, retention.span)])
    trees = [key.row.tree for key in cohorts.keys] + [c.tree for c in cohorts.where]
    if timed_edge(asked.definitions, home, trees) is not None:
        raise SemanticError([faults.retention_validity(name, retention.span)])
    return cohorts


def _cells(asked: Asked, retention: Retention, cohorts: Fact, since: By, time: Row) -> Cohorts:
    """What cells are made of: the cohorts, and the way to them from the activity."""
    activity = str(retention.activity)
    active_at = asked.definitions.time(activity)
    assert active_at is not None
    way = (cohort_role(cohorts.home, retention.by[0]),)
    rolling = retention.window == "rolling"
    return Cohorts(cohorts, activity, way, since.output, retention.period, time, active_at, rolling)
