"""Every folder of ``dialects/`` answers every question, and its templates say what they print."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from semantic.dialect import Answers, Dialect, check_dialect, load, names
from semantic.dialect.template import compile_template, holes, parse_template, repeated
from semantic.faults import SemanticError
from semantic.functions import REGISTRY, Function
from semantic.rooms import room

DIALECTS = names()


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return load(request.param)


def texts(dialect: Dialect, function: Function) -> list[tuple[str, set[str]]]:
    """The templates of a function, each with the holes that it must have."""
    answer = dialect.answers.functions[function.signature]
    if isinstance(answer, str):
        return [(answer, set(function.arguments))]
    if "never" in answer:
        return []
    return [(answer["over_group"], set(function.arguments)), (answer["aggregate"], {"state"})]


def test_there_are_the_four() -> None:
    assert {"bigquery", "duckdb", "postgres", "snowflake"} <= set(DIALECTS)


def test_every_question_is_answered(dialect: Dialect) -> None:
    check_dialect(dialect.name)


@pytest.mark.parametrize("function", list(REGISTRY.values()), ids=lambda function: function.name)
def test_templates(dialect: Dialect, function: Function) -> None:
    """Printed is what is written; holes are the arguments, each used."""
    for text, arguments in texts(dialect, function):
        if function.variadic:
            text = repeated(text, 2)
            last = function.arguments[-1]
            arguments = {*function.arguments[:-1], f"{last}_0", f"{last}_1"}
        parsed = parse_template(text, dialect.answers.sqlglot)
        assert holes(parsed) == arguments
        assert parsed.sql(dialect.answers.sqlglot).replace("h__", ":") == text


@pytest.mark.parametrize("function", list(REGISTRY.values()), ids=lambda function: function.name)
def test_filled_templates_print_like_parsed_ones(dialect: Dialect, function: Function) -> None:
    for text, arguments in texts(dialect, function):
        if function.variadic:
            continue
        order = sorted(arguments)
        parts = [parse_template(f":{name}", dialect.answers.sqlglot) for name in order]
        filled = compile_template(text, order, dialect.answers.sqlglot)(parts)
        assert filled.sql(dialect.answers.sqlglot).replace("h__", ":") == text


def test_a_reason_for_every_never(dialect: Dialect) -> None:
    for name, function in REGISTRY.items():
        answer = dialect.answers.functions[function.signature]
        reason = dialect.unsupported(name)
        assert (reason is not None) == (not isinstance(answer, str) and "never" in answer)
        if reason:
            with pytest.raises(SemanticError, match=re.escape(reason)):
                dialect.template(name, len(function.arguments))


def test_unknown_dialect() -> None:
    with pytest.raises(SemanticError, match=r"'duckbd' is no dialect\. Did you mean 'duckdb'"):
        load("duckbd")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of dialects of our own, with one copied from DuckDB's."""
    file = tmp_path / "mine" / "dialect.yaml"
    file.parent.mkdir()
    file.write_text((room("dialects") / "duckdb" / "dialect.yaml").read_text("utf-8"), "utf-8")
    monkeypatch.setattr("semantic.dialect.loader.room", lambda name: tmp_path)
    return file


def faults_of(file: Path) -> list[str]:
    try:
        check_dialect(file.parent.name)
    except SemanticError as error:
        return [str(fault).replace(str(file.parent.parent) + "/", "") for fault in error.faults]
    return []


def test_a_copy_is_complete(copied: Path) -> None:
    assert faults_of(copied) == []


@pytest.mark.parametrize("question", [field.name for field in fields(Answers)])
def test_a_forgotten_answer_is_a_fault(copied: Path, question: str) -> None:
    raw = yaml.safe_load(copied.read_text("utf-8"))
    del raw[question]
    copied.write_text(yaml.safe_dump(raw), "utf-8")
    assert f"mine/dialect.yaml:1:1: missing: The question '{question}' is not answered." in faults_of(copied)


def test_faults_of_a_file_have_places(copied: Path) -> None:
    changes = {
        "folding: none": "folding: sideways",
        "  abs(x): ABS(:x)": "  abs(x): ABS(:y)",
        "  exp(x): EXP(:x)": "  expo(x): EXP(:x)",
        "  upper(s): UPPER(:s)": "  upper(s): UPPER(:s",
        "transactional_ddl: true": "transactional_ddl: true\ncolour: blue",
    }
    text = copied.read_text("utf-8")
    for old, new in changes.items():
        assert text.count(old + "\n") == 1
        text = text.replace(old + "\n", new + "\n")
    copied.write_text(text, "utf-8")
    line = {content: number for number, content in enumerate(text.splitlines(), 1)}
    expected = {
        line["folding: sideways"]: "10: value: 'sideways' is no answer to 'folding'. "
        "There is 'lower', 'upper', 'none'.",
        line["colour: blue"]: "1: unknown: 'colour' is no question that a dialect is asked.",
        line["functions:"] + 2: "3: missing: The function 'exp(x)' is not answered.",
        line["  abs(x): ABS(:y)"]: "11: value: The template of 'abs(x)' has the holes ':y', "
        "where ':x' are meant.",
        line["  expo(x): EXP(:x)"]: "3: unknown: 'expo(x)' is no function that a dialect is asked. "
        "Did you mean 'exp(x)'?",
        line["  upper(s): UPPER(:s"]: "13: syntax: The SQL does not parse: Expecting ).",
    }
    assert faults_of(copied) == [f"mine/dialect.yaml:{n}:{fault}" for n, fault in expected.items()]


def test_loading_a_file_with_a_gap_says_where(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("semantic.dialect.loader.names", lambda: ("mine",))
    copied.write_text(copied.read_text("utf-8").replace("support: executed\n", ""), "utf-8")
    with pytest.raises(SemanticError, match="'support' is not answered"):
        load("mine")
