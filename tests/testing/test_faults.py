"""Every fault of a test has its place and a remedy, and keeps that test alone from running."""

from __future__ import annotations

import pytest

from semantic import SemanticError
from tests.testing.shop import layer, outcome, results, told


def test_a_column_that_the_answer_lacks() -> None:
    found = outcome("ask: {metrics: sales, by: time.month}\nexpect: [{sals: 1, time_month: 2024-01-01}]")
    assert told(found) == ["more.yml:4:15: unknown: 'sals' is no column of the answer. Did you mean 'sales'?"]


def test_an_expected_cell_of_another_type() -> None:
    found = outcome("ask: {metrics: [sales, orders]}\nexpect: |\n  sales, orders\n  many,  1.5")
    assert [fault.split(": ", 2)[0] for fault in told(found)] == ["more.yml:6:7"]
    assert "'many' is no value of 'sales'" in told(found)[0]


def test_nothing_is_expected() -> None:
    found = outcome("ask: {metrics: [sales]}\nexpect: []")
    assert told(found) == [
        "more.yml:2:11: table: 'expect' names no column. Write the names of its columns on the first line."
    ]


def test_faults_of_the_question_stand_at_their_words() -> None:
    found = outcome("ask: {metrics: [salse], by: [custmers.region]}\nexpect: [{a: 1}]")
    assert [fault.partition(" ")[0] for fault in told(found)] == ["more.yml:3:34:", "more.yml:3:21:"]
    found = outcome("ask: {metrics: sales, where: \"orders.nte = 'a'\"}\nexpect: [{sales: 1}]")
    assert [fault.partition(" ")[0] for fault in told(found)] == ["more.yml:3:35:"]


def test_an_unknown_parameter_stands_at_its_name() -> None:
    found = outcome("parameters: {asof: 2024-01-01}\nask: {metrics: sales}\nexpect: [{sales: 1}]")
    assert told(found) == ["more.yml:3:18: unknown: 'asof' is no parameter. Did you mean 'as_of'?"]


def test_a_table_that_is_not_given_is_told_at_the_test() -> None:
    (fault,) = told(outcome("ask: {metrics: bare}\nexpect: [{bare: 1}]"))
    assert fault.startswith(
        "more.yml:2:11: warehouse: The statement fails on DuckDB in memory: Catalog Error"
    )


def test_a_faulty_test_keeps_no_other_from_running() -> None:
    found = results("""
        - {name: one, use: nothing, ask: {metrics: orders}, expect: [{orders: 0}]}
        - {name: two, ask: {metrics: orders}, expect: [{orders: 0}]}
    """)
    assert [each.status for each in found] == ["fault", "passed"]
    assert [str(fault) for fault in found.faults] == ["more.yml:3:22: unknown: 'nothing' is no fixture."]


def test_a_choice_that_means_nothing() -> None:
    with pytest.raises(SemanticError, match="No test is meant by 'nothing'"):
        layer("- {name: a, ask: {metrics: orders}, expect: [{orders: 0}]}").test("nothing")
