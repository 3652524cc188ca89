"""Connections: what is refused is told as what it is, within a bounded time, and nothing tells a secret."""

from __future__ import annotations

import socket
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, quote, urlsplit

import duckdb
import psycopg
import pytest

from semantic import Layer, SemanticError
from semantic.faults import Fault
from semantic.warehouse import Connection, Limits, Place, connect

PASSWORDS = (
    "p@ss/wörd",
    "a%40b%2540c",
    "co:lon/sl@sh",
    'it\'s "quoted" \\ back',
    "비밀번호 密码",
    "plain+plus pw",
)
SOON = Limits(connect=2)


@pytest.fixture(scope="module")
def server(postgres_url: str) -> Iterator[str]:
    """The server's socket; whoever is called ``login_…`` needs a password there."""
    (home,) = parse_qs(urlsplit(postgres_url).query)["host"]
    rules = Path(home) / "data" / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f'local all "/^login_" scram-sha-256\n{before}')
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("SELECT pg_reload_conf()")
        admin.execute("DROP SCHEMA IF EXISTS connections CASCADE")
        for role in ("login_reader", "login_writer"):
            admin.execute(f"DROP ROLE IF EXISTS {role}")
            admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'p@ss/wörd'")
        admin.execute("CREATE SCHEMA connections; CREATE TABLE connections.notes (id BIGINT)")
        admin.execute("CREATE TABLE connections.hidden (id BIGINT); INSERT INTO connections.notes VALUES (1)")
        admin.execute("GRANT USAGE ON SCHEMA connections TO login_reader, login_writer")
        admin.execute("GRANT SELECT ON connections.notes TO login_reader")
        admin.execute("GRANT ALL ON connections.notes TO login_writer")
        yield home
        admin.execute("DROP SCHEMA connections CASCADE; DROP ROLE login_reader; DROP ROLE login_writer")
    rules.write_text(before)


def place(
    server: str, user: str = "login_writer", password: str = "p@ss/wörd", database: str = "postgres"
) -> Place:
    url = f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={quote(server)}"
    return Place("target 'prod'", "postgres", url)


def refused(where: Place, sql: str = "SELECT 1", **how: object) -> Fault:
    """The one fault; nothing else can be reached from what is raised."""
    with pytest.raises(SemanticError) as error, connect(where, **how) as connection:  # type: ignore[arg-type]
        connection.fetch(sql)
    assert error.value.__cause__ is None
    assert error.value.__context__ is None
    (fault,) = error.value.faults
    return fault


# --- what goes wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_wrong_password_is_told_without_it(server: str, password: str) -> None:
    where = place(server, password=password + "!")
    fault = refused(where)
    assert (fault.code, fault.where) == ("connection", "target")
    assert "password authentication failed" in fault.message
    assert "Check the user and the password" in fault.hint
    for secret in (password, quote(password, safe="")):
        assert secret not in f"{fault} {fault.as_dict()} {where!r}"


@pytest.mark.parametrize("password", PASSWORDS)
def test_any_password_lets_in(server: str, postgres_url: str, password: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        literal = psycopg.sql.Literal(password).as_string(admin)
        admin.execute(f"ALTER ROLE login_reader PASSWORD {literal}")  # type: ignore[arg-type]
    with connect(place(server, "login_reader", password)) as connection:
        assert connection.fetch("SELECT current_user") == [("login_reader",)]


def test_a_missing_database(server: str) -> None:
    fault = refused(place(server, database="nowhere"))
    assert (fault.code, fault.hint[:26]) == ("connection", "Check the name of the data")
    assert 'database "nowhere" does not exist' in fault.message


def test_a_missing_schema(server: str) -> None:
    fault = refused(place(server), "SELECT 1 FROM no_schema.t")
    assert fault.code == "warehouse"
    assert 'relation "no_schema.t" does not exist' in fault.message


@pytest.mark.parametrize(
    ("host", "told"), [("127.0.0.1:1", "refused"), ("no.such.host.invalid", "failed to resolve")]
)
def test_a_host_that_is_none(host: str, told: str) -> None:
    start = time.monotonic()
    fault = refused(Place("the URL", "postgres", f"postgresql://me:hunter2@{host}/shop"), limits=SOON)
    assert time.monotonic() - start < 10
    assert (fault.code, fault.hint) == (
        "connection",
        "Check the host (or the account) and the port of the URL, and the network.",
    )
    assert told in fault.message


def test_a_host_that_says_nothing_is_not_waited_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        port = silent.getsockname()[1]
        fault = refused(Place("x", "postgres", f"postgresql://me:hunter2@127.0.0.1:{port}/s"), limits=SOON)
        assert time.monotonic() - start < 6
    assert fault.code == "connection"
    assert "timeout expired" in fault.message


def test_a_connection_that_is_lost_in_the_middle(server: str, postgres_url: str) -> None:
    def end() -> None:
        statement = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(9)%'"
        )
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            for _ in range(100):
                if admin.execute(statement).fetchall():
                    return
                time.sleep(0.05)

    other = Thread(target=end)
    other.start()
    fault = refused(place(server), "SELECT pg_sleep(9)")
    other.join()
    assert fault.code == "connection"
    assert fault.message.startswith("The connection to target 'prod' was lost while a statement ran")


def test_a_statement_that_takes_too_long_on_postgres(server: str) -> None:
    start = time.monotonic()
    fault = refused(place(server), "SELECT pg_sleep(9)", limits=Limits(statement=0.2))
    assert time.monotonic() - start < 3
    assert fault.code == "timeout"
    assert "statement timeout" in fault.message


def test_a_statement_that_takes_too_long_on_duckdb() -> None:
    where = Place("target 'local'", "duckdb", "duckdb://")
    long = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b"
    fault = refused(where, long, limits=Limits(statement=0.2))
    assert str(fault) == (
        "target: timeout: The statement was stopped on target 'local' after 0.2 s. "
        "Allow more time, or ask for less."
    )


def test_a_role_that_may_not(server: str, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("ALTER ROLE login_reader PASSWORD 'p@ss/wörd'")
    reader = place(server, "login_reader")
    with connect(reader) as connection:
        assert connection.fetch("SELECT count(*) FROM connections.notes") == [(1,)]
    for sql in ("SELECT * FROM connections.hidden", "INSERT INTO connections.notes VALUES (2)"):
        fault = refused(reader, sql, write=True)
        assert fault.code == "permission"
        assert "permission denied for table" in fault.message
        assert fault.hint == "docs/connections.md lists the permissions that each command needs."


def test_a_missing_driver_names_the_extra(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'semantic-sql[postgres]'" in refused(place(server)).hint


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
def test_a_missing_dialect_names_the_extra(dialect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sqlalchemy_bigquery", "snowflake.sqlalchemy"):
        monkeypatch.setitem(sys.modules, module, None)
    fault = refused(Place("the URL", dialect, f"{dialect}://me:hunter2@account/shop"))
    assert (fault.code, fault.hint) == ("driver", f"Install it: pip install 'semantic-sql[{dialect}]'.")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:{}@127.0.0.1:1/shop?sslmode=nonsense",
        "postgresql://me@127.0.0.1:1/shop?sslpassword={}&sslkey={}",
        "postgresql://me@127.0.0.1:1/shop?application_name=x&nonsense_token={}",
        "postgresql://me:{}@127.0.0.1:port/shop",
        "duckdb:///:memory:?motherduck_token={}",
        "duckdb:///:memory:?memory_limit={}",
        "duckdb:///nowhere/{}/no.duckdb?password={}",
    ],
)
@pytest.mark.parametrize("password", PASSWORDS)
def test_nothing_tells_a_secret(url: str, password: str) -> None:
    given = url.replace("{}", quote(password, safe="")).replace(
        "/nowhere/" + quote(password, safe=""), "/nowhere"
    )
    where = Place("the URL", url.partition(":")[0].removesuffix("ql"), given)
    with pytest.raises(SemanticError) as error, connect(where, limits=SOON) as connection:
        connection.fetch("SELECT 1 FROM")
    told = (
        f"{error.value} {error.value.faults!r} {where!r} {''.join(traceback.format_exception(error.value))}"
    )
    for secret in (password, quote(password, safe=""), quote(quote(password, safe=""), safe="")):
        assert secret not in told
    assert error.value.__context__ is None


# --- what goes right --------------------------------------------------------------------------------


@pytest.fixture(params=["duckdb", "postgres"])
def writer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "duckdb":
        yield Place("file", "duckdb", f"duckdb:///{tmp_path}/shop.duckdb")
        return
    yield Place("server", "postgres", request.getfixturevalue("postgres_url"))
    with psycopg.connect(request.getfixturevalue("postgres_url"), autocommit=True) as admin:
        admin.execute("DROP SCHEMA IF EXISTS made CASCADE")


def ids(connection: Connection) -> list[object]:
    return [row[0] for row in connection.fetch("SELECT id FROM made.notes ORDER BY id")]


def insert_and(connection: Connection, last: str) -> None:
    """A row that is there until something fails."""
    with connection.transaction():
        connection.execute("INSERT INTO made.notes VALUES (3)")
        assert ids(connection) == [1, 2, 3]
        connection.execute(last)


def test_a_transaction_holds_together(writer: Place) -> None:
    with connect(writer, write=True) as connection:
        connection.execute("CREATE SCHEMA made")
        connection.execute("CREATE TABLE made.notes (id BIGINT)")
        with connection.transaction():
            connection.execute("INSERT INTO made.notes VALUES (1)")
            connection.execute("INSERT INTO made.notes VALUES (2)")
        for last, told in (("SELECT 1 FROM nowhere", "nowhere"), ("SELECT 1 FROM", "yntax")):
            with pytest.raises(SemanticError, match=told):
                insert_and(connection, last)
            assert ids(connection) == [1, 2]
        assert connection.relations("MADE") == ["notes"]
        assert connection.relations("none_such") is None
    with connect(writer) as connection:
        assert ids(connection) == [1, 2]
        with pytest.raises(SemanticError) as error:
            connection.execute("INSERT INTO made.notes VALUES (6)")
        assert [fault.code for fault in error.value.faults] == ["permission"]
        assert ids(connection) == [1, 2]  # the connection is of use after a fault


def test_autocommit_tells_of_no_transaction(writer: Place) -> None:
    alone = "VACUUM" if writer.dialect == "postgres" else "CHECKPOINT"
    with connect(writer, write=True, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA made")
        connection.execute(alone)
        assert connection.relations("made") == []
        with pytest.raises(AssertionError), connection.transaction():
            pass


def test_shapes_are_told_without_rows(writer: Place) -> None:
    sql = "SELECT 1::bigint AS a, 1.5::decimal(9, 2) AS b, 'x'::varchar AS c, DATE '2024-01-01' AS d"
    with connect(writer) if writer.dialect == "postgres" else connect(writer, write=True) as connection:
        shapes = [(each.name, each.kind.lower()) for each in connection.shape(sql)]
    kinds = {"duckdb": ["bigint", "decimal(9,2)"], "postgres": ["int8", "numeric(9,2)"]}[writer.dialect]
    assert shapes == [("a", kinds[0]), ("b", kinds[1]), ("c", "varchar"), ("d", "date")]


def test_a_url_may_choose_how_long_to_wait(server: str) -> None:
    with connect(Place("x", "postgres", place(server).url + "&connect_timeout=3")) as connection:
        assert connection.fetch("SELECT 1") == [(1,)]


def test_a_file_that_is_only_read_stays_as_it_is(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "shop.duckdb") as made:
        made.execute("CREATE TABLE notes (id BIGINT)")
    before = (tmp_path / "shop.duckdb").read_bytes()
    where = Place("file", "duckdb", "duckdb:///shop.duckdb", tmp_path)
    assert refused(where, "DROP TABLE notes").code == "permission"
    assert (tmp_path / "shop.duckdb").read_bytes() == before


def test_a_target_does_not_show_its_url() -> None:
    url = "postgresql://me:hunter%402@localhost/shop"
    layer = Layer.from_text(semantic=f"name: shop\ntargets: {{prod: {{dialect: postgres, url: '{url}'}}}}")
    assert "hunter" not in f"{layer.catalog!r} {layer.catalog.targets!r} {layer.place('prod')!r}"
