"""What stands around definitions in a dbt project: relations, data types, Jinja, spines; mixed spellings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from semantic.faults import SemanticError
from semantic.interop.metricflow.nodes import Input, Manifest, Metric, Ratio, SemanticModel, Simple
from semantic.interop.metricflow.reading import read

ORDERS = """
semantic_models:
  - name: orders
    model: ref('orders')
    defaults: {agg_time_dimension: day}
    entities: [{name: order, type: primary, expr: order_id}]
    dimensions:
      - {name: day, type: time, type_params: {time_granularity: day}}
      - {name: shipped, type: time, type_params: {time_granularity: day}, expr: shipped_at}
      - {name: size, type: categorical, expr: upper(size)}
    measures: [{name: orders, agg: sum, expr: 1}]
"""
ASKED = ORDERS.replace("expr: 1}", "expr: 1, create_metric: true}")


def project(root: Path, **files: str) -> Path:
    """A folder with files; ``__`` in a name is a folder."""
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        path = root / f"{stem.replace('__', '/')}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def relation(root: Path, **options: str) -> tuple[str, ...]:
    """Where the only model of a project stands."""
    return read(root, **options).models[0].relation


def named(manifest: Manifest, name: str) -> Metric:
    """A metric by its name."""
    return next(each for each in manifest.metrics if each.name == name)


# Relations


def test_a_model_of_which_nothing_is_said_has_its_name_and_is_told(tmp_path: Path) -> None:
    found = read(project(tmp_path, orders_yml=ASKED))
    assert found.models[0].relation == ("orders",)
    reason = "Its schema is not said; give one, or let 'dbt parse' write 'target/manifest.json'."
    assert [str(each) for each in found.entries] == [f"changed  model orders (orders.yml:4:12): {reason}"]


def test_the_caller_says_database_and_schema(tmp_path: Path) -> None:
    project(tmp_path, orders_yml=ORDERS)
    assert relation(tmp_path, schema="main") == ("main", "orders")
    assert relation(tmp_path, schema="main", database="db") == ("db", "main", "orders")


CONFIGURED = """
models:
  - name: orders
    config: {schema: marts, database: warehouse, alias: fct_orders}
"""


def test_a_config_in_yaml_says_where_a_model_stands(tmp_path: Path) -> None:
    project(tmp_path, orders_yml=ORDERS, configured_yml=CONFIGURED)
    assert relation(tmp_path) == ("warehouse", "marts", "fct_orders")
    assert relation(tmp_path, schema="dev") == ("warehouse", "dev_marts", "fct_orders")


def test_a_config_in_sql_says_where_a_model_stands(tmp_path: Path) -> None:
    sql = "{{ config(materialized='table', schema='marts', tags=['x']) }}\nselect 1"
    assert relation(project(tmp_path, orders_yml=ORDERS, orders_sql=sql)) == ("marts", "orders")


def test_dbt_project_says_where_the_models_of_a_folder_stand(tmp_path: Path) -> None:
    settings = "name: acme\nmodels:\n  acme:\n    +schema: core\n    marts: {+schema: marts, +database: wh}\n"
    project(
        tmp_path, dbt_project_yml=settings, models__marts__orders_sql="select 1", models__orders_yml=ORDERS
    )
    assert relation(tmp_path) == ("wh", "marts", "orders")


def test_a_manifest_of_dbt_knows_best(tmp_path: Path) -> None:
    node = {
        "resource_type": "model",
        "name": "orders",
        "database": "db",
        "schema": "prod",
        "alias": "o",
        "columns": {"day": {"name": "day", "data_type": "date"}},
    }
    nodes = json.dumps({"nodes": {"model.acme.orders": node}})
    project(tmp_path, dbt_project_yml="name: acme", models__orders_yml=ORDERS, target__manifest_json=nodes)
    found = read(tmp_path, schema="dev").models[0]
    assert found.relation == ("db", "prod", "o")
    assert {each.name: each.data_type for each in found.dimensions}["day"] == "date"


def test_a_snapshot_is_found_by_the_name_in_it(tmp_path: Path) -> None:
    sql = "{% snapshot orders %}\n{{ config(target_schema='history') }}\nselect 1\n{% endsnapshot %}"
    files = {"dbt_project_yml": "name: a", "snapshots__all_sql": sql, "models__orders_yml": ORDERS}
    assert relation(project(tmp_path, **files)) == ("history", "orders")


def test_a_model_of_a_package_is_not_looked_for(tmp_path: Path) -> None:
    text = ORDERS.replace("ref('orders')", "ref('other', 'orders')")
    project(tmp_path, orders_yml=text, models__x_sql="select 1")
    assert relation(tmp_path, schema="s") == ("s", "orders")


def test_a_source_says_its_relation(tmp_path: Path) -> None:
    sources = "sources: [{name: raw, schema: landing, tables: [{name: orders, identifier: ORDERS_V2}]}]"
    text = ORDERS.replace("ref('orders')", "source('raw', 'orders')")
    assert relation(project(tmp_path, orders_yml=text, sources_yml=sources)) == ("landing", "ORDERS_V2")


def test_a_ref_in_braces_is_a_ref(tmp_path: Path) -> None:
    text = ORDERS.replace("ref('orders')", "\"{{ ref('orders') }}\"")
    assert relation(project(tmp_path, orders_yml=text), schema="s") == ("s", "orders")


def test_only_the_folders_that_dbt_reads_are_read(tmp_path: Path) -> None:
    project(
        tmp_path,
        dbt_project_yml="name: acme\nmodel-paths: [definitions]",
        definitions__orders_yml=ORDERS,
        other__orders_yml=ORDERS,
        dbt_packages__p__orders_yml=ORDERS,
    )
    assert len(read(tmp_path, schema="s").models) == 1


def test_names_in_a_manifest_may_stand_in_one_text() -> None:
    from semantic.interop.metricflow.windows import dotted

    assert dotted('"db"."my ""schema"""."a.b"') == ("db", 'my "schema"', "a.b")
    assert dotted("db.schema.orders") == ("db", "schema", "orders")


def test_a_model_may_stand_in_a_package(tmp_path: Path) -> None:
    project(tmp_path, dbt_project_yml="name: a", models__o_yml=ORDERS, models__x_sql="select 1")
    with pytest.raises(SemanticError, match="There is no model 'orders'"):
        read(tmp_path, schema="s")
    (tmp_path / "packages.yml").write_text("packages: []")
    assert relation(tmp_path, schema="s") == ("s", "orders")


def test_a_project_of_ours_in_a_folder_is_left_alone(tmp_path: Path) -> None:
    ours = "models: {sales: {table: sales}}\nmetrics: {revenue: sum(amount)}"
    project(tmp_path, orders_yml=ORDERS, out__semantic_yml="name: shop", out__models_yml=ours)
    assert len(read(tmp_path, schema="s").models) == 1


def test_sql_in_another_encoding_is_read(tmp_path: Path) -> None:
    project(tmp_path, orders_yml=ORDERS)
    (tmp_path / "orders.sql").write_bytes(b"-- caf\xe9\n{{ config(alias='fct') }} select 1")
    assert relation(tmp_path, schema="s") == ("s", "fct")


# Data types


def types(model: SemanticModel) -> dict[str, str | None]:
    return {each.name: each.data_type for each in model.dimensions}


def test_columns_say_the_types_of_dimensions(tmp_path: Path) -> None:
    columns = "[{name: day, data_type: date}, {name: shipped_at, data_type: timestamp}]"
    models = f"models: [{{name: orders, columns: {columns}}}]"
    found = read(project(tmp_path, orders_yml=ORDERS, columns_yml=models), schema="s")
    assert types(found.models[0]) == {"day": "date", "shipped": "timestamp", "size": None}


def test_a_dimension_may_say_its_type_itself(tmp_path: Path) -> None:
    text = ORDERS.replace("expr: upper(size)", "expr: upper(size), datatype: string")
    assert types(read(project(tmp_path, orders_yml=text), schema="s").models[0])["size"] == "string"


def test_a_column_of_the_newest_spelling_says_its_type(tmp_path: Path) -> None:
    text = """
models:
  - name: orders
    semantic_model: true
    primary_entity: order
    columns:
      - {name: day, data_type: date, granularity: day, dimension: {type: time}}
"""
    assert types(read(project(tmp_path, orders_yml=text), schema="s").models[0]) == {"day": "date"}


# Spines


def test_the_model_that_was_the_spine_by_its_name(tmp_path: Path) -> None:
    project(tmp_path, orders_yml=ORDERS, orders_sql="", metricflow_time_spine_sql="select 1 as date_day")
    (spine,) = read(tmp_path, schema="s").spines
    assert (spine.relation, spine.column, spine.granularity) == (
        ("s", "metricflow_time_spine"),
        "date_day",
        "day",
    )


def test_a_spine_of_days_is_preferred_to_the_one_by_name(tmp_path: Path) -> None:
    spine = """
models:
  - name: days
    time_spine: {standard_granularity_column: d, custom_granularities: [{name: fiscal_year, column_name: fy}]}
    columns: [{name: d, granularity: day}, {name: fy}]
"""
    files = {"orders_sql": "", "metricflow_time_spine_sql": "", "spine_yml": spine}
    found = read(project(tmp_path, orders_yml=ORDERS, **files), schema="s").spines
    assert [(each.relation, each.custom) for each in found] == [(("s", "days"), (("fiscal_year", "fy"),))]


# Several spellings, one folder


NEWEST = """
models:
  - name: customers
    semantic_model: true
    columns: [{name: customer_id, entity: {type: primary, name: customer}}]
    metrics: [{name: customers, type: simple, agg: count, expr: customer_id}]
metrics:
  - {name: per_customer, type: ratio, numerator: orders, denominator: customers}
  - {name: twice, label: twice, type: derived, type_params: {expr: 2 * orders, metrics: [orders]}}
"""


def test_a_folder_may_mix_the_spellings(tmp_path: Path) -> None:
    found = read(project(tmp_path, orders_yml=ORDERS, newest_yml=NEWEST), schema="s")
    assert [each.name for each in found.models] == ["customers", "orders"]
    assert [(each.name, each.hidden) for each in found.metrics] == [
        ("customers", False),
        ("orders", True),  # a measure that another metric uses
        ("per_customer", False),
        ("twice", False),
    ]
    assert named(found, "per_customer").kind == Ratio(Input(metric="orders"), Input(metric="customers"))


def test_yaml_is_preferred_to_the_manifest_in_target(tmp_path: Path) -> None:
    old = json.dumps({"semantic_models": [], "metrics": [], "project_configuration": {}})
    project(tmp_path, dbt_project_yml="name: a", models__o_yml=ORDERS, target__semantic_manifest_json=old)
    assert len(read(tmp_path, schema="s").models) == 1
    (tmp_path / "models" / "o.yml").write_text("sources: []")
    assert read(tmp_path, schema="s").models == ()


def test_files_of_something_else_are_left_alone(tmp_path: Path) -> None:
    project(tmp_path, orders_yml=ASKED, ci_yml="on: push\njobs: {}", list_yaml="- 1\n- 2", empty_yml="")
    found = read(tmp_path, schema="s")
    assert (len(found.models), found.entries) == (1, ())


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"\xef\xbb\xbf" + ORDERS.encode())
    assert len(read(tmp_path / "a.yml", schema="s").models) == 1


def test_there_has_to_be_something(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.json", project(tmp_path, notes_txt="x") / "notes.txt"):
        with pytest.raises(SemanticError):
            read(path)


# YAML and Jinja


def test_anchors_and_merge_keys_are_read(tmp_path: Path) -> None:
    text = (
        ORDERS
        + """
metrics:
  - &base
    name: orders_metric
    label: Orders
    type: simple
    type_params: {measure: orders}
  - <<: *base
    name: other_metric
"""
    )
    found = read(project(tmp_path, orders_yml=text), schema="s").metrics
    assert [(each.name, each.label) for each in found] == [
        ("orders_metric", "Orders"),
        ("other_metric", "Orders"),
    ]


JINJA = """
semantic_models:
  - name: orders
    description: "{{ doc('orders') }}"
    model: ref('orders')
    entities: [{name: order, type: primary, expr: "{{ var('key') }}"}]
    dimensions:
      - {name: kind, type: categorical, expr: "coalesce(kind, '{{ var('none', 'unknown') }}')"}
      - {name: mode, type: categorical, expr: "'{{ env_var('MODE', 'live') }}'"}
      - {name: odd, type: categorical, expr: "{{ dbt.date_trunc('day', 'x') }}"}
"""


def test_jinja_is_read_as_far_as_it_can_be(tmp_path: Path) -> None:
    project(
        tmp_path,
        dbt_project_yml="name: acme\nvars: {acme: {key: order_key}}",
        models__orders_yml=JINJA,
        models__docs_md="{% docs orders %}\nAll of them.\n{% enddocs %}",
    )
    found = read(tmp_path, schema="s")
    (model,) = found.models
    assert (model.description, model.entities[0].expr) == ("All of them.", "order_key")
    assert [each.expr for each in model.dimensions] == [
        "coalesce(kind, 'unknown')",
        "'live'",
        "{{ dbt.date_trunc('day', 'x') }}",
    ]
    assert list(map(str, found.entries)) == [
        "changed  Jinja expr (models/orders.yml:9:47): The default stands for the environment's 'MODE'.",
        "dropped  Jinja expr (models/orders.yml:10:46): Only dbt itself can run this Jinja.",
    ]


def test_filters_keep_their_jinja(tmp_path: Path) -> None:
    text = (
        ORDERS
        + """
metrics:
  - name: large
    label: Large
    type: simple
    type_params: {measure: orders}
    filter: |
      {{ Dimension('order__size') }} = 'L'
"""
    )
    found = read(project(tmp_path, orders_yml=text), schema="s")
    assert (found.metrics[0].filter, found.entries) == (("{{ Dimension('order__size') }} = 'L'",), ())


def test_jinja_of_models_that_are_only_models_is_left_alone(tmp_path: Path) -> None:
    models = 'models: [{name: orders, description: "{{ doc(\'orders\') }}", tests: ["{{ x() }}"]}]'
    assert read(project(tmp_path, orders_yml=ASKED, models_yml=models), schema="s").entries == ()


def test_jinja_in_a_config_is_read_as_far_as_it_can_be(tmp_path: Path) -> None:
    sql = "{{ config(schema=target.name, alias='fct') }} select 1"
    config = (
        "models: [{name: orders, config: {database: \"{{ var('db', 'wh') }}\", schema: \"{{ target.x }}\"}}]"
    )
    project(tmp_path, orders_yml=ASKED, models_yml=config, orders_sql=sql)
    found = read(tmp_path, schema="s")
    assert found.models[0].relation == ("wh", "s", "fct")
    assert [(each.kind, each.name, each.verdict) for each in found.entries] == [
        ("Jinja", "schema", "dropped")
    ]


# Names and words


def test_names_are_in_small_letters(tmp_path: Path) -> None:
    text = ORDERS.replace("name: day", "name: Day").replace("name: orders,", "name: ORDERS,")
    text = text.replace("agg_time_dimension: day", "agg_time_dimension: DAY")
    text += "metrics: [{name: n, label: n, type: simple, type_params: {measure: Orders}}]"
    found = read(project(tmp_path, orders_yml=text), schema="s")
    assert (found.models[0].default_time, found.models[0].dimensions[0].name) == ("day", "day")
    assert isinstance(found.metrics[0].kind, Simple)


def test_truth_as_an_expression_is_sql(tmp_path: Path) -> None:
    text = ORDERS.replace("expr: upper(size)", "expr: True")
    dimensions = read(project(tmp_path, orders_yml=text), schema="s").models[0].dimensions
    assert [each.expr for each in dimensions if each.name == "size"] == ["true"]


def test_the_role_of_an_entity_and_tags_are_told(tmp_path: Path) -> None:
    text = (
        ASKED.replace("expr: order_id", "expr: order_id, role: main")
        + """
saved_queries:
  - name: q
    tags: [daily]
    query_params: {metrics: [], group_by: ["Dimension('order__size')"]}
"""
    )
    found = read(project(tmp_path, orders_yml=text), schema="s")
    assert [(each.kind, each.name) for each in found.entries] == [
        ("entity", "order.role"),
        ("saved query", "q.tags"),
    ]
    assert found.saved_queries[0].group_by == ("Dimension('order__size')",)


def test_exports_take_what_their_saved_query_says(tmp_path: Path) -> None:
    text = (
        ORDERS
        + """
saved_queries:
  - name: q
    config: {export_as: view, schema: board}
    query_params: {metrics: []}
    exports: [{name: first}, {name: second, config: {export_as: table, alias: two}}]
"""
    )
    (query,) = read(project(tmp_path, orders_yml=text), schema="s").saved_queries
    assert [(each.export_as, each.schema, each.alias) for each in query.exports] == [
        ("view", "board", None),
        ("table", "board", "two"),
    ]


# Keys


def entities(root: Path) -> list[tuple[str, str, bool]]:
    """The keys of the only model: name, kind, and whether no column is behind it."""
    return [(each.name, each.kind, each.virtual) for each in read(root, schema="s").models[0].entities]


def keyed(kind: str) -> str:
    entity = f"{{name: order, type: {kind}, expr: order_id}}"
    return (
        ORDERS.replace("{name: order, type: primary, expr: order_id}", entity) + "    primary_entity: order\n"
    )


def test_a_primary_entity_that_is_the_natural_key_is_that_key(tmp_path: Path) -> None:
    assert entities(project(tmp_path, orders_yml=keyed("natural"))) == [("order", "natural", False)]


def test_a_primary_entity_may_have_the_name_of_a_foreign_key(tmp_path: Path) -> None:
    found = entities(project(tmp_path, orders_yml=keyed("foreign")))
    assert found == [("order", "primary", True), ("order", "foreign", False)]


# Switched off


def test_what_is_switched_off_is_told(tmp_path: Path) -> None:
    off = NEWEST.replace("expr: customer_id}", "expr: customer_id, config: {enabled: false}}")
    off = off.replace("type: ratio,", "type: ratio, config: {enabled: false},")
    found = read(project(tmp_path, orders_yml=ORDERS, newest_yml=off), schema="s")
    assert [each.name for each in found.metrics] == ["orders", "twice"]
    assert [(each.kind, each.name, each.reason) for each in found.entries] == [
        ("metric", "per_customer", "It is not enabled."),
        ("metric", "customers", "It is not enabled."),
    ]


def test_configurations_by_folder_are_told(tmp_path: Path) -> None:
    settings = "name: acme\nmetrics: {acme: {+enabled: true}}"
    found = read(project(tmp_path, dbt_project_yml=settings, models__orders_yml=ASKED), schema="s")
    assert [(each.kind, each.name, each.where) for each in found.entries] == [
        ("dbt project", "metrics", "dbt_project.yml")
    ]


# Versions


VERSIONS = """
models:
  - name: orders
    latest_version: 2
    versions: [{v: 1}, {v: 2}, {v: 3}]
"""


def test_a_model_with_versions_is_its_latest(tmp_path: Path) -> None:
    project(tmp_path, orders_yml=ORDERS, versions_yml=VERSIONS)
    assert relation(tmp_path, schema="s") == ("s", "orders_v2")


def test_a_version_may_be_said(tmp_path: Path) -> None:
    text = ORDERS.replace("ref('orders')", "ref('orders', v=1)")
    project(tmp_path, orders_yml=text, versions_yml=VERSIONS.replace("    latest_version: 2\n", ""))
    assert relation(tmp_path, schema="s") == ("s", "orders_v1")
    (tmp_path / "orders.yml").write_text(ORDERS)
    assert relation(tmp_path, schema="s") == ("s", "orders_v3")


def test_the_manifest_of_dbt_beside_it_says_the_types_of_columns(tmp_path: Path) -> None:
    relation = {"database": "db", "schema_name": "s", "alias": "orders"}
    day = {"name": "day", "type": "time", "type_params": {"time_granularity": "day"}}
    shop = {"name": "orders", "node_relation": relation, "dimensions": [day], "primary_entity": "order"}
    columns = {"day": {"name": "day", "data_type": "DATE"}}
    node = {"resource_type": "model", "name": "orders", "database": "db", "schema": "s", "columns": columns}
    files = {"semantic_manifest": {"semantic_models": [shop]}, "manifest": {"nodes": {"x": node}}}
    project(tmp_path, **{f"{name}_json": json.dumps(tree) for name, tree in files.items()})
    assert types(read(tmp_path / "semantic_manifest.json").models[0]) == {"day": "DATE"}


def test_a_measure_that_no_metric_is_made_of_is_told(tmp_path: Path) -> None:
    text = """
      - {name: fees, agg: sum, expr: fee}
      - {name: tips, agg: sum, expr: tip}
      - {name: rides, agg: sum, expr: 1, create_metric: true}
      - {name: again, agg: count, expr: 1}
metrics:
  - {name: share, label: Share, type: ratio, type_params: {numerator: tips, denominator: rides}}
"""
    found = read(
        project(tmp_path, orders_yml=ORDERS.replace("[{name: orders, agg: sum, expr: 1}]", text)), schema="s"
    )
    reason = "No metric is made of it; with 'create_metric: true' one is."
    assert [str(each) for each in found.entries] == [
        f"changed  measure orders.fees (orders.yml:12:9): {reason}"
    ]


def test_a_file_of_dbt_may_be_called_as_ours_begin(tmp_path: Path) -> None:
    project(tmp_path, models__shop__semantic_yml=ORDERS, models__ours__semantic_yml="name: ours\n")
    project(tmp_path, models__ours__more_yml=ORDERS.replace("name: orders", "name: others"))
    assert [each.name for each in read(tmp_path).models] == ["orders"]


def test_a_spine_that_is_not_read_may_stand_anywhere(tmp_path: Path) -> None:
    spine = """
models:
  - name: days
    time_spine: {standard_granularity_column: day%s}
    columns: [{name: day, granularity: day}]
"""
    custom = ", custom_granularities: [{name: season}]"
    project(tmp_path, a__orders_yml=ASKED, a__spine_yml=spine % "", b__orders_yml=ASKED)
    project(tmp_path, b__spine_yml=spine % custom)
    told = [[each.name for each in read(tmp_path / one).entries] for one in "ab"]
    assert told == [["orders"], ["orders", "days"]]


def test_metrics_of_the_package_before_metricflow_are_called_so(tmp_path: Path) -> None:
    old = "metrics: [{name: m, model: ref('orders'), calculation_method: sum, expression: fee}]\n"
    with pytest.raises(SemanticError, match="is one of the package dbt_metrics, which ended"):
        read(project(tmp_path, orders_yml=ORDERS, old_yml=old))


def test_a_manifest_may_say_the_expression_of_an_aggregate_twice(tmp_path: Path) -> None:
    own = {"semantic_model": "orders", "agg": "count", "expr": "*"}
    model = {
        "name": "orders",
        "node_relation": {"alias": "orders", "schema_name": "s"},
        "entities": [{"name": "order", "type": "primary"}],
        "dimensions": [{"name": "day", "type": "time", "type_params": {"time_granularity": "day"}}],
        "defaults": {"agg_time_dimension": "day"},
    }
    for outer in ({"expr": "*"}, {}):
        params = {"metric_aggregation_params": own, **outer}
        tree = {
            "semantic_models": [model],
            "metrics": [{"name": "n", "type": "simple", "type_params": params}],
        }
        path = tmp_path / "semantic_manifest.json"
        path.write_text(json.dumps(tree), "utf-8")
        found = read(path)
        assert (found.metrics[0].kind, found.entries) == (Simple(model="orders", agg="count", expr="1"), ())
