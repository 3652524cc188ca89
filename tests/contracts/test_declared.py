"""Functions that a project declares itself."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from semantic.dialect import load
from semantic.expr.canonical import Misfit, canonical
from semantic.expr.types import infer
from semantic.faults import SemanticError
from semantic.source import Span, Text
from semantic.spec.types import Function, TypeName
from tests.contracts.authoring import type_of


def declare(name: str, arguments: tuple[str, ...], kind: TypeName | None) -> Function:
    return Function(
        name=Text(name),
        arguments=tuple(map(Text, arguments)),
        type=kind,
        templates={},
        span=Span("semantic.yml", 1, 1),
    )


def test_declared_functions() -> None:
    declared = {"haversine": declare("haversine", ("a", "b"), "float")}
    tree = canonical(sqlglot.parse_one("HAVERSINE(i, j) / 2", read="duckdb"), type_of, declared)
    assert infer(tree, type_of) == "float"
    assert infer(tree.expressions[0], type_of) == "float"
    target = load("duckdb").with_functions({"haversine": (("a", "b"), "my_haversine(:b, :a + :b)")})
    assert target.translate(tree).sql("duckdb") == "CAST(MY_HAVERSINE(j, i + j) AS DOUBLE) / 2"
    with pytest.raises(Misfit, match=r"'haversine\(a, b\)' is called with 1 arguments"):
        canonical(sqlglot.parse_one("haversine(i)", read="duckdb"), type_of, declared)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("my_fn(:a", "syntax"),
        ("", "syntax: The SQL is empty."),
        (":a; DROP TABLE x", "syntax: There is more than one SQL statement here."),
        (":a FROM x", "syntax"),
        ("DROP TABLE x", "syntax"),
        (
            ":a + (SELECT max(y) FROM x)",
            "function: The template of 'f' is no expression over its arguments alone.",
        ),
        (":a + amount", "function: The template of 'f' is no expression over its arguments alone."),
        ("SUM(:a)", "function: The template of 'f' aggregates."),
        ("LAG(:a) OVER (ORDER BY :a)", "function: The template of 'f' aggregates."),
        (":a + :b", "value: The template of 'f(a)' has the holes ':a', ':b', where ':a' are meant."),
        ("1", "value: The template of 'f(a)' has the holes none, where ':a' are meant."),
    ],
)
def test_faults_of_declared_templates(template: str, message: str) -> None:
    text = Text(template, "semantic.yml", ((7, 20),))
    with pytest.raises(SemanticError) as caught:
        load("duckdb").with_functions({"f": (("a",), text)}).template("f", 1)
    assert str(caught.value).startswith("semantic.yml:7:")
    assert message in str(caught.value)


def test_declared_templates_keep_the_case_and_path_of_a_function() -> None:
    target = load("bigquery").with_functions(
        {"f": (("a",), "`my-project.geo.Dist`(:a, DATE_TRUNC(:a, MONTH))")}
    )
    written = target.call("f", exp.column("x")).sql("bigquery")
    assert written == "`my-project.geo.Dist`(x, DATE_TRUNC(x, MONTH))"
    assert load("postgres").unsupported("f") == "it is declared without a template for that dialect"
