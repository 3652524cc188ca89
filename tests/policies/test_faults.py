"""Policies that cannot be meant: what ``semantic check`` says of each, and where."""

from __future__ import annotations

import pytest

from semantic.faults import SemanticError
from semantic.layer import Layer

PROJECT = """
name: small
models:
  - name: customers
    table: customers
    columns: {customer_id: integer, region: text, birth_date: date, code: text}
    primary_key: customer_id
    dimensions: [region, {name: place, sql: "row_number() over (order by customer_id)"}]
  - name: orders
    table: orders
    columns: {order_id: integer, customer_id: integer, amount: decimal}
    primary_key: order_id
    joins: [{to: customers, on: customer_id}]
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - {name: people, model: customers, sql: count(*)}
"""
#: Policies, and all that is said of them.
CASES = {
    "{model: customers}": (
        "1:19: missing: The policy 'p' keeps nothing from anybody. Add 'rows', 'hide' or 'metrics'."
    ),
    "{rows: 'true'}": "1:22: missing: 'rows' of the policy 'p' needs a model. Add 'model'.",
    "{metrics: sales, inherit: false}": (
        "1:38: missing: 'inherit' of the policy 'p' says nothing by itself. Add 'rows', or remove 'inherit'."
    ),
    "{metrics: sales, model: orders}": (
        "1:38: missing: 'model' of the policy 'p' says nothing by itself. "
        "Add 'rows' or 'hide', or remove 'model'."
    ),
    "{metrics: salse}": "1:31: unknown: 'salse' is no metric. Did you mean 'sales'?",
    "{model: custmers, rows: 'true'}": "1:29: unknown: 'custmers' is no model. Did you mean 'customers'?",
    "{model: customers, hide: birthdate}": (
        "1:46: unknown: 'birthdate' is no column of model 'customers'. Did you mean 'birth_date'?"
    ),
    "{model: customers, rows: 'regon = 1'}": (
        "1:47: unknown: 'regon' is no path from model 'customers'. Did you mean 'region'?"
    ),
    "{model: customers, rows: 'count(*) > 1'}": (
        "1:47: aggregate: 'count' aggregates, but this is about a single row. "
        "Aggregates belong into metrics; 'having' filters by them."
    ),
    "{model: customers, rows: 'place < 3'}": (
        "1:47: unsupported: The policy 'p' uses 'customers.place', which looks at other rows of its model. "
        "Write the condition over columns of the row, or of the rows that it joins."
    ),
    "{model: customers, rows: 'orders.amount > 3'}": (
        "1:47: unreachable: No join of 'customers' leads to 'orders.amount'. "
        "Declare the join under 'joins:' of 'customers'."
    ),
    "{model: customers, rows: 'customer_id'}": (
        "1:47: type: A condition is needed here, and this is of type integer."
    ),
    "{model: customers, rows: \"region = '{{ user.region }}'\"}": (
        "1:47: template: The attribute 'region' stands inside a quoted text or a name. "
        "Write {{ user.… }} where a value stands, without quotes."
    ),
    "{model: customers, rows: 'region = {{ user }}'}": (
        "1:56: template: A template prints texts, numbers and parameters only."
    ),
    "{model: customers, rows: 'region = {{ region }}'}": (
        "1:59: unknown: 'region' is no parameter or macro. There is 'user'."
    ),
    "{model: customers, hide: code, except: 'user.role'}": (
        "1:61: value: 'except' of the policy 'p' is neither true nor false. "
        "Write it as \"{{ user.role == 'admin' }}\"."
    ),
    "{model: customers, hide: code, except: '{{ user.role }}'}": (
        "1:61: value: 'except' of the policy 'p' is neither true nor false. "
        "Write it as \"{{ user.role == 'admin' }}\"."
    ),
    "{model: customers, hide: code, unless: 'x'}": "1:52: unknown: 'unless' is no field of a policy. "
    "There is 'name', 'model', 'rows', 'hide', 'metrics', 'except', 'inherit', 'label', 'description', "
    "'reference'.",
}


@pytest.mark.parametrize("policy", CASES)
def test_case(policy: str) -> None:
    text = f"policies: [{{name: p, {policy[1:]}]"
    try:
        found = Layer.from_text(semantic=PROJECT, p=text).check(["duckdb"])
    except SemanticError as error:
        found = error.faults
    assert [str(fault) for fault in found] == [f"p.yml:{CASES[policy]}"]


def test_two_policies_of_one_name() -> None:
    text = "policies: [{name: p, metrics: sales}, {name: p, metrics: people}]"
    with pytest.raises(SemanticError, match="The policy 'p' stands already at"):
        Layer.from_text(semantic=PROJECT, p=text)
