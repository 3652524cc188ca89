"""What is no document is told with its place and a remedy, and the two forms of a document say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic.faults import SemanticError
from semantic.interop.osi.importing import imported
from tests.interop.osi.documents import dataset, field, metric, model, relationship, saved, wrapped

DOCUMENT = """version: 0.2.0.dev0
name: shop
datasets:
  - name: orders
    source: orders
    fields:
      - {name: amount, expression: {dialects: [{dialect: ANSI_SQL, expression: amount}]}}
"""
EXPRESSION = "{dialects: [{dialect: ANSI_SQL, expression: amount}]}"
LINK = "relationships: [{name: r, from: orders, to: %s, from_columns: [%s], to_columns: [b]}]\n"

#: Texts, where the fault is and its code, and words of its message or remedy.
MALFORMED = {
    "nothing": ("", "1:1: type", "The document must be a mapping, not empty."),
    "a list": ("- a\n", "1:1: type", "must be a mapping, not a list"),
    "a text": ("hello", "1:1: type", "not 'hello'"),
    "open bracket": ("name: [a\n", "2:1: yaml", "It opened at shop.yaml:1:7."),
    "tab": ("name: a\n\tdatasets: []\n", "2:1: yaml", "tab"),
    "something else": ("rows: 1\n", "1:1: osi", "It has 'rows'."),
    "dbt": ("semantic_models: []\n", "1:1: osi", "--from metricflow"),
    "both roots": (DOCUMENT + "semantic_model: []\n", "3:1: osi", "Keep one of them."),
    "no datasets": ("name: shop\n", "1:1: missing", "needs 'datasets'"),
    "empty datasets": (
        "name: shop\ndatasets: []\n",
        "2:11: missing",
        "'datasets' of a semantic model has no value",
    ),
    "datasets by name": ("name: shop\ndatasets: {a: b}\n", "2:11: type", "must be a list, not a mapping"),
    "dataset as text": ("name: shop\ndatasets: [orders]\n", "2:12: type", "A dataset must be a mapping"),
    "no name": (DOCUMENT.replace("name: shop\n", ""), "1:1: missing", "A semantic model needs 'name'."),
    "no source": (DOCUMENT.replace("    source: orders\n", ""), "4:5: missing", "A dataset needs 'source'."),
    "empty source": (DOCUMENT.replace(": orders\n    fi", ": ''\n    fi"), "5:13: missing", "has no value"),
    "source as list": (
        DOCUMENT.replace(": orders\n    fi", ": [a]\n    fi"),
        "5:13: type",
        "must be a text, not a list",
    ),
    "two datasets": (
        DOCUMENT + "  - {name: Orders, source: x}\n",
        "8:12: duplicate",
        "already at shop.yaml:4:11",
    ),
    "two fields": (
        DOCUMENT + f"      - {{name: AMOUNT, expression: {EXPRESSION}}}\n",
        "8:16: duplicate",
        "field",
    ),
    "no expression": (
        DOCUMENT.replace(f", expression: {EXPRESSION}", ""),
        "7:9: missing",
        "needs 'expression'",
    ),
    "no dialects": (DOCUMENT.replace(EXPRESSION, "{sql: amount}"), "7:36: missing", "needs 'dialects'"),
    "empty dialects": (DOCUMENT.replace(EXPRESSION, "{dialects: []}"), "7:47: missing", "has no value"),
    "empty SQL": (DOCUMENT.replace("expression: amount", "expression: ' '"), "7:80: missing", "has no value"),
    "datatype": (
        DOCUMENT.replace("amount, e", "amount, datatype: Money, e"),
        "7:34: unknown",
        "There is 'String'",
    ),
    "is_time": (
        DOCUMENT.replace("amount, e", "amount, dimension: {is_time: maybe}, e"),
        "7:45: value",
        "true or false",
    ),
    "null in a key": (
        DOCUMENT.replace("    f", "    primary_key: [null]\n    f", 1),
        "6:19: missing",
        "has no value",
    ),
    "keys by name": (
        DOCUMENT.replace("    f", "    unique_keys: {a: b}\n    f", 1),
        "6:18: type",
        "must be a list",
    ),
    "unknown end": (DOCUMENT + LINK % ("order", "a"), "8:45: unknown", "Did you mean 'orders'?"),
    "unlike columns": (DOCUMENT + LINK % ("orders", "a, c"), "8:17: osi", "They pair by their place"),
    "half a relationship": (
        DOCUMENT + "relationships: [{name: r, from: orders}]\n",
        "8:17: missing",
        "needs 'to'",
    ),
    "nameless metric": (
        DOCUMENT + "metrics: [{expression: SUM(orders.amount)}]\n",
        "8:11: missing",
        "A metric needs 'name'.",
    ),
    "two metrics": (
        DOCUMENT + "metrics: [{name: a, expression: x}, {name: A, expression: x}]\n",
        "8:44: duplicate",
        "metric",
    ),
    "key twice": (DOCUMENT + "name: other\n", "8:1: duplicate", "already at shop.yaml:2:1"),
    "alias of nothing": (DOCUMENT + "metrics: *m\n", "8:10: unknown", "anchor"),
    "tag": (DOCUMENT + "description: !!python/object:os.system x\n", "8:14: yaml", "is not allowed"),
    "own extension": (
        DOCUMENT + "custom_extensions: [{vendor_name: SEMANTIC, data: x}]\n",
        "8:51: osi",
        "export the document anew",
    ),
    "extensions by name": (DOCUMENT + "custom_extensions: {a: b}\n", "8:20: type", "must be a list"),
    "two documents": (DOCUMENT + "---\na: b\n", "8:1: yaml", "one YAML document"),
    "ai_context": (DOCUMENT + "ai_context: [a]\n", "8:13: type", "must be a mapping"),
    "wrapped text": ("semantic_model: shop\n", "1:17: type", "must be a list"),
    "wrapped nothing": ("semantic_model: []\n", "1:17: missing", "has no value"),
    "control character": ("name: a\0b", "1:8: encoding", "U+0000"),
    "depth": ("a: " + "[" * 60 + "]" * 60, "1:42: limit", "nested deeper"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_document(tmp_path: Path, name: str) -> None:
    text, place, words = MALFORMED[name]
    with pytest.raises(SemanticError) as caught:
        imported(saved(tmp_path, text))
    said = str(caught.value)
    assert f"shop.yaml:{place}" in said
    assert words in said


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = DOCUMENT.replace("    source: orders\n", "") + "metrics: [{name: 1}, {name: ok, expression: []}]\n"
    with pytest.raises(SemanticError) as caught:
        imported(saved(tmp_path, text))
    assert len(caught.value.faults) == 3


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "none.yaml", "cannot be read"), (tmp_path, "no OSI document in")):
        with pytest.raises(SemanticError, match=words):
            imported(path)
    (tmp_path / "latin.yaml").write_bytes("name: caf\xe9\n".encode("latin-1"))
    with pytest.raises(SemanticError, match="not UTF-8"):
        imported(tmp_path / "latin.yaml")


SHOP = model(
    dataset("orders", field("amount", kind="Decimal"), field("note"), key="id"),
    dataset("customers", field("name", kind="String"), key="id"),
    relationships=[relationship("orders", "customers", "customer_id", "id")],
    metrics=[metric("revenue", "SUM(orders.amount)", ai_context={"synonyms": ["turnover 🛒", "a\ttab"]})],
)


@pytest.mark.parametrize("name", ["shop.yaml", "shop.json"])
def test_both_roots_and_both_notations_say_the_same(tmp_path: Path, name: str) -> None:
    plain = imported(saved(tmp_path, SHOP))[0]
    assert "🛒" in plain["metrics.yml"]
    assert imported(saved(tmp_path, SHOP, name))[0] == plain
    assert imported(saved(tmp_path, wrapped(SHOP), name))[0] == plain
    alone = {"version": "0.2.0.dev0", "semantic_model": wrapped(SHOP)["semantic_model"][0]}
    assert imported(saved(tmp_path, alone, name))[0] == plain


def test_the_words_of_types_in_every_draft(tmp_path: Path) -> None:
    words = ["String", "string", "Integer", "Decimal", "Float", "Boolean", "Date", "DateTime", "DateTimeTz",
             "timestamp", "timestamp_tz", "number", "Opaque"]  # fmt: skip
    fields = [field(f"f{index}", kind=word) for index, word in enumerate(words)]
    files, _ = imported(saved(tmp_path, model(dataset("t", *fields))))
    types = [
        line.partition("type: ")[2].rstrip("}")
        for line in files["models/t.yml"].splitlines()
        if "name: f" in line
    ]
    assert types == ["text", "text", "integer", "decimal", "float", "boolean", "date", "timestamp",
                     "timestamptz", "timestamp", "timestamptz", "", ""]  # fmt: skip


def test_an_expression_of_a_draft_is_the_list_of_its_dialects(tmp_path: Path) -> None:
    plain = "[{dialect: ANSI_SQL, expression: SUM(orders.amount)}]"
    drafted, said = (
        imported(saved(tmp_path, DOCUMENT + f"metrics: [{{name: total, expression: {text}}}]\n"))
        for text in (plain, f"{{dialects: {plain}}}")
    )
    assert drafted == said
