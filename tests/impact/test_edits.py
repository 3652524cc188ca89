"""What a difference says of edits, against what each edit means."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic import Layer
from semantic.impact import Change
from semantic.impact.comparing import State, between
from tests.impact.edits import OTHER, SAME, WORDS, Edit
from tests.impact.shop import FILES

MARKS = {"changed": "~", "reworded": ".", "added": "+", "removed": "-", "renamed": ">"}


def layer(folder: Path, files: dict[str, str]) -> Layer:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return Layer.load(folder)


def edited(edit: Edit) -> dict[str, str]:
    files = dict(FILES)
    for name, old, new in edit.texts:
        assert old in files.get(name, ""), old
        files[name] = files.get(name, "").replace(old, new, 1)
    return files


def told(change: Change) -> str:
    mark = f"{MARKS[change.verdict]}{'!' if change.breaking else ''}"
    return f"{mark}{change.node.kind.replace(' ', '_')}:{change.node.name}"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Layer:
    return layer(tmp_path_factory.mktemp("shop") / "before", dict(FILES))


@pytest.fixture(scope="module")
def state(before: Layer) -> State:
    return State(before.catalog)


@pytest.mark.parametrize("edit", [*SAME, *WORDS, *OTHER], ids=lambda edit: edit.name)
def test_what_an_edit_changes(edit: Edit, state: State, tmp_path: Path) -> None:
    after = layer(tmp_path / "after", edited(edit)).catalog
    found = between(state, after)
    assert sorted(map(told, found)) == sorted(edit.expected.split())
    for change in found:
        if change.verdict == "changed":
            assert change.causes, f"no edit is told that changed {change.node}"


def statements(layer: Layer) -> dict[str, str]:
    """Every metric as a statement, over all time or by what it needs."""
    needs = {
        "retained": ["time.month", "since.month"],
        "sales_28d": ["time.day"],
        "sales_sampled": ["time.month"],
        "sales_before": ["time.year"],
    }
    needs["sales_growth"] = needs["sales_before"]
    texts = {}
    for name in layer.catalog.metrics:
        compiled = layer.sql(name, by=needs.get(name, ()), time="2024" if name in needs else None)
        texts[name] = compiled.text.partition("\n")[2]
    return texts


@pytest.mark.parametrize("edit", OTHER[5::5], ids=lambda edit: edit.name)
def test_no_statement_changes_untold(edit: Edit, before: Layer, state: State, tmp_path: Path) -> None:
    """A metric whose statement reads otherwise has been told of, whatever the digests are made from."""
    after = layer(tmp_path / "after", edited(edit))
    was, now = statements(before), statements(after)
    other = {name for name in was.keys() & now.keys() if was[name] != now[name]}
    assert other <= set(between(state, after.catalog).of("metric", "changed"))
