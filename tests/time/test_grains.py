"""Several periods in one question: the longer ones are known of the finest."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engines import Engine
from tests.time.calendar import floor
from tests.time.world import Shop, World, check

YAML = """
  - {name: purchase_3m, metric: purchase, window: 3 months}
  - {name: middle_3m, metric: middle, window: 3 months}
  - {name: buyers_ytd, metric: buyers, to_date: year}
  - {name: before, metric: purchase, offset: 1 year}
  - {name: total, metric: purchase, total_over: time}
"""


@pytest.mark.parametrize("metric", ["purchase_3m", "middle_3m", "buyers_ytd", "before"])
def test_longer_periods_stand_beside_the_finest(engine: Engine, metric: str) -> None:
    shop = Shop(engine, World.random(2), YAML)
    alone = shop.ask(metric, ["time.month"])
    found = shop.ask(metric, ["time.year", "time.month", "time.month_of_year"])
    expected: dict[tuple[Any, ...], Any] = {}
    for (month,), value in alone.items():
        year = floor(month, "year") if month else None
        expected[year, month, month.month if month else None] = value
    check(found, expected, metric)


def test_what_is_not_known_of_the_finest_period_is_refused(duck: Engine) -> None:
    from semantic.faults import SemanticError

    shop = Shop(duck, World.random(2), YAML)
    with pytest.raises(SemanticError, match="time_week"):
        shop.ask("purchase_3m", ["time.month", "time.week"])
