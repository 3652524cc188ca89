"""The examples of embedding, run on a fresh starter project and compared with SQL by hand."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from examples.api import app as api
from semantic import Bounds
from semantic.cli.starting import starter

ROOT = Path(__file__).parents[2]
Ask = Callable[..., httpx.Response]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    for name, data in starter().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture
def ask(project: Path) -> Ask:
    """Sends one request to the API of the project."""
    made = api.create_app(str(project))

    async def sent(method: str, path: str, **words: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(made), base_url="http://api") as client:
            return await client.request(method, path, **words)

    return lambda *arguments, **words: asyncio.run(sent(*arguments, **words))


def by_hand(project: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute("SET file_search_path = $f", {"f": str(project)})
        return connection.execute(sql).fetchall()


SALES = "SELECT channel, sum(total) FROM 'data/orders.csv' GROUP BY 1 ORDER BY 1"
QUESTION = {"metrics": "sales", "by": "orders.channel"}


def test_metrics_are_listed(ask: Ask) -> None:
    found = {each["name"]: each for each in ask("GET", "/metrics").json()}
    assert found["sales"]["label"]["ko"] == "매출"
    assert found["sales"]["unit"] == "KRW"


def test_a_question_is_answered(ask: Ask, project: Path) -> None:
    answer = ask("POST", "/ask", json=QUESTION)
    rows = answer.json()["rows"]
    assert [(row["orders_channel"], row["sales"]) for row in rows] == by_hand(project, SALES)
    assert [column["label"] for column in answer.json()["columns"]] == ["Channel", "Sales"]


def test_rows_flow(ask: Ask, project: Path) -> None:
    answer = ask("POST", "/rows", json=QUESTION)
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [tuple(json.loads(line).values()) for line in answer.text.splitlines()] == by_hand(project, SALES)
    table = list(csv.reader(io.StringIO(ask("POST", "/rows?form=csv", json=QUESTION).text)))
    assert table[0] == ["orders_channel", "sales"]
    assert [(name, int(sales)) for name, sales in table[1:]] == by_hand(project, SALES)


def test_a_statement_with_its_values_beside_it(ask: Ask, project: Path) -> None:
    made = ask("POST", "/sql", json={"metrics": "sales", "where": "orders.channel = 'we''b'"}).json()
    assert "we''b" not in made["sql"]
    assert made["parameters"] == [{"name": "p1", "type": "text", "value": "we'b"}]
    assert made["tables"] == ['"data/orders.csv"']


@pytest.mark.parametrize(
    ("path", "question", "code"),
    [
        ("/ask", {"metrics": "saless"}, "unknown"),
        ("/rows", {"metrics": "sales", "where": "orders.channel = "}, "syntax"),
        ("/rows", {"metrics": "sales", "url": "duckdb:///etc/passwd"}, "unknown"),
        ("/rows", {"metrics": "sales", "limit_rows": 10**9}, "unknown"),
        ("/rows?form=xml", QUESTION, "value"),
        ("/ask", ["sales"], "value"),
    ],
)
def test_mistakes_are_faults(ask: Ask, path: str, question: Any, code: str) -> None:
    answer = ask("POST", path, json=question)
    assert answer.status_code == 422
    assert [fault["code"] for fault in answer.json()["faults"]] == [code]


def test_what_is_no_json(ask: Ask) -> None:
    answer = ask("POST", "/ask", content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["faults"][0]["code"]) == (422, "value")


def test_answers_are_bounded(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "HELD", Bounds(limit_rows=1))
    answer = ask("POST", "/ask", json=QUESTION)
    assert (answer.status_code, answer.json()["faults"][0]["code"]) == (422, "rows")
    assert ask("POST", "/ask", json={"metrics": "x" * 200_000}).status_code == 413


def test_a_broken_project_leaves_the_last_good_one(ask: Ask, project: Path) -> None:
    assert ask("GET", "/health").json()["stale"] is False
    (project / "semantic.yml").write_text("name: [")
    told = ask("GET", "/health").json()
    if not told["stale"]:  # files are looked at once a second
        import time

        time.sleep(1.1)
        told = ask("GET", "/health").json()
    assert told["faults"][0]["code"] == "yaml"
    assert ask("POST", "/ask", json=QUESTION).status_code == 200


def test_the_notebook(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["notebook.py", str(project)])
    runpy.run_path(str(ROOT / "examples" / "notebook.py"))
    printed = capsys.readouterr().out
    months = by_hand(
        project, "SELECT sum(total) FROM 'data/orders.csv' GROUP BY date_trunc('month', ordered_at)"
    )
    assert all(f" {total:,}" in printed for (total,) in months)
    assert "Did you mean 'sales'?" in printed
    assert (project / "sales.svg").read_text().startswith("<svg ")


def test_the_page_on_embedding(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its blocks run one after the other, in the folder of the project."""
    monkeypatch.chdir(project)
    text = (ROOT / "docs" / "embedding.md").read_text()
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) > 8
    exec("\n".join(blocks), {"__name__": "embedding"})
