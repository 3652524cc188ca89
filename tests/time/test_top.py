"""The values that lead by a metric, and all others as one group: computed from rows, never added up."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from semantic.faults import SemanticError
from tests.engines import Engine
from tests.time.calendar import floor
from tests.time.test_windows import METRICS, ROWS
from tests.time.world import PROJECT, Line, Shop, World, check

NAMED = PROJECT.replace(
    "dimensions: [{name: ordered_on,",
    "dimensions: [{name: code, sql: \"'c' || cast(customer_id as text)\", type: text}, {name: ordered_on,",
    1,
)


def leading(world: World, metric: str, count: int, lines: list[Line]) -> list[int]:
    """The customers with the largest values; ties go to the first code."""
    groups: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.customer_id is not None and ROWS.get(metric, lambda each: True)(line):
            groups[line.customer_id].append(line)
    values = {customer: METRICS[metric](rows) for customer, rows in groups.items()}
    return sorted(values, key=lambda customer: (-values[customer], f"c{customer}"))[:count]


@pytest.mark.parametrize("shown", ["purchase", "customer_count", "middle"])
@pytest.mark.parametrize("metric", ["purchase", "line_count"])
@pytest.mark.parametrize("by", [[], ["time.year"]])
def test_the_rest_is_one_group(engine: Engine, shown: str, metric: str, by: list[str]) -> None:
    world = World.random(6)
    shop = Shop(engine, world, "", NAMED)
    lines = [x for x in world.lines if x.quantity > 0]
    first = leading(world, metric, 3, lines)
    groups: dict[Any, list[Line]] = defaultdict(list)
    for line in lines:
        year = floor(line.day, "year") if line.ordered_at is not None else None
        code = f"c{line.customer_id}" if line.customer_id in first else "rest"
        groups[(*([year] if by else []), code)].append(line)
    expected = {key: METRICS[shown](rows) for key, rows in groups.items()}
    top = f"3 lines.code by {metric} else rest"
    project = NAMED.replace("dimensions: [{name: code", "dimensions: [quantity, {name: code")
    shop = Shop(engine, world, "", project)
    found = shop.ask(shown, [*by, "lines.code"], where="lines.quantity > 0", top=top)
    check(found, expected, f"{shown} of the first by {metric}")


@pytest.mark.parametrize(
    ("top", "by", "told"),
    [
        ("3 lines.code", ["lines.code"], "is no top of a dimension"),
        ("3 lines.code by purchase", ["time.year"], "'lines.code' is none"),
        ("3 time.year by purchase", ["time.year"], "'time.year' is none"),
        ("3 lines.code by nothing", ["lines.code"], "nothing"),
    ],
)
def test_what_is_no_top_is_refused(duck: Engine, top: str, by: list[str], told: str) -> None:
    shop = Shop(duck, World.random(6), "", NAMED)
    with pytest.raises(SemanticError, match=told):
        shop.ask("purchase", by, top=top)
