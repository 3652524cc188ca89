"""The library over random shops equals what plain Python finds; identities that hold whatever is sold."""

from __future__ import annotations

import math
from typing import Any

import pytest

from semantic.layer import Layer
from tests.crm.library import mapped
from tests.crm.shop import Shop, month_after, months, shifted
from tests.engines import Engine

SEEDS = range(4)
#: Every shop on DuckDB, one of them on each of the others, which take longer.
EVERYWHERE = pytest.mark.parametrize(
    ("engine", "seed"),
    [("duckdb", seed) for seed in SEEDS] + [("postgres", 1), ("bigquery", 2), ("snowflake", 3)],
    indirect=["engine"],
)
LAYER = Layer.from_text(semantic=mapped())
RATES = (1, 3, 6, 12)


def ask(engine: Engine, shop: Shop, *metrics: str, **question: Any) -> list[dict[str, Any]]:
    """The rows of a question over a shop, by name."""
    engine.load(_whole(shop))
    compiled = LAYER.sql(list(metrics), dialect=engine.dialect, **question)
    names = [column.name for column in compiled.columns]
    return [dict(zip(names, row, strict=True)) for row in engine.rows(compiled.text)]


def _whole(shop: Shop) -> Any:
    """The tables with every column that the library knows."""
    from tests.engines import Table

    found = {}
    given = shop.tables()
    for source in LAYER.catalog.spec.sources:
        table = given.get(str(source.name), Table((), ()))
        places = {name: n for n, (name, _) in enumerate(table.columns)}
        rows = tuple(
            tuple(row[places[str(c.name)]] if str(c.name) in places else None for c in source.columns)
            for row in table.rows
        )
        found[str(source.name)] = Table(tuple((str(c.name), c.type) for c in source.columns), rows)  # type: ignore[misc]
    return found


def by_month(engine: Engine, shop: Shop, *metrics: str, **question: Any) -> dict[Any, dict[str, Any]]:
    """The rows by their month."""
    rows = ask(engine, shop, *metrics, by="time.month", **question)
    return {row["time_month"]: row for row in rows}


@EVERYWHERE
def test_visits_and_buyers(engine: Engine, seed: int) -> None:
    shop = Shop.random(seed)
    found = by_month(
        engine, shop, "purchase_visits", "purchasing_customer_count", "new_customer_count", "known_amount"
    )
    visits = shop.visits()
    for month, row in found.items():
        end = month_after(month)
        nets = [shop.net(who, month, end) for who in shop.customers()]
        assert row["purchase_visits"] == sum(month <= day < end for _, day in visits)
        assert row["purchasing_customer_count"] == shop.buyers(month, end)
        assert row["new_customer_count"] == len(shop.new(month))
        assert (row["known_amount"] or 0) == sum(net for net in nets if net is not None)


@EVERYWHERE
def test_purchase_rates(engine: Engine, seed: int) -> None:
    shop = Shop.random(seed)
    found = by_month(engine, shop, *(f"purchase_rate_{n}m" for n in RATES), time="2023-06..2024-06")
    firsts = shop.first_visits()
    assert len(found) == 13
    for month, row in found.items():
        end = month_after(month)
        base = sum(day < end for day in firsts.values())
        for n in RATES:
            assert math.isclose(row[f"purchase_rate_{n}m"], shop.buyers(shifted(end, -n), end) / base)


@EVERYWHERE
def test_repurchase_rates(engine: Engine, seed: int) -> None:
    shop = Shop.random(seed)
    found = by_month(engine, shop, *(f"repurchase_rate_{n}m" for n in RATES))
    assert {month for month in months() if shop.new(month)} == set(found)
    for month, row in found.items():
        for n in RATES:
            expected = shop.repurchase_rate(month, n)
            assert (row[f"repurchase_rate_{n}m"] is None) == (expected is None), (month, n)
            assert expected is None or math.isclose(row[f"repurchase_rate_{n}m"], expected)


@EVERYWHERE
def test_who_comes_and_goes(engine: Engine, seed: int) -> None:
    shop = Shop.random(seed)
    names = ("first_active_customers", "retained_customers", "reactivated_customers", "lost_customers")
    found = by_month(engine, shop, "active_customers", *names, "dormant_customers", fill=True)
    active = {m: {c for c in shop.customers() if (shop.net(c, m, month_after(m)) or 0) > 0} for m in months()}
    ever: set[int] = set()
    before: set[int] = set()
    for month in sorted(found):
        row, now = found[month], active.get(month, set())
        flows = (len(now - ever), len(now & before), len(now & ever - before), len(before - now))
        assert tuple(row[name] or 0 for name in names) == flows, month
        assert (row["active_customers"] or 0) == len(now) == sum(flows[:3])
        assert (row["dormant_customers"] or 0) == len(ever - before - now), month
        ever, before = ever | now, now


IDENTITIES = {
    "amount = visits x ATV": ("known_amount", "purchase_visits", "avg_transaction_value"),
    "ATV = unit price x IPT": ("avg_transaction_value", "avg_unit_price", "items_per_transaction"),
}


@pytest.mark.parametrize("name", IDENTITIES)
@pytest.mark.parametrize("by", ["time.month", "time.quarter", "visits.customer_id"])
def test_products(duck: Engine, name: str, by: str) -> None:
    whole, one, other = IDENTITIES[name]
    if by == "visits.customer_id":
        by = "customers.customer_id"
    rows = ask(duck, Shop.random(9), whole, one, other, by=by)
    told = [row for row in rows if row[one] and row[other] is not None]
    assert len(told) > 5
    for row in told:
        assert math.isclose(float(row[whole]), float(row[one]) * float(row[other]), abs_tol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_buyers_are_new_or_existing(duck: Engine, seed: int) -> None:
    """Existing customers are found apart: those who bought and are not new."""
    shop = Shop.random(seed)
    rows = by_month(duck, shop, "purchasing_customer_count", "new_customer_count", "existing_customer_count")
    for month, row in rows.items():
        end = month_after(month)
        bought = {who for who in shop.customers() if (shop.net(who, month, end) or 0) > 0}
        assert set(shop.new(month)) <= bought
        assert row["existing_customer_count"] == len(bought - set(shop.new(month)))


@pytest.mark.parametrize("seed", SEEDS)
def test_who_stays_and_who_leaves_are_all(duck: Engine, seed: int) -> None:
    rows = by_month(duck, Shop.random(seed), "retention_rate", "churn_rate").values()
    told = [row for row in rows if row["retention_rate"] is not None]
    assert len(told) > 10
    for row in told:
        assert math.isclose(row["retention_rate"] + row["churn_rate"], 1)


SEGMENTS = ("rfm_code", "rfm_status", "rfm_segment_27", "activation_group", "r_score")


@pytest.mark.parametrize("segment", SEGMENTS)
def test_segments_add_up_to_the_base(duck: Engine, segment: str) -> None:
    shop, asked = Shop.random(3), {"parameters": {"as_of": "2024-06-30"}}
    [whole] = ask(duck, shop, "rfm_customers", **asked)
    parts = ask(duck, shop, "rfm_customers", by=f"customer_rfm.{segment}", **asked)
    assert whole["rfm_customers"] == sum(row["rfm_customers"] for row in parts) > 10


def test_shares_add_up_to_one(duck: Engine) -> None:
    text = mapped() + "\nmetrics: [{name: share, metric: known_amount, share_over: customer_rfm.rfm_code}]\n"
    layer, shop = Layer.from_text(semantic=text), Shop.random(5)
    duck.load(_whole(shop))
    asked = layer.sql("share", by="customer_rfm.rfm_code", parameters={"as_of": "2024-06-30"})
    shares = [row[1] for row in duck.rows(asked.text)]
    assert math.isclose(sum(float(share) for share in shares if share is not None), 1)
