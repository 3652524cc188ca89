"""What the pages show works: their views over the project of ``semantic init``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from semantic import Layer
from semantic.cli.starting import starter
from tests.engines import DIALECTS

DOCS = Path(__file__).parents[2] / "docs"


def written(page: str) -> str:
    """The views of a page, as one list."""
    blocks = re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    views = [view for block in blocks if "views:\n" in block for view in yaml.safe_load(block)["views"]]
    return yaml.safe_dump({"views": views}, allow_unicode=True)


@pytest.mark.parametrize(("page", "count"), [("views.md", 5), ("language.md", 4)])
def test_views_of_a_page(page: str, count: int) -> None:
    files = {
        name.removesuffix(".yml"): data.decode() for name, data in starter().items() if "csv" not in name
    }
    files = {name: text for name, text in files.items() if not name.startswith("views/")}
    layer = Layer.from_text(**files, shown=written(page))
    assert len(layer.catalog.spec.views) == count
    for dialect in DIALECTS:
        made = layer.views(dialect, schema="bi")
        assert len(made.views) == count
        assert all(layer.ddl(view) for view in made.views)
    assert layer.check() == ()
