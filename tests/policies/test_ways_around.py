"""Ways around policies, none of which succeeds.

A question of the analyst is answered as if the hidden rows were deleted (which is done by hand here), or
it is refused; its answer holds no secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from semantic.faults import SemanticError
from semantic.layer import Layer
from tests.engines import Engine, duckdb_engine
from tests.policies.shop import ANALYST, LEFT, SECRETS, TABLES, shop
from tests.shop import same

ALL_MEMBERS = {"members": True}
#: Every way to the hidden rows, each a question.
ROWS: Mapping[str, Mapping[str, Any]] = {
    "the fact alone": {"metrics": "sales"},
    "the rows alone": {"metrics": "people"},
    "count": {"metrics": "purchases"},
    "max": {"metrics": ["largest", "last_name"]},
    "min": {"metrics": "smallest"},
    "median": {"metrics": "median"},
    "all values in a text": {"metrics": "statuses"},
    "by the filtered column": {"metrics": "sales", "by": "customers.region"},
    "by the key of the fact": {"metrics": "sales", "by": "orders.customer_id"},
    "by the key of the model": {"metrics": "sales", "by": "customers.customer_id"},
    "by a measure as dimension": {"metrics": "purchases", "by": "orders.amount"},
    "where with OR": {"metrics": "sales", "where": "customers.region = 'SECRET' or 1 = 1"},
    "where with the secret": {"metrics": "sales", "where": "customers.region = 'SECRET'"},
    "where with NOT": {"metrics": "sales", "where": "not (customers.region = 'EMEA')"},
    "where the partner is missing": {"metrics": "sales", "where": "customers.region is null"},
    "where that closes a bracket": {"metrics": "sales", "where": "(1 = 1) or (1 = 1)"},
    "having": {"metrics": "sales", "by": "customers.name", "having": "sales > 5000 or sales < 5000"},
    "having over all": {"metrics": "purchases", "having": "sales is not null or largest is null"},
    "a parameter": {"metrics": "sales", "where": "orders.big", "parameters": {"least": "-99999"}},
    "a parameter with SQL in it": {
        "metrics": "sales",
        "where": "customers.region = {{ region }}",
        "parameters": {"region": "x' or '1' = '1"},
    },
    "a parameter of the name of an attribute": {"metrics": "sales", "parameters": {"region": "SECRET"}},
    "a parameter that is called user": {"metrics": "sales", "parameters": {"user": "SECRET"}},
    "a macro": {"metrics": "sales", "where": "{{ same('customers.region', 'customers.region') }} or 1 = 1"},
    "lines two joins away": {"metrics": "pieces", "by": "products.category"},
    "a sum of the fact from its lines": {"metrics": "by_line"},
    "a many side as condition": {"metrics": "people", "where": "orders.amount > 0"},
    "a many side negated": {"metrics": "people", "where": "not (orders.amount < 9999)"},
    "a many side of a model that is not hidden": {"metrics": "products_n", "where": "lines.quantity > 0"},
    "a many side to group by": {"metrics": "people", "by": "orders.status"},
    "a shared side": {"metrics": "sales", "where": "visits.visit_id > 0"},
    "a role": {"metrics": "given", "by": "giver.name"},
    "another role": {"metrics": "given", "by": "taker.region"},
    "a model joined to itself": {"metrics": "people", "by": "parent.name"},
    "two facts": {"metrics": ["sales", "visitors", "given"]},
    "a running total": {"metrics": "running", "by": "time.month"},
    "a trailing window": {"metrics": "trailing", "by": "time.month", "time": "2024-03"},
    "a window over distinct values": {"metrics": "visitors_in_window", "by": "time.month"},
    "to date": {"metrics": "month_to_date", "by": "time.month"},
    "an offset": {"metrics": "before", "by": "time.month"},
    "an offset of a year": {"metrics": ["sales", "year_before"], "by": "time.year"},
    "a share of all": {"metrics": "share", "by": "orders.status"},
    "a share over a dimension": {"metrics": ["sales", "share_of_status"], "by": "orders.status"},
    "a total over all": {"metrics": "all_sales", "by": "customers.name"},
    "conditions that are ignored": {"metrics": "unfiltered", "where": "customers.region = 'EMEA'"},
    "ranks": {"metrics": ["sales", "place"], "by": "orders.status"},
    "entities": {"metrics": ["buyers", "typical"]},
    "a conversion": {"metrics": "converted"},
    "a retention": {"metrics": "kept", "by": ["time.month", "since.month"]},
    "intervals that hold": {"metrics": "graded", "by": ["time.month", "grades.grade"]},
    "filled periods": {"metrics": "sales", "by": "time.month", "fill": True},
    "all members": {"metrics": "sales", "by": "customers.region", **ALL_MEMBERS},
    "all members of a name": {"metrics": "visitors", "by": "customers.name", **ALL_MEMBERS},
    "all members of what lines lead to": {"metrics": "pieces", "by": "orders.status", **ALL_MEMBERS},
    "the top and others": {"metrics": "sales", "by": "orders.status", "top": "1 orders.status by sales"},
    "the top by another metric": {
        "metrics": "sales", "by": "customers.name", "top": "1 customers.name by purchases",
    },
    "order and limit": {"metrics": "sales", "by": "orders.status", "order": "-sales", "limit": 1},
    "a time range around all": {"metrics": "sales", "time": "2000..2030"},
    "a model made from a question": {"metrics": "spent", "by": "days.ordered_on"},
    "its own columns": {"metrics": "spent", "by": "days.spent"},
    "a population": {"metrics": "scored", "by": "scores.rank"},
    "a rank among all rows": {"metrics": "people", "by": "customers.place"},
    "a SELECT over models": {"metrics": "spenders", "by": "big_spenders.n"},
    "the rows of a SELECT": {"metrics": "notes_n", "by": "notes.words"},
    "values of the filtered column": {"by": "customers.region"},
    "values of a fact": {"by": ["orders.status", "orders.amount"]},
    "values beside a fact": {"by": ["customers.name", "orders.status"]},
    "values of a model, seen from a fact": {"by": "customers.region", "from": "orders"},
    "values of a many side": {"by": "orders.status", "from": "customers"},
    "values with a condition on a many side": {"by": "customers.name", "where": "orders.amount > 0"},
    "values of members that a visible row leads to": {"by": "parent.name"},
    "months that have rows": {"by": "time.month", "from": "orders"},
    "values in a range": {"by": "orders.status", "time": "2024"},
    "the greatest value": {"by": "orders.amount", "extremes": True},
    "the least and greatest name": {"by": "customers.name", "extremes": True},
    "the last day": {"by": "time.day", "from": "orders", "extremes": True},
    "an alias that is the name of the table": {"metrics": "sales", "by": ["customers.region as customers"]},
    "an alias that is the name of the step": {"metrics": "sales", "by": "customers.region as visible_orders"},
}  # fmt: skip
#: Every way to the hidden columns and metrics.
HIDDEN: Mapping[str, Mapping[str, Any]] = {
    "a dimension made from it": {"metrics": "people", "by": "customers.birth_year"},
    "bands of it": {"metrics": "people", "by": "customers.age_band"},
    "from another fact": {"metrics": "sales", "by": "customers.birth_year"},
    "through a role": {"metrics": "given", "by": "giver.age_band"},
    "as another name": {"metrics": "people", "by": "customers.birth_year as x"},
    "where": {"metrics": "people", "where": "customers.birth_year = 1980"},
    "where of another fact": {"metrics": "sales", "where": "customers.birth_year > 0"},
    "from a many side": {"metrics": "products_n", "where": "customers.birth_year > 0"},
    "a hidden dimension itself": {"metrics": "people", "by": "customers.code"},
    "a dimension made from a hidden one": {"metrics": "people", "by": "customers.inner_code"},
    "where of a hidden dimension": {"metrics": "sales", "where": "customers.code = '1'"},
    "its values": {"by": "customers.birth_year"},
    "its values, seen from a fact": {"by": "customers.birth_year", "from": "orders"},
    "its least and greatest": {"by": "customers.birth_year", "extremes": True},
    "values of a hidden dimension": {"by": "customers.code"},
    "values where it holds": {"by": "customers.region", "where": "customers.birth_year > 0"},
    "an aggregate of it": {"metrics": "oldest"},
    "a text of all its values": {"metrics": "codes"},
    "the filter of a metric": {"metrics": "elders"},
    "a filter inside of an aggregate": {"metrics": "elder_sales"},
    "having of such a metric": {"metrics": "people", "having": "oldest < date '1950-01-01'"},
    "a SELECT that renames it": {"metrics": "harmless"},
    "a SELECT of everything": {"metrics": "wholes", "by": "whole.region"},
    "a question grouped by it": {"metrics": "years"},
    "the top of it": {"metrics": "people", "by": "customers.code", "top": "1 customers.code by people"},
    "a hidden metric": {"metrics": "margin"},
    "a ratio of it": {"metrics": "margin_rate"},
    "its past": {"metrics": "margin_before", "by": "time.month"},
    "a share of it": {"metrics": "margin_share", "by": "orders.status"},
    "having of it": {"metrics": "sales", "by": "customers.name", "having": "margin > 10"},
    "the top by it": {"metrics": "sales", "by": "orders.status", "top": "1 orders.status by margin"},
    "entities that have it": {"metrics": "profitable"},
    "a model made from it": {"metrics": "made_sales"},
}
#: Ways that are no words of a question, with the code of the fault that refuses them.
NO_WORDS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "order by what is not asked": ({"metrics": "sales", "order": "-margin"}, "unknown"),
    "a raw column": ({"metrics": "people", "by": "customers.birth_date"}, "unknown"),
    "an attribute in a question": ({"metrics": "sales", "where": "'x' = {{ user.role }}"}, "template"),
    "a second statement": ({"metrics": "sales", "where": "1 = 1; select 1"}, "syntax"),
    "a comment": ({"metrics": "sales", "where": "1 = 1 --"}, "syntax"),
    "a subquery": ({"metrics": "sales", "where": "exists (select 1 from customers)"}, "unsupported"),
    "a block": ({"metrics": "sales", "where": "{% if true %}1 = 1{% endif %}"}, "template"),
    "a step of ours": ({"metrics": "sales", "by": "visible_orders.amount"}, "unknown"),
    "a level of ours": ({"metrics": "sales", "by": "customers_base.region"}, "unknown"),
    "an attribute that is no value": ({"metrics": "sales", "user": {"role": {"a": 1}}}, "attribute"),
    "another caller": ({"metrics": "sales", "user": {"role": "admin"}}, "attribute"),
}


@pytest.fixture(scope="module")
def full() -> Iterator[Engine]:
    """The tables as they are."""
    with duckdb_engine() as engine:
        engine.load(TABLES)
        yield engine


@pytest.fixture(scope="module")
def left() -> Iterator[Engine]:
    """The tables without the hidden rows."""
    with duckdb_engine() as engine:
        engine.load(LEFT)
        yield engine


@pytest.fixture(scope="module")
def layer() -> Layer:
    return shop()


@pytest.fixture(scope="module")
def plain() -> Layer:
    """The same project without policies."""
    return shop(policies="")


def codes(layer: Layer, **question: Any) -> set[str]:
    with pytest.raises(SemanticError) as caught:
        layer.sql(**question)
    return {fault.code for fault in caught.value.faults}


def test_there_are_enough_of_them() -> None:
    assert len(ROWS) + len(HIDDEN) + len(NO_WORDS) >= 40


@pytest.mark.parametrize("way", ROWS)
def test_hidden_rows_neither_appear_nor_count(
    way: str, layer: Layer, plain: Layer, full: Engine, left: Engine
) -> None:
    question = dict(ROWS[way])
    found = full.rows(layer.for_user(ANALYST).sql(**question).text)
    assert same(found, left.rows(plain.sql(**question).text))
    assert not [cell for row in found for cell in row if is_secret(cell)]


def is_secret(cell: Any) -> bool:
    """Whether a cell tells of a hidden row."""
    if isinstance(cell, str):
        return any(secret in cell for secret in SECRETS)
    return isinstance(cell, int | Decimal) and str(int(cell)) in SECRETS


@pytest.mark.parametrize("way", HIDDEN)
def test_hidden_columns_and_metrics_are_refused(way: str, layer: Layer) -> None:
    assert codes(layer.for_user(ANALYST), **HIDDEN[way]) == {"hidden"}


@pytest.mark.parametrize("way", HIDDEN)
def test_those_who_are_exempt_are_answered(way: str, layer: Layer, plain: Layer, full: Engine) -> None:
    admin = {"role": "admin"}
    question = dict(HIDDEN[way])
    text = layer.for_user(admin).sql(**question).text
    assert same(full.rows(text), full.rows(plain.sql(**question).text))


@pytest.mark.parametrize("way", NO_WORDS)
def test_no_words_of_a_question(way: str, layer: Layer) -> None:
    words, code = NO_WORDS[way]
    assert codes(layer.for_user(ANALYST), **words) == {code}
