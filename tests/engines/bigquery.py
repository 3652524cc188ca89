"""BigQuery, as far as open GoogleSQL is BigQuery: types are checked and statements run by Google's code.

What GoogleSQL has and BigQuery's documentation has not is switched off (``NOT_BIGQUERY``) or refused by
`tests.engines.checks`. Tables live in one catalog without projects or datasets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from functools import cache
from importlib import metadata
from typing import Any

from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service
from zetasql.wasi._pb2.zetasql.proto import options_pb2 as options
from zetasql.wasi._pb2.zetasql.proto import simple_catalog_pb2 as catalogs
from zetasql.wasi._pb2.zetasql.public import options_pb2 as features
from zetasql.wasi._pb2.zetasql.public import type_pb2 as types
from zetasql.wasi._pb2.zetasql.public.value_pb2 import ValueProto

from semantic.spec.types import TypeName
from tests.engines.base import Engine
from tests.engines.checks import check
from tests.engines.googlesql import Service
from tests.engines.table import Table, exact

#: Language features that GoogleSQL implements and BigQuery's documentation does not offer.
NOT_BIGQUERY = (
    "AGGREGATE_FILTERING", "LATERAL_JOIN", "TIMESTAMP_NANOS", "TIMESTAMP_PICOS", "REPEAT", "UUID_TYPE",
    "EXPERIMENTAL_MODULES", "NULLIFZERO_ZEROIFNULL", "FIRST_AND_LAST_N", "FOR_UPDATE", "GROUP_BY_ARRAY",
    "GROUP_BY_STRUCT", "PROTO_MAPS", "TYPEOF_FUNCTION", "MULTILEVEL_AGGREGATION", "PI_FUNCTIONS",
    "CBRT_FUNCTIONS", "MANHATTAN_DISTANCE", "DOT_PRODUCT", "L1_NORM", "L2_NORM", "LITERAL_CONCATENATION",
    "CONCAT_MIXED_TYPES", "IMPLICIT_COERCION_STRING_LITERAL_TO_BYTES",
)  # fmt: skip

#: Python's own context rounds to 28 digits.
EXACT = Context(prec=100)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KIND = types.TypeKind
_KINDS: Mapping[TypeName, str] = {
    "integer": "INT64",
    "decimal": "NUMERIC",
    "float": "DOUBLE",
    "text": "STRING",
    "boolean": "BOOL",
    "date": "DATE",
    "timestamp": "DATETIME",
    "timestamptz": "TIMESTAMP",
}


class BigQuery(Engine):
    """A catalog of tables before the reference implementation; ``zone`` is the session's time zone."""

    dialect = "bigquery"

    def __init__(self, zone: str = "America/Los_Angeles") -> None:
        self.product = f"GoogleSQL reference implementation (zetasql {metadata.version('zetasql')})"
        self._service = Service()
        self._language = bigquery_language(self._service)
        self._options = options.AnalyzerOptionsProto(language_options=self._language, default_timezone=zone)
        self._catalog: int | None = None

    def _load(self, tables: Mapping[str, Table]) -> None:
        if self._catalog is not None:
            self._call("UnregisterCatalog", service.UnregisterRequest(registered_id=self._catalog))
        request = service.RegisterCatalogRequest(simple_catalog=_catalog(self._language, tables))
        for name, table in tables.items():
            kinds = [kind for _, kind in table.columns]
            content = request.table_content[exact(name)[0]].table_data
            content.SetInParent()  # a table without rows has content, too
            for row in table.rows:
                content.row.add().cell.extend(map(encoded, row, kinds))
        answer = self._service.call("RegisterCatalog", request, service.RegisterResponse)
        self._catalog = answer.registered_id

    def session(self, zone: str, week_start: int) -> None:
        self._options.default_timezone = zone  # a week's first day is always said: WEEK(MONDAY)

    def _answer(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        check(sql, self.dialect, self._loaded or {})
        return self.unchecked(sql)

    def unchecked(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """What GoogleSQL answers."""
        columns, rows = self.typed(sql)
        return [name for name, _ in columns], rows

    def typed(self, sql: str) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
        """What GoogleSQL answers, with the names and the types of its columns."""
        request = service.PrepareQueryRequest(
            sql=sql, options=self._options, registered_catalog_id=self._catalog
        )
        prepared = self._service.call("PrepareQuery", request, service.PrepareQueryResponse).prepared
        try:
            run = service.EvaluateQueryRequest(prepared_query_id=prepared.prepared_query_id)
            answer = self._service.call("EvaluateQuery", run, service.EvaluateQueryResponse)
        finally:
            done = service.UnprepareQueryRequest(prepared_query_id=prepared.prepared_query_id)
            self._call("UnprepareQuery", done)
        kinds = [column.type for column in prepared.columns]
        rows = [tuple(map(decoded, kinds, row.cell)) for row in answer.content.table_data.row]
        names = [_KIND.Name(kind.type_kind).removeprefix("TYPE_") for kind in kinds]
        return list(zip([column.name for column in prepared.columns], names, strict=True)), rows

    def _call(self, method: str, request: Any) -> None:
        self._service.call(method, request, _Nothing)


class _Nothing:
    """The answer of a call that has none."""

    def SerializeToString(self) -> bytes:
        return b""

    @classmethod
    def FromString(cls, data: bytes) -> None:
        return None


def bigquery_language(chosen: Service) -> Any:
    """GoogleSQL's language as BigQuery offers it."""
    request = service.LanguageOptionsRequest(maximum_features=True)
    language = chosen.call("GetLanguageOptions", request, options.LanguageOptionsProto)
    known = set(features.LanguageFeature.keys())
    names = {f"FEATURE_{name}" for name in NOT_BIGQUERY}
    dropped = {features.LanguageFeature.Value(name) for name in names & known}
    kept = [feature for feature in language.enabled_language_features if feature not in dropped]
    del language.enabled_language_features[:]
    language.enabled_language_features.extend(kept)
    language.product_mode = features.ProductMode.Value("PRODUCT_EXTERNAL")
    language.name_resolution_mode = features.NameResolutionMode.Value("NAME_RESOLUTION_DEFAULT")
    del language.supported_statement_kinds[:]
    return language


def _catalog(language: Any, tables: Mapping[str, Table]) -> Any:
    catalog = catalogs.SimpleCatalogProto(name="tests")
    catalog.builtin_function_options.language_options.CopyFrom(language)
    for name, table in tables.items():
        made = catalog.table.add(name=exact(name)[0])
        for column, kind in table.columns:
            made.column.add(name=exact(column)[0], type=types.TypeProto(type_kind=_number(_KINDS[kind])))
    return catalog


@cache
def _number(kind: str) -> Any:
    return _KIND.Value(f"TYPE_{kind}")


# --- values -----------------------------------------------------------------------------------------


def encoded(value: Any, kind: TypeName) -> Any:
    """A value of Python's as the service takes it."""
    cell = ValueProto()
    if value is not None:
        _ENCODE[kind](cell, value)
    return cell


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _timestamp(cell: Any, value: datetime) -> None:
    cell.timestamp_value.seconds, rest = divmod(_microseconds(value), 1_000_000)
    cell.timestamp_value.nanos = rest * 1000


def _datetime(cell: Any, value: datetime) -> None:
    """Year, month, day, hour, minute and second in 14, 4, 5, 5, 6 and 6 bits."""
    bits = 0
    parts = (value.month, 4), (value.day, 5), (value.hour, 5), (value.minute, 6), (value.second, 6)
    for part, width in ((value.year, 14), *parts):
        bits = bits << width | part
    cell.datetime_value.bit_field_datetime_seconds = bits
    cell.datetime_value.nanos = value.microsecond * 1000


def _numeric(cell: Any, value: Decimal) -> None:
    scaled = int(value.scaleb(9, EXACT))
    assert Decimal(f"{scaled}E-9") == value, f"{value} is no NUMERIC"
    cell.numeric_value = scaled.to_bytes((scaled.bit_length() + 8) // 8 or 1, "little", signed=True)


_ENCODE: Mapping[TypeName, Callable[[Any, Any], None]] = {
    "integer": lambda cell, value: setattr(cell, "int64_value", value),
    "decimal": _numeric,
    "float": lambda cell, value: setattr(cell, "double_value", value),
    "text": lambda cell, value: setattr(cell, "string_value", value),
    "boolean": lambda cell, value: setattr(cell, "bool_value", value),
    "date": lambda cell, value: setattr(cell, "date_value", (value - EPOCH.date()).days),
    "timestamp": _datetime,
    "timestamptz": _timestamp,
}


def decoded(kind: Any, cell: Any) -> Any:
    """A value of the service's in plain Python."""
    held = cell.WhichOneof("value")
    if held is None:
        return None
    read = _DECODE.get(_KIND.Name(kind.type_kind).removeprefix("TYPE_"))
    return read(cell) if read else getattr(cell, held)


def _scaled(digits: int, held: str) -> Callable[[Any], Decimal]:
    return lambda cell: Decimal(f"{int.from_bytes(getattr(cell, held), 'little', signed=True)}E-{digits}")


def _moment(cell: Any) -> datetime:
    seconds, nanos = cell.timestamp_value.seconds, cell.timestamp_value.nanos
    return EPOCH + timedelta(seconds=seconds, microseconds=nanos // 1000)


def _wall_clock(cell: Any) -> datetime:
    bits, parts = cell.datetime_value.bit_field_datetime_seconds, []
    for width in (6, 6, 5, 5, 4):
        parts.append(bits & (1 << width) - 1)
        bits >>= width
    second, minute, hour, day, month = parts
    return datetime(bits, month, day, hour, minute, second, cell.datetime_value.nanos // 1000)


def _day(cell: Any) -> date:
    day: date = EPOCH.date() + timedelta(days=cell.date_value)
    return day


_DECODE: Mapping[str, Callable[[Any], Any]] = {
    "DATE": _day,
    "NUMERIC": _scaled(9, "numeric_value"),
    "BIGNUMERIC": _scaled(38, "bignumeric_value"),
    "TIMESTAMP": _moment,
    "DATETIME": _wall_clock,
}
