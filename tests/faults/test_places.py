"""The place of a fault is where its subject stands, whatever style of YAML holds it: looked up here."""

from __future__ import annotations

import re

import pytest

from semantic import Layer
from tests.faults.cases import SHOP, Case, cases

_CODES = "unknown|aggregate|function|unreachable"
_TOLD = re.compile(
    rf"^m\.yml:(\d+):(\d+): (?:{_CODES}): '([^']+)' (?:is|stands|aggregates)(?: no (?:dialect|type))?"
)
STYLES = {
    "plain": "    sql: {}",
    "single": "    sql: '{}'",
    "double": '    sql: "{}"',
    "literal": "    sql: |\n      {}",
    "literal, stripped": "    sql: |-\n\n        {}",
    "folded": "    sql: >-\n      {}",
    "later line": "    sql: |\n      count(*)\n      + {}",
    "behind a template": "    sql: |\n      sum({{{{ net('amount') }}}}) + {}",
    "under a condition": '    sql: "{{% if least < 1 %}}\\n{}{{% else %}}1{{% endif %}}"',
    "behind wide letters": "    sql: \"count(case when orders.status = '매출 😀 \\u00e9' then 1 end) + {}\"",
}


@pytest.mark.parametrize("case", [c for c in cases() if "m" in c.files], ids=lambda case: case.title)
def test_the_subject_stands_at_the_place(case: Case) -> None:
    rows = case.files["m"].split("\n")
    # a mistake in a macro is told where it is called, an unknown dialect at its template
    for told in filter(None, map(_TOLD.match, case.expected.split("\n"))):
        there = rows[int(told[1]) - 1][int(told[2]) - 1 :].lstrip("'\"")
        header = " is no type" in told[0] and case.topic == "testing"  # within the key of a mapping
        if "macros:" not in case.files["m"] and "is no dialect" not in told[0] and not header:
            path = re.match(r"[\w.]*", there)
            assert there.startswith(told[3].partition("(")[0]) or (path and told[3] in path[0].split("."))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "sql", ["sum(amont)", "sum(quantity * amont)", "max(case when amont > 1 then 2 end)"]
)
def test_a_place_in_every_style(style: str, sql: str) -> None:
    project = "metrics:\n  - name: a\n    model: lines\n" + STYLES[style].format(sql) + "\n"
    faults = Layer.from_text(semantic=SHOP, m=project).check(["duckdb"])
    line, column = _position(project, "amont")
    assert [str(fault.span) for fault in faults] == [f"m.yml:{line}:{column}"]


def _position(text: str, word: str) -> tuple[int, int]:
    before = text[: text.index(word)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")
