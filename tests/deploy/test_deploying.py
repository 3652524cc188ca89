"""Plan and apply on DuckDB and Postgres: what is told, what is done, and what is left alone."""
# ruff: noqa: E501

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from semantic import SemanticError
from semantic.deploy import Change, Changes, DataDifference
from semantic.deploy.told import data_lines, difference
from semantic.faults import Fault
from tests.deploy.shop import NEW, OLD, PROJECT, Postgres, Warehouse

MONTHS = "views: [{name: months, metrics: sales, by: time.month as month, schema: deployed}]"


def one(changes: Changes, name: str) -> Change:
    (found,) = [change for change in changes if change.name == name]
    return found


def refused(warehouse: Warehouse, views: str, *names: str, **how: object) -> tuple[Fault, ...]:
    """The faults of an apply, which changes nothing."""
    before = warehouse.snapshot()
    with pytest.raises(SemanticError) as error:
        warehouse.apply(views, *names, **how)
    assert warehouse.snapshot() == before
    return error.value.faults


def test_from_nothing_to_old_to_new_and_back(warehouse: Warehouse) -> None:
    assert set(warehouse.statuses(OLD).values()) == {"create"}
    warehouse.apply(OLD)
    assert set(warehouse.statuses(OLD).values()) == {"unchanged"}
    assert {(r, Decimal(s)) for r, s, _ in warehouse.rows("SELECT region, sales, orders FROM deployed.regions")} == {
        ("north", 15), ("south", Decimal("20.5")), (None, 7),
    }  # fmt: skip
    told = warehouse.statuses(NEW)
    assert told == {
        "added": "create", "best_region": told["best_region"], "days": "replace", "gone": "orphaned",
        "months": "replace", "regions": "replace",
    }  # fmt: skip
    warehouse.apply(NEW, drop_orphans=True)
    assert warehouse.plan(NEW).clean
    assert warehouse.apply(NEW).statements == ()
    assert warehouse.objects()["days"][0] == "table"
    warehouse.apply(OLD, drop_orphans=True)
    assert warehouse.plan(OLD).clean
    assert warehouse.names() == {"regions", "months", "best_region", "days", "gone"}
    assert warehouse.objects()["days"][0] == "view"


def test_a_plan_writes_nothing(warehouse: Warehouse) -> None:
    warehouse.apply(OLD)
    before = warehouse.snapshot()
    warehouse.plan(NEW, data=True)
    warehouse.apply(NEW, dry_run=True)
    assert warehouse.snapshot() == before


def test_what_changes_is_told(warehouse: Warehouse) -> None:
    warehouse.apply(OLD)
    months = one(warehouse.plan(NEW), "months")
    assert [(column.name, column.how) for column in months.columns] == [("orders", "added")]
    lines = difference(months)
    assert any(line.startswith("+") and "orders" in line for line in lines)
    assert months.reasons == ("its definition changed",)
    days = one(warehouse.plan(NEW), "days")
    assert "it is a view and becomes a table" in days.reasons


def test_rows_are_compared_in_the_warehouse(warehouse: Warehouse) -> None:
    """By hand: north 15 → 5 (its order of January is gone), south is lost, NULL stays, none is new."""
    by_region = (
        "views: [{name: regions, metrics: [sales, orders], by: orders.region as region, schema: deployed%s}]"
    )
    warehouse.apply(by_region % "")
    change = one(warehouse.plan(by_region % ", time: 2024-02", data=True), "regions")
    data = change.data
    assert isinstance(data, DataDifference)
    counts = (data.before, data.after, data.only_before, data.only_after, data.repeated)
    assert counts == (3, 2, 1, 0, 0)
    assert (data.example_before, data.keys) == ("south", ("region",))
    sales, orders = data.values
    assert (sales.changed, Decimal(sales.absolute)) == (1, Decimal(10))
    assert round(sales.relative or 0, 6) == 0.666667
    assert (orders.changed, int(orders.absolute), orders.example) == (1, 1, "north: 2 → 1")
    assert (sales.example or "").startswith("north: 15")
    assert "south" in "\n".join(data_lines(data))


def test_rows_that_are_the_same(warehouse: Warehouse) -> None:
    warehouse.apply(OLD)
    data = one(warehouse.plan(NEW, data=True), "regions").data
    assert isinstance(data, DataDifference)
    assert data.same
    assert (data.before, data.after) == (3, 3)
    sampled = one(warehouse.plan(NEW, data=True, sample=2), "regions").data
    assert isinstance(sampled, DataDifference)
    assert (sampled.before, sampled.sample) == (2, 2)


def test_without_shared_keys_rows_are_counted(warehouse: Warehouse) -> None:
    warehouse.apply(MONTHS)
    data = one(warehouse.plan(MONTHS.replace("month as month", "day as day"), data=True), "months").data
    assert isinstance(data, DataDifference)
    assert (data.before, data.after, data.keys) == (2, 3, ())
    assert "not compared" in "\n".join(data_lines(data))


# --- hands ----------------------------------------------------------------------------------------------


def edited(warehouse: Warehouse) -> None:
    """Replace a view by hand, and keep its comment, as Postgres does by itself."""
    told = warehouse.comment("months").replace("'", "''")
    kind = "NUMERIC" if warehouse.dialect == "postgres" else "DECIMAL(38, 2)"
    warehouse.run(
        "CREATE OR REPLACE VIEW deployed.months AS "
        f"SELECT DATE '2024-01-01' AS month, CAST(1 AS {kind}) AS sales; COMMENT ON VIEW deployed.months IS '{told}'"
    )


def test_a_view_changed_by_hand_is_not_replaced_unless_told(warehouse: Warehouse) -> None:
    warehouse.apply(OLD)
    edited(warehouse)
    change = one(warehouse.plan(OLD), "months")
    assert (change.status, change.reasons) == ("drifted", ("it was changed by hand",))
    assert any("2024-01-01" in line for line in difference(change) if line.startswith("-"))
    (fault,) = refused(warehouse, OLD)
    assert (fault.code, "'months'" in fault.message) == ("drifted", True)
    assert warehouse.apply(OLD, agree=lambda changes: False).done == ()
    assert warehouse.rows("SELECT sales FROM deployed.months") == [(1,)]
    warehouse.apply(OLD, force_drifted=True)
    assert warehouse.plan(OLD).clean
    assert len(warehouse.rows("SELECT sales FROM deployed.months")) == 2


def test_a_comment_changed_by_hand(warehouse: Warehouse) -> None:
    warehouse.apply(OLD)
    mark = warehouse.comment("months").rpartition("\n")[2]
    warehouse.run(f"COMMENT ON VIEW deployed.months IS 'Of mine.\n\n{mark}'")
    assert warehouse.statuses(OLD)["months"] == "drifted"
    warehouse.apply(OLD, agree=lambda changes: True)
    assert warehouse.comment("months").startswith("By month.\n\nsemantic:")


def test_a_comment_of_a_column_changed_by_hand(warehouse: Warehouse) -> None:
    warehouse.apply(OLD)
    warehouse.run("COMMENT ON COLUMN deployed.months.sales IS 'Of mine.'")
    assert warehouse.statuses(OLD)["months"] == "drifted"


def test_dropped_by_hand(warehouse: Warehouse) -> None:
    warehouse.apply(OLD)
    warehouse.run("DROP VIEW deployed.months")
    assert warehouse.statuses(OLD)["months"] == "create"
    warehouse.apply(OLD)
    assert warehouse.plan(OLD).clean


@pytest.mark.parametrize(
    "made", ["VIEW deployed.months AS SELECT 1 AS a", "TABLE deployed.months AS SELECT 1 AS a"]
)
def test_an_object_of_somebody_else_is_never_replaced(warehouse: Warehouse, made: str) -> None:
    warehouse.run(f"CREATE {made}")
    (fault,) = refused(warehouse, OLD, force_drifted=True, drop_orphans=True)
    assert (fault.code, fault.span is not None) == ("in_the_way", True)
    assert one(warehouse.plan(OLD), "months").status == "blocked"
    warehouse.apply(OLD, "days")
    assert warehouse.names() == {"days", "months"}


def test_a_view_of_another_project_is_never_replaced_nor_dropped(warehouse: Warehouse) -> None:
    warehouse.apply(OLD)
    for name in ("months", "gone"):
        told = warehouse.comment(name).replace(":shop", ":other")
        warehouse.run(f"COMMENT ON VIEW deployed.{name} IS '{told}'")
    found = warehouse.plan(NEW)
    assert one(found, "months").status == "blocked"
    assert "gone" not in {change.name for change in found}
    assert "belongs to the project 'other'" in found.faults[0].message


def test_a_view_renamed_is_an_orphan_and_a_new_one(warehouse: Warehouse) -> None:
    warehouse.apply(MONTHS)
    renamed = MONTHS.replace("name: months", "name: by_month")
    assert warehouse.statuses(renamed) == {"by_month": "create", "months": "orphaned"}
    done = warehouse.apply(renamed)
    assert [change.name for change in done.done] == ["by_month"]
    assert warehouse.names() == {"by_month", "months"}
    warehouse.apply(renamed, drop_orphans=True)
    assert warehouse.names() == {"by_month"}


def test_some_views_are_deployed_alone(warehouse: Warehouse) -> None:
    warehouse.apply(OLD)
    warehouse.apply(NEW, "months")
    told = warehouse.statuses(NEW)
    assert (told["months"], told["days"], told["gone"]) == ("unchanged", "replace", "orphaned")
    assert warehouse.statuses(NEW, "months") == {"months": "unchanged"}


def test_deployed_by_a_script_is_not_finished(warehouse: Warehouse) -> None:
    from tests.deploy.shop import layer

    made = layer(MONTHS)
    for view in made.views(warehouse.dialect).views:
        for statement in made.ddl(view):
            warehouse.run(statement)
    assert one(warehouse.plan(MONTHS), "months").reasons == ("nothing tells that it was finished",)
    warehouse.apply(MONTHS)
    assert warehouse.plan(MONTHS).clean


def test_a_select_that_fails_changes_nothing(warehouse: Warehouse) -> None:
    """The third of several views reads a column that is not there."""
    warehouse.apply(OLD)
    broken = NEW + "  - {name: broken, metrics: nothing, schema: deployed}\n"
    broken += "metrics: [{name: nothing, model: lost, sql: count(*)}]\n"
    broken += "sources: {lost: {table: deployed.no_such, columns: {a: integer}}}\nmodels: [{name: lost, source: lost}]\n"
    (fault,) = refused(warehouse, broken, drop_orphans=True)
    assert fault.message.startswith("The view 'broken' was not deployed: ")
    assert "Nothing was changed." in fault.message
    assert fault.span is not None


def test_a_schema_that_is_not_there(warehouse: Warehouse) -> None:
    (fault,) = refused(warehouse, MONTHS.replace("schema: deployed", "schema: nowhere"))
    assert fault.code == "missing"
    assert "nowhere" in fault.message


# --- Postgres alone -------------------------------------------------------------------------------------


def test_rights_survive(pg: Postgres) -> None:
    granted = OLD.replace(
        "orders.region as region, schema", "orders.region as region, grants: {select: deploy_reader}, schema"
    )
    after = NEW.replace(
        "orders.region as region, schema", "orders.region as region, grants: {select: deploy_reader}, schema"
    )
    pg.apply(granted)
    pg.run("GRANT SELECT, UPDATE ON deployed.regions TO deploy_other WITH GRANT OPTION")
    pg.run(
        "GRANT SELECT (region) ON deployed.regions TO PUBLIC; GRANT SELECT ON deployed.best_region TO deploy_other"
    )
    pg.run("ALTER DEFAULT PRIVILEGES IN SCHEMA deployed GRANT DELETE ON TABLES TO PUBLIC")
    before = {name: pg.acl(name) for name in ("regions", "best_region")}
    assert pg.plan(granted).clean  # what is granted beyond the project is nobody's drift
    column = "SELECT attacl::text FROM pg_attribute WHERE attrelid = 'deployed.regions'::regclass AND attname = 'region'"
    public = pg.rows(column)
    pg.apply(after)
    assert {name: pg.acl(name) for name in before} == before
    assert pg.rows(column) == public
    assert pg.rows("SELECT attname FROM pg_attribute WHERE attrelid = 'deployed.regions'::regclass ORDER BY attnum") == [
        ("region",), ("orders",), ("sales",),
    ]  # fmt: skip


def test_a_grant_that_was_taken_away_is_given_again(pg: Postgres) -> None:
    granted = MONTHS.replace("schema: deployed", "schema: deployed, grants: {select: deploy_reader}")
    pg.apply(granted)
    pg.run("REVOKE ALL ON deployed.months FROM deploy_reader")
    assert one(pg.plan(granted), "months").reasons == ("grants are missing: SELECT to deploy_reader",)
    pg.apply(granted)
    assert pg.plan(granted).clean


def test_foreign_readers_are_named(pg: Postgres) -> None:
    pg.apply(OLD)
    pg.run("CREATE VIEW deployed.theirs AS SELECT best FROM deployed.best_region")
    change = one(pg.plan(NEW), "best_region")
    assert change.status == "blocked"
    (fault,) = refused(pg, NEW)
    assert fault.code == "dependents"
    assert "deployed.theirs" in fault.message
    pg.run("DROP VIEW deployed.theirs")
    pg.apply(NEW)
    assert one(pg.plan(NEW), "best_region").status == "unchanged"


def test_what_a_view_was_given_by_hand_is_not_lost(pg: Postgres) -> None:
    pg.apply(OLD)
    pg.run("ALTER VIEW deployed.months SET (security_invoker = true)")
    assert one(pg.plan(OLD), "months").status == "drifted"


def test_a_materialized_view_and_its_indexes(pg: Postgres) -> None:
    kept = MONTHS.replace(
        "schema: deployed", "schema: deployed, materialized: materialized_view, indexes: [[month]]"
    )
    pg.apply(MONTHS)
    pg.apply(kept)
    assert pg.plan(kept).clean
    assert pg.objects()["months"][0] == "materialized_view"
    assert pg.rows("SELECT indexname FROM pg_indexes WHERE schemaname = 'deployed'") == [
        ("months_month_index",)
    ]
    pg.run("CREATE INDEX by_hand ON deployed.months (sales)")
    assert one(pg.plan(kept), "months").status == "drifted"
    pg.apply(MONTHS, force_drifted=True)
    assert pg.objects()["months"][0] == "view"


def test_a_role_that_only_reads(pg: Postgres) -> None:
    pg.apply(OLD)
    pg.run(
        "GRANT USAGE ON SCHEMA deployed TO deploy_reader; GRANT SELECT ON deployed.orders TO deploy_reader"
    )
    reader = Postgres.__new__(Postgres)
    reader.url = pg.url.replace("postgres@", "deploy_reader@")
    before = pg.snapshot()
    with pytest.raises(SemanticError) as error:
        reader.apply(NEW)
    assert {fault.code for fault in error.value.faults} == {"permission"}
    assert pg.snapshot() == before
    assert one(reader.plan(OLD), "months").status == "unchanged"


def test_a_view_is_looked_for_where_it_would_be_made_only(pg: Postgres) -> None:
    """Names without a schema: an object further down the path is somebody else's."""
    pg.run(
        "DROP SCHEMA IF EXISTS elsewhere CASCADE; CREATE SCHEMA elsewhere; CREATE VIEW elsewhere.months AS SELECT 1 AS a"
    )
    path = Postgres.__new__(Postgres)
    path.url = pg.url.replace("?", "?options=-csearch_path%3Ddeployed%2Celsewhere&")
    try:
        for views in (MONTHS, MONTHS.replace("[sales]", "[orders, sales]")):
            path.apply(views.replace(", schema: deployed", ""))
        assert pg.rows("SELECT a FROM elsewhere.months") == [(1,)]
        assert "months" in pg.names()
    finally:
        pg.run("DROP SCHEMA elsewhere CASCADE")


# --- at the same time -----------------------------------------------------------------------------------


def test_whoever_deploys_is_alone(pg: Postgres) -> None:
    pg.apply(OLD)
    with psycopg.connect(pg.url) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [int.from_bytes(b"semantic")])
        (fault,) = refused(pg, NEW, lock_timeout=0.2)
    assert (fault.code, "0.2 s" in fault.message) == ("busy", True)


def test_readers_are_not_waited_for_without_end(pg: Postgres) -> None:
    pg.apply(OLD)
    with psycopg.connect(pg.url) as other:
        other.execute("SELECT * FROM deployed.regions")  # and its transaction stays open
        with pytest.raises(SemanticError) as error:
            pg.apply(NEW, lock_timeout=0.2)
    assert {fault.code for fault in error.value.faults} == {"timeout"}
    pg.apply(NEW)


def test_a_slow_select_is_given_up(pg: Postgres) -> None:
    pg.run(
        "CREATE VIEW public.slow_orders AS SELECT order_id, length(pg_sleep(3)::text) AS nap FROM deployed.orders"
    )
    slow = (
        NEW
        + """
  - {name: naps, metrics: napped, schema: deployed, materialized: table}
metrics: [{name: napped, model: slow, sql: sum(nap)}]
models: [{name: slow, source: slow}]
sources: {slow: {table: public.slow_orders, columns: {order_id: integer, nap: integer}}}
"""
    )
    pg.apply(OLD)
    (fault,) = refused(pg, slow, timeout=0.5, drop_orphans=True)
    assert fault.code == "timeout"


def test_somebody_was_faster(pg: Postgres) -> None:
    """Between the plan and its execution another one deploys the same: nothing is left to do."""
    pg.apply(OLD)
    asked: list[Changes] = []

    def agree(changes: Changes) -> bool:
        asked.append(changes)
        if len(asked) == 1:
            pg.apply(NEW)
        return True

    assert pg.apply(NEW, agree=agree).done == ()
    assert [changes.clean for changes in asked] == [False, False]  # the orphan is left alone
    assert one(asked[1], "months").status == "unchanged"


def test_somebody_changes_a_view_after_the_plan(pg: Postgres) -> None:
    pg.apply(OLD)
    asked: list[Changes] = []

    def agree(changes: Changes) -> bool:
        asked.append(changes)
        if len(asked) == 1:
            edited(pg)
        return not changes.of("drifted")

    assert pg.apply(NEW, agree=agree).done == ()
    assert pg.rows("SELECT sales FROM deployed.months") == [(1,)]


@pytest.mark.slow
def test_two_processes_at_once(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.apply(OLD)
    (tmp_path / "semantic.yml").write_text(PROJECT)
    (tmp_path / "views.yml").write_text(NEW)
    command = [
        sys.executable,
        "-m",
        "semantic",
        "apply",
        "--drop-orphans",
        "--url",
        warehouse.url,
        "--project",
        str(tmp_path),
    ]
    both = [
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [process.communicate()[1] for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes == [0, 0] or (warehouse.dialect == "duckdb" and codes == [0, 1]), told
    assert "Traceback" not in "".join(told)
    assert warehouse.plan(NEW).clean
