"""What policies mean: whom they govern, what inherits them, what they refuse to mean, and what is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from semantic.cli.app import root
from semantic.faults import SemanticError
from semantic.layer import Layer
from semantic.query import Query
from semantic.show.plan import plan_tree
from semantic.show.trees import drawn
from semantic.spec import files
from tests.engines import Engine
from tests.policies.shop import ADMIN, ANALYST, LEFT, MODELS, POLICIES, TABLES, shop
from tests.shop import same, sources

Rows = list[tuple[Any, ...]]
#: The shop with orders that join the days which are made from them.
TO_DAYS = MODELS.replace(
    "joins: [{to: customers, on: customer_id}]\n  - name: lines",
    "joins:\n"
    "      - {to: customers, on: customer_id}\n"
    "      - {to: days, on: [customer_id, ordered_on]}\n"
    "  - name: lines",
)


def governed(*policies: dict[str, Any], models: str = MODELS) -> Layer:
    named = [{"name": f"policy_{n}", **policy} for n, policy in enumerate(policies)]
    return shop(policies=yaml.safe_dump({"policies": named}), models=models)


def rows(engine: Engine, layer: Layer, *metrics: str, **question: Any) -> Rows:
    engine.load(TABLES)
    return engine.rows(layer.sql(list(metrics), dialect=engine.dialect, **question).text)


# --- the statement ------------------------------------------------------------------------------------


def test_the_filter_stands_inside_of_the_scan() -> None:
    layer = governed({"model": "customers", "rows": "region = {{ user.region }}"})
    text = layer.sql("sales", where="customers.name > 'A'", user={"region": "it's"}).text
    assert text.split("\n", 2)[2] == (
        """WITH visible_customers AS (
  SELECT
    customer_id,
    name
  FROM customers
  WHERE
    region = 'it''s'
), visible_orders AS (
  SELECT
    orders.customer_id,
    orders.amount
  FROM orders
  LEFT JOIN customers
    ON orders.customer_id = customers.customer_id
  WHERE
    customers.region = 'it''s'
)
SELECT
  SUM(orders.amount) AS sales
FROM visible_orders AS orders
LEFT JOIN visible_customers AS customers
  ON orders.customer_id = customers.customer_id
WHERE
  customers.name > 'A'"""
    )


def test_whom_no_policy_applies_to_gets_the_plain_statement() -> None:
    one, other = (
        shop().sql("sales", by="customers.name", user=ADMIN),
        shop(policies="").sql("sales", by="customers.name"),
    )
    assert one.text == other.text


ON_ALL: tuple[dict[str, Any], ...] = (
    {"metrics": ["sales", "people"]},
    {"metrics": "sales", "by": "customers.name"},
    {"metrics": "running", "by": "time.month"},
    {"metrics": "people", "where": "orders.amount > 0"},
    {"metrics": "pieces", "by": "orders.status"},
    {"metrics": "spenders"},
    {"metrics": "scored", "by": "scores.rank"},
    {"metrics": "share", "by": "orders.status"},
)


def test_on_every_engine(engine: Engine) -> None:
    """As if the hidden rows were deleted, which is done by hand."""
    mine, plain = shop().for_user(ANALYST), shop(policies="")
    texts = [(mine.sql(dialect=engine.dialect, **q).text, plain.sql(dialect=engine.dialect, **q).text)
             for q in ON_ALL]  # fmt: skip
    engine.load(TABLES)
    found = [engine.rows(text) for text, _ in texts]
    engine.load(LEFT)
    assert all(same(each, engine.rows(text)) for each, (_, text) in zip(found, texts, strict=True))


# --- what belongs to hidden rows ----------------------------------------------------------------------


def test_facts_are_hidden_with_what_they_belong_to(duck: Engine) -> None:
    layer = governed({"model": "customers", "rows": "region = 'EMEA'"})
    assert rows(duck, layer, "sales", "pieces", "given", "visitors") == [(180, 11, 24, 2)]


def test_a_policy_may_be_about_its_own_rows_alone(duck: Engine) -> None:
    layer = governed({"model": "customers", "rows": "region = 'EMEA'", "inherit": False})
    assert rows(duck, layer, "people", "sales") == [(2, 19067)]
    found = rows(duck, layer, "sales", by="customers.name")
    assert found == [("Ann", 150), ("Bob", 30), (None, 18887)]


def test_a_required_join_loses_no_row_to_a_policy(duck: Engine) -> None:
    """What is hidden is absent, though the join says that every row has its partner."""
    models = MODELS.replace(
        "joins: [{to: orders, on: order_id}, {to: products, on: product_id}]",
        "joins: [{to: orders, on: order_id, required: true}, {to: products, on: product_id}]",
    )
    policy = {"model": "orders", "rows": "status = 'paid'"}
    alone = governed({**policy, "inherit": False}, models=models)
    found = rows(duck, alone, "pieces", by="orders.order_id")
    assert found == [(10, 3), (13, 5), (15, 4444), (None, 8891)]
    assert rows(duck, governed(policy, models=models), "pieces", by="orders.order_id") == found[:3]


def test_a_policy_of_a_fact_may_look_at_what_it_joins(duck: Engine) -> None:
    layer = governed({"model": "orders", "rows": "customers.region = {{ user.region }}"})
    user = {"region": "SECRET"}
    assert rows(duck, layer, "people", "sales", user=user) == [(4, 7777)]
    assert rows(duck, layer, "pieces", user=user) == [(8888,)]


def test_a_policy_looks_at_all_rows_of_what_it_joins(duck: Engine) -> None:
    """Whether Bob is seen is told by his parent, whom nobody sees."""
    layer = governed({"model": "customers", "rows": "parent.name = 'Zoe' and parent.code = 'hush'"},
                     {"model": "customers", "hide": "code"})  # fmt: skip
    assert rows(duck, layer, "last_name", by="parent.name") == [(None, "Nul")]
    assert rows(duck, layer, "people") == [(2,)]


def test_policies_add_up(duck: Engine) -> None:
    layer = governed(
        {"model": "customers", "rows": "region = 'EMEA'"},
        {"model": "customers", "rows": "name > 'B'"},
        {"model": "orders", "rows": "amount > 10"},
    )
    assert rows(duck, layer, "people", "sales") == [(1, 30)]


def test_without_condition_for_a_caller_even_orphans_are_seen(duck: Engine) -> None:
    layer = governed(
        {"model": "customers", "rows": "{% if user.all %}true{% else %}region = 'EMEA'{% endif %}"}
    )
    assert rows(duck, layer, "sales", user={"all": True}) == [(19067,)]
    assert rows(duck, layer, "sales", user={"all": False}) == [(180,)]


def test_a_model_that_reads_itself_through_another_is_a_cycle() -> None:
    layer = governed({"model": "orders", "rows": "days.spent > 0"}, models=TO_DAYS)
    [fault] = layer.check(["duckdb"])
    assert (fault.code, "orders" in fault.message) == ("cycle", True)


def test_a_join_to_what_is_made_from_the_rows_hides_none(duck: Engine) -> None:
    """Days are made from orders that are seen: what they join decides nothing about orders again."""
    layer = governed({"model": "customers", "rows": "region = 'EMEA'"}, models=TO_DAYS)
    assert layer.check(["duckdb"]) == ()
    assert rows(duck, layer, "sales", by="days.spent") == [(30, 30), (50, 50), (100, 100)]


def test_what_belongs_to_what_is_made_is_hidden_with_it(duck: Engine) -> None:
    """Gifts that belong to scores of customers, and to nothing else."""
    joins = [
        ("{to: customers, as: giver,", "{to: scores, as: giver,"),
        ("      - {to: customers, as: taker, on: {taker_id: customer_id}}\n", ""),
        ("  - {name: given,", "  - {name: g, model: gifts, sql: count(*)}\n  - {name: given,"),
    ]
    models = reduce(lambda text, pair: text.replace(*pair), joins, MODELS)
    layer = governed({"model": "customers", "rows": "region = 'EMEA'"}, models=models)
    assert rows(duck, layer, "g", "given") == [(3, 6690)]
    assert rows(duck, layer, "g", by="giver.n") == [(1, 1), (2, 2)]


# --- what policies cannot mean ------------------------------------------------------------------------


def test_a_policy_that_looks_at_other_rows_is_refused() -> None:
    layer = governed({"model": "customers", "rows": "place < 3"})
    [fault] = layer.check(["duckdb"])
    assert fault.code == "unsupported"
    assert "'policy_0' uses 'customers.place', which looks at other rows" in fault.message
    with pytest.raises(SemanticError):
        layer.sql("people")


def test_a_parameter_decides_no_policy(duck: Engine) -> None:
    """A dimension of a policy means what it means without the question."""
    layer = governed({"model": "orders", "rows": "not big"})
    assert rows(duck, layer, "purchases") == [(0,)]
    assert rows(duck, layer, "purchases", parameters={"least": "99999"}) == [(0,)]


def test_a_select_over_a_model_without_columns_is_refused() -> None:
    layer = Layer.from_text(
        semantic="""
name: bare
models:
  - {name: people, table: people, primary_key: id}
  - name: copies
    sql: select id, secret from models.people
    columns: {id: integer}
    primary_key: id
metrics:
  - {name: n, model: copies, sql: count(*)}
  - {name: m, model: people, sql: count(*), filter: secret = 1}
policies: [{name: hush, model: people, hide: SECRET}]
"""
    )
    for metric, code in (("n", "missing"), ("m", "hidden")):
        with pytest.raises(SemanticError) as caught:
            layer.sql(metric)
        assert [fault.code for fault in caught.value.faults] == [code]


def test_the_policy_of_a_library_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "shelf" / "hr"
    library.mkdir(parents=True)
    (library / "hr.yml").write_text(
        "sources: {people: {columns: {id: integer, pay: decimal}}}\n"
        "models: [{name: people, source: people, primary_key: id}]\n"
        "metrics: [{name: paid, model: people, sql: sum(pay)}]\n"
        "policies: [{name: own, model: people, rows: 'id = {{ user.id }}'}]\n"
    )
    monkeypatch.setattr(files, "room", lambda name: tmp_path / "shelf")
    project = "name: a\nlibraries: [hr]\nsources: {people: {table: people}}\n"
    with pytest.raises(SemanticError) as caught:
        Layer.from_text(semantic=f"{project}policies: [{{name: own, model: people, rows: 'true'}}]\n")
    assert [fault.code for fault in caught.value.faults] == ["duplicate"]
    layer = Layer.from_text(semantic=f"{project}policies: [{{name: more, model: people, rows: 'true'}}]\n")
    assert "id = 7" in layer.sql("paid", user={"id": 7}).text
    with pytest.raises(SemanticError):
        layer.sql("paid")


# --- what is shown ------------------------------------------------------------------------------------

Semantic = Callable[..., Result]


@pytest.fixture
def semantic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Semantic:
    """The command, in a folder with the shop."""
    tested = """
tests:
  - name: own rows are counted
    given: {customers: [{customer_id: 1, region: EMEA}, {customer_id: 2, region: APAC}]}
    ask: {metrics: people, user: {role: analyst, regions: [EMEA], name: "1"}}
    expect: [{people: 1}]
  - name: nobody is answered unasked
    given: {customers: [{customer_id: 1, region: EMEA}]}
    ask: {metrics: people}
    fault: attribute
"""
    written = {"semantic.yml": MODELS, "sources.yml": sources(TABLES), "policies.yml": POLICIES + tested}
    for name, text in written.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)

    def run(*words: str, stdin: str = "") -> Result:
        return CliRunner().invoke(root, words, input=stdin, prog_name="semantic")

    return run


USER = ("--user", "role=analyst", "--user", "regions=EMEA", "--user", "name=Ann")


def test_tests_have_callers(semantic: Semantic) -> None:
    result = semantic("test")
    assert (result.exit_code, "2 passed" in result.output) == (0, True), result.output


def test_the_command_asks_for_a_caller(semantic: Semantic) -> None:
    refused = semantic("sql", "people")
    assert refused.exit_code == 1
    assert "attribute: The policy 'own_regions' needs the attribute 'role'" in refused.stderr
    assert "region IN ('EMEA')" in semantic("sql", "people", *USER).output
    assert "IN ('a', 'b')" in semantic("sql", "people", "--user", 'regions=["a","b"]', *USER[:2]).output
    assert (
        "IN ('a', 'b')"
        in semantic("sql", "people", "--user", "regions=a", "--user", "regions=b", *USER[:2]).output
    )
    asked = json.dumps({"metrics": ["people"], "user": {"role": "analyst", "regions": ["EMEA"]}})
    assert "region IN ('EMEA')" in semantic("sql", "-", stdin=asked).output
    assert semantic("sql", "people", "--user", "role").exit_code == 2


def test_lists_leave_out_what_is_hidden(semantic: Semantic) -> None:
    def names(kind: str, key: str, *words: str) -> set[str]:
        return {each[key] for each in json.loads(semantic("list", kind, "--format", "json", *words).output)}

    hidden = names("metrics", "name") - names("metrics", "name", *USER)
    assert hidden == {
        "oldest",
        "elders",
        "elder_sales",
        "codes",
        "harmless",
        "wholes",
        "years",
        "margin",
        "margin_rate",
        "margin_before",
        "margin_share",
        "profitable",
        "made_sales",
    }
    shut = names("dimensions", "path") - names("dimensions", "path", *USER)
    assert {"customers.birth_year", "customers.age_band", "customers.code", "customers.inner_code"} <= shut
    assert names("metrics", "name", "--user", "role=admin") == names("metrics", "name")


@pytest.mark.parametrize("words", [("metric", "margin_rate"), ("spec", "margin"), ("spec", "customers.code"),
                                   ("bound", "margin"), ("plan", "margin"), ("sql", "margin")])  # fmt: skip
def test_nothing_hidden_is_shown(words: tuple[str, str], semantic: Semantic) -> None:
    result = semantic("show", *words, *USER)
    assert result.exit_code == 1
    assert "hidden: " in result.stderr


def test_a_policy_is_shown_as_it_was_written(semantic: Semantic) -> None:
    shown = semantic("show", "spec", "own_regions").output.splitlines()
    assert shown[0].startswith("policy own_regions  policies.yml:")
    assert [line.strip("├└─ ") for line in shown[1:]] == [
        "model: customers",
        "rows: region in {{ user.regions }}",
        "except: {{ user.role == 'admin' }}",
    ]


def test_policies_are_listed(semantic: Semantic, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = json.loads(semantic("list", "policies", "--format", "json").output)
    assert [each["name"] for each in listed] == ["own_regions", "own_notes", "no_births", "no_margins"]
    assert listed[2]["hide"] == ["birth_date", "code"]
    monkeypatch.setenv("COLUMNS", "200")
    assert "region in {{ user.regions }}" in semantic("list", "policies").output


def test_completion_offers_nothing_hidden(semantic: Semantic) -> None:
    def offered(line: str) -> list[str]:
        words = {
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(line.split()) - 1),
            "_SEMANTIC_COMPLETE": "bash_complete",
        }
        out = CliRunner().invoke(root, prog_name="semantic", env=words, complete_var="_SEMANTIC_COMPLETE")
        return [each.partition(",")[2] for each in out.output.split()]

    assert "margin" in offered("semantic sql mar")
    assert offered("semantic sql --user role=analyst mar") == []


def test_plans_tell_what_reads_all_rows() -> None:
    plan = shop().for_user(ANALYST).plan(Query.of(metrics="sales"))
    text = "\n".join(drawn(plan_tree(plan)))
    assert "Scan orders (all rows)" in text
    assert "Lookup customers: customers (all rows)" in text
