"""What a question may ask for beside its metrics: having, order, limit, fill, members, names, parameters."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from semantic.faults import SemanticError
from tests.engines import Engine
from tests.promises.conftest import Open


def _month(number: int, year: int = 2024) -> date:
    return date(year, number, 1)


# --- having, order, limit ---------------------------------------------------------------------------


def test_having_keeps_groups(store: Open) -> None:
    shop = store()
    shop.check("revenue", by=["customers.customer"], having="revenue > 60", rows=[("Ann", 150), ("Bob", 70)])
    shop.check("revenue", having="revenue > 1000", rows=[])


def test_having_on_metrics_that_are_not_shown(store: Open) -> None:
    shop = store()
    shop.check("revenue", by=["customers.customer"], having="orders = 2", rows=[("Ann", 150), (None, 50)])
    shop.check("revenue", by=["customers.customer"], having="visits = 0 or conversion > 1", rows=[(None, 50)])
    shop.check(
        "revenue",
        by=["customers.customer"],
        having=["orders = 2", "revenue / orders > 30"],
        rows=[("Ann", 150)],
    )


def test_having_with_null_keeps_nothing(store: Open) -> None:
    store().check("paid_revenue", by=["orders.status"], having="not paid_revenue > 500", rows=[("paid", 200)])


def test_order_with_ties_is_settled_by_the_groups(store: Open) -> None:
    shop = store()
    shop.check("visits", by=["customers.customer"], order="-visits", rows=[
        ("Ann", 2), ("Bob", 1), ("Cho", 1), (None, 1),
    ])  # fmt: skip
    shop.check("visits", by=["customers.customer"], order="-visits", limit=2, rows=[("Ann", 2), ("Bob", 1)])
    shop.check("visits", by=["customers.customer"], order="visits", limit=2, rows=[("Bob", 1), ("Cho", 1)])


def test_order_puts_nulls_last_both_ways(store: Open) -> None:
    shop = store()
    for sign, names in (("", ["Ann", "Bob"]), ("-", ["Bob", "Ann"])):
        rows = shop.ask("revenue", by=["customers.customer"], order=f"{sign}customers.customer")
        assert [row[0] for row in rows] == [*names, None]
    rows = shop.ask("paid_revenue", "orders", by=["orders.status"], order="-paid_revenue")
    assert [row[0] for row in rows] == ["paid", "open", None]


def test_limit_of_nothing(store: Open) -> None:
    store().check("orders", by=["customers.customer"], limit=0, rows=[])


# --- fill and members -------------------------------------------------------------------------------


def test_fill_counts_are_zero_and_ratios_null(store: Open) -> None:
    store().check(
        "orders",
        "revenue",
        "conversion",
        by=["time.month"],
        fill=True,
        time="2023-12..2024-04",
        rows=[
            (_month(12, 2023), 0, 0, None),
            (_month(1), 2, 150, 2 / 2),
            (_month(2), 2, 100, 2 / 2),
            (_month(3), 1, 20, None),  # no visit
            (_month(4), 0, 0, 0.0),
        ],
    )


def test_fill_without_a_range_goes_from_the_first_to_the_last_found(store: Open) -> None:
    shop = store()
    shop.check("visits", by=["time.month"], fill=True, rows=[
        (_month(1), 2), (_month(2), 2), (_month(3), 0), (_month(4), 1),
    ])  # fmt: skip
    shop.check(
        "orders", "visits", by=["time.quarter"], fill=True, rows=[(_month(1), 5, 4), (_month(4), 0, 1)]
    )


def test_fill_beside_other_dimensions(store: Open) -> None:
    store().check(
        "visits",
        by=["customers.customer", "time.month"],
        where="customers.customer in ('Ann', 'Bob')",
        fill=True,
        time="2024-01..2024-03",
        rows=[
            ("Ann", _month(1), 1),
            ("Ann", _month(2), 1),
            ("Ann", _month(3), 0),
            ("Bob", _month(1), 0),
            ("Bob", _month(2), 1),
            ("Bob", _month(3), 0),
        ],
    )


def test_fill_of_a_range_without_rows(store: Open) -> None:
    shop = store()
    shop.check("orders", "revenue", by=["time.month"], fill=True, time="2030-01..2030-02", rows=[
        (_month(1, 2030), 0, 0), (_month(2, 2030), 0, 0),
    ])  # fmt: skip
    shop.check("orders", by=["time.month"], fill=True, where="orders.total > 1000", rows=[])


@pytest.mark.parametrize(
    ("grain", "asked", "periods"),
    [
        ("day", "2024-02-28..2024-03-01", ["2024-02-28", "2024-02-29", "2024-03-01"]),
        ("week", "2024-02-28..2024-03-04", ["2024-02-26", "2024-03-04"]),
        ("quarter", "2023-12..2024-04", ["2023-10-01", "2024-01-01", "2024-04-01"]),
        ("year", "2023..2025", ["2023-01-01", "2024-01-01", "2025-01-01"]),
        ("fiscal_year", "2024-01", ["2024-01-01"]),
    ],
)
def test_fill_every_grain(store: Open, grain: str, asked: str, periods: list[str]) -> None:
    rows = store().ask("visits", by=[f"time.{grain}"], fill=True, time=asked)
    assert [row[0] for row in rows] == [date.fromisoformat(each) for each in periods]


def test_fill_hours(shop: Open) -> None:
    project = """
name: calls
models: [{name: calls, source: calls, primary_key: id, time: at_time}]
metrics: [{name: calls, model: calls, sql: count(*)}]
"""
    calls = """
        id integer | at_time timestamp
        1          | 2024-03-10 01:30:00
        2          | 2024-03-10 03:59:59
        3          | 2024-03-10 03:00:00
        """
    hours = [datetime(2024, 3, 10, hour) for hour in (1, 2, 3)]
    shop(project, calls=calls).check(
        "calls", by=["time.hour"], fill=True, rows=[(hours[0], 1), (hours[1], 0), (hours[2], 2)]
    )


def test_fill_with_order_having_and_limit(store: Open) -> None:
    shop = store()
    shop.check("visits", by=["time.month"], fill=True, having="visits = 0", rows=[(_month(3), 0)])
    shop.check("visits", by=["time.month"], fill=True, order="visits", limit=1, rows=[(_month(3), 0)])


def test_fill_needs_a_period(store: Open) -> None:
    with pytest.raises(SemanticError):
        store().sql("orders", by=["customers.customer"], fill=True)


def test_members_appear_without_facts(store: Open) -> None:
    shop = store()
    shop.check("orders", "revenue", by=["customers.customer"], members=True, rows=[
        ("Ann", 2, 150), ("Bob", 1, 70), ("Cho", 0, 0), ("Dee", 0, 0), (None, 2, 50),
    ])  # fmt: skip
    shop.check("orders", "visits", by=["customers.customer"], members=True, rows=[
        ("Ann", 2, 2), ("Bob", 1, 1), ("Cho", 0, 1), ("Dee", 0, 0), (None, 2, 1),
    ])  # fmt: skip


def test_members_obey_the_filters_on_them(store: Open) -> None:
    store().check(
        "orders",
        by=["customers.customer"],
        where=["customers.customer <> 'Dee'", "orders.total > 60"],
        members=True,
        rows=[("Ann", 1), ("Bob", 1), ("Cho", 0)],
    )


def test_members_with_filled_periods(store: Open) -> None:
    store().check(
        "visits",
        by=["regions.region", "time.month"],
        fill=True,
        members=["regions.region"],
        time="2024-01..2024-02",
        where="regions.region is not null",
        rows=[("east", _month(1), 1), ("east", _month(2), 1), ("west", _month(1), 0), ("west", _month(2), 1)],
    )


def test_members_with_filled_periods_leave_the_group_of_strangers_whole(store: Open) -> None:
    rows = [
        ("Ann", _month(1), 1), ("Ann", _month(2), 1),
        ("Bob", _month(1), 0), ("Bob", _month(2), 1),
        ("Cho", _month(1), 0), ("Cho", _month(2), 0),
        ("Dee", _month(1), 0), ("Dee", _month(2), 0),
        (None, _month(1), 1), (None, _month(2), 0),
    ]  # fmt: skip
    by = ["customers.customer", "time.month"]
    store().check("visits", by=by, fill=True, members=True, time="2024-01..2024-02", rows=rows)
    # without a range the periods run from the first visit to the last
    longer = [(name, _month(n), 0) for name in ("Ann", "Bob", "Cho", "Dee", None) for n in (3, 4)]
    longer[longer.index(("Cho", _month(4), 0))] = ("Cho", _month(4), 1)
    order = {name: n for n, name in enumerate(["Ann", "Bob", "Cho", "Dee", None])}
    every = sorted([*rows, *longer], key=lambda row: (order[row[0]], row[1]))
    store().check("visits", by=by, fill=True, members=True, rows=every)


# --- names ------------------------------------------------------------------------------------------


def test_output_names_have_no_dots(store: Open) -> None:
    plain = {"by": ["customers.region", "time.month"]}
    named = {"by": ["customers.region as area", {"path": "time.month", "as": "month"}]}
    for question, names in (
        (plain, ["customers_region", "time_month", "orders"]),
        (named, ["area", "month", "orders"]),
    ):
        shop = store()
        assert shop.columns("orders", **question) == kept(shop.engine, names)
        # whatever the engine makes of its letters, each name works without quotes
        sql = shop.sql("orders", **question)
        rows = shop.rows(f"SELECT {', '.join(names)} FROM ({sql}) AS answer")
        assert sorted(map(str, rows)) == sorted(map(str, shop.rows(sql)))


def kept(engine: Engine, names: list[str]) -> list[str]:
    """Names without quotes as they are kept: docs.snowflake.com/en/sql-reference/identifiers-syntax."""
    return [name.upper() for name in names] if engine.dialect == "snowflake" else names


def test_output_names_may_be_those_of_columns(store: Open) -> None:
    # the output 'total' hides the column of that name, 'status' is another thing than the column
    metric = '  - {name: total, model: orders, sql: sum(total), filter: "total > 20"}\n'
    store(metric).check(
        "total",
        by=["customers.customer as status"],
        where="orders.status = 'paid'",
        order="-total",
        rows=[("Ann", 100), ("Bob", 70), (None, 30)],
    )


def test_order_by_an_output_that_is_named_as_a_column(shop: Open) -> None:
    project = """
name: signs
models: [{name: signs, source: signs, primary_key: id, dimensions: [{name: turned, sql: -size}]}]
metrics: [{name: size, model: signs, sql: sum(-size)}]
"""
    signs = "id integer | size integer\n1 | 5\n2 | 7"
    asked = shop(project, signs=signs)
    asked.check("size", by=["signs.turned as id"], order="id", rows=[(-7, -7), (-5, -5)])
    asked.check("size", by=["signs.turned as size2"], order="size", limit=1, rows=[(-7, -7)])
    asked.check("size", by=["signs.turned as id"], having="size < -5", rows=[(-7, -7)])


RESERVED = """
name: words
models:
  - name: order
    source: order
    primary_key: user
    time: end
    dimensions: [group, end, {name: case, sql: '"group" || ''!'''}]
    joins: [{to: table, as: from, on: {user: user}}]
  - {name: table, source: table, primary_key: user, dimensions: [all, column]}
  - {name: join, source: join, primary_key: user, time: end, joins: [{to: table, on: user}]}
metrics:
  - {name: select, model: order, sql: 'sum("end_")', filter: '"group" is not null'}
  - {name: where, model: order, sql: count(*)}
  - {name: having, model: join, sql: count(*)}
  - {name: limit, sql: '"select" / "where"'}
"""


def test_reserved_words_are_names_like_others(shop: Open) -> None:
    asked = shop(
        RESERVED,
        order="""
            user integer | group text | end date   | end_ integer
            1            | x          | 2024-01-01 | 5
            2            | y          | 2024-02-01 | 7
            3            |            |            | 9
            """,
        table="user integer | all text | column text\n1 | A | c\n2 | B | c",
        join="user integer | end date\n1 | 2024-02-02",
    )
    asked.check("select", "where", "limit", rows=[(12, 3, 4.0)])
    asked.check("select", by=["order.group", "order.case"], where='"order"."group" is not null', rows=[
        ("x", "x!", 5), ("y", "y!", 7),
    ])  # fmt: skip
    asked.check("where", "having", by=["table.all"], rows=[("A", 1, 1), ("B", 1, 0), (None, 1, 0)])
    asked.check("where", "having", by=["time.month"], fill=True, time="2024-01..2024-02", rows=[
        (_month(1), 1, 0), (_month(2), 1, 1),
    ])  # fmt: skip
    asked.check("where", by=["order.group as group"], order="-group", limit=1, rows=[("y", 1)])
    asked.check(
        "select", by=["order.group as order"], having='"where" > 0', rows=[("x", 5), ("y", 7), (None, None)]
    )
    asked.check("where", where='"table"."column" = \'c\' and "join"."user" = 1', rows=[(1,)])
    asked.check("select", by=["from.all", "table.column"], rows=[("A", "c", 5), ("B", "c", 7)])


MIXED = """
name: cases
models:
  - name: people
    RELATION: people
    primary_key: '"Id"'
    dimensions: [{name: city, sql: '"City Name"'}, {name: joined, type: date, sql: '"JoinedOn"'}]
metrics:
  - {name: score, model: people, sql: 'sum("Score")'}
  - {name: people, model: people, sql: count(*), filter: '"City Name" = ''Seoul'''}
"""


@pytest.mark.parametrize("relation", ["table", "source"])
def test_mixed_case_columns_in_quotes(shop: Open, relation: str) -> None:
    people = """
        "Id" integer | "City Name" text | "JoinedOn" date | "Score" integer
        1            | Seoul            | 2024-01-01      | 3
        2            | Jeju             | 2024-02-01      | 4
        """
    asked = shop(MIXED.replace("RELATION", relation), people=people)
    asked.check("score", "people", by=["people.city"], rows=[("Jeju", 4, 0), ("Seoul", 3, 1)])
    asked.check("score", by=["people.joined.month"], rows=[(_month(1), 3), (_month(2), 4)])


def test_names_in_korean_and_chinese(shop: Open) -> None:
    project = """
name: 상점
models:
  - name: 주문
    source: 주문
    primary_key: 번호
    time: 주문일
    dimensions: [상태, {name: 状态, sql: upper(상태)}]
    joins: [{to: 고객, on: 고객번호}]
  - {name: 고객, source: 고객, primary_key: 고객번호, dimensions: [지역]}
metrics:
  - {name: 매출, model: 주문, sql: sum(금액), label: {ko: 매출, zh: 销售额}}
  - {name: 订单数, model: 주문, sql: count(*), filter: "상태 <> '취소'"}
  - {name: 평균, sql: 매출 / 订单数}
"""
    orders = """
        번호 integer | 고객번호 integer | 상태 text | 금액 decimal | 주문일 date
        1            | 1                | 완료      | 10           | 2024-01-01
        2            | 2                | 취소      | 20           | 2024-01-02
        3            | 1                | ok        | 40           | 2024-02-02
        """
    asked = shop(project, 주문=orders, 고객="고객번호 integer | 지역 text\n1 | 서울\n2 | 제주")
    asked.check(
        "매출", "订单数", "평균", by=["고객.지역"], rows=[("서울", 50, 2, 25.0), ("제주", 20, 0, None)]
    )
    asked.check("매출", by=["주문.状态"], where="고객.지역 = '서울'", rows=[("OK", 40), ("완료", 10)])
    assert asked.columns("매출", by=["고객.지역"]) == ["고객_지역", "매출"]


@pytest.mark.parametrize(
    "value", ["it's", 'say "hi"', "a\\b", "100%", "semi;colon", "-- no comment", "%s", "{x}", "$1", ":y"]
)
def test_text_values_are_only_values(shop: Open, value: str) -> None:
    project = """
name: texts
parameters: [{name: wanted, type: text, default: none}]
models: [{name: texts, source: texts, primary_key: id, dimensions: [word]}]
metrics:
  - {name: texts, model: texts, sql: count(*)}
  - {name: found, model: texts, sql: count(*), filter: "word = {{ wanted }}"}
"""
    asked = shop(project, texts=f"id integer | word text\n1 | {value}\n2 | other")
    escaped = value.replace("'", "''")
    asked.check("texts", where=f"texts.word = '{escaped}'", rows=[(1,)])
    asked.check("found", parameters={"wanted": value}, rows=[(1,)])
    asked.check("found", rows=[(0,)])


# --- parameters, macros, declared functions ---------------------------------------------------------


PARAMETERS = """
  - {name: at_least, model: orders, sql: count(*), filter: "total >= {{ least }}"}
  - {name: scaled, model: orders, sql: "sum(total * {{ factor }})"}
  - {name: since, model: orders, sql: count(*), filter: "ordered_on >= {{ first_day }}"}
  - {name: chosen, model: orders, sql: "sum({% if net %}total * 0.5{% else %}total{% endif %})"}
  - {name: halves, model: orders, sql: "sum({{ half('total') }})"}
  - {name: far, model: orders, sql: "max(doubled(total))"}
parameters:
  - {name: least, type: integer, default: 50}
  - {name: factor, type: decimal, default: 1.5}
  - {name: first_day, type: date, default: 2024-02-01}
  - {name: net, type: boolean, default: false}
macros:
  - {name: half(x), sql: "({{ x }} * 0.5)"}
functions:
  - name: doubled(x)
    type: decimal
    templates: {duckdb: ":x + :x", postgres: "2 * :x", bigquery: ":x * 2", snowflake: "-(-:x - :x)"}
"""


def test_parameters_are_values_of_their_type(store: Open) -> None:
    shop = store(PARAMETERS)
    shop.check("at_least", "scaled", "since", rows=[(3, 270 * 1.5, 3)])
    shop.check("at_least", "scaled", "since", rows=[(2, -270, 1)], parameters={
        "least": 60, "factor": "-1", "first_day": date(2024, 3, 1),
    })  # fmt: skip
    with pytest.raises(SemanticError):
        shop.sql("at_least", parameters={"least": "1 or true"})


def test_parameters_in_dimensions_and_models(shop: Open) -> None:
    project = """
name: limits
parameters: [{name: least, type: integer, default: 2}, {name: kind, type: text, default: a}]
models:
  - name: kept
    sql: "select id, size, kind from things where kind = {{ kind }}"
    columns: {id: integer, size: integer, kind: text}
    primary_key: id
    dimensions: [{name: large, sql: "size >= {{ least }}"}]
metrics: [{name: things, model: kept, sql: count(*)}]
"""
    asked = shop(project, things="id integer | size integer | kind text\n1 | 1 | a\n2 | 2 | a\n3 | 3 | it's")
    asked.check("things", by=["kept.large"], rows=[(False, 1), (True, 1)])
    asked.check("things", by=["kept.large"], parameters={"least": 1}, rows=[(True, 2)])
    asked.check("things", by=["kept.large"], parameters={"kind": "it's"}, rows=[(True, 1)])


def test_parameters_decide_in_templates(store: Open) -> None:
    shop = store(PARAMETERS)
    shop.check("chosen", rows=[(270,)])
    shop.check("chosen", parameters={"net": True}, rows=[(135,)])
    shop.check("chosen", rows=[(270,)])


def test_macros_and_declared_functions(store: Open) -> None:
    shop = store(PARAMETERS)
    shop.check("halves", "far", rows=[(135, 200)])
    shop.check("far", by=["orders.status"], having="far > 50", rows=[("open", 100), ("paid", 200)])


def test_compiled_twice_is_the_same_text(store: Open) -> None:
    words = {"by": ["customers.region", "time.month"], "where": "customers.region <> 'x'", "fill": True}
    assert store().sql("orders", "visits", "conversion", **words) == store().sql(
        "orders", "visits", "conversion", **words
    )


def test_a_condition_means_one_thing_within_a_metric(store: Open) -> None:
    """Orders with such a line, over visits of customers who have one somewhere, would be no rate."""
    shop = store()
    with pytest.raises(SemanticError, match="'conversion' would compare unlike things"):
        shop.sql("conversion", where="lines.quantity > 0")
    assert shop.sql("orders", "visits", where="lines.quantity > 0")
