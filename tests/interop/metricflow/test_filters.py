"""MetricFlow's conditions as ours: what is read, where it leads, and what is refused."""

from __future__ import annotations

import pytest

from semantic.faults import SemanticError
from semantic.interop.metricflow.filters import condition, role, walk
from semantic.interop.metricflow.nodes import Dimension, Entity, Manifest, SemanticModel, TimeSpine

BOOKINGS = SemanticModel(
    name="bookings",
    relation=("bookings",),
    entities=(
        Entity(name="booking", kind="primary", virtual=True),
        Entity(name="listing", kind="foreign", expr="listing_id"),
        Entity(name="guest", kind="foreign"),
    ),
    dimensions=(
        Dimension(name="is_instant", kind="categorical"),
        Dimension(name="ds", kind="time", granularity="day"),
        Dimension(name="paid_on", kind="time", granularity="day", data_type="date"),
    ),
    default_time="ds",
)
LISTINGS = SemanticModel(
    name="listings",
    relation=("listings",),
    entities=(Entity(name="listing", kind="primary"), Entity(name="user", kind="foreign")),
    dimensions=(
        Dimension(name="country", kind="categorical"),
        Dimension(name="created_at", kind="time", granularity="hour"),
        Dimension(name="order", kind="categorical"),
    ),
)
USERS = SemanticModel(
    name="users",
    relation=("users",),
    entities=(Entity(name="user", kind="primary"),),
    dimensions=(Dimension(name="home_state", kind="categorical"),),
)
ACCOUNTS = SemanticModel(
    name="accounts",
    relation=("accounts",),
    entities=(Entity(name="guest", kind="primary"),),
    dimensions=(Dimension(name="tier", kind="categorical"), Dimension(name="level", kind="categorical")),
)
BADGES = SemanticModel(
    name="badges",
    relation=("badges",),
    entities=(Entity(name="badge", kind="primary"), Entity(name="guest", kind="unique")),
    dimensions=(
        Dimension(name="badge_name", kind="categorical"),
        Dimension(name="level", kind="categorical"),
    ),
)
SPINES = (
    TimeSpine(
        relation=("days",), column="day", granularity="day", custom=(("retail_month", "retail_month"),)
    ),
)
MANIFEST = Manifest(models=(BOOKINGS, LISTINGS, USERS, ACCOUNTS, BADGES), spines=SPINES)


@pytest.mark.parametrize(
    ("template", "sql"),
    [
        ("{{ Dimension('booking__is_instant') }}", "is_instant"),
        ('{{ Dimension( "booking__is_instant" ) }} = false', "is_instant = false"),
        ("{{Dimension('listing__country')}}='us'", "listing.country='us'"),
        ("{{- Dimension('listing__country') -}} = 'us'", "listing.country = 'us'"),
        ("{{ Dimension(name='listing__country') }} = '}}'", "listing.country = '}}'"),
        ("{{ Dimension('LISTING__Country') }} = 'US'", "listing.country = 'US'"),
        (
            "{{ Dimension('user__home_state', entity_path=['listing']) }} = 'CA'",
            "listing.user.home_state = 'CA'",
        ),
        ("{{ Dimension('listing__user__home_state') }} = 'CA'", "listing.user.home_state = 'CA'"),
        ("{{ Dimension('guest__tier') }} = 'gold'", "guest__accounts.tier = 'gold'"),
        ("{{ Dimension('guest__badge_name') }} IS NULL", "guest__badges.badge_name IS NULL"),
        ("{{ Dimension('listing__order') }} = 'x'", "listing.order = 'x'"),
        ("{{ Entity('listing') }} = 7", "listing = 7"),
        ("{{ Entity('user', entity_path=['listing']) }} = 7", "listing.user = 7"),
        ("{{ Entity('user', ['listing']) }} = 7", "listing.user = 7"),
        ("{{ Entity('listing__user') }} = 7", "listing.user = 7"),
        ("{{ TimeDimension('metric_time', 'month') }} > '2024-01-01'", "time.month > '2024-01-01'"),
        ("{{ TimeDimension('metric_time') }} > '2024-01-01'", "time.day > '2024-01-01'"),
        ("{{ TimeDimension('metric_time__week') }} = '2024-01-01'", "time.week = '2024-01-01'"),
        ("{{ TimeDimension('metric_time', date_part_name='dow') }} = 1", "time.day_of_week = 1"),
        ("{{ TimeDimension('metric_time', 'retail_month') }} = 3", "time.retail_month = 3"),
        ("{{ Dimension('metric_time').grain('YEAR') }} = 3", "time.year = 3"),
        ("{{ Dimension('metric_time').date_part('doy') }} = 3", "time.day_of_year = 3"),
        ("{{ Dimension('listing__created_at__month') }} = 3", "listing.created_at.month = 3"),
        ("{{ TimeDimension('listing__created_at', 'day') }} = 3", "listing.created_at.day = 3"),
        ("{{ TimeDimension('listing__created_at') }} = 3", "listing.created_at.hour = 3"),
        ("{{ Dimension('booking__ds') }} = 3", "ds.day = 3"),
        ("{{ Dimension('booking__paid_on') }} = 3", "paid_on = 3"),
        ("{{ Dimension('booking__ds').date_part('year') }} = 3", "ds.year_of = 3"),
        (
            "{{ Dimension('booking__is_instant') }} AND ({{ Dimension('listing__country') }} = 'a'\n OR 1)",
            "is_instant AND (listing.country = 'a'\n OR 1)",
        ),
        ("{# only the paid #}{{ Dimension('booking__is_instant') }}", "is_instant"),
        ("amount > 10", "amount > 10"),
    ],
)
def test_read(template: str, sql: str) -> None:
    assert condition(template, BOOKINGS, MANIFEST).sql == sql


def test_metrics() -> None:
    written = condition(
        "{{ Metric('bookings', group_by=['listing']) }} > 5 OR {{ Metric('views', ['guest']) }} > 1",
        BOOKINGS,
        MANIFEST,
    )
    assert written.sql == "bookings_by_listing.bookings > 5 OR views_by_guest.views > 1"
    assert written.metrics == (("bookings", ("listing",)), ("views", ("guest",)))


def test_walks() -> None:
    assert walk(("listing", "user"), "home_state", BOOKINGS, MANIFEST) == ("listing", "user", "home_state")
    assert walk(("listing",), "country", LISTINGS, MANIFEST) == ("country",)
    assert walk(("guest",), "tier", ACCOUNTS, MANIFEST) == ("tier",)
    assert walk(("guest",), "badge_name", ACCOUNTS, MANIFEST) == ("guest__badges", "badge_name")
    assert role("listing", "listings", MANIFEST) == "listing"
    assert role("guest", "badges", MANIFEST) == "guest__badges"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ Dimension('listing__contry') }}", "Did you mean 'listing__country'?"),
        ("{{ Dimension('user__home_state') }}", "Write 'listing__user__home_state'."),
        ("{{ Dimension('guest__level') }}", "'guest__accounts.level' or 'guest__badges.level'"),
        ("{{ Dimension('listing__country').grain('month') }}", "is no time"),
        ("{{ TimeDimension('metric_time', 'nanosecond') }}", "is no grain here"),
        ("{{ TimeDimension('metric_time', 'moth') }}", "Did you mean 'month'?"),
        ("{{ TimeDimension('metric_time', date_part_name='woy') }}", "is no date part"),
        ("{{ TimeDimension('metric_time__month', 'year') }}", "by 'month' and by 'year'"),
        ("{{ Dimension() }}", "'name' of Dimension(…) must be a text"),
        ("{{ Dimension(7) }}", "no template of a condition"),
        ("{{ Dimension('a__b', entity_path='x' * 9) }}", "no template of a condition"),
        ("{{ Metric('bookings') }}", "Metric('bookings', group_by=['entity'])"),
        ("{{ Metric('bookings', ['a', 'b']) }}", "names no entity, or several"),
        ("{% if true %}1{% endif %}", "no template of a condition"),
        ("{{ country }}", "no template of a condition"),
        ("{{ Dimension('a__b').__class__ }}", "no template of a condition"),
        ("{{ Dimension(open('/etc/passwd').read()) }}", "no template of a condition"),
        ("{{ Dimension('booking__is_instant') | upper }}", "no template of a condition"),
        ("{{ Dimension(f'booking__is_instant') }}", "no template of a condition"),
        ("{{ Dimension('booking__is_instant') ", "no template of a condition"),
        ("{{ Dimension('a'); 1 }}", "no template of a condition"),
        ("{{" + "(" * 1500 + "}}", "no template of a condition"),
    ],
)
def test_refused(template: str, message: str) -> None:
    with pytest.raises(SemanticError) as raised:
        condition(template, BOOKINGS, MANIFEST)
    assert message in str(raised.value)
