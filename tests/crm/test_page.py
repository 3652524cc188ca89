"""The catalogue of the library says what the definitions say, and every link of it leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.crm.library import spec
from tests.crm.page import COUNTED, INDEX, LANGUAGES, PARTS, PATHS, anchor, book, is_listed, pages

#: The library is compiled once, so by one worker.
pytestmark = pytest.mark.xdist_group("crm pages")
each_page = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)


def headings(text: str) -> set[str]:
    """The places that a link to a page can name."""
    titles = re.findall(r"^##? (.*)$", text, re.MULTILINE)
    return set(map(anchor, titles)) | set(re.findall(r'<a id="(\w+)">', text))


@each_page
def test_the_pages_are_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == pages()[path], "python -m tests.crm.page"


def test_there_are_no_other_pages() -> None:
    assert set(PARTS.iterdir()) == {path for path in PATHS if path.parent == PARTS}


def test_everything_is_on_them_once() -> None:
    listed = re.findall(r"^\| \[`([\w.]+)`\]", pages()[INDEX], re.MULTILINE)
    metrics = [str(metric.name) for metric in spec().metrics]
    dimensions = [f"{m.name}.{d.name}" for m in spec().models for d in m.dimensions if is_listed(d)]
    assert sorted(listed) == sorted(metrics + dimensions)


def test_what_is_listed_is_worded() -> None:
    for entry in book().entries:
        assert entry.item.label.keys() >= set(LANGUAGES), entry.name
        assert entry.item.description.keys() >= set(LANGUAGES), entry.name


def test_every_counting_metric_is_used() -> None:
    counted = [entry.name for entry in book().entries if entry.counted]
    assert {*counted, *(name.partition(".")[0] for name in counted)} >= COUNTED.keys()


@each_page
def test_every_link_leads_somewhere(path: Path) -> None:
    known = {page: headings(text) for page, text in pages().items()}
    for page, place in re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", pages()[path]):
        there = (path.parent / page).resolve() if page else path
        assert there.exists(), page
        assert not place or place in known.get(there, {place}), (page, place)


@each_page
def test_tables_are_whole(path: Path) -> None:
    """As many cells in each row as in the head of its table."""
    width = 0
    for line in pages()[path].splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("| ") else 0
        assert line.startswith("|---") or not (width and cells) or width == cells, line
        width = width if line.startswith("|---") else cells
