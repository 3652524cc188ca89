"""What a difference says of edits, against what each edit means."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic import Layer, diff
from semantic.check import check
from semantic.impact import Change, Difference
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
    return f"{MARKS[change.verdict]}{'!' if change.breaking else ''}{change.node.kind.replace(' ', '_')}:{change.node.name}"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Layer:
    return layer(tmp_path_factory.mktemp("shop") / "before", dict(FILES))


def compared(before: Layer, folder: Path, edit: Edit) -> Difference:
    after = layer(folder / "after", edited(edit))
    assert check(after.catalog, ()) == ()
    return diff(before, after)


@pytest.mark.parametrize("edit", [*SAME, *WORDS, *OTHER], ids=lambda edit: edit.name)
def test_what_an_edit_changes(edit: Edit, before: Layer, tmp_path: Path) -> None:
    found = compared(before, tmp_path, edit)
    assert sorted(map(told, found)) == sorted(edit.expected.split())
    for change in found:
        if change.verdict == "changed":
            assert change.causes, f"no edit is told that changed {change.node}"
