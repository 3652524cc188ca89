"""Snowflake's own driver and SQLAlchemy dialect, before an emulated server on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from semantic import SemanticError
from semantic.warehouse import Connection, Limits, Place, connect
from tests.drivers.checks import check_project, check_texts, check_values, refused, serving

TABLES = """
CREATE OR REPLACE TABLE everything (id INT, amount NUMBER(12, 2), weight FLOAT, note TEXT, paid BOOLEAN, due DATE, at_wall TIMESTAMP_NTZ, seen TIMESTAMP_TZ);
INSERT INTO everything VALUES (1, 10.50, 1.5, 'a', true, '2024-02-29', '2024-02-29 10:00:00.25', '2024-02-29 10:00:00+00:00'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE OR REPLACE TABLE orders (order_id INT, customer_id INT, amount NUMBER(12, 2), bought_on DATE);
INSERT INTO orders VALUES (1, 1, 10.50, '2024-01-05'), (2, 1, 4.50, '2024-02-05'), (2, 7, 1.00, '2024-02-06');
CREATE OR REPLACE TABLE customers (customer_id INT, region TEXT);
INSERT INTO customers VALUES (1, 'north'), (2, 'south')
"""  # noqa: E501


def place(port: int, password: str = "hunter%402") -> Place:
    url = f"snowflake://me:{password}@127.0.0.1:{port}/db1/sales?account=acc&protocol=http"
    return Place("target 'prod'", "snowflake", url)


@pytest.fixture(scope="module")
def prod() -> Iterator[Place]:
    with serving("FAKESNOW_PYTHON", "tests/drivers/snowflake_server.py") as port:
        where = place(port)
        with connect(where, write=True) as connection:
            for statement in ("CREATE DATABASE IF NOT EXISTS db1", "CREATE SCHEMA IF NOT EXISTS db1.sales"):
                connection.execute(statement)
        with connect(where, write=True) as connection:
            for statement in TABLES.strip().split(";\n"):
                connection.execute(statement)
        yield where


def test_values_and_types(prod: Place) -> None:
    with connect(prod) as connection:
        check_values(connection)
        assert connection.relations("sales") == ["customers", "everything", "orders"]
        assert connection.relations("no_such") is None


def test_texts(prod: Place) -> None:
    check_texts(prod)


def test_a_project(prod: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    check_project(prod, monkeypatch)


def insert_and_fail(connection: Connection) -> None:
    with connection.transaction():
        connection.execute("INSERT INTO customers VALUES (9, 'west')")
        connection.execute("INSERT INTO nowhere VALUES (1)")


def test_a_transaction_is_rolled_back(prod: Place) -> None:
    with connect(prod, write=True) as connection:
        with pytest.raises(SemanticError, match=r"(?i)nowhere"):
            insert_and_fail(connection)
        assert connection.fetch("SELECT count(*) FROM customers") == [(2,)]


def test_a_missing_table(prod: Place) -> None:
    fault = refused(prod, "SELECT * FROM nowhere")
    assert fault.code == "warehouse"
    assert "does not exist" in fault.message


def test_a_wrong_password(prod: Place) -> None:
    port = int(prod.url.rpartition("@127.0.0.1:")[2].partition("/")[0])
    fault = refused(place(port, "wrong"))
    assert fault.code == "connection"
    assert "Incorrect username or password" in fault.message
    assert "Check the user and the password" in fault.hint


@pytest.mark.parametrize(
    "url",
    [
        "snowflake://me:hunter%402@127.0.0.1:1/db/main?account=acc&protocol=http",
        "snowflake://me:hunter%402@no-such-account/db/main",
    ],
)
def test_a_host_that_is_none(url: str) -> None:
    start = time.monotonic()
    fault = refused(Place("target 'prod'", "snowflake", url), limits=Limits(connect=3))
    assert time.monotonic() - start < 20
    assert (fault.code, fault.hint[:14]) == ("connection", "Check the host")


@pytest.mark.parametrize(
    "query",
    [
        "authenticator=SNOWFLAKE_JWT&private_key_file=/no/hunter.p8&private_key_file_pwd=hunter%402",
        "authenticator=oauth&token=hunter%402",
        "passcode=hunter%402&nonsense=1",
    ],
)
def test_keys_tokens_and_passphrases_are_not_told(query: str) -> None:
    url = f"snowflake://me@127.0.0.1:1/db/main?account=acc&protocol=http&{query}"
    fault = refused(Place("target 'prod'", "snowflake", url), limits=Limits(connect=3))
    assert fault.code in ("connection", "target")
