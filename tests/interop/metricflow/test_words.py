"""Questions in MetricFlow's words: rows of hand-written SQL, its names of columns, faults with a remedy."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from semantic import Layer
from semantic.cli.app import root
from semantic.faults import SemanticError
from tests.engines import Engine, Table
from tests.interop.metricflow.rentals import PROJECT, TABLES, in_no_order, rentals, rows
from tests.shop import Shop, same, sources

US = "{{ Dimension('listing__country') }} = 'us'"


@pytest.fixture(scope="module")
def layer() -> Layer:
    tables = {name: Table.parse(text) for name, text in TABLES.items()}
    return Layer.from_text(semantic=PROJECT, sources=sources(tables))


@pytest.fixture(scope="module", params=["duck", "postgres"])
def shop(request: pytest.FixtureRequest) -> Shop:
    return rentals(request.getfixturevalue(request.param))


ASKED: list[tuple[dict[str, Any], str]] = [
    (
        {"metrics": "bookings", "by": "booking__is_instant"},
        "SELECT instant, count(*) FROM bookings GROUP BY 1",
    ),
    (
        {"metrics": "bookings", "group_by": ["metric_time__month", "listing__country"]},
        """SELECT cast(date_trunc('month', ds) AS date), country, count(*)
           FROM bookings LEFT JOIN listings USING (listing_id) GROUP BY 1, 2""",
    ),
    (
        {"metrics": "bookings", "by": "listing__user__home_state", "where": US},
        """SELECT home_state, count(*) FROM bookings AS b JOIN listings AS l ON b.listing_id = l.listing_id
           LEFT JOIN users AS u ON l.user_id = u.user_id WHERE country = 'us' GROUP BY 1""",
    ),
    (
        {"metrics": ["bookings", "visits_made"], "by": ["listing__country", "metric_time__quarter"]},
        """WITH b AS (SELECT country, date_trunc('quarter', ds) AS q, count(*) AS n
             FROM bookings LEFT JOIN listings USING (listing_id) GROUP BY 1, 2),
           v AS (SELECT country, date_trunc('quarter', ds) AS q, count(*) AS n
             FROM visits LEFT JOIN listings USING (listing_id) GROUP BY 1, 2)
           SELECT country, cast(q AS date), max(b), max(v) FROM (
             SELECT country, q, n AS b, NULL AS v FROM b UNION ALL SELECT country, q, NULL, n FROM v
           ) AS both_of_them GROUP BY 1, 2""",
    ),
    (
        {"metrics": "bookings", "by": {"name": "metric_time", "date_part": "dow"}},
        "SELECT cast(extract(isodow FROM ds) AS integer), count(*) FROM bookings GROUP BY 1",
    ),
    (
        {"metrics": "bookings", "by": "metric_time__extract_doy"},
        "SELECT cast(extract(doy FROM ds) AS integer), count(*) FROM bookings GROUP BY 1",
    ),
    (
        {"metrics": "booking_value", "by": "metric_time"},
        "SELECT cast(date_trunc('month', ds) AS date), sum(paid) FROM bookings GROUP BY 1",
    ),
    (
        {"metrics": ["booking_value", "bookings"], "by": "TimeDimension('metric_time')", "where": [US]},
        """SELECT cast(date_trunc('month', ds) AS date), sum(paid), count(*) FROM bookings
           JOIN listings USING (listing_id) WHERE country = 'us' GROUP BY 1""",
    ),
    (
        {"metrics": "bookings", "by": "booking__ds"},
        "SELECT cast(ds AS date), count(*) FROM bookings GROUP BY 1",
    ),
    (
        {"metrics": "bookings", "by": ["listing", {"name": "listing__created_at", "grain": "month"}]},
        """SELECT b.listing_id, cast(date_trunc('month', created_at) AS date), count(*)
           FROM bookings AS b LEFT JOIN listings AS l ON b.listing_id = l.listing_id GROUP BY 1, 2""",
    ),
    (
        {
            "metrics": "bookings",
            "start_time": "2020-01-15",
            "end_time": "2020-02-15",
            "by": "metric_time__month",
        },
        """SELECT cast(date_trunc('month', ds) AS date), count(*) FROM bookings
           WHERE ds >= '2020-01-01' AND ds < '2020-03-01' GROUP BY 1""",
    ),
    (
        {"metrics": "bookings", "time_constraint": [date(2020, 1, 31), datetime(2020, 2, 29)]},
        "SELECT count(*) FROM bookings WHERE ds >= '2020-01-31' AND ds < '2020-03-01'",
    ),
    (
        {
            "metrics": "bookings",
            "where": "{{ Metric('visits_made', group_by=['listing']) }} > 1",
            "by": "listing",
        },
        """SELECT listing_id, count(*) FROM bookings WHERE listing_id IN (
             SELECT listing_id FROM visits GROUP BY 1 HAVING count(*) > 1) GROUP BY 1""",
    ),
    (
        {
            "metrics": ["listings_there"],
            "where": "{{ Metric('bookings', ['listing']) }} >= 2 OR {{ Entity('listing') }} = 13",
        },
        """SELECT count(*) FROM listings WHERE listing_id = 13 OR listing_id IN (
             SELECT listing_id FROM bookings GROUP BY 1 HAVING count(*) >= 2)""",
    ),
    (
        {
            "metrics": ["bookings", "visits_made"],
            "where": "{{ Metric('listings_there', ['listing__user']) }} > 1",
            "by": "metric_time__year",
        },
        """WITH many AS (
             SELECT user_id FROM listings WHERE user_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1),
             chosen AS (SELECT listing_id FROM listings WHERE user_id IN (SELECT user_id FROM many)),
             b AS (SELECT extract(year FROM ds) AS y, count(*) AS n FROM bookings
               WHERE listing_id IN (SELECT listing_id FROM chosen) GROUP BY 1),
             v AS (SELECT extract(year FROM ds) AS y, count(*) AS n FROM visits
               WHERE listing_id IN (SELECT listing_id FROM chosen) GROUP BY 1)
           SELECT CASE WHEN y IS NOT NULL THEN DATE '2020-01-01' END, max(b), max(v) FROM (
             SELECT y, n AS b, NULL AS v FROM b UNION ALL SELECT y, NULL, n FROM v) AS both_of_them
           GROUP BY 1""",
    ),
    (
        {
            "metrics": "bookings",
            "by": ["bookings.guest.home_state", "listing__country"],
            "where": ["bookings.guest.home_state = 'NY'", US],
        },
        """SELECT home_state, country, count(*) FROM bookings AS b
           JOIN listings AS l ON b.listing_id = l.listing_id JOIN users AS u ON b.guest_id = u.user_id
           WHERE home_state = 'NY' AND country = 'us' GROUP BY 1, 2""",
    ),
    (  # a fan-out, which MetricFlow refuses: each listing counts once for each answer
        {"metrics": "listings_there", "by": "booking__is_instant"},
        """SELECT instant, count(*) FROM listings AS l LEFT JOIN (
             SELECT DISTINCT listing_id, instant FROM bookings) AS b
           ON l.listing_id = b.listing_id GROUP BY 1""",
    ),
    (
        {"metrics": "listings_there", "where": "{{ Dimension('booking__is_instant') }}"},
        """SELECT count(*) FROM listings AS l
           WHERE EXISTS (SELECT 1 FROM bookings AS b WHERE b.listing_id = l.listing_id AND instant)""",
    ),
    (  # no way of MetricFlow's: the users of visits have no join from listings, but one way leads there
        {"metrics": "listings_there", "by": "visit__user__home_state"},
        """SELECT home_state, count(*) FROM listings AS l LEFT JOIN (
             SELECT DISTINCT v.listing_id, home_state
             FROM visits AS v LEFT JOIN users AS u ON v.user_id = u.user_id
           ) AS seen ON l.listing_id = seen.listing_id GROUP BY 1""",
    ),
    (
        {"saved_query": "monthly", "where": "{{ Dimension('listing__capacity') }} > 2"},
        """WITH b AS (SELECT cast(date_trunc('month', ds) AS date) AS m, country, count(*) AS n FROM bookings
             JOIN listings USING (listing_id) WHERE country <> 'kr' AND capacity > 2 GROUP BY 1, 2)
           SELECT m, country, n, NULL FROM b""",
    ),
]


@pytest.mark.parametrize(("question", "by_hand"), ASKED)
def test_rows(shop: Shop, question: dict[str, Any], by_hand: str) -> None:
    asked = dict(question)
    text = shop.layer.sql(asked.pop("metrics", ()), dialect=shop.engine.dialect, **asked).text
    found, expected = in_no_order(shop.rows(text)), rows(shop, by_hand)
    assert same(found, expected), f"{text}\n{found}\n{expected}"


def test_order_and_limit(duck: Engine) -> None:
    shop = rentals(duck)
    shop.check(
        "bookings",
        by="listing__country",
        order_by=["-bookings", "listing__country"],
        limit=2,
        rows=[("us", 4), (None, 2)],
    )
    shop.check(
        "bookings",
        group_by="metric_time__year",
        order="Dimension('metric_time').grain('year').descending(True)",
        rows=[(date(2020, 1, 1), 6), (None, 1)],
    )
    shop.check("bookings", by="listing__country", order="-listing__country", limit=1, rows=[("us", 4)])
    shop.check(
        "bookings",
        by="listing__country",
        top="1 listing__country by bookings",
        rows=[("others", 3), ("us", 4)],
    )


COLUMNS = [
    ("metric_time__month", "time_month", "metric_time__month"),
    ("metric_time", "time_day", "metric_time__day"),
    ("metric_time__extract_dow", "time_day_of_week", "metric_time__extract_dow"),
    ("booking__is_instant", "booking_is_instant", "booking__is_instant"),
    ("booking__ds", "booking_ds_day", "booking__ds__day"),
    ("booking__ds__month", "booking_ds_month", "booking__ds__month"),
    ("listing", "listing", "listing"),
    ("listing__user", "listing_user", "listing__user"),
    ("listing__user__home_state", "listing_user_home_state", "listing__user__home_state"),
    ("Dimension('listing__country')", "listing_country", "listing__country"),
    ("TimeDimension('listing__created_at', 'week')", "listing_created_at_week", "listing__created_at__week"),
    (
        "Dimension('home_state', entity_path=['listing', 'user'])",
        "listing_user_home_state",
        "listing__user__home_state",
    ),
    ("listing__country as land", "land", "land"),
    ({"name": "metric_time", "grain": "week", "alias": "w"}, "w", "w"),
    ("time.month", "time_month", "time_month"),
]


@pytest.mark.parametrize(("word", "ours", "theirs"), COLUMNS)
def test_columns(layer: Layer, word: Any, ours: str, theirs: str) -> None:
    assert [each.name for each in layer.sql("bookings", by=word).columns] == [ours, "bookings"]
    asked = layer.sql("bookings", by=word, names="metricflow")
    assert [each.name for each in asked.columns] == [theirs, "bookings"]


def test_names_that_mean_something(duck: Engine) -> None:
    """A word that is called like a model or a metric still names its column."""
    project = PROJECT.replace("visits_made", "listing").replace(
        "as: listing, on: listing", "as: listing, on: {listing: listing}"
    )
    shop = rentals(duck, project)
    text = shop.layer.sql(["bookings", "bookings_per_visit"], by="listing__country").text
    assert "bookings_per_visit" in text
    found = shop.layer.sql(["bookings", "bookings_per_visit"], by="listing", names="metricflow")
    assert [each.name for each in found.columns] == ["listing", "bookings", "bookings_per_visit"]


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (
            {"by": "listing__contry"},
            "'listing__contry' cannot be reached from 'bookings'. Did you mean 'listing__country'?",
        ),
        ({"by": "country"}, "Write 'listing__country'."),
        ({"by": "metric_tim__month"}, "Did you mean 'metric_time'?"),
        (
            {"by": "user__home_state"},
            "Write the path that is meant: 'guest__home_state' or 'listing__user__home_state'.",
        ),
        ({"by": "listing__country__month"}, "'bookings.listing.country' is of type text and has no 'month'."),
        ({"by": "metric_time__nanosecond"}, "'nanosecond' is no grain here."),
        ({"by": "metric_time__hour"}, "'bookings' stands for a day"),
        ({"by": {"name": "metric_time", "date_part": "woy"}}, "'woy' is no date part."),
        (
            {"by": {"name": "metric_time", "grains": "week"}},
            "'by' of a question must be {name, grain, date_part, alias}",
        ),
        ({"by": "Metric('bookings')"}, "metric"),
        ({"by": "Dimension('a', __import__('os'))"}, "no template of a condition"),
        (
            {"by": "listing__country", "where": "{{ Dimension('listing__contry') }} = 'x'"},
            "question:1:1: unknown: 'listing__contry'",
        ),
        (
            {"by": "listing__country", "where": "1 = 1\nand {{ Dimension('listing__contry') }}"},
            "question:2:5: unknown",
        ),
        ({"where": "{{ Metric('bookigs', ['listing']) }} > 1"}, "Did you mean 'bookings'?"),
        ({"where": "{{ Metric('bookings', ['user']) }} > 1"}, "'bookings' cannot be had for each 'user'."),
        ({"where": "{{ Metric('bookings') }} > 1"}, "names no entity, or several"),
        (
            {"where": "{{ Dimension('listing__country') }} = 'us'; drop table users"},
            "more than one SQL statement",
        ),
        ({"where": "{{ Dimension('listing__country') }} = 'us' -- x"}, "may hold no comment"),
        (
            {"by": "listing__country", "order_by": "-listing__user"},
            "'listing__user' is no column of the question.",
        ),
        (
            {"by": "listing__country", "names": "theirs"},
            "'names' of a question must be 'semantic' or 'metricflow'",
        ),
        ({"by": "listing__country", "start_time": "soon"}, "'start_time' of a question must be a moment"),
        (
            {"by": "listing__country", "start_time": "2020-02-01", "end_time": "2020-01-01"},
            "ends before it starts",
        ),
        ({"start_time": "2020-02-01", "time": "2020"}, "said twice"),
        ({"where": "listing__country = 'us'"}, "Write {{ Dimension('listing__country') }}."),
        ({"saved_query": "monhly"}, "Did you mean 'monthly'?"),
        ({"saved_query": "listing_rows"}, "shows the rows of a model"),
        ({"by": "listing__country", "metrics": "bookngs"}, "Did you mean 'bookings'?"),
    ],
)
def test_faults(layer: Layer, question: dict[str, Any], message: str) -> None:
    with pytest.raises(SemanticError) as raised:
        layer.sql(
            question.get("metrics", "bookings"), **{k: v for k, v in question.items() if k != "metrics"}
        )
    assert message in str(raised.value)


HOSTILE = [
    "",
    " ",
    "__",
    "a__",
    "__a",
    "metric_time__",
    "___",
    "listing__",
    "x" * 5_000,
    "listing__" * 200,
    "listing__country'; drop table users; --",
    "{{ 1 }}",
    "{% for x in y %}",
    "Dimension(",
    "Dimension()",
    "Dimension('')",
    "Dimension('__')",
    "Dimension(None)",
    "Entity(1)",
    "Dimension('a').x()",
    "Dimension('a')(1)",
    "TimeDimension('metric_time', 'day', [1])",
    "Dimension('a' if 1 else 'b')",
    "Dimension(*['a'])",
    "Dimension(**{'name': 'a'})",
    "Metric('bookings', group_by='listing')",
    "time",
    "since",
    "models",
    "\0",
    "\ud800",
    "listing__country as ",
    " as x",
    "listing__country as a b",
    "Dimension('listing__country') as c'; --",
    "Dimension('listing\\x5f_country')",
    "ｌisting__country",
    "listing__côuntry",
    "(((((",
    "Dimension" + "(" * 3_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_never_a_traceback(layer: Layer, text: str) -> None:
    """Whatever stands where a word should is answered or refused with faults."""
    for question in (
        {"by": [text]},
        {"by": {"name": text}},
        {"where": "{{ " + text + " }} = 1"},
        {"where": "{{ Dimension('" + text + "') }} = 'x'"},
        {"order": text, "by": "listing__country"},
        {"start_time": text},
        {"saved_query": text},
        {"time_constraint": text},
        {"group_by": [{"name": "metric_time", "grain": text}]},
    ):
        try:
            sql = layer.sql("bookings", **question).text
        except SemanticError:
            continue
        assert "drop table" not in sql.lower()


JUNK = (5, None, True, [], {}, [5], {"name": 5}, {"a": "b"}, [["x"]], b"x", 1.5, [None], date(2024, 1, 1), "")


PARTS = (
    "metrics by group_by where order order_by names members paths top time time_constraint "
    "start_time end_time saved_query parameters user limit min_max_only"
)


@pytest.mark.parametrize("part", PARTS.split())
def test_junk_is_refused(layer: Layer, part: str) -> None:
    """Parts of any type are read, or refused with faults."""
    for junk in JUNK:
        question: dict[str, Any] = {"metrics": "bookings", "by": "listing__country", "where": US, part: junk}
        with suppress(SemanticError):
            assert layer.sql(**question).text


def test_values_stay_values(duck: Engine) -> None:
    """What stands around a template is our SQL, with literals as literals."""
    evil = "x''); drop table users; --"
    rentals(duck).check(
        "bookings", where=f"{{{{ Dimension('listing__country') }}}} = '{evil}'", rows=[(None,)]
    )


def test_templates_of_ours_beside_theirs(duck: Engine) -> None:
    shop = rentals(duck, PROJECT + "parameters: [{name: land, type: text, default: kr}]\n")
    shop.check("bookings", where="{{ Dimension('listing__country') }} = {{ land }}", rows=[(1,)])
    where = "{{ Dimension('listing__country') }} = {{ land }}"
    shop.check("bookings", where=where, parameters={"land": "us"}, rows=[(4,)])


def test_rows_selectables_streams(tmp_path: Path) -> None:
    project = PROJECT.replace("source: ", "table: ")
    layer = Layer.from_text(semantic=project)
    file = tmp_path / "rentals.duckdb"
    import duckdb

    with duckdb.connect(str(file)) as connection:
        for name, text in TABLES.items():
            table = Table.parse(text)
            columns = ", ".join(f"{column} {kind}" for column, kind in table.columns)
            connection.execute(f"CREATE TABLE {name} ({columns})")
            connection.executemany(
                f"INSERT INTO {name} VALUES ({', '.join('?' for _ in table.columns)})", table.rows
            )
    question: dict[str, Any] = {
        "by": "listing__country",
        "where": "{{ Metric('visits_made', ['listing']) }} > 1",
    }
    url = f"duckdb:///{file}"
    assert list(layer.run("bookings", url=url, **question)) == [("kr", 1), ("us", 2)]
    with layer.stream("bookings", url=url, **question) as stream:
        assert list(stream) == [("kr", 1), ("us", 2)]
    assert list(layer.run("bookings", url=url, limit_rows=5, **question)) == [("kr", 1), ("us", 2)]
    with layer.engine(url=url).connect() as connection:
        assert list(connection.execute(layer.select("bookings", **question))) == [("kr", 1), ("us", 2)]


def test_projects_without_entities_are_asked_as_ever() -> None:
    layer = Layer.from_text(
        semantic="""
        name: shop
        sources: {orders: {table: orders, columns: {status: text}}}
        models: [{name: orders, source: orders, dimensions: [status]}]
        metrics: [{name: orders_there, model: orders, sql: count(*)}]
        """
    )
    with pytest.raises(SemanticError, match="'order__status' is no path of a dimension"):
        layer.sql("orders_there", by="order__status")
    with pytest.raises(SemanticError, match="'group_by' is no part of a question"):
        layer.sql("orders_there", group_by="orders.status")


def test_tests_in_words() -> None:
    layer = Layer.from_text(
        semantic="""
        name: shop
        sources: {orders: {table: orders, columns: {order_id: integer, status: text}}}
        models: [{name: orders, source: orders, primary_key: order_id, entity: order, dimensions: [status]}]
        metrics: [{name: orders_there, model: orders, sql: count(*)}]
        tests:
          - name: in other words
            given: {orders: [{order_id: 1, status: open}, {order_id: 2, status: shut}]}
            ask:
              metrics: orders_there
              by: order__status
              where: "{{ Dimension('order__status') }} = 'open'"
            expect: [{order_status: open, orders_there: 1}]
        """
    )
    assert [outcome.status for outcome in layer.test()] == ["passed"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tables = {name: Table.parse(text) for name, text in TABLES.items()}
    (tmp_path / "semantic.yml").write_text(PROJECT)
    (tmp_path / "sources.yml").write_text(sources(tables))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(*words: str, stdin: str = "") -> Any:
    """What the command prints as JSON."""
    result = CliRunner().invoke(root, [*words, "--format", "json"], input=stdin, prog_name="semantic")
    return json.loads(result.stdout or result.stderr)


def test_command(project: Path) -> None:
    by = ("--by", "booking__is_instant", "--by", "metric_time__month")
    found = told("sql", "bookings", *by, "--where", US, "--names", "metricflow")
    names = ["booking__is_instant", "metric_time__month", "bookings"]
    assert [each["name"] for each in found["columns"]] == names
    assert "listing.country = 'us'" in found["sql"]


def test_command_asks_saved_questions(project: Path) -> None:
    assert told("sql", "--saved", "monthly") == told("sql", "monthly")
    assert told("sql", "monthly")["columns"][0]["name"] == "metric_time__month"


def test_command_reads_calls_and_json(project: Path) -> None:
    by = "TimeDimension('metric_time', 'month'),listing__country"
    found = told("sql", "bookings", "--by", by, "--end-time", "2020-02-15")
    assert [each["name"] for each in found["columns"]] == ["time_month", "listing_country", "bookings"]
    question = {"metrics": ["bookings"], "group_by": ["metric_time__month", "listing__country"]}
    assert told("sql", "-", "--end-time", "2020-02-15", stdin=json.dumps(question)) == found


def test_command_names_paths(project: Path) -> None:
    paths = ("--path", "state=bookings.guest.home_state,visits.user.home_state")
    found = told("sql", "bookings", "visits_made", "--by", "state", *paths)
    assert [each["name"] for each in found["columns"]] == ["state", "bookings", "visits_made"]
    wrong = CliRunner().invoke(root, ["sql", "bookings", "--by", "state", "--path", "state"])
    assert wrong.exit_code == 2


VALUES: list[tuple[dict[str, Any], str]] = [
    ({"by": "listing__country"}, "SELECT DISTINCT country FROM listings"),
    ({"by": "listing"}, "SELECT listing_id FROM listings"),
    (
        {"by": ["listing__user__home_state"], "where": "{{ Dimension('listing__capacity') }} > 2"},
        "SELECT DISTINCT home_state FROM listings JOIN users USING (user_id) WHERE capacity > 2",
    ),
    (
        {"by": "listing__created_at__month", "min_max_only": True},
        """SELECT cast(date_trunc('month', min(created_at)) AS date),
             cast(date_trunc('month', max(created_at)) AS date) FROM listings""",
    ),
]


@pytest.mark.parametrize(("question", "by_hand"), VALUES)
def test_without_metrics(duck: Engine, question: dict[str, Any], by_hand: str) -> None:
    shop = rentals(duck)
    found = in_no_order(shop.rows(shop.layer.sql(**question).text))
    assert same(found, rows(shop, by_hand))


def test_extremes_have_their_names(layer: Layer) -> None:
    asked = layer.sql(by="listing__country", min_max_only=True, names="metricflow")
    assert [each.name for each in asked.columns] == ["listing__country__min", "listing__country__max"]


def test_conditions_on_time_bound_the_answer(duck: Engine) -> None:
    """A condition on ``metric_time`` leaves offsets and windows their history."""
    months = "{{ TimeDimension('metric_time', 'month') }} >= '2020-02-01'"
    days = "{{ TimeDimension('metric_time', 'day') }} < '2020-03-15' AND " + US
    shop = rentals(duck)
    shop.check(
        "bookings",
        "bookings_before",
        "bookings_so_far",
        by="metric_time__month",
        where=[months, days],
        rows=[(date(2020, 2, 1), 1, 2, 3), (date(2020, 3, 1), None, 1, 3)],
    )
    shop.check("bookings", where=[months, days], time="..2020-02", rows=[(1,)])
    march = "{{ TimeDimension('metric_time', date_part_name='month') }} = 3"
    shop.check("bookings_before", by="metric_time__month", where=march, rows=[(date(2020, 3, 1), 2)])
    with pytest.raises(SemanticError, match="is about times and rows at once, and 'bookings"):
        shop.ask("bookings_before", by="metric_time__month", where=f"{march} OR {US}")


@pytest.mark.parametrize(
    ("condition", "start", "end"),
    [
        ("'day') }} >= '2020-02-05'", "2020-02-05", None),
        ("'day') }} > '2020-02-05'", "2020-02-06", None),
        ("'day') }} <= '2020-02-05'", None, "2020-02-06"),
        ("'day') }} < '2020-02-05'", None, "2020-02-05"),
        ("'day') }} = '2020-02-05'", "2020-02-05", "2020-02-06"),
        ("'month') }} >= '2020-02-05'", "2020-03-01", None),
        ("'month') }} > '2020-02-05'", "2020-03-01", None),
        ("'month') }} <= '2020-02-05'", None, "2020-03-01"),
        ("'month') }} < '2020-02-05'", None, "2020-03-01"),
        ("'month') }} < '2020-02-01'", None, "2020-02-01"),
        ("'year') }} BETWEEN '2019-01-01' AND DATE '2020-01-01'", "2019-01-01", "2021-01-01"),
        ("'week') }} = cast('2020-02-03' AS timestamp)", "2020-02-03", "2020-02-10"),
    ],
)
def test_ranges(layer: Layer, condition: str, start: str | None, end: str | None) -> None:
    """Comparisons of whole periods, as ranges of the rows' own time."""
    _, query = layer.understood(
        {"metrics": "bookings", "where": "{{ TimeDimension('metric_time', " + condition}
    )
    assert query.where == ()
    assert query.time is not None
    bounds = [datetime.fromisoformat(each) if each else None for each in (start, end)]
    assert [query.time.start, query.time.end] == bounds
