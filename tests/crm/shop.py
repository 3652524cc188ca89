"""A random shop in the library's sources, and what its metrics should be, told in plain Python."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from tests.engines import Table

START = date(2023, 1, 1)
DAYS = 640


@dataclass(frozen=True)
class Sale:
    """A line of an order; a return is negative."""

    customer: int | None
    at: datetime
    product: int
    quantity: int
    amount: Decimal


@dataclass
class Shop:
    """Sales by day, and the tables that hold them."""

    sales: list[Sale]
    days: dict[tuple[int, date], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def __post_init__(self) -> None:
        for sale in self.sales:
            if sale.customer is not None:
                self.days[sale.customer, sale.at.date()] += sale.amount

    @classmethod
    def random(cls, seed: int) -> Shop:
        """Some customers who buy, return the same day or later, and get things for nothing."""
        rng = Random(seed)
        sales: list[Sale] = []
        for _ in range(260):
            customer = rng.choice([None, *range(1, 25)])
            at = datetime(2023, 1, 1) + timedelta(minutes=rng.randrange(DAYS * 1440))
            if rng.random() < 0.2:  # month ends are where it goes wrong
                at = datetime.combine(month_after(at.date()) - timedelta(1), at.time())
            quantity = rng.randint(1, 3)
            amount = Decimal(rng.choice([0, 5, 10, 20])) * quantity
            product = rng.randint(1, 6)
            sales.append(Sale(customer, at, product, quantity, amount))
            if rng.random() < 0.25:
                later = at + timedelta(days=rng.choice([0, 0, 1, 20, 70]))
                back = rng.randint(1, quantity)
                sales.append(Sale(customer, later, product, -back, -amount / quantity * back))
        return cls(sales)

    def tables(self) -> dict[str, Table]:
        """The sales as orders of one line each."""
        orders = [(n, s.customer, s.at) for n, s in enumerate(self.sales)]
        lines = [(n, n, s.product, s.quantity, s.amount) for n, s in enumerate(self.sales)]
        customers = sorted({s.customer for s in self.sales if s.customer is not None})
        return {
            "customers": Table((("customer_id", "integer"),), tuple((c,) for c in customers)),
            "products": Table(
                (("product_id", "integer"), ("category", "text")),
                tuple((p, f"c{p % 3}") for p in range(1, 6)),
            ),
            "orders": Table(
                (("order_id", "integer"), ("customer_id", "integer"), ("ordered_at", "timestamp")),
                tuple(orders),
            ),
            "order_lines": Table(
                (
                    ("order_line_id", "integer"),
                    ("order_id", "integer"),
                    ("product_id", "integer"),
                    ("quantity", "integer"),
                    ("amount", "decimal"),
                ),
                tuple(lines),
            ),
        }

    # --- what should come out -------------------------------------------------------------------

    def visits(self) -> set[tuple[int, date]]:
        """Customers on days on which more was bought than returned."""
        return {key for key, amount in self.days.items() if amount > 0}

    def net(self, customer: int, start: date, end: date) -> Decimal | None:
        """What a customer bought less what was returned, from a day up to another; nothing without a line."""
        found = [amount for (who, day), amount in self.days.items() if who == customer and start <= day < end]
        return sum(found, Decimal()) if found else None

    def customers(self) -> list[int]:
        """Everybody known."""
        return sorted({who for who, _ in self.days})

    def buyers(self, start: date, end: date) -> int:
        """Customers who bought more than they returned."""
        return sum((self.net(who, start, end) or 0) > 0 for who in self.customers())

    def first_visits(self) -> dict[int, date]:
        """The day of each customer's first visit."""
        found: dict[int, date] = {}
        for who, day in sorted(self.visits(), key=lambda visit: visit[1]):
            found.setdefault(who, day)
        return found

    def new(self, month: date) -> list[int]:
        """Customers whose first visit is in a month in which they bought more than they returned."""
        return [
            who
            for who, day in self.first_visits().items()
            if day.replace(day=1) == month and (self.net(who, month, month_after(day)) or 0) > 0
        ]

    def repurchase_rate(self, month: date, months: int) -> float | None:
        """Of the new customers of a month, those who come again in so many months; ``None`` while not all
        could."""
        new = self.new(month)
        last = max(day for _, day in self.visits())
        firsts = self.first_visits()
        if not new or any(shifted(firsts[who], months) > last for who in new):
            return None
        again = {
            who
            for who, day in self.visits()
            if who in new and firsts[who] < day <= shifted(firsts[who], months)
        }
        return len(again) / len(new)


def month_after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=1) + timedelta(32)).replace(day=1)


def shifted(day: date, months: int) -> date:
    """So many months later, at most the last day of that month."""
    number = day.year * 12 + day.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    last = month_after(first) - timedelta(1)
    return min(first + timedelta(day.day - 1), last)


def months() -> list[date]:
    """The months that the shop is looked at."""
    found, month = [], START
    while month < START + timedelta(DAYS):
        found.append(month)
        month = month_after(month)
    return found
