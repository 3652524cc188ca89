"""``semantic diff`` and ``semantic lineage`` over a git repository with a series of commits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from semantic import Layer, SemanticError
from semantic.cli.app import root
from tests.impact.shop import FILES, commit, git, write

PROJECT = "metrics/shop"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a folder of a repository: commits 'first', 'layout', 'numbers', 'broken', 'moved'."""
    top = tmp_path_factory.mktemp("repository")
    git(top, "init", "-q")
    write(top, {"README": "nothing yet"})
    tagged(top, "empty")
    write(top / PROJECT, FILES)
    write(top, {f"{PROJECT}/.hidden/x.yml": "no: [yaml", f"{PROJECT}/inner/semantic.yml": "nonsense: 1",
                ".gitattributes": "*.yml export-ignore"})  # fmt: skip
    tagged(top, "first")
    change(top, "metrics.yml", "sql: sum(total), unit", 'sql: "SUM( total )", unit')
    tagged(top, "layout")
    change(top, "metrics.yml", "customers.region = 'Seoul'", "customers.region = 'Busan'")
    change(top, "metrics.yml", "label: Sales", 'label: "Sales | <all>"')
    tagged(top, "numbers")
    change(top, "metrics.yml", "sql: count(*)}", "sqll: count(*)}")
    tagged(top, "broken")
    git(top, "checkout", "-q", "numbers", "--", ".")
    tagged(top, "last")
    return top


def change(top: Path, name: str, old: str, new: str) -> None:
    path = top / PROJECT / name
    path.write_text(path.read_text().replace(old, new, 1))


def tagged(top: Path, name: str) -> None:
    commit(top, name)
    git(top, "tag", name)


def cli(*words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(root, words, prog_name="semantic")
    assert done.exit_code == code, done.output
    return done


def diff(repository: Path, *words: str, code: int = 0) -> str:
    return cli("diff", *words, "--project", str(repository / PROJECT), code=code).stdout


def test_nothing_changed(repository: Path) -> None:
    assert diff(repository, "first", "layout", "--exit-code") == "first -> layout: no change\n"
    assert diff(repository, "last", "--exit-code") == "last -> working tree: no change\n"


def test_text(repository: Path) -> None:
    assert (
        diff(repository, "first", "numbers")
        == """\
~ changed metric 'regional_sales'  metrics.yml:14:6
    breaking: its numbers change
    by metric 'regional_sales'
      filter  metrics.yml:14:69
        - customers.region = 'Seoul'
        + customers.region = 'Busan'
. reworded metric 'sales'  metrics.yml:2:6
    label  metrics.yml:2:74
      - en: Sales
      + en: Sales | <all>
    views: monthly
first -> numbers: 1 breaking: 1 changed, 1 reworded
"""
    )


def test_exit_code(repository: Path) -> None:
    diff(repository, "first", "numbers", "--exit-code", code=1)
    diff(repository, "first", "numbers")


def test_json(repository: Path) -> None:
    told = json.loads(diff(repository, "first", "numbers", "--format", "json"))
    assert (told["old"], told["new"], told["breaking"]) == ("first", "numbers", 1)
    assert [(c["kind"], c["name"], c["verdict"]) for c in told["changes"]] == [
        ("metric", "regional_sales", "changed"), ("metric", "sales", "reworded"),
    ]  # fmt: skip
    assert told["changes"][0]["causes"][0]["edits"][0]["new"] == "customers.region = 'Busan'"


def test_markdown(repository: Path) -> None:
    lines = diff(repository, "first", "numbers", "--format", "markdown").splitlines()
    assert lines[0] == "### Metrics: 1 breaking: 1 changed, 1 reworded"
    assert "| ⚠️ | metric `regional_sales` | its numbers change<br>" in lines[8]
    assert "`en: Sales` → `en: Sales \\| <all>`" in lines[-1]


def test_mermaid(repository: Path) -> None:
    lines = diff(repository, "first", "numbers", "--format", "mermaid").splitlines()
    assert lines[:2] == ["flowchart LR", '  n0["metric regional_sales: changed"]:::breaking']
    assert "  n1 --> n2" in lines


def test_the_working_tree_is_left_alone(repository: Path) -> None:
    diff(repository, "first")
    assert git(repository, "status", "--porcelain") == ""


FAULTS = [
    ("nowhere", "git: unknown: 'nowhere' is no revision"),
    ("--", ""),
    ("empty", "empty: file: There is no 'semantic.yml' of this project in the revision 'empty'."),
    ("broken", "broken:metrics.yml:3:35: unknown: 'sqll' is no field of a metric."),
]


@pytest.mark.parametrize(("revision", "said"), [each for each in FAULTS if each[1]])
def test_faults(repository: Path, revision: str, said: str) -> None:
    done = cli("diff", revision, "--project", str(repository / PROJECT), code=1)
    assert said in done.stderr


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write(tmp_path, FILES)
    with pytest.raises(SemanticError, match="Git refuses: not a git repository"):
        Layer.at(tmp_path, "HEAD")
    with pytest.raises(SemanticError, match=r"holds no 'semantic\.yml'"):
        Layer.at(tmp_path / "nowhere", "HEAD")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SemanticError, match="There is no command 'git' here"):
        Layer.at(tmp_path, "HEAD")


def test_links_are_followed(repository: Path, tmp_path: Path) -> None:
    """A file of the project that is a link to another file of the repository."""
    git(tmp_path, "init", "-q")
    write(tmp_path, {f"p/{name}": text for name, text in FILES.items() if name != "metrics.yml"})
    write(tmp_path, {"shared/all.yml": FILES["metrics.yml"]})
    (tmp_path / "p/metrics.yml").symlink_to("../shared/all.yml")
    commit(tmp_path)
    assert (
        Layer.at(tmp_path / "p", "HEAD").catalog.metrics.keys()
        == Layer.load(tmp_path / "p").catalog.metrics.keys()
    )


def test_wrong_usage() -> None:
    cli("diff", code=2)
    cli("lineage", "sales", "--source", "orders", code=2)
    cli("lineage", "--view", "v", "--source", "orders", code=2)


def test_lineage_of_a_source(repository: Path) -> None:
    project = ("--project", str(repository / PROJECT))
    assert cli("lineage", "--source", "logins", *project).stdout.splitlines()[:2] == [
        "source 'logins'",
        "  used by   metrics          converted, login_count, retained",
    ]
    told = json.loads(cli("lineage", "--view", "paid_by_channel", "--format", "json", *project).stdout)
    assert told["reads"]["metric"] == ["paid_sales"]
    assert told["reads"]["macro"] == ["paid"]
    drawn = cli("lineage", "--source", "logins.at", "--format", "mermaid", *project).stdout.splitlines()
    assert drawn[:2] == ["flowchart LR", '  n0(["source column logins.at"])']


def test_lineage_of_a_metric(repository: Path) -> None:
    text = cli("lineage", "sales_growth", "--by", "time.year", "--project", str(repository / PROJECT)).stdout
    assert "  made from   sales, sales_before" in text.splitlines()
