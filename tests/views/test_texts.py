"""The texts of statements: as they were read and kept, and as grammars that are not ours take them."""

from __future__ import annotations

from typing import Any

import pytest
import sqlglot

from semantic.views import migration
from tests.grammar import violations
from tests.views.shop import layer, load
from tests.views.texts import FILE, page, shop


def test_texts() -> None:
    assert page() == FILE.read_text("utf-8")


def statements(dialect: str) -> list[str]:
    made = shop()
    found = [text for view in made.views(dialect, schema="bi").views for text in made.ddl(view)]
    assert len(found) > 8
    return found


def test_another_grammar_takes_those_of_snowflake() -> None:
    assert violations(statements("snowflake"), "snowflake") == []


def test_another_grammar_takes_those_of_bigquery() -> None:
    """But for GRANT, which that grammar does not have."""
    assert violations([s for s in statements("bigquery") if not s.startswith("GRANT")], "bigquery") == []


def test_googlesql_analyses_those_of_bigquery(bigquery: Any) -> None:
    """Names, types and options too; a table that is not there is not altered, only read."""
    load(bigquery)
    kinds = [analysed(bigquery, text) for text in statements("bigquery")]
    assert len(kinds) == len(statements("bigquery"))
    assert set(kinds) == {"create", "grant_or_revoke", "ddl"}
    with pytest.raises(Exception, match="no_such_table"):
        analysed(bigquery, "CREATE VIEW bi.v AS SELECT a FROM no_such_table")


def analysed(engine: Any, sql: str) -> str:
    """The kind of a statement, as GoogleSQL sees it in the catalog of the engine."""
    from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service
    from zetasql.wasi._pb2.zetasql.public import options_pb2 as features

    options = type(engine._options)()
    options.CopyFrom(engine._options)
    allowed = options.language_options.enabled_language_features
    allowed.append(features.LanguageFeature.Value("FEATURE_CREATE_VIEWS_WITH_COLUMN_OPTIONS"))
    if sql.startswith("ALTER"):
        parse = service.ParseRequest(sql_statement=sql, options=options.language_options)
        kind = engine._service.call("Parse", parse, service.ParseResponse).parsed_statement
        return str(kind.WhichOneof("node")).removeprefix("ast_").removesuffix("_statement_node")
    request = service.AnalyzeRequest(
        sql_statement=sql, options=options, registered_catalog_id=engine._catalog
    )
    kind = engine._service.call("Analyze", request, service.AnalyzeResponse).resolved_statement
    name = str(kind.WhichOneof("node")).removeprefix("resolved_").removesuffix("_node")
    return name.removesuffix("_statement").removesuffix("_stmt")


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_migration_runs_as_it_is(dialect: str, request: pytest.FixtureRequest) -> None:
    """Twice, the second time over other columns."""
    engine: Any = request.getfixturevalue("duck" if dialect == "duckdb" else dialect)
    load(engine)
    engine.run("DROP SCHEMA IF EXISTS bi CASCADE")
    engine.run("CREATE SCHEMA bi")
    names = ("monthly_sales", "sales_of_regions", "order_rows")
    made = layer()
    views = made.views(dialect, *names, schema="bi").views
    text = migration(views, made.target_dialect(dialect))
    assert text.startswith("BEGIN;\n")
    assert text.endswith("COMMIT;\n")
    engine.run(text)
    changed = layer(views="views: [{name: monthly_sales, metrics: order_count}]")
    views = changed.views(dialect, schema="bi").views
    engine.run(migration(views, made.target_dialect(dialect)))
    assert engine.rows("SELECT * FROM bi.monthly_sales") == [(5,)]
    assert engine.rows("SELECT COUNT(*) FROM bi.order_rows") == [(4,)]


def test_a_migration_without_transactions() -> None:
    made = layer()
    for dialect in ("bigquery", "snowflake"):
        text = migration(made.views(dialect).views, made.target_dialect(dialect))
        assert "BEGIN" not in text
        assert "DROP" not in text
        assert len(sqlglot.parse(text, read=dialect)) > 10
