"""The part of BigQuery's REST API that its drivers ask with, before GoogleSQL: ``python -m … PORT``.

Statements are run by Google's own reference implementation (`tests.engines.bigquery`); tables have no project
and no dataset there. Whoever asks with another token than the one that is given out here is refused, and so
is who reads the table ``hidden``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from tests.drivers.rows import TABLES
from tests.engines.bigquery import EPOCH, BigQuery
from tests.engines.table import Table

TOKEN = "let-me-in"
#: What BigQuery calls the types of its columns in answers.
KINDS = {
    "INT64": "INTEGER", "DOUBLE": "FLOAT", "BOOL": "BOOLEAN", "NUMERIC": "NUMERIC", "STRING": "STRING",
    "DATE": "DATE", "DATETIME": "DATETIME", "TIMESTAMP": "TIMESTAMP",
}  # fmt: skip


def cell(value: Any) -> dict[str, Any]:
    """A value as the REST API writes it."""
    if value is None or isinstance(value, str):
        return {"v": value}
    if isinstance(value, bool):
        return {"v": "true" if value else "false"}
    if isinstance(value, datetime) and value.tzinfo is not None:
        return {"v": str((value - EPOCH) // (datetime.resolution))}
    return {"v": value.isoformat() if isinstance(value, date) else str(value)}


class Refused(Exception):
    """An error as the REST API tells it."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.record = {"code": status, "message": message, "errors": [{"reason": reason, "message": message}]}


class Warehouse:
    """GoogleSQL behind the API; one statement at a time."""

    def __init__(self) -> None:
        self.engine = BigQuery(zone="UTC")
        self.engine.load({name: Table.parse(text) for name, text in TABLES.items()})
        self.lock = Lock()

    def query(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of ``jobs.query``."""
        sql = asked["query"]
        if "FROM hidden" in sql.replace("\n", " ").replace("  ", " "):
            raise Refused(
                403, "accessDenied", "Access Denied: Table shop:main.hidden: User does not have permission"
            )
        if "SLEEP" in sql:
            time.sleep(float(asked.get("jobTimeoutMs", 3000)) / 1000)
            raise Refused(400, "stopped", "Job execution was cancelled: Job timed out after 0.2s")
        try:
            with self.lock:
                columns, rows = self.engine.typed(sql)
        except Exception as error:
            missing = "Table not found" in str(error)
            raise Refused(*((404, "notFound") if missing else (400, "invalidQuery")), str(error)) from None
        return {
            "kind": "bigquery#queryResponse",
            "jobComplete": True,
            "jobReference": {"projectId": "shop", "jobId": "job_1", "location": "US"},
            "schema": {
                "fields": [{"name": n, "type": KINDS.get(k, k), "mode": "NULLABLE"} for n, k in columns]
            },
            "rows": [{"f": [cell(value) for value in row]} for row in rows],
            "totalRows": str(len(rows)),
        }


class Handler(BaseHTTPRequestHandler):
    """Tokens, queries, and lists of what there is."""

    warehouse: Warehouse

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            self._answer(200, {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})
        elif self.path == "/refuse":
            self._answer(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
        else:
            self._guarded(lambda: self.warehouse.query(json.loads(body)))

    def do_GET(self) -> None:
        if "/tables" in self.path:
            tables = [{"tableReference": _reference(tableId=name), "type": "TABLE"} for name in TABLES]
            self._guarded(lambda: {"tables": tables, "totalItems": len(tables)})
        else:
            self._guarded(lambda: {"datasets": [{"id": "shop:main", "datasetReference": _reference()}]})

    def _guarded(self, act: Any) -> None:
        try:
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                raise Refused(401, "authError", "Request had invalid authentication credentials.")
            self._answer(200, act())
        except Refused as refused:
            self._answer(refused.status, {"error": refused.record})

    def _answer(self, status: int, record: Mapping[str, Any]) -> None:
        data = json.dumps(record).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


def _reference(**more: str) -> dict[str, str]:
    return {"projectId": "shop", "datasetId": "main", **more}


if __name__ == "__main__":
    Handler.warehouse = Warehouse()
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
