"""What a deployed view is beside its rows: comments, grants, indexes, and what becomes of it when it
changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from semantic.dialect import load as dialect
from semantic.views import Column, Grant, Options, View, comment, create, fingerprint_in, stored, transaction
from tests.views.shop import deploy, layer, load, made

#: Words that would end a literal, a comment, a statement or a template, if any engine let them.
HOSTILE = (
    "it's",
    "''; DROP TABLE orders; --",
    "\\'; DROP TABLE orders; --",
    "\\",
    "a\\",
    "two\nlines\r\n\ttab",
    "-- comment */ /* open",
    "$$ $tag$ $$",
    'a "quoted" `name` [x]',
    "{{ x }} {% raw %} {# c #} {% endraw %}",
    "%s %(name)s :hole ? @x",
    "매출 📈 \u2028 line",
    "\\n \\x41 \\u0041 \\047",
    "e'x' E'\\'' r'x' b'x' '''",
    "semantic:0123456789abcdef",
)
GRANTS = """
SELECT grantee, privilege_type FROM information_schema.role_table_grants
WHERE table_schema = 'bi' AND table_name = %s AND grantee <> 'postgres' ORDER BY 1
"""
PG_COMMENTS = """
SELECT a.attname, col_description(a.attrelid, a.attnum) FROM pg_attribute AS a
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


def hostile(name: str) -> View:
    """A view in whose every word somebody wrote all that could do harm."""
    words = tuple(Column(f"c{n}", "integer", text) for n, text in enumerate(HOSTILE))
    select = "SELECT " + ", ".join(f"{n} AS c{n}" for n in range(len(words)))
    told = " ".join(HOSTILE)
    return made(
        dialect=name, select=select, columns=words, label=HOSTILE[1], description=told, alias="hostile"
    )


@pytest.fixture
def bi(postgres: Any) -> Any:
    """Postgres with an empty schema, and two roles."""
    load(postgres)
    postgres.run("DROP SCHEMA IF EXISTS bi CASCADE; CREATE SCHEMA bi")
    for role in ("analysts", '"bi team"'):
        postgres.run(f"DROP ROLE IF EXISTS {role}; CREATE ROLE {role}")
    yield postgres
    postgres.run('DROP SCHEMA bi CASCADE; DROP ROLE analysts; DROP ROLE "bi team"')


def pg_comment(engine: Any, name: str) -> str:
    found = engine.connection.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [name])
    return str(found.fetchone()[0])


def run(engine: Any, view: View, **how: Any) -> None:
    for statement in create(view, dialect(view.dialect), **how):
        engine.run(statement)


# --- comments -------------------------------------------------------------------------------------------


def test_words_in_a_language_on_postgres(bi: Any) -> None:
    views = {view.name: view for view in deploy(bi, layer(), schema="bi")}
    assert pg_comment(bi, "bi.monthly_sales").split("\n") == [
        "Monthly sales: By month and region.",
        "",
        f"semantic:{views['monthly_sales'].fingerprint}",
    ]
    assert bi.connection.execute(PG_COMMENTS, ["bi.sales_in_korean"]).fetchall() == [
        ("average", None),
        ("sales", "매출: 결제 금액."),
        ("orders_channel", "채널"),
        ("order_count", None),
    ]
    for view in views.values():
        assert fingerprint_in(pg_comment(bi, f"bi.{view.name}")) == view.fingerprint


def test_words_on_duckdb(duck: Any) -> None:
    load(duck)
    views = deploy(duck, layer())
    sql = "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal UNION ALL "
    found = dict(duck.rows(sql + "SELECT table_name, comment FROM duckdb_tables()"))
    assert all(fingerprint_in(found[view.name]) == view.fingerprint for view in views)
    columns = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'sales_of_regions'"
    assert duck.rows(columns) == [("customers_region", "Region: Where it's at"), ("sales", "Sales: Paid.")]


@pytest.mark.parametrize("replaced", [False, True])
def test_hostile_words_on_postgres(bi: Any, replaced: bool) -> None:
    view = replace(hostile("postgres"), place=("bi",))
    for _ in range(2 if replaced else 1):
        run(bi, view)
    assert pg_comment(bi, "bi.hostile") == comment(view)
    found = bi.connection.execute(PG_COMMENTS, ["bi.hostile"]).fetchall()
    assert found == [(column.name, column.comment) for column in view.columns]
    assert bi.rows("SELECT COUNT(*) FROM shop.orders") == [(5,)]


def test_hostile_words_on_duckdb(duck: Any) -> None:
    load(duck)
    view = hostile("duckdb")
    run(duck, view)
    assert duck.rows("SELECT comment FROM duckdb_views() WHERE view_name = 'hostile'") == [(comment(view),)]
    columns = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'hostile'"
    assert duck.rows(columns) == [(column.name, column.comment) for column in view.columns]
    assert duck.rows("SELECT COUNT(*) FROM orders") == [(5,)]


@pytest.mark.parametrize("name", ["bigquery", "snowflake"])
def test_hostile_words_as_the_target_reads_them(name: str, request: pytest.FixtureRequest) -> None:
    """Every literal of the statement, read by the engine (or its stand-in), is the word again."""
    from semantic.emit import literal

    engine, target = request.getfixturevalue(name), dialect(name)
    view = hostile(name)
    statement = create(view, target)[0]
    engine.load({})
    for text in (comment(view), *(column.comment for column in view.columns)):
        assert literal(text, target) in statement
        assert engine.unchecked(f"SELECT {literal(text, target)} AS said")[1] == [(text,)]


def test_a_column_that_loses_its_words_loses_its_comment(bi: Any) -> None:
    first = made(dialect="postgres", place=("bi",))
    run(bi, first)
    run(bi, replace(first, columns=(Column("a", "integer"),)))
    assert bi.connection.execute(PG_COMMENTS, ["bi.v"]).fetchall() == [("a", None)]


def test_long_words_are_cut_and_the_fingerprint_is_not() -> None:
    view = made(label="x" * 20_000)
    assert len(comment(view, 16_384)) == 16_384
    assert fingerprint_in(comment(view, 16_384)) == view.fingerprint


# --- grants ---------------------------------------------------------------------------------------------


def granted(engine: Any, name: str) -> list[tuple[str, str]]:
    return [tuple(row) for row in engine.connection.execute(GRANTS, [name]).fetchall()]


@pytest.mark.parametrize("kind", ["view", "table"])
def test_grants_on_postgres(bi: Any, kind: Any) -> None:
    grants = (Grant("SELECT", "analysts"), Grant("SELECT", "bi team"))
    view = made(dialect="postgres", place=("bi",), kind=kind, grants=grants)
    for _ in range(2):
        run(bi, view)
        assert granted(bi, "v") == [("analysts", "SELECT"), ("bi team", "SELECT")]


def test_a_role_named_in_yaml_is_one_name(bi: Any) -> None:
    view = made(dialect="postgres", place=("bi",), grants=(Grant("SELECT", "analysts; DROP TABLE x"),))
    with pytest.raises(psycopg.errors.UndefinedObject, match='role "analysts; DROP TABLE x" does not exist'):
        run(bi, view)


# --- changes --------------------------------------------------------------------------------------------


def test_a_view_on_postgres_whose_columns_change(bi: Any) -> None:
    """It cannot be replaced; made again in a transaction, it has its comments and its grants."""
    first = made(dialect="postgres", place=("bi",), grants=(Grant("SELECT", "analysts"),))
    run(bi, first)
    columns = (Column("b", "text", "another"),)
    second = replace(first, select="SELECT 'x' AS b", columns=columns)
    with pytest.raises(psycopg.errors.InvalidTableDefinition):
        run(bi, second)
    for statement in transaction(create(second, dialect("postgres"), recreate=True), dialect("postgres")):
        bi.run(statement)
    assert bi.rows("SELECT * FROM bi.v") == [("x",)]
    assert bi.connection.execute(PG_COMMENTS, ["bi.v"]).fetchall() == [("b", "another")]
    assert granted(bi, "v") == [("analysts", "SELECT")]


def test_a_transaction_that_fails_leaves_the_old_view(bi: Any) -> None:
    first = made(dialect="postgres", place=("bi",))
    run(bi, first)
    wrong = replace(first, select="SELECT no_such_column AS a")
    begin, *statements = transaction(create(wrong, dialect("postgres"), recreate=True), dialect("postgres"))
    bi.run(begin)
    bi.run(statements[0])
    with pytest.raises(psycopg.errors.UndefinedColumn):
        bi.run(statements[1])
    bi.run("ROLLBACK")
    assert bi.rows("SELECT * FROM bi.v") == [(1,)]


@pytest.mark.parametrize("name", ["duckdb", "postgres"])
def test_materialized_with_indexes(name: str, request: pytest.FixtureRequest) -> None:
    engine = request.getfixturevalue("duck" if name == "duckdb" else name)
    load(engine)
    kind: Any = "table" if name == "duckdb" else "materialized_view"
    view = made(dialect=name, alias="made_rows", kind=kind, options=Options(indexes=(("a",),)))
    for _ in range(2):
        run(engine, view)
    indexes = (
        "SELECT index_name FROM duckdb_indexes()" if name == "duckdb" else "SELECT indexname FROM pg_indexes"
    )
    assert ("made_rows_a_index",) in engine.rows(indexes)
    assert engine.rows("SELECT * FROM made_rows") == [(1,)]


@pytest.mark.parametrize("name", ["duckdb", "postgres"])
@pytest.mark.parametrize("alias", ["order", "Mixed Case", 'a"b', "x; DROP TABLE orders", "매출", '"Exact"'])
def test_names_that_need_quotes(name: str, alias: str, request: pytest.FixtureRequest) -> None:
    engine = request.getfixturevalue("duck" if name == "duckdb" else name)
    load(engine)
    engine.run('DROP SCHEMA IF EXISTS "Our BI" CASCADE')
    engine.run('CREATE SCHEMA "Our BI"')
    view = made(dialect=name, place=("Our BI",), alias=alias)
    run(engine, view)
    found = "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = 'Our BI'"
    assert engine.rows(found) == [stored(view.parts, dialect(name))]
    engine.run('DROP SCHEMA "Our BI" CASCADE')


# --- fingerprints ---------------------------------------------------------------------------------------


def test_everything_that_decides_changes_the_fingerprint() -> None:
    base = made()
    others = {
        "name": "w",
        "dialect": "postgres",
        "place": ("bi",),
        "alias": "w",
        "kind": "table",
        "select": "SELECT 2 AS a",
        "columns": (Column("a", "integer"),),
        "label": "L",
        "description": "D",
        "keys": ("a",),
        "grants": (Grant("SELECT", "x"),),
        "options": Options(cluster_by=("a",)),
        "after": ("w",),
    }
    found = {replace(base, **{key: value}).fingerprint for key, value in others.items()}  # type: ignore[arg-type]
    assert len({base.fingerprint, *found}) == len(others) + 1
    assert made().fingerprint == base.fingerprint


def test_the_same_project_gives_the_same_bytes() -> None:
    for name in ("duckdb", "postgres", "bigquery", "snowflake"):
        first, second = layer(), layer()
        texts = [[shop.ddl(view) for view in shop.views(name, schema="bi").views] for shop in (first, second)]
        assert texts[0] == texts[1]
