"""A small world whose models say what their rows are, for questions in other words."""

from __future__ import annotations

from typing import Any

from tests.engines import Engine
from tests.shop import Shop

PROJECT = """
name: rentals
models:
  - name: bookings
    source: bookings
    primary_key: booking_id
    entity: booking
    time: ds
    dimensions:
      - {name: ds, type: timestamp, grain: day}
      - {name: is_instant, sql: instant}
      - {name: listing, sql: listing_id}
      - {name: guest, sql: guest_id}
    joins:
      - {to: listings, as: listing, on: listing}
      - {to: users, as: guest, on: {guest: user}}
  - name: listings
    source: listings
    primary_key: listing
    entity: listing
    time: created_at
    dimensions:
      - {name: listing, sql: listing_id}
      - {name: user, sql: user_id}
      - country
      - capacity
      - {name: created_at, type: timestamp, grain: day}
    joins: [{to: users, as: user, on: user}]
  - name: users
    source: users
    primary_key: user
    entity: user
    dimensions: [{name: user, sql: user_id}, home_state]
  - name: visits
    source: visits
    primary_key: visit_id
    entity: visit
    time: ds
    dimensions:
      - {name: ds, type: timestamp, grain: day}
      - {name: listing, sql: listing_id}
      - {name: user, sql: user_id}
    joins:
      - {to: listings, as: listing, on: listing}
      - {to: users, as: user, on: user}
metrics:
  - {name: bookings, model: bookings, sql: sum(1)}
  - {name: booking_value, model: bookings, sql: sum(paid), grain: month}
  - {name: visits_made, model: visits, sql: sum(1)}
  - {name: bookings_per_visit, sql: bookings / visits_made}
  - {name: listings_there, model: listings, sql: sum(1)}
  - {name: bookings_before, metric: bookings, offset: 1 month}
  - {name: bookings_so_far, metric: bookings, window: all}
  - {name: share, metric: bookings, share_over: bookings.listing.country}
views:
  - name: monthly
    metrics: [bookings, visits_made]
    by: [time.month as metric_time__month, country]
    where: country <> 'kr'
    paths: {country: [bookings.listing.country, visits.listing.country]}
  - {name: listing_rows, model: listings}
"""
TABLES = {
    "users": """
        user_id integer | home_state text
        1               | CA
        2               | NY
        3               |
    """,
    "listings": """
        listing_id integer | user_id integer | country text | capacity integer | created_at timestamp
        10                 | 1               | us           | 2                | 2020-01-05 08:00:00
        11                 | 2               | us           | 4                | 2020-02-10 23:30:00
        12                 | 2               | kr           | 4                | 2020-02-20 00:00:00
        13                 |                 |              | 1                |
    """,
    "bookings": """
        booking_id integer|listing_id integer|guest_id integer|instant boolean|ds timestamp|paid decimal
        1 | 10 | 2 | true  | 2020-01-06 10:00:00 | 10.00
        2 | 10 | 3 | false | 2020-01-31 23:59:59 | 20.00
        3 | 11 | 1 | true  | 2020-02-11 00:00:00 | 5.50
        4 | 12 | 1 |       | 2020-02-29 12:00:00 | 1.25
        5 | 13 |   | true  | 2020-03-01 00:00:00 | 7.00
        6 |    | 2 | false | 2020-03-02 00:00:00 | 8.00
        7 | 11 | 2 | true  |                     | 9.00
    """,
    "visits": """
        visit_id integer | listing_id integer | user_id integer | ds timestamp
        1                | 10                 | 2               | 2020-01-05 10:00:00
        2                | 10                 | 1               | 2020-02-05 10:00:00
        3                | 12                 | 1               | 2020-02-05 10:00:00
        4                | 12                 |                 | 2020-03-05 10:00:00
        5                | 13                 | 3               | 2020-03-05 10:00:00
    """,
}


def rentals(engine: Engine, project: str = PROJECT) -> Shop:
    """The world on an engine."""
    return Shop(engine, project, **TABLES)


def rows(shop: Shop, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a statement by hand, in no order."""
    return in_no_order(shop.rows(sql))


def in_no_order(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows sorted by how they are written."""
    return sorted(found, key=repr)
