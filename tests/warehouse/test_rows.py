"""Rows given to other programs keep their values and types."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from semantic import OutputColumn, SemanticError
from semantic.warehouse import Rows
from semantic.warehouse.files import csv_lines, json_lines, write_parquet


def column(name: str, type: str | None) -> OutputColumn:
    return OutputColumn(name, type, "metric", name, "", None, None)


NAMES = {
    "whole": "integer",
    "exact": "decimal",
    "near": "float",
    "words": "text",
    "yes": "boolean",
    "day": "date",
    "wall": "timestamp",
    "instant": "timestamptz",
    "unknown": None,
}
FULL = (
    2**53 + 1,
    Decimal("12345678901234567890.123456"),
    0.1,
    'a "quoted", line\nof 매출',
    True,
    date(2024, 2, 29),
    datetime(2024, 2, 29, 13, 5, 7, 250000),
    datetime(2024, 2, 29, 13, 5, 7, tzinfo=UTC),
    "?",
)
EMPTY = (None,) * 9
ROWS = Rows(tuple(column(*pair) for pair in NAMES.items()), [FULL, EMPTY], "SELECT …")


def parquet(rows: Rows, path: Path) -> tuple[list[Any], list[str]]:
    write_parquet(rows, path)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        relation = connection.sql(f"FROM '{path}'")
        return relation.fetchall(), [str(kind) for kind in relation.types]


def test_parquet_keeps_values_and_types_without_pyarrow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    found, types = parquet(ROWS, tmp_path / "x.parquet")
    assert found == [FULL, EMPTY]
    assert types == [
        "BIGINT", "DECIMAL(38,6)", "DOUBLE", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP",
        "TIMESTAMP WITH TIME ZONE", "VARCHAR",
    ]  # fmt: skip


def test_parquet_of_no_rows_has_the_columns(tmp_path: Path) -> None:
    found, types = parquet(Rows(ROWS.columns, [], ""), tmp_path / "x.parquet")
    assert found == []
    assert types[:2] == ["BIGINT", "DECIMAL(38,2)"]


def test_parquet_widens_where_values_do_not_fit(tmp_path: Path) -> None:
    rows = Rows(
        (column("n", "integer"), column("d", "decimal")),
        [(2**70, Decimal(10) ** 40), (1, Decimal("0.5"))],
        "",
    )
    found, types = parquet(rows, tmp_path / "x.parquet")
    assert found == [(Decimal(2**70), 1e40), (Decimal(1), 0.5)]
    assert types == ["DECIMAL(38,0)", "DOUBLE"]


def test_parquet_of_many_rows_keeps_their_order(tmp_path: Path) -> None:
    rows = Rows((column("n", "integer"),), [(n,) for n in range(25_000)], "")
    found, _ = parquet(rows, tmp_path / "x.parquet")
    assert found == rows.rows


def test_csv_is_read_back_by_another_reader() -> None:
    text = "\n".join(csv_lines(ROWS))
    head, full, empty = csv.reader(io.StringIO(text))
    assert head == list(NAMES)
    assert full[:5] == [
        "9007199254740993",
        "12345678901234567890.123456",
        "0.1",
        'a "quoted", line\nof 매출',
        "true",
    ]
    assert full[5:] == ["2024-02-29", "2024-02-29T13:05:07.250000", "2024-02-29T13:05:07+00:00", "?"]
    assert empty == [""] * 9


def test_csv_tells_null_from_empty_text() -> None:
    rows = Rows((column("a", "text"), column("b", "text")), [("", None)], "")
    assert list(csv_lines(rows))[1] == '"",'


def test_json_is_exact() -> None:
    record = json.loads("\n".join(json_lines(ROWS)), parse_float=Decimal)
    assert record["rows"][0]["exact"] == Decimal("12345678901234567890.123456")
    assert record["rows"][0]["whole"] == 2**53 + 1
    assert record["rows"][0]["yes"] is True
    assert set(record["rows"][1].values()) == {None}
    assert record["columns"][0] == {
        "name": "whole", "type": "integer", "kind": "metric", "label": "whole", "unit": None,
    }  # fmt: skip


def test_json_has_no_words_that_are_none() -> None:
    rows = Rows((column("x", "float"),), [(float("nan"),), (float("inf"),)], "")
    record = json.loads("\n".join(json_lines(rows)), parse_constant=lambda word: pytest.fail(word))
    assert [row["x"] for row in record["rows"]] == ["nan", "inf"]


def test_json_of_no_rows() -> None:
    assert json.loads("\n".join(json_lines(Rows(ROWS.columns, [], ""))))["rows"] == []


def test_arrow_has_the_types_of_the_answer() -> None:
    table = ROWS.arrow()
    kinds = [str(field.type) for field in table.schema]
    assert kinds == [
        "int64", "decimal128(26, 6)", "double", "string", "bool", "date32[day]", "timestamp[us]",
        "timestamp[us, tz=UTC]", "string",
    ]  # fmt: skip
    assert [tuple(row.values()) for row in table.to_pylist()] == [FULL, EMPTY]


def test_a_frame_keeps_whole_numbers_beside_null() -> None:
    frame = ROWS.df("pandas")
    assert list(frame.columns) == list(NAMES)
    assert frame["whole"].dtype == "Int64"
    assert frame["whole"][0] == 2**53 + 1
    assert frame["exact"][0] == Decimal("12345678901234567890.123456")
    assert frame["day"][0] == datetime(2024, 2, 29)
    assert frame.isna().iloc[1].all()


def test_a_frame_without_rows_has_the_columns() -> None:
    assert list(Rows(ROWS.columns, [], "").df("pandas").columns) == list(NAMES)


@pytest.mark.parametrize(("method", "told"), [("df", "'pandas' or 'polars'"), ("arrow", "'pyarrow'")])
def test_a_missing_library_is_a_fault(method: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("semantic.warehouse.rows.find_spec", lambda name: None)
    with pytest.raises(SemanticError, match=told) as error:
        getattr(ROWS, method)()
    assert "pip install 'semantic-sql[" in str(error.value)
