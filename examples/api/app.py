"""A small API over a project: metrics as JSON, answers as JSON, NDJSON or CSV, mistakes as faults.

    semantic init shop
    SEMANTIC_PROJECT=shop uvicorn --factory examples.api.app:create_app --limit-concurrency 20

It only reads, from the target that it is started with; nothing in a question chooses where it runs. Every
answer is bounded in rows and in seconds. A changed project is seen without a restart.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from itertools import chain
from typing import Annotated, Any, Literal

from fastapi import Body, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse

from semantic import Bounds, Fault, Rows, SemanticError, Stream, Watch, watch
from semantic.warehouse.files import csv_lines, json_lines, ndjson_lines

Form = Literal["ndjson", "csv"]
Question = Annotated[dict[str, Any], Body()]
Lines = Callable[[Stream], Iterator[str]]

#: An answer that is held, and one that flows. A bound on what a statement may cost is `Bounds.max_cost`.
HELD = Bounds(limit_rows=10_000, timeout=30)
FLOWING = Bounds(limit_rows=1_000_000, timeout=300)
LONGEST_QUESTION = 100_000  # bytes

#: Faults that are not the question's, and the status that says so; all others are 422.
STATUS: Mapping[str, int] = {"connection": 503, "driver": 500, "warehouse": 502, "timeout": 504}
FORMS: Mapping[Form, tuple[str, Lines]] = {
    "ndjson": ("application/x-ndjson", ndjson_lines),
    "csv": ("text/csv; charset=utf-8", csv_lines),
}


class Service:
    """The newest layer of a project, and the one target that its questions run on."""

    def __init__(self, watched: Watch, target: str | None) -> None:
        self.watched = watched
        self.target = target

    def health(self) -> dict[str, Any]:
        """Whether answers are those of the files as they are now; if not, why."""
        name, found = str(self.watched.layer.catalog.spec.name), self.watched.faults
        return {"project": name, "stale": bool(found), "faults": records(found)}

    def metrics(self) -> list[dict[str, Any]]:
        """What a person needs to know of each metric."""
        return [
            {"name": name, "label": each.label, "description": each.description, "unit": each.unit}
            for name, each in self.watched.layer.catalog.metrics.items()
        ]

    def sql(self, words: Mapping[str, Any]) -> dict[str, Any]:
        """A statement with its values beside it, and the tables that it reads."""
        layer = self.watched.layer
        compiled = layer.compile(layer.asked(words), layer.place(self.target).dialect)
        made = compiled.parameterised()
        return {
            "sql": made.text,
            "paramstyle": made.paramstyle,
            "parameters": [asdict(each) for each in made.parameters],
            "tables": compiled.tables,
        }

    def rows(self, words: Mapping[str, Any]) -> Rows:
        """All rows of a question."""
        with self._stream(words, HELD) as stream:
            return Rows(stream.columns, list(stream), stream.sql)

    def lines(self, words: Mapping[str, Any], form: Lines) -> Iterator[str]:
        """The lines of an answer. The first one is waited for, so that a mistake is told in place of it; a
        bound that is met later breaks the answer off."""
        stream = self._stream(words, FLOWING)
        try:
            told = form(stream)
            first = list(next_of(told))
        except BaseException:
            stream.close()
            raise
        return chain(first, told)

    def _stream(self, words: Mapping[str, Any], bounds: Bounds) -> Stream:
        layer = self.watched.layer
        return layer.streamed(layer.asked(words), layer.place(self.target), bounds)


def create_app(project: str | None = None, target: str | None = None) -> FastAPI:
    """The API of a project's folder, or of the one that ``SEMANTIC_PROJECT`` names; raises `SemanticError`
    where the project is broken."""
    app = FastAPI(title="Metrics")
    folder = project or os.environ.get("SEMANTIC_PROJECT", ".")
    service = Service(watch(folder), target or os.environ.get("SEMANTIC_TARGET"))

    @app.exception_handler(SemanticError)
    def told(_: Request, error: SemanticError) -> JSONResponse:
        status = max(STATUS.get(fault.code, 422) for fault in error.faults)
        return JSONResponse({"faults": records(error.faults)}, status)

    @app.exception_handler(RequestValidationError)
    def misshapen(_: Request, error: RequestValidationError) -> JSONResponse:
        found = [
            Fault("value", f"{'.'.join(map(str, each['loc']))}: {each['msg']}.") for each in error.errors()
        ]
        return JSONResponse({"faults": records(found)}, 422)

    @app.middleware("http")
    async def short_questions_only(request: Request, answer: Any) -> Any:
        length = request.headers.get("content-length", "0")
        if "transfer-encoding" in request.headers or int(length) > LONGEST_QUESTION:
            fault = Fault("size", f"A question has at most {LONGEST_QUESTION:,} bytes, and says how many.")
            return JSONResponse({"faults": records([fault])}, 413)
        return await answer(request)

    @app.get("/health")
    def health() -> dict[str, Any]:
        return service.health()

    @app.get("/metrics")
    def metrics() -> list[dict[str, Any]]:
        return service.metrics()

    @app.post("/sql")
    def sql(question: Question) -> dict[str, Any]:
        return service.sql(question)

    @app.post("/ask")
    def ask(question: Question) -> StreamingResponse:
        lines = json_lines(service.rows(question))
        return StreamingResponse(ended(lines), media_type="application/json")

    @app.post("/rows")
    def rows(question: Question, form: Form = "ndjson") -> StreamingResponse:
        kind, lines = FORMS[form]
        return StreamingResponse(ended(service.lines(question, lines)), media_type=kind)

    return app


def records(found: Any) -> list[dict[str, object]]:
    """Faults as the command line prints them with ``--format json``."""
    return [fault.as_dict() for fault in found]


def next_of(lines: Iterator[str]) -> Iterator[str]:
    """The next line, if there is one."""
    for line in lines:
        yield line
        return


def ended(lines: Iterator[str]) -> Iterator[str]:
    """Lines with their ends."""
    return (f"{line}\n" for line in lines)
