"""What a shell sees: exit codes, which stream, no traceback. In processes of their own where it matters."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from semantic import Layer, SemanticError
from tests.cli.conftest import Semantic

HEAVY = {"sqlglot", "duckdb", "sqlalchemy", "jinja2", "yaml"}


def process(*words: str, cwd: Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "semantic", *words]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL, **settings
    )


def test_faults_are_lines_on_standard_error(semantic: Semantic, shop: Path) -> None:
    with pytest.raises(SemanticError) as error:
        Layer.load(shop).sql("salez", where="customers.region =")
    result = semantic("sql", "salez", "--where", "customers.region =")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [str(fault) for fault in error.value.faults]
    assert "Did you mean 'sales'?" in result.stderr


@pytest.mark.parametrize("command", ["sql", "run", "list", "show", "check"])
def test_faults_as_json_are_on_standard_output(semantic: Semantic, shop: Path, command: str) -> None:
    (shop / "semantic.yml").write_text("nam: shop\n")
    words = [command, "plan"] if command == "show" else [command]
    result = semantic(*words, "--format", "json")
    assert (result.exit_code, result.stderr) == (1, "")
    codes = [fault["code"] for fault in json.loads(result.stdout)["faults"]]
    assert codes == ["unknown"] or set(codes) == {"unknown", "missing"}


def test_no_question_is_a_fault(semantic: Semantic) -> None:
    result = semantic("sql")
    assert (result.exit_code, result.stderr) == (
        1,
        "question: missing: The question names no metric and no dimension. Name a metric, or in 'by' the "
        "dimensions whose values are wanted.\n",
    )


@pytest.mark.parametrize(
    "stdin", ["nope", "[1]", '{"metrics": 7}', '{"dialect": 7}', '{"metric": "sales"}', '{"metrics": ["']
)
def test_bad_json_is_a_fault(semantic: Semantic, stdin: str) -> None:
    result = semantic("sql", "-", stdin=stdin)
    assert result.exit_code == 1
    assert result.stderr.startswith("question: ")


def test_no_project_is_a_fault(
    semantic: Semantic, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    result = semantic("list")
    assert result.exit_code == 1
    assert "semantic init" in result.stderr


def test_an_unknown_command(semantic: Semantic) -> None:
    result = semantic("sqll")
    assert result.exit_code == 2
    assert "Did you mean 'sql'?" in result.stderr


@pytest.fixture
def defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("deep\ninside")

    monkeypatch.setattr("semantic.layer.Layer.compile", fail)


@pytest.mark.usefixtures("defect")
def test_a_defect_is_one_line(semantic: Semantic) -> None:
    result = semantic("sql", "sales")
    assert (result.exit_code, result.stdout) == (70, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("semantic: internal error: KeyError: ")
    assert "please report it" in result.stderr


@pytest.mark.usefixtures("defect")
@pytest.mark.parametrize("words", [["--debug", "sql", "sales"], ["sql", "sales", "--debug"]])
def test_a_defect_with_its_traceback(semantic: Semantic, words: list[str]) -> None:
    result = semantic(*words)
    assert result.exit_code == 70
    assert "Traceback (most recent call last)" in result.stderr


@pytest.mark.usefixtures("defect")
def test_a_variable_asks_for_tracebacks_too(semantic: Semantic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMANTIC_DEBUG", "1")
    assert "Traceback" in semantic("sql", "sales").stderr


def test_an_interruption(semantic: Semantic, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("semantic.layer.Layer.load", interrupted)
    assert semantic("sql", "sales").exit_code == 130


@pytest.mark.slow
def test_a_long_statement_is_interrupted(shop: Path) -> None:
    for name, sql in {"a": "SELECT range AS id FROM range(400000)", "b": "SELECT x.id FROM a x, a y"}.items():
        with duckdb.connect(shop / "slow.duckdb") as connection:
            connection.execute(f"CREATE VIEW {name} AS {sql}")
    (shop / "models" / "slow.yml").write_text(
        "models: [{name: b, table: b, columns: {id: integer}, primary_key: id}]\n"
        "metrics: [{name: slow, model: b, sql: sum(id * id)}]\n"
    )
    command = [sys.executable, "-m", "semantic", "run", "slow", "--url", "duckdb:///slow.duckdb"]
    with subprocess.Popen(command, cwd=shop, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        try:
            told = running.communicate(timeout=30)
        finally:
            running.kill()
    assert (running.returncode, *told) == (130, b"", b"")


def test_a_pipe_that_nobody_reads(shop: Path) -> None:
    """As in ``semantic run … | head -0``, with more than a pipe holds."""
    words = [
        "run",
        "orders",
        "--by",
        "time.second",
        "--fill",
        "--format",
        "csv",
        "--time",
        "2024-01-04..2024-01-05",
    ]
    command = [sys.executable, "-m", "semantic", *words]
    with subprocess.Popen(command, cwd=shop, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 128 + signal.SIGPIPE


def test_output_is_utf_8_whatever_the_locale(shop: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "semantic", "list", "metrics", "--lang", "ko"]
    done = subprocess.run(command, cwd=shop, capture_output=True, env=environment, check=True)
    assert "매출" in done.stdout.decode("utf-8")


def test_a_word_that_is_no_text(shop: Path) -> None:
    command = [sys.executable, "-m", "semantic", "sql", b"sal\xffes"]
    done = subprocess.run(command, cwd=shop, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        *(
            [c, "--help"]
            for c in ("sql", "run", "list", "show", "check", "init", "import", "schema", "completion")
        ),
    ],
)
def test_help_imports_nothing_heavy(shop: Path, words: list[str]) -> None:
    program = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "from semantic.cli import main\n"
        "main()"
    )
    command = [sys.executable, "-c", program, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=shop)
    assert done.stdout
    assert HEAVY.isdisjoint(done.stderr.split())


def test_sql_imports_nothing_to_run_it_with(shop: Path) -> None:
    program = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "from semantic.cli import main\n"
        "main()"
    )
    command = [sys.executable, "-c", program, "sql", "sales", "--by", "time.month"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=shop)
    assert {"duckdb", "sqlalchemy", "pandas", "pyarrow"}.isdisjoint(done.stderr.split())


def test_the_module_is_the_command(shop: Path) -> None:
    assert process("--version", cwd=shop).stdout.startswith("semantic ")


@pytest.mark.parametrize("command", ["sql", "run", "list", "show", "check", "init", "schema", "completion"])
def test_every_help_has_examples(semantic: Semantic, command: str) -> None:
    text = semantic(command, "--help").stdout
    assert "Examples:" in text
    assert f"semantic {command}" in text.split("Examples:")[1]


def test_schema_is_json(semantic: Semantic) -> None:
    assert json.loads(semantic("schema").stdout)["$schema"].startswith("https://json-schema.org/")
