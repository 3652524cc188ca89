"""``semantic test``: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree as xml

import pytest

from tests.testing.conftest import Semantic


def test_all_pass(semantic: Semantic) -> None:
    result = semantic("test")
    assert result.exit_code == 0
    assert result.stdout.startswith("2 passed in ")


def test_a_failure_is_told_with_its_place_and_its_rows(semantic: Semantic, wrong: Path) -> None:
    result = semantic("test")
    assert result.exit_code == 1
    assert result.stdout.startswith(
        dedent("""\
        ✗ a wrong number
          metrics/wrong.yml:3:11
              sales  orders
            -     4       2
            +   3.5       2

        ✗ a fault
          metrics/wrong.yml:9:12
            metrics/wrong.yml:9:26: unknown: 'nothing' is no fixture.

        1 failed, 1 with faults, 2 passed in """)
    )


def test_the_sql_is_shown_where_it_is_wanted(semantic: Semantic, wrong: Path) -> None:
    assert "SELECT" not in semantic("test").stdout
    shown = semantic("test", "--show-sql").stdout
    assert "SUM(" in shown
    assert "FROM orders" in shown


def test_colours_are_for_those_who_want_them(
    semantic: Semantic, wrong: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b" not in semantic("test").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31m-     4       2\x1b[0m" in semantic("test").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in semantic("test").stdout


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["nobody"], 1),
        (["NOBODY", "counted"], 2),
        (["--metric", "orders"], 1),
        (["--metric", "orders", "--metric", "sales"], 2),
        (["--metric", "orders", "nobody"], 0),
        (["--file", "right.yml"], 2),
        (["--file", "./right.yml", "--metric", "sales"], 1),
        (["--file", "wrong.yml"], 0),
    ],
)
def test_tests_are_chosen(semantic: Semantic, words: list[str], count: int) -> None:
    result = semantic("test", *words)
    assert result.exit_code == (0 if count else 1)
    assert f"{count} passed" in result.stdout if count else "No test is meant by" in result.stderr


def test_a_metric_that_there_is_not(semantic: Semantic) -> None:
    result = semantic("test", "--metric", "salse")
    assert result.exit_code == 1
    assert "'salse' is no metric. Did you mean 'sales'?" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--library", "crm", "--libraries"],
        ["--library", "crm", "--target", "local"],
        ["--schema", "scratch"],
        ["--strict"],
        ["--jobs", "0"],
        ["--format", "xml"],
    ],
)
def test_wrong_usage(semantic: Semantic, words: list[str]) -> None:
    assert semantic("test", *words).exit_code == 2


def test_a_project_without_tests(semantic: Semantic, shop: Path) -> None:
    (shop / "right.yml").unlink()
    result = semantic("test")
    assert (result.exit_code, result.stdout) == (0, "no tests\n")


def test_a_test_of_the_wrong_shape_stops_all(semantic: Semantic, shop: Path) -> None:
    (shop / "more.yml").write_text("tests: [{name: a, ask: {metrcs: b}, fault: c}]")
    result = semantic("test")
    assert result.exit_code == 1
    assert result.stderr.startswith("more.yml:1:25: unknown: 'metrcs' is no field")
    assert semantic("list").exit_code == 0  # nobody else reads them
    assert semantic("check").exit_code == 1


def test_the_first_failure_may_end_the_run(semantic: Semantic, wrong: Path) -> None:
    result = semantic("test", "--fail-fast", "--format", "json")
    assert result.exit_code == 1
    assert [each["name"] for each in json.loads(result.stdout)["tests"]] == ["a wrong number"]


def test_every_test_with_its_time(semantic: Semantic) -> None:
    lines = semantic("test", "--verbose").stdout.splitlines()
    assert lines[0].startswith("✓ sales of nobody  ")
    assert lines[0].endswith(" ms")


def test_json(semantic: Semantic, wrong: Path) -> None:
    record = json.loads(semantic("test", "--format", "json").stdout)
    assert (record["passed"], record["failed"], record["faults"]) == (2, 1, 1)
    first, second, third, _ = record["tests"]
    assert first["file"] == "metrics/wrong.yml"
    assert first["difference"]["columns"] == ["sales", "orders"]
    assert [row["mark"] for row in first["difference"]["rows"]] == ["-", "+"]
    assert "SUM(" in first["sql"]
    assert second["faults"][0]["code"] == "unknown"
    assert (third["status"], third["sql"], third["difference"]) == ("passed", None, None)


def test_junit(semantic: Semantic, wrong: Path) -> None:
    result = semantic("test", "--junit", "out.xml")
    assert result.exit_code == 1
    root = xml.parse(wrong / "out.xml").getroot()
    assert root.tag == "testsuites"
    (suite,) = root
    assert {key: suite.get(key) for key in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "shop", "tests": "4", "failures": "1", "errors": "1", "skipped": "0",
    }  # fmt: skip
    failed, faulty, *passed = suite
    assert (failed.get("classname"), failed.get("name")) == ("metrics/wrong.yml", "a wrong number")
    assert (failed.get("file"), failed.get("line")) == ("metrics/wrong.yml", "3")
    assert float(failed.get("time", "")) > 0
    assert "-     4       2" in (failed[0].text or "")
    assert "SELECT" in (failed[0].text or "")
    assert [each.tag for each in failed] == ["failure"]
    assert [each.tag for each in faulty] == ["error"]
    assert "'nothing' is no fixture" in (faulty[0].get("message") or "")
    assert all(len(each) == 0 for each in passed)


def test_junit_of_names_that_xml_cannot_hold(semantic: Semantic, shop: Path) -> None:
    name = '"a <b> & \\x1b[31m \\"c\\" 매출"'
    (shop / "right.yml").write_text(
        f"tests: [{{name: {name}, ask: {{metrics: orders}}, expect: [{{orders: 1}}]}}]"
    )
    assert semantic("test", "--junit", "out.xml").exit_code == 1
    (case,) = xml.parse(shop / "out.xml").getroot().iter("testcase")
    assert case.get("name") == 'a <b> & \ufffd[31m "c" 매출'


def test_junit_that_cannot_be_written(semantic: Semantic) -> None:
    result = semantic("test", "--junit", "nowhere/out.xml")
    assert result.exit_code == 1
    assert result.stderr.startswith("nowhere/out.xml: file: The file cannot be written")


def test_coverage(semantic: Semantic, shop: Path) -> None:
    (shop / "right.yml").write_text("tests: [{name: a, ask: {metrics: average}, expect: [{average: }]}]")
    result = semantic("test", "--coverage")
    assert result.exit_code == 0
    assert "1 of 9 metrics have a test, 2 are tested through others, 6 are not tested" in result.stdout
    assert "~ sales  through average" in result.stdout
    assert "✗ weight" in result.stdout
    assert semantic("test", "--coverage", "--strict").exit_code == 1
    record = json.loads(semantic("test", "--coverage", "--format", "json").stdout)["coverage"]
    assert record["tested"] == ["average"]
    assert record["through"] == {"sales": ["average"], "orders": ["average"]}
    assert len(record["untested"]) == 6


def test_a_library_needs_no_project(semantic: Semantic, tmp_path_factory: pytest.TempPathFactory) -> None:
    result = semantic("test", "--library", "crm", "--metric", "nps", "--format", "json")
    assert {each["file"].startswith("metric_defs/crm/") for each in json.loads(result.stdout)["tests"]} <= {
        True
    }
    assert semantic("test", "--library", "crn").stderr.startswith("question: unknown: 'crn' is no library.")


def test_the_tests_of_libraries_run_where_they_are_wanted(semantic: Semantic, shop: Path) -> None:
    (shop / "semantic.yml").write_text("name: shop\nlibraries: [crm]\n")
    (shop / "right.yml").write_text("tests: [{name: a, ask: {metrics: nothing}, fault: unknown}]")
    own = json.loads(semantic("test", "--format", "json").stdout)
    chosen = ("--metric", "nps", "--format", "json")
    every = json.loads(semantic("test", "--libraries", *chosen).stdout)
    library = json.loads(semantic("test", "--library", "crm", *chosen).stdout)
    assert [each["name"] for each in own["tests"]] == ["a"]
    assert {each["name"] for each in every["tests"]} == {each["name"] for each in library["tests"]} != set()


def test_several_processes_tell_the_same(semantic: Semantic, shop: Path) -> None:
    tests = [
        f"- {{name: case {n:03}, given: {{orders: [{{amount: {n}}}]}}, ask: {{metrics: sales}}, "
        f"expect: [{{sales: {n if n % 7 else n + 1}}}]}}"
        for n in range(60)
    ]
    (shop / "right.yml").write_text("tests:\n" + "\n".join(f"  {line}" for line in tests))
    runs = [json.loads(semantic("test", "--jobs", jobs, "--format", "json").stdout) for jobs in ("1", "2")]
    for run in runs:
        assert (run["passed"], run["failed"]) == (51, 9)
    one, two = ([(each["name"], each["status"]) for each in run["tests"]] for run in runs)
    assert one == two
    first = json.loads(semantic("test", "--jobs", "2", "--fail-fast", "--format", "json").stdout)
    assert first["failed"] == 1


def test_help_has_examples(semantic: Semantic) -> None:
    text = semantic("test", "--help").stdout
    assert "semantic test --library crm --coverage" in text
