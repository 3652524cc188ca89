"""What a statement would cost, asked of the warehouse before anything is run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from semantic import faults
from semantic.faults import SemanticError
from semantic.warehouse.place import Place
from semantic.warehouse.rows import Row


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a warehouse expects of a statement: ``cost`` in a ``unit`` of its own, and rows of the answer.

    ``unit`` is ``rows`` between all steps (DuckDB), ``units`` of its planner (Postgres), or ``bytes`` that
    are read (BigQuery, Snowflake). What it does not tell is ``None``.
    """

    cost: float | None
    unit: str
    rows: float | None
    sql: str


#: Told of an estimate before a statement runs; it refuses by answering ``False`` or with a reason.
Guard = Callable[[Estimate], object]


class Asked(Protocol):
    """A connection that can be asked beforehand."""

    def explain(self, sql: str) -> list[Row]:
        """The rows of an EXPLAIN."""

    def dry_run(self, sql: str) -> int:
        """The bytes that a statement would read."""


def check(
    place: Place, asked: Asked, kind: str, sql: str, guard: Guard | None, most: float | None
) -> Estimate | None:
    """The estimate of a statement, where there is somebody to judge it; raises `SemanticError` for one that
    costs too much, or that a guard refuses."""
    if guard is None and most is None:
        return None
    found = estimate(place, asked, kind, sql)
    if most is not None:
        if found.cost is None:
            raise SemanticError([faults.no_estimate(place.name, "it tells no number.")])
        if found.cost > most:
            raise SemanticError([faults.too_costly(place.name, found.cost, found.unit, most)])
    answer = guard(found) if guard is not None else None
    if answer is False or isinstance(answer, str):
        reason = answer if isinstance(answer, str) else ""
        raise SemanticError([faults.guarded(place.name, found.cost, found.unit, reason)])
    return found


def estimate(place: Place, asked: Asked, kind: str, sql: str) -> Estimate:
    """What a warehouse expects of a statement."""
    try:
        return _READERS[kind](asked, sql)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise SemanticError([faults.no_estimate(place.name, f"{error!r:.200}")]) from None


def _of_rows(asked: Asked, sql: str) -> Estimate:
    plan = _json(asked.explain(f"EXPLAIN (FORMAT json) {sql}")[0][-1])
    counts = list(_cardinalities(plan))
    return Estimate(float(sum(counts)), "rows", float(counts[0]) if counts else None, sql)


def _cardinalities(plan: Any) -> Iterator[int]:
    """The rows that each step is expected to give, the last step first."""
    for node in plan if isinstance(plan, list) else [plan]:
        told = node.get("extra_info", {}).get("Estimated Cardinality")
        if told is not None:
            yield int(str(told).strip("~").replace(",", ""))
        yield from _cardinalities(node.get("children", []))


def _of_planner(asked: Asked, sql: str) -> Estimate:
    plan = _json(asked.explain(f"EXPLAIN (FORMAT JSON) {sql}")[0][0])[0]["Plan"]
    return Estimate(float(plan["Total Cost"]), "units", float(plan["Plan Rows"]), sql)


def _of_bytes(asked: Asked, sql: str) -> Estimate:
    told = _json(asked.explain(f"EXPLAIN USING JSON {sql}")[0][0])["GlobalStats"]["bytesAssigned"]
    return Estimate(float(told), "bytes", None, sql)


def _of_dry_run(asked: Asked, sql: str) -> Estimate:
    return Estimate(float(asked.dry_run(sql)), "bytes", None, sql)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


_READERS: Mapping[str, Callable[[Asked, str], Estimate]] = {
    "rows": _of_rows,
    "planner": _of_planner,
    "assigned": _of_bytes,
    "dry_run": _of_dry_run,
}
