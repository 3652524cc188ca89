"""``semantic plan`` and ``semantic apply`` as a shell sees them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Semantic

VIEWS = """
views:
  - {name: monthly, metrics: [sales, orders], by: time.month as month, description: "Of | a <month>."}
  - {name: regions, metrics: sales, by: customers.region as region}
"""
URL = ("--url", "duckdb:///warehouse.duckdb")


@pytest.fixture(autouse=True)
def _warehouse(shop: Path) -> None:
    (shop / "views" / "shop.yml").write_text(VIEWS, "utf-8")
    duckdb.connect("warehouse.duckdb").close()


def change(shop: Path) -> None:
    (shop / "views" / "shop.yml").write_text(VIEWS.replace("[sales, orders]", "[sales]"), "utf-8")


def test_exit_codes(semantic: Semantic, shop: Path) -> None:
    assert semantic("plan", *URL).exit_code == 0
    assert semantic("plan", *URL, "--exit-code").exit_code == 3
    assert semantic("apply", *URL).exit_code == 0
    assert semantic("plan", *URL, "--exit-code").exit_code == 0
    change(shop)
    assert semantic("plan", *URL, "--exit-code").exit_code == 3
    with duckdb.connect("warehouse.duckdb") as connection:
        connection.execute("CREATE OR REPLACE VIEW monthly AS SELECT 1 AS a")
    assert semantic("plan", *URL, "--exit-code").exit_code == 1
    assert semantic("plan", "month", *URL).exit_code == 1
    assert semantic("plan", "--format", "xml").exit_code == 2
    assert semantic("apply", "--timeout", "0").exit_code == 2
    assert semantic("plan", "--url", "duckdb:///nowhere.duckdb").exit_code == 1


def test_a_plan_in_words(semantic: Semantic, shop: Path) -> None:
    semantic("apply", *URL)
    assert semantic("plan", *URL).output == "the URL: 2 unchanged\n"
    change(shop)
    lines = semantic("plan", *URL, "--data").output.splitlines()
    assert lines[:3] == [
        "~ replace view main.monthly",
        "    its definition changed",
        "    - column orders BIGINT",
    ]
    assert any(line.startswith("    -") and "COUNT" in line for line in lines[3:])
    assert "    all values are the same" in lines
    assert lines[-1] == "the URL: 1 to replace, 1 unchanged"


def test_colours(semantic: Semantic, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in semantic("plan", *URL).output
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[32m+ create view main.monthly" in semantic("plan", *URL).output
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in semantic("plan", *URL).output


def test_a_plan_as_json(semantic: Semantic, shop: Path) -> None:
    semantic("apply", *URL)
    change(shop)
    found = json.loads(semantic("plan", *URL, "--data", "--format", "json").output)
    assert (found["clean"], [(c["name"], c["status"]) for c in found["changes"]]) == (
        False,
        [("monthly", "replace"), ("regions", "unchanged")],
    )
    first = found["changes"][0]
    assert [(column["name"], column["how"]) for column in first["columns"]] == [("orders", "removed")]
    assert first["data"]["only_before"] == first["data"]["only_after"] == 0
    assert first["data"]["keys"] == ["month"]


def test_a_plan_for_a_comment(semantic: Semantic, shop: Path) -> None:
    assert semantic("plan", *URL, "--format", "markdown").output.startswith(
        "### Views on the URL\n\n| view |"
    )
    semantic("apply", *URL)
    told = semantic("plan", *URL, "--format", "markdown").output
    assert told == "### Views on the URL\n\nNothing changes (2 unchanged).\n"
    change(shop)
    told = semantic("plan", *URL, "--format", "markdown").output
    assert "| main.monthly | replace | its definition changed |" in told
    assert "<details><summary>main.monthly</summary>\n\n```diff\n- orders BIGINT\n```\n\n```diff\n@@" in told
    assert told.count("```") % 2 == 0


def test_what_is_done(semantic: Semantic, shop: Path) -> None:
    told = semantic("apply", *URL)
    assert told.output == "+ main.monthly\n+ main.regions\nthe URL: 2 changes made\n"
    assert semantic("apply", *URL).output == "the URL: nothing to do\n"
    with duckdb.connect("warehouse.duckdb") as connection:
        assert len(connection.execute("SELECT * FROM monthly").fetchall()) > 1


def test_a_dry_run(semantic: Semantic) -> None:
    told = semantic("apply", *URL, "--dry-run").output
    assert told.startswith("BEGIN;\n\nCREATE OR REPLACE VIEW main.monthly AS\n")
    assert told.endswith("COMMIT;\n")
    assert set(json.loads(semantic("apply", *URL, "--dry-run", "--format", "json").output)) == {"statements"}
    assert semantic("plan", *URL, "--exit-code").exit_code == 3


def test_nobody_to_ask(semantic: Semantic, shop: Path) -> None:
    semantic("apply", *URL)
    with duckdb.connect("warehouse.duckdb") as connection:
        (told,) = connection.execute(
            "SELECT comment FROM duckdb_views() WHERE view_name = 'monthly'"
        ).fetchall()
        connection.execute("CREATE OR REPLACE VIEW monthly AS SELECT 1 AS a")
        quoted = str(told[0]).replace("'", "''")
        connection.execute(f"COMMENT ON VIEW monthly IS '{quoted}'")
    for words in ((), ("--yes",), ("--drop-orphans",)):
        refused = semantic("apply", *URL, *words)
        assert refused.exit_code == 1
        assert refused.stderr.startswith("target: drifted: Changed by hand on the target: 'monthly'.")
    assert semantic("apply", *URL, "--force-drifted").exit_code == 0


def test_orphans(semantic: Semantic, shop: Path) -> None:
    semantic("apply", *URL)
    (shop / "views" / "shop.yml").write_text(VIEWS.replace("name: monthly", "name: by_month"), "utf-8")
    assert "- orphaned view main.monthly" in semantic("plan", *URL).output
    told = semantic("apply", *URL).output
    assert "left alone: main.monthly (orphaned; '--drop-orphans' drops)" in told
    assert semantic("apply", *URL, "--drop-orphans").output.startswith("- main.monthly\n")
    assert semantic("plan", *URL, "--exit-code").exit_code == 0


def test_a_terminal_is_asked(semantic: Semantic, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    semantic("apply", *URL)
    (shop / "views" / "shop.yml").write_text(VIEWS.replace("name: monthly", "name: by_month"), "utf-8")
    monkeypatch.setattr("semantic.cli.deploying._terminal", lambda: True)
    told = semantic("apply", *URL, "--drop-orphans", stdin="n\n")
    assert "Drop main.monthly? [y/N]" in told.stderr
    assert told.exit_code == 0
    assert "nothing was changed" in told.output
    assert "2 changes made" in semantic("apply", *URL, "--drop-orphans", stdin="y\n").output


def test_no_views(semantic: Semantic, shop: Path) -> None:
    (shop / "views" / "shop.yml").unlink()
    assert semantic("plan", *URL, "--exit-code").output == "the URL: no views\n"
    assert semantic("apply", *URL).output == "the URL: nothing to do\n"
