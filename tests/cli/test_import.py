"""``semantic import``: what it writes, what it tells, and when it ends how."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from semantic.cli.app import root
from semantic.layer import Layer

SHOP = Path(__file__).parent.parent / "interop/metricflow/projects/shop"
MANIFEST = """\
{"semantic_models": [{"name": "orders", "node_relation": {"alias": "orders", "schema_name": "shop"},
  "defaults": {"agg_time_dimension": "day"},
  "entities": [{"name": "order", "type": "primary", "expr": "order_id"}],
  "dimensions": [{"name": "day", "type": "time", "type_params": {"time_granularity": "day"}}],
  "measures": [{"name": "sales", "agg": "sum", "expr": "amount", "create_metric": true},
               {"name": "half", "agg": "sum", "expr": "amount / 2", "create_metric": true}%s]}],
 "metrics": [], "saved_queries": []}
"""
ODD = ', {"name": "odd", "agg": "sum", "expr": "my_function(amount)", "create_metric": true}'


def run(*words: object) -> Result:
    return CliRunner().invoke(root, ["import", *map(str, words)])


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "semantic_manifest.json"
    path.write_text(MANIFEST % "")
    return path


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    path = tmp_path / "odd.json"
    path.write_text(MANIFEST % ODD)
    return path


def test_it_writes_a_project_and_tells_what_became_of_it(odd: Path, tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    result = run(odd, "--to", folder)
    assert result.exit_code == 0, result.output
    assert (folder / "models/orders.yml").read_text() == (
        "models:\n"
        "  - name: orders\n"
        "    entity: order\n"
        "    table: shop.orders\n"
        "    primary_key: order_id\n"
        "    time: day\n"
        "    dimensions:\n"
        "      - {name: order, sql: order_id}\n"
        "      - {name: day, type: timestamp, grain: day}\n"
        "\n"
        "metrics:\n"
        "  - {name: half, model: orders, sql: sum(amount / 2)}\n"
        "  - {name: sales, model: orders, sql: sum(amount)}\n"
    )
    assert Layer.load(folder).check() == ()
    assert str(Layer.load(folder).catalog.spec.name) == "metrics"
    lines = result.output.splitlines()
    dropped, changed = (
        next(i for i, x in enumerate(lines) if x.startswith(v)) for v in ("dropped", "changed")
    )
    assert dropped < changed
    assert "'my_function' is no function that every dialect has." in lines[dropped]
    assert lines[dropped].index("metric") == lines[changed].index("metric")
    assert lines[-1] == "4 kept, 1 changed, 1 dropped"
    assert "\x1b" not in result.output


def test_what_exists_is_not_overwritten_unless_forced(manifest: Path, tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    (folder / "models").mkdir(parents=True)
    (folder / "models/orders.yml").write_text("mine")
    result = run(manifest, "--to", folder)
    assert result.exit_code == 1
    assert "orders.yml" in result.output
    assert [p for p in folder.rglob("*") if p.is_file()] == [folder / "models/orders.yml"]
    assert (folder / "models/orders.yml").read_text() == "mine"
    assert run(manifest, "--to", folder, "--force").exit_code == 0
    assert (folder / "models/orders.yml").read_text() != "mine"


def test_all_or_nothing_is_written(manifest: Path, tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "models").write_text("a file where a folder has to be")
    result = run(manifest, "--to", folder)
    assert result.exit_code == 1
    assert [p.name for p in folder.iterdir()] == ["models"]


def test_strict_writes_nothing_where_something_was_dropped(odd: Path, manifest: Path, tmp_path: Path) -> None:
    assert run(odd, "--to", tmp_path / "a", "--strict").exit_code == 1
    assert not (tmp_path / "a").exists()
    assert run(manifest, "--to", tmp_path / "b", "--strict").exit_code == 0
    assert (tmp_path / "b/semantic.yml").exists()


def test_a_dry_run_and_printing_write_nothing(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert run(manifest, "--dry-run").output.splitlines()[-1] == "4 kept, 1 changed, 0 dropped"
    printed = run(manifest, "--print").output
    assert "# semantic.yml\nname: empty\n" in printed
    assert "- {name: sales, model: orders, sql: sum(amount)}" in printed
    assert list(Path().iterdir()) == []


def test_json_has_the_files_and_every_entry(odd: Path, tmp_path: Path) -> None:
    result = run(odd, "--to", tmp_path / "metrics", "--format", "json")
    told = json.loads(result.output)
    assert told["files"] == [
        str(tmp_path / "metrics" / each) for each in ("semantic.yml", "models/orders.yml")
    ]
    assert told["losses"]["counts"] == {"kept": 4, "changed": 1, "dropped": 1}
    odd_one = next(entry for entry in told["losses"]["entries"] if entry["name"] == "odd")
    assert odd_one["verdict"] == "dropped"
    assert odd_one["where"].startswith("odd.json")
    assert json.loads(run(odd, "--print", "--format", "json").output)["files"]["semantic.yml"].startswith(
        "name:"
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["missing.json"], 1),
        (["missing.json", "--format", "json"], 1),
        ([], 2),
        (["x", "--from", "looker"], 2),
        (["x", "--dialect", "oracle"], 1),
        (["x.json", "--model", "m"], 2),
    ],
)
def test_exit_codes(words: list[str], code: int) -> None:
    result = run(*words)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output


def test_a_project_of_every_spelling_is_imported_and_has_no_faults(tmp_path: Path) -> None:
    result = run(SHOP / "legacy", "--to", tmp_path / "shop", "--dialect", "postgres", "--schema", "analytics")
    assert result.exit_code == 0, result.output
    assert CliRunner().invoke(root, ["check", "--project", str(tmp_path / "shop")]).exit_code == 0
