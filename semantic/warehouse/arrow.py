"""Rows as Arrow record batches of one schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

import pyarrow as pa

from semantic import faults
from semantic.faults import SemanticError
from semantic.warehouse.rows import Column, Row

T = TypeVar("T")
TYPES: Mapping[str, pa.DataType] = {
    "integer": pa.int64(),
    "float": pa.float64(),
    "text": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}
_DIGITS, _LEAST = 38, 9


def batches_of_rows(rows: Iterable[Row], columns: Sequence[Column], size: int) -> Iterator[pa.RecordBatch]:
    """Batches whose types are those of the columns; a decimal has the digits of the first batch, or nine."""
    rest, schema = iter(rows), None
    while chunk := list(islice(rest, size)):
        values = [list(each) for each in zip(*chunk, strict=True)]
        schema = schema or _schema(columns, values)
        arrays = [_array(each, field) for each, field in zip(values, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _schema(columns: Sequence[Column], values: Sequence[list[Any]]) -> pa.Schema:
    return pa.schema([(c.name, _type(c.type, each)) for c, each in zip(columns, values, strict=True)])


def _type(kind: str | None, values: list[Any]) -> pa.DataType:
    decimals = [each for each in values if isinstance(each, Decimal)]
    if decimals or kind == "decimal":
        scale = max((-int(each.as_tuple().exponent) for each in decimals if each.is_finite()), default=0)
        return pa.decimal128(_DIGITS, max(scale, _LEAST))
    return TYPES.get(kind or "") or pa.infer_type([each for each in values if each is not None])


def _array(values: list[Any], field: pa.Field) -> pa.Array:
    try:
        return pa.array(values, field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        raise SemanticError([faults.arrow_type(field.name, str(error))]) from None


def batches_of_reader(
    reader: pa.RecordBatchReader, columns: Sequence[Column], act: Callable[[Callable[[], Any]], Any]
) -> Iterator[pa.RecordBatch]:
    """The batches of a warehouse's own reader, in the types of the columns; decimals stay as they are."""
    schema = pa.schema(
        [
            (c.name, TYPES.get(c.type or "", field.type))
            for c, field in zip(columns, reader.schema, strict=True)
        ]
    )
    while (batch := act(lambda: _next(reader))) is not None:
        yield batch.rename_columns(schema.names).cast(schema)


def _next(reader: pa.RecordBatchReader) -> pa.RecordBatch | None:
    try:
        return reader.read_next_batch()
    except StopIteration:
        return None
    except (OSError, pa.ArrowException) as error:  # what DuckDB says while it streams
        raise SemanticError([faults.statement_refused("DuckDB", str(error).splitlines()[0], None)]) from None
