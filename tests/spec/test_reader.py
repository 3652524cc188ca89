"""What the files say is what the spec holds: every form, every place."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from semantic.faults import SemanticError
from semantic.rooms import room
from semantic.source import Span, Text
from semantic.spec import files, nodes
from semantic.spec.reader import read_project, read_text
from semantic.spec.types import Calendar, Spec


def read(text: str, **others: str) -> Spec:
    more = {f"{name}.yml": each for name, each in others.items()}
    return read_text({"semantic.yml": "name: acme\n", "m.yml": text} | more)


def model(text: str) -> object:
    return read("models:\n  - name: lines\n    table: t\n" + text).models[0]


def test_the_least_project() -> None:
    spec = read_text({"semantic.yml": "name: acme"})
    assert spec == Spec(name=Text("acme"), authoring_dialect=Text("duckdb"), calendar=Calendar())


def test_empty_files_are_fine() -> None:
    assert read("", other="# a comment", third="---\n", fourth="null", fifth="metrics:\n").metrics == ()


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "semantic.yml").write_bytes(b"\xef\xbb\xbfname: acme")
    assert read_project(tmp_path).name == "acme"


def test_which_files_belong_to_a_project(tmp_path: Path) -> None:
    metric = "metrics: [{{name: {0}, sql: sum(x)}}]"
    kept = ["a.yml", "b.yaml", "deep/er/c.yml", "deep/d.yml"]
    left = [".hidden.yml", ".git/e.yml", ".venv/f.yml", "node_modules/g.yml", "h.txt", "i.yml.bak"]
    (tmp_path / "semantic.yml").write_text("name: acme", "utf-8")
    for name in kept + left:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(metric.format(path.stem.strip(".")), "utf-8")
    metrics = read_project(tmp_path).metrics
    assert [(m.name, m.span.file) for m in metrics] == [(Path(name).stem, name) for name in sorted(kept)]


def test_calendar() -> None:
    text = "name: acme\ncalendar: {timezone: Asia/Seoul, week_start: sunday, fiscal_year_start: %s}"
    for month, number in (("april", 4), ("April", 4), ("4", 4), ("12", 12)):
        calendar = read_text({"semantic.yml": text % month}).calendar
        assert calendar == Calendar(
            timezone=Text("Asia/Seoul"), week_start="sunday", fiscal_year_start=number
        )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("customer_id", [("customer_id", "customer_id")]),
        ("[a, b]", [("a", "a"), ("b", "b")]),
        ("{buyer_id: customer_id, 'lower(x)': y}", [("buyer_id", "customer_id"), ("lower(x)", "y")]),
    ],
)
def test_join_on(written: str, meant: list[tuple[str, str]]) -> None:
    lines = model(f"    joins: [{{to: customers, on: {written}}}]")
    join = lines.joins[0]  # type: ignore[attr-defined]
    assert (list(join.on), join.role, join.required) == (meant, "customers", False)


def test_join_with_validity_and_role() -> None:
    lines = model("    joins: [{to: grades, as: grade, on: id, valid: [a, b], at: t, required: true}]")
    join = lines.joins[0]  # type: ignore[attr-defined]
    assert (join.to, join.role, join.valid, join.at, join.required) == (
        "grades",
        "grade",
        ("a", "b"),
        "t",
        True,
    )


def test_keys() -> None:
    assert model("    primary_key: id").primary_key == ("id",)  # type: ignore[attr-defined]
    assert model("    primary_key: [a, b]").primary_key == ("a", "b")  # type: ignore[attr-defined]
    assert model("    unique: [a, [b, c]]").unique == (("a",), ("b", "c"))  # type: ignore[attr-defined]


def test_dimensions() -> None:
    lines = model("    dimensions: [channel, {name: size, sql: 1, type: integer, unit: cm, format: '0.0'}]")
    first, second = lines.dimensions  # type: ignore[attr-defined]
    assert (first.name, first.sql, first.type) == ("channel", None, None)
    assert (second.sql, second.type, second.unit, second.format) == ("1", "integer", "cm", "0.0")


@pytest.mark.parametrize(
    "written",
    [
        "{a: integer, b: text}",
        "{a: {type: integer}, b: {type: text}}",
        "[{name: a, type: integer}, {name: b, type: text}]",
    ],
)
def test_columns(written: str) -> None:
    columns = model(f"    columns: {written}").columns  # type: ignore[attr-defined]
    assert [(c.name, c.type) for c in columns] == [("a", "integer"), ("b", "text")]


@pytest.mark.parametrize(
    ("written", "type"),
    [
        ("varchar(20)", "text"),
        ("STRING", "text"),
        ("bigint", "integer"),
        ('"decimal(18, 2)"', "decimal"),
        ("number", "decimal"),
        ("double precision", "float"),
        ("bool", "boolean"),
        ("datetime", "timestamp"),
        ("timestamp_ntz", "timestamp"),
        ("timestamp(6) without time zone", "timestamp"),
        ("timestamp with time zone", "timestamptz"),
        ("TIMESTAMP_TZ", "timestamptz"),
    ],
)
def test_types_by_their_sql_names(written: str, type: str) -> None:
    assert model(f"    columns: {{a: {written}}}").columns[0].type == type  # type: ignore[attr-defined]


def test_labels() -> None:
    text = "metrics:\n  - {name: a, sql: x, label: Sales, description: {en: Sales., ko: 매출, pt-BR: Vendas}}"
    metric = read(text).metrics[0]
    assert metric.label == {"en": "Sales"}
    assert metric.description == {"en": "Sales.", "ko": "매출", "pt-BR": "Vendas"}


def test_words_stay_text() -> None:
    text = "metrics:\n  - {name: NO, sql: 1.50, unit: yes, format: 0x1F}\n  - {name: select, sql: true}\n"
    first, second = read(text + "  - {name: 매출, sql: 2024-01-01}").metrics[:2]
    assert (first.name, first.sql, first.unit, first.format) == ("NO", "1.50", "yes", "0x1F")
    assert (second.name, second.sql) == ("select", "true")


def test_parameters() -> None:
    rows = {
        "integer": ("-12", -12),
        "decimal": ("12.50", Decimal("12.50")),
        "float": ("1e3", 1000.0),
        "text": ("NO", "NO"),
        "boolean": ("True", True),
        "date": ("2024-02-29", "2024-02-29"),
        "timestamp": ("2024-02-29 10:00", "2024-02-29 10:00"),
        "timestamptz": ("current_timestamp", "current_timestamp"),
    }
    text = "parameters:\n" + "".join(
        f"  - {{name: p_{t}, type: {t}, default: {w}}}\n" for t, (w, _) in rows.items()
    )
    spec = read(
        text + "  - {name: none, type: date}\n  - {name: few, type: integer, default: 2, values: [1, 2]}\n"
    )
    assert [p.default for p in spec.parameters[:-2]] == [value for _, value in rows.values()]
    assert [type(p.default) for p in spec.parameters[:2]] == [int, Decimal]
    assert spec.parameters[-2].default is None
    assert spec.parameters[-1].values == (1, 2)


def test_functions_macros_targets() -> None:
    text = """
functions:
  - {name: "haversine(a, b)", type: float, templates: {duckdb: ":a + :b", postgres: ":a - :b"}}
macros:
  - {name: "net( x )", sql: "{{ x }} / 1.1"}
  - {name: today, sql: "current_date"}
targets:
  prod: {dialect: snowflake, url: "{{ env_var('URL') }}", schema: SEMANTIC}
"""
    spec = read(text)
    function = spec.functions[0]
    assert (function.name, function.arguments, function.type) == ("haversine", ("a", "b"), "float")
    assert function.templates == {"duckdb": ":a + :b", "postgres": ":a - :b"}
    assert [(m.name, m.arguments) for m in spec.macros] == [("net", ("x",)), ("today", ())]
    assert function.arguments[1].span == Span("m.yml", 3, 26)
    assert (spec.targets[0].name, spec.targets[0].url) == ("prod", "{{ env_var('URL') }}")


def test_aliases_are_written_out() -> None:
    metrics = read(
        "metrics:\n  - {name: a, sql: sum(x), label: &l {en: A}}\n  - {name: b, sql: x, label: *l}"
    ).metrics
    assert metrics[0].label == metrics[1].label == {"en": "A"}


# --- libraries ---------------------------------------------------------------------------------------


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    library = tmp_path / "shelf" / "shop"
    library.mkdir(parents=True)
    (library / "sources.yml").write_text(
        "sources:\n"
        "  lines: {label: Lines, columns: {id: integer, amount: decimal}}\n"
        "  visits: {required: false, columns: {id: integer}}\n",
        "utf-8",
    )
    (library / "metrics.yml").write_text("metrics: [{name: amount, sql: sum(amount)}]", "utf-8")
    monkeypatch.setattr(files, "room", lambda name: tmp_path / "shelf")
    return library


def test_a_project_maps_the_sources_of_a_library(shelf: Path) -> None:
    text = (
        "name: acme\nlibraries: [shop]\nsources: {lines: {table: a.b, columns: {amount: float, extra: text}}}"
    )
    spec = read_text({"semantic.yml": text})
    lines, visits = spec.sources
    assert (lines.table, lines.label, lines.span) == ("a.b", {"en": "Lines"}, Span("semantic.yml", 3, 11))
    assert [(c.name, c.type) for c in lines.columns] == [
        ("amount", "float"),
        ("extra", "text"),
        ("id", "integer"),
    ]
    assert (visits.table, visits.sql, visits.required) == (None, None, False)
    assert spec.metrics[0].sql.span == Span("metric_defs/shop/metrics.yml", 1, 31)


def test_rooms_are_found_beside_the_package() -> None:
    assert room("metric_defs").is_dir()
    assert room("dialects").is_dir()


# --- places ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "sum(a) + b",
        "'sum(a) + b'",
        '"sum(a) + b"',
        "'it''s a + b''s'",
        r'"tab\there \"quoted\" A\u0042\x43 end"',
        "sum(a)\n         + b\n\n         - c",
        "'sum(a)\n         + ''b'''",
        '"sum(a) \\\n         + b\n         - c\\n d"',
        "|\n      select a\n\n        from b\n      where c",
        "|-\n      select a",
        "|2+\n      select a\n\n",
        "| # a comment\n      select a",
        ">\n      select a\n      from b\n\n        where c\n      and d",
        ">-\n      매출 + 개수\n      - b",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_character_is_found(written: str, newline: str) -> None:
    text = f"metrics:\n  - name: a\n    sql: {written}\n    unit: x\n".replace("\n", newline)
    metric = read(text).metrics[0]
    lines = text.splitlines()
    for offset, character in enumerate(metric.sql):
        span = metric.sql.at(offset)
        assert span is not None
        found = lines[span.line - 1][span.column - 1 : span.column]
        assert found == character or character.isspace() or found == "\\"
    assert metric.unit is not None
    assert metric.unit.span == Span("m.yml", len(lines), 11)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")), min_size=1)
)
@example("0" * 72 + " 01")  # a line that ends in a backslash, before an escaped space
def test_any_text_is_read_back_and_found(text: str) -> None:
    for style in ("'", '"', "|", ">"):
        written = yaml.dump(
            {"metrics": [{"name": "a", "sql": text}]}, default_style=style, allow_unicode=True
        )
        written = written.replace("!!str ", "")
        if not text.strip():
            continue
        sql = read(written).metrics[0].sql
        assert sql == text
        lines = written.splitlines()
        for offset, character in enumerate(text):
            span = sql.at(offset)
            assert span is not None
            if not character.isspace():
                assert lines[span.line - 1][span.column - 1] in (character, "\\")


def test_the_python_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "metrics:\n  - name: a\n    sql: |\n      sum(x)\n    label: {ko: '매''출', en: \"A\\tB\"}\n"
    fast = read(text)
    monkeypatch.setattr(nodes, "_LOADER", yaml.SafeLoader)
    slow = read(text)
    assert fast == slow
    assert fast.metrics[0].label["ko"].breaks == slow.metrics[0].label["ko"].breaks != ()


def test_objects_start_at_their_first_key() -> None:
    spec = read("metrics:\n  - name: a\n    sql: x\n  - {name: b, sql: x}\n", s="sources:\n  s: {table: t}\n")
    assert [m.span for m in spec.metrics] == [Span("m.yml", 2, 5), Span("m.yml", 4, 6)]
    assert spec.sources[0].span == Span("s.yml", 2, 3)


def test_the_folder_may_be_anywhere(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "semantic.yml").write_text("name: acme", "utf-8")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert read_project(tmp_path / "a") == read_project(tmp_path / "b")


def test_a_unit_is_the_default_of_a_parameter() -> None:
    texts = {
        "semantic.yml": "name: shop\nparameters: [{name: currency, type: text, default: EUR}]\n"
        "sources: {orders: {table: orders, columns: {total: decimal}}}\n"
        "models: [{name: orders, source: orders, dimensions: [{name: total, unit: '{{ currency }}'}]}]\n"
        "metrics: [{name: basket, model: orders, sql: avg(total), unit: '{{ currency }}/order'}]\n",
    }
    spec = read_text(texts)
    assert (spec.metrics[0].unit, spec.models[0].dimensions[0].unit) == ("EUR/order", "EUR")


def test_a_unit_of_a_parameter_that_is_none() -> None:
    text = "name: shop\nmetrics: [{name: rows, model: orders, sql: count(*), unit: '{{ money }}'}]\n"
    with pytest.raises(SemanticError) as error:
        read_text({"semantic.yml": text})
    assert [str(fault) for fault in error.value.faults] == [
        "semantic.yml:2:61: unknown: 'money' is no parameter."
    ]
