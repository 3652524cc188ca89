"""BigQuery's own client and SQLAlchemy dialect, before GoogleSQL behind its REST API on loopback."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from semantic.warehouse import Limits, Place, connect
from tests.drivers.checks import check_project, check_texts, check_values, refused, serving


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving("BIGQUERY_PYTHON", "-m", "tests.drivers.bigquery_server") as found:
        yield found


@pytest.fixture(scope="module")
def private_key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return made.private_bytes(serialization.Encoding.PEM, *form).decode()


def account(port: int, private_key: str, path: str = "token") -> str:
    """A service account as Google gives it to a person."""
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "shop",
            "private_key_id": "hunter2",
            "private_key": private_key,
            "client_email": "me@shop.example",
            "token_uri": f"http://127.0.0.1:{port}/{path}",
        }
    )


def place(text: str, more: str = "") -> Place:
    encoded = quote(base64.b64encode(text.encode()).decode(), safe="")
    return Place("target 'prod'", "bigquery", f"bigquery://shop?credentials_base64={encoded}{more}")


@pytest.fixture
def prod(port: int, private_key: str, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", f"http://127.0.0.1:{port}")
    return place(account(port, private_key))


def test_values_and_types(prod: Place) -> None:
    with connect(prod) as connection:
        check_values(connection)
        assert connection.relations("main") == ["customers", "everything", "orders"]
        assert connection.relations("no_such") is None


def test_texts(prod: Place) -> None:
    check_texts(prod)


def test_a_project(prod: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    check_project(prod, monkeypatch)


def test_a_key_file(port: int, private_key: str, prod: Place, tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(account(port, private_key))
    with connect(
        Place("x", "bigquery", f"bigquery://shop?credentials_path={quote(str(file))}")
    ) as connection:
        assert connection.fetch("SELECT 1 AS x") == [(1,)]


def test_a_missing_table(prod: Place) -> None:
    fault = refused(prod, "SELECT * FROM nowhere")
    assert fault.code == "warehouse"
    assert "Table not found: nowhere" in fault.message


def test_a_table_that_may_not_be_read(prod: Place) -> None:
    fault = refused(prod, "SELECT * FROM hidden")
    assert fault.code == "permission"
    assert "does not have permission" in fault.message


def test_a_statement_that_takes_too_long(prod: Place) -> None:
    start = time.monotonic()
    fault = refused(prod, "SELECT SLEEP(9)", limits=Limits(connect=5, statement=0.2))
    assert time.monotonic() - start < 5
    assert fault.code == "timeout"


def test_a_key_that_is_not_known(port: int, private_key: str, prod: Place) -> None:
    fault = refused(place(account(port, private_key, "refuse")))
    assert (fault.code, fault.hint[:14]) == ("connection", "Check the user")
    assert "invalid_grant" in fault.message


def test_no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    fault = refused(Place("target 'prod'", "bigquery", "bigquery://shop"))
    assert fault.code == "connection"


@pytest.mark.parametrize("text", ["{hunter", '{"type": "service_account", "private_key": "hunter"}'])
def test_credentials_that_are_none(text: str) -> None:
    assert refused(place(text)).code in ("connection", "target")


def test_a_key_file_that_is_not_there() -> None:
    url = "bigquery://shop?credentials_path=/no/hunter.json"
    assert refused(Place("target 'prod'", "bigquery", url)).code in ("connection", "target")


def test_a_host_that_is_none(prod: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", "http://127.0.0.1:1")
    start = time.monotonic()
    fault = refused(prod, limits=Limits(connect=2))
    assert time.monotonic() - start < 15
    assert (fault.code, fault.hint[:14]) == ("connection", "Check the host")
