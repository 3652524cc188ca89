"""Metrics and keys may be called what steps call their own columns."""

from __future__ import annotations

import pytest

from tests.engines import Engine
from tests.time.world import PROJECT, Shop, World

WORDS = (
    "until",
    "found",
    "seen",
    "period",
    "fine",
    "value",
    "month",
    "day",
    "month_left",
    "entity",
    "kept",
    "number",
)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    "yaml",
    [
        "metric: buyers, window: 12 months",
        "metric: buyers, window: 28 days",
        "metric: customer_count, to_date: year",
        "metric: customer_count, window: 90 days",
        "metric: middle, window: 3 months",
        "metric: purchase, window: 28 days",
        "metric: purchase, offset: 5 weeks",
        "metric: purchase, share_over: customers.region",
        "metric: purchase, rank_over: customers.region",
    ],
)
def test_words_of_steps(duck: Engine, word: str, yaml: str) -> None:
    shop = Shop(
        duck, World.random(1), f"  - {{name: plainly_named, {yaml}}}\n  - {{name: {word}, {yaml}}}\n", PROJECT
    )
    by, plain = ["time.month", "customers.region"], ["time.month as a_month", "customers.region as a_region"]
    expected = shop.ask("plainly_named", plain)
    assert shop.ask(word, by) == expected
    assert shop.ask("plainly_named", [f"time.month as {word}", "customers.region"]) == expected
    assert shop.ask(
        "plainly_named", ["time.month", f"customers.region as {word}"], having="plainly_named > 0"
    ) == {key: value for key, value in expected.items() if value is not None and value > 0}
