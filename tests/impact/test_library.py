"""The CRM library as a project: compared with itself, and with one line of it edited."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from semantic import Layer
from semantic.impact.comparing import State, between
from semantic.rooms import room


def project(folder: Path) -> Path:
    shutil.copytree(room("metric_defs") / "crm", folder / "crm", ignore=shutil.ignore_patterns("tests*.yml"))
    (folder / "semantic.yml").write_text("name: crm\n")
    sources = folder / "crm" / "sources.yml"
    mapped = re.sub(r"^  (\w+):\n", r"  \1:\n    table: shop.\1\n", sources.read_text(), flags=re.MULTILINE)
    sources.write_text(mapped)
    return folder


def test_a_library(tmp_path: Path) -> None:
    before = project(tmp_path / "before")
    state = State(Layer.load(before).catalog)
    assert between(state, Layer.load(before).catalog).summary == "no change"
    one_line(before, state, tmp_path)


def one_line(before: Path, state: State, tmp_path: Path) -> None:
    """Days with orders that have no status are left out of visits, and so of all that visits tell; what is
    counted over order lines, surveys or contracts stays."""
    after = shutil.copytree(before, tmp_path / "after")
    models = after / "crm" / "base" / "models.yml"
    old = "where: orders.is_identified"
    models.write_text(models.read_text().replace(old, f"{old} and orders.status is not null", 1))
    changed = between(state, Layer.load(after).catalog)
    names = set(changed.of("metric"))
    assert {
        "customers_ever_purchased",
        "cohort_retention_rate",
        "purchase_rate_3m",
        "avg_r_score",
        "plv",
    } <= names
    assert {
        "purchase_amount",
        "units_sold",
        "nps",
        "csat_score",
        "contract_customers",
        "leads_created",
    }.isdisjoint(names)
    assert "bought_days" in changed.of("model", "changed")
    for change in changed:
        assert change.verdict == "changed"
        assert {cause.node for cause in change.causes} == {("model", "bought_days")}
