"""The rows of an answer, and the libraries they can be handed to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, Protocol

from semantic import faults
from semantic.faults import SemanticError

if TYPE_CHECKING:
    import pyarrow

Row = tuple[Any, ...]
Frames = Literal["pandas", "polars"]


class Column(Protocol):
    """What is known of a column of rows."""

    @property
    def name(self) -> str:
        """The name in the statement."""

    def labelled(self, language: str) -> str:
        """What a person calls it in a language."""

    @property
    def type(self) -> str | None:
        """The type of its values, where it is known."""

    @property
    def kind(self) -> Literal["dimension", "metric"]:
        """Whether it was asked for under ``by`` or as a metric."""

    @property
    def label(self) -> str:
        """What a person reads."""

    @property
    def description(self) -> str:
        """What it means."""

    @property
    def unit(self) -> str | None:
        """The unit of its values."""

    @property
    def format(self) -> str | None:
        """How its values are shown."""


@dataclass(frozen=True)
class Rows:
    """An answer: its columns, its rows in order, and the statement that gave them."""

    columns: tuple[Column, ...]
    rows: list[Row]
    sql: str

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def values(self, index: int) -> list[Any]:
        """One column, from above to below."""
        return [row[index] for row in self.rows]

    def arrow(self) -> pyarrow.Table:
        """The rows as an Arrow table; needs ``pyarrow``."""
        need("'arrow()'", ["pyarrow"], "arrow")
        import pyarrow

        arrays = [_array(self.values(i), column.type) for i, column in enumerate(self.columns)]
        return pyarrow.table(arrays, names=[column.name for column in self.columns])

    def df(self, library: Frames | None = None) -> Any:
        """The rows as a data frame of the library that is installed; pandas where both are."""
        found = need("'df()'", [library] if library else ["pandas", "polars"], "pandas")
        return self._polars() if found == "polars" else self._pandas()

    def _pandas(self) -> Any:
        import pandas

        series = {
            column.name: pandas.Series(self.values(i), dtype=_PANDAS.get(column.type or ""))
            for i, column in enumerate(self.columns)
        }
        return pandas.DataFrame(series, index=range(len(self.rows)))

    def _polars(self) -> Any:
        polars: Any = import_module("polars")
        data = {column.name: self.values(i) for i, column in enumerate(self.columns)}
        return polars.DataFrame(data, strict=False)


#: Types that hold NULL beside whole numbers and truth values; decimals stay Python's, which are exact.
_PANDAS = {
    "integer": "Int64",
    "float": "float64",
    "boolean": "boolean",
    "text": "str",
    "date": "datetime64[s]",
    "timestamp": "datetime64[us]",
    "timestamptz": "datetime64[us, UTC]",
    "decimal": "object",
}


def need(what: str, packages: list[str], extra: str) -> str:
    """The first of the packages that is installed."""
    for package in packages:
        if find_spec(package) is not None:
            return package
    raise SemanticError([faults.not_installed(what, packages, extra)])


def _array(values: list[Any], kind: str | None) -> Any:
    import pyarrow as pa

    types = {
        "integer": pa.int64(),
        "float": pa.float64(),
        "text": pa.string(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "timestamptz": pa.timestamp("us", tz="UTC"),
    }
    if kind == "decimal" and not any(isinstance(v, Decimal) for v in values):
        return pa.array(values, None if any(v is not None for v in values) else pa.decimal128(38, 2))
    try:
        return pa.array(values, types.get(kind or ""))
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):  # wider than its type, as sums may be
        return pa.array(values)
