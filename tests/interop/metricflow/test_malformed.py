"""Definitions with mistakes in them (the Markdown files of `malformed`), and exactly what is told of each.

A case is a section: a title, files, and what is told. ``python -m tests.interop.metricflow.test_malformed``
writes what is told now; read the difference before it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from semantic.faults import SemanticError
from semantic.interop.metricflow.reading import read

HERE = Path(__file__).parent / "malformed"
_BLOCK = re.compile(r"```(?P<kind>\w+) ?(?P<file>\S*)\n(?P<text>.*?)```\n", re.DOTALL)


@dataclass
class Case:
    """One section: the files of a folder, or a single one, and what is told."""

    title: str
    files: dict[str, str] = field(default_factory=dict)
    expected: str = ""

    def told(self) -> str:
        """What reading says: the faults, or the report if there are none."""
        with TemporaryDirectory() as folder:
            for name, text in self.files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            given = Path(folder, next(iter(self.files))) if len(self.files) == 1 else Path(folder)
            try:
                return "\n".join(map(str, read(given, schema="shop").entries))
            except SemanticError as error:
                return str(error).replace(folder, "")


def cases() -> list[Case]:
    """All cases of all files."""
    return [case for path in sorted(HERE.glob("*.md")) for case in _sections(path)]


def _sections(path: Path) -> Iterator[Case]:
    for section in path.read_text("utf-8").split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        case = Case(title)
        for block in _BLOCK.finditer(body):
            if block["kind"] == "told":
                case.expected = block["text"].rstrip("\n")
            else:
                case.files[block["file"]] = block["text"]
        yield case


def _rewrite(path: Path) -> None:
    head, *sections = path.read_text("utf-8").split("\n## ")
    for index, case in enumerate(_sections(path)):
        body, _, _ = sections[index].partition("```told\n")
        sections[index] = f"{body}```told\n{case.told()}\n```\n"
    path.write_text("\n## ".join((head, *sections)), "utf-8")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_what_is_told(case: Case) -> None:
    assert case.told() == case.expected


if __name__ == "__main__":
    for each in sorted(HERE.glob("*.md")):
        _rewrite(each)
