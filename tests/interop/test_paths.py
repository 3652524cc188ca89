"""Names for paths: each metric takes the path of its own model, on every engine."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from semantic import Layer
from semantic.faults import SemanticError
from semantic.query import Query
from tests.engines import Engine, Table
from tests.interop.metricflow.rentals import PROJECT, TABLES, rentals
from tests.shop import sources

PATHS = {
    "country": ["bookings.listing.country", "visits.listing.country"],
    "state": ["bookings.guest.home_state", "visits.user.home_state"],
    "made": ["bookings.listing.created_at", "visits.listing.created_at"],
}


@pytest.fixture(scope="module")
def layer() -> Layer:
    tables = {name: Table.parse(text) for name, text in TABLES.items()}
    return Layer.from_text(semantic=PROJECT, sources=sources(tables))


def test_aligned(engine: Engine) -> None:
    """Bookings count by the state of the guest, visits by that of the visitor."""
    rentals(engine).check(
        "bookings",
        "visits_made",
        by=["state"],
        paths=PATHS,
        rows=[("CA", 2, 2), ("NY", 3, 1), (None, 2, 2)],
    )


def test_grains_and_conditions(engine: Engine) -> None:
    rentals(engine).check(
        "bookings",
        "visits_made",
        by=["made.month", "country"],
        where=["country = 'us' or made.year_of = 2020"],
        paths=PATHS,
        rows=[
            (date(2020, 1, 1), "us", 2, 2),
            (date(2020, 2, 1), "kr", 1, 2),
            (date(2020, 2, 1), "us", 2, None),
        ],
    )


def test_along_time(engine: Engine) -> None:
    """Windows and offsets see the same words."""
    rentals(engine).check(
        "bookings",
        "bookings_before",
        "bookings_so_far",
        "visits_made",
        by=["time.month", "state"],
        where="state = 'CA'",
        time="2020-01..2020-03",
        paths=PATHS,
        rows=[
            (date(2020, 2, 1), "CA", 2, None, 2, 2),
            (date(2020, 3, 1), "CA", None, 2, 2, None),
        ],
    )


def test_many_side(engine: Engine) -> None:
    """A model without a path of its own takes the first that it reaches: listings by who booked them."""
    shop = rentals(engine)
    shop.check(
        "listings_there",
        by=["state"],
        paths=PATHS,
        rows=[("CA", 2), ("NY", 2), (None, 2)],
    )
    shop.check("listings_there", where="state = 'NY'", paths=PATHS, rows=[(2,)])


def test_shares(duck: Engine) -> None:
    """A level over a path goes over the word for it."""
    rentals(duck).check(
        "share",
        by=["country"],
        where="country is not null",
        paths={"country": PATHS["country"]},
        rows=[("kr", 0.2), ("us", 0.8)],
    )


def test_names_of_columns(duck: Engine) -> None:
    shop = rentals(duck)
    assert shop.columns("bookings", by=["country", "made.month"], paths=PATHS)[:2] == [
        "country",
        "made_month",
    ]
    assert shop.columns("bookings", by="country as land", paths=PATHS)[0] == "land"
    shop.check(
        "bookings",
        by="country",
        top="1 country by bookings",
        paths=PATHS,
        rows=[("others", 3), ("us", 4)],
    )


def test_view(duck: Engine) -> None:
    """Views carry names for paths, and statements are kept apart by them."""
    layer = rentals(duck).layer
    view = next(view for view in layer.views("duckdb").views if view.name == "monthly")
    found = duck.rows(view.select)
    assert sorted(found, key=repr) == [
        (None, "us", 1, None),
        (date(2020, 1, 1), "us", 2, 1),
        (date(2020, 2, 1), "us", 1, 1),
    ]


def test_kept_apart(layer: Layer) -> None:
    one = layer.sql("bookings", by="state", paths={"state": "bookings.guest.home_state"}).text
    other = layer.sql("bookings", by="state", paths={"state": "bookings.listing.user.home_state"}).text
    assert one != other


def test_json() -> None:
    query, _ = Query.from_json('{"metrics": "a", "by": "x", "paths": {"x": ["m.d", "n.d"], "a": "m.e"}}')
    assert query.paths == (("a", ("m.e",)), ("x", ("m.d", "n.d")))
    assert query == Query.of(metrics="a", by="x", paths={"a": ["m.e"], "x": ("m.d", "n.d")})


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"by": "stat"}, "unknown: 'stat' cannot be reached from 'bookings'. Did you mean 'state'?"),
        ({"by": "made.moth"}, "unknown: 'moth' is no grain or part of time. Did you mean 'month'?"),
        ({"by": "state.month"}, "'bookings.guest.home_state' is of type text and has no 'month'"),
        ({"by": "x", "paths": {"x": ["visits.user.gone", "users.gone"]}}, "'x' means nothing for 'bookings'"),
        ({"by": "x", "paths": {"x": ["bookings.gone"]}}, "'gone' is no dimension of model 'bookings'"),
        ({"by": "x", "paths": {"x": ["time.month"]}}, "'x' cannot stand for the time axis"),
        ({"by": "users", "paths": {"users": ["bookings.guest.home_state"]}}, "name of a model already"),
        (
            {"by": "bookings", "paths": {"bookings": ["bookings.guest.home_state"]}},
            "name of a metric already",
        ),
        ({"by": "time", "paths": {"time": ["bookings.guest.home_state"]}}, "name of a time axis already"),
        ({"by": "x", "paths": {"x": ["bookings"]}}, "'bookings' is no path of a dimension"),
        ({"paths": {"x": []}}, "'paths' of a question must be words and the paths"),
        ({"paths": ["x"]}, "'paths' of a question must be words and the paths"),
        ({"paths": {"x y": ["bookings.guest.home_state"]}}, "'x y' is no name for a column"),
        ({"where": "stat = 'CA'"}, "question:1:1: unknown: 'stat' is no word of 'paths'."),
    ],
)
def test_faults(layer: Layer, question: dict[str, Any], message: str) -> None:
    with pytest.raises(SemanticError) as raised:
        layer.sql("bookings", **({"paths": PATHS} | question))
    assert message in str(raised.value)
