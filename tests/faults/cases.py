"""The cases in the Markdown files beside this one, and what is told of each.

A case is a section: a title, some prose, files to add to ``shop.yml``, perhaps a question, and the faults.
``python -m tests.faults.cases`` writes the faults that are told now; read the difference before it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from semantic import Layer
from semantic.faults import SemanticError
from semantic.query import Query

HERE = Path(__file__).parent
SHOP = (HERE / "shop.yml").read_text("utf-8")
DIALECTS = ("duckdb", "postgres", "bigquery", "snowflake")
_BLOCK = re.compile(r"```(?P<kind>yaml|question|json|faults) ?(?P<file>\S*)\n(?P<text>.*?)```\n", re.DOTALL)


@dataclass
class Case:
    """One section of a file."""

    topic: str
    title: str
    files: dict[str, str] = field(default_factory=lambda: {"semantic": SHOP})
    question: dict[str, Any] | None = None
    json: str | None = None
    expected: str = ""

    def told(self) -> str:
        """All that is said, the same for every dialect that was asked."""
        try:
            layer = Layer.from_text(**self.files)
            if self.question is None and self.json is None:
                return "\n".join(map(str, layer.check(DIALECTS)))
        except SemanticError as error:
            return str(error)
        asked = dict(self.question or {})
        answers = {dialect: self._asked(layer, dialect) for dialect in asked.pop("dialects", DIALECTS)}
        return "\n".join(dict.fromkeys(answers.values()))

    def _asked(self, layer: Layer, dialect: str) -> str:
        try:
            if self.json is not None:
                query, rest = Query.from_json(self.json)
                return layer.compile(query, **{"dialect": dialect, **rest}).text
            words = {key: value for key, value in (self.question or {}).items() if key != "dialects"}
            return layer.sql(dialect=dialect, **words).text
        except SemanticError as error:
            return str(error)


def cases() -> list[Case]:
    """All cases of all files."""
    return [case for path in sorted(HERE.glob("*.md")) for case in _sections(path)]


def _sections(path: Path) -> Iterator[Case]:
    for section in path.read_text("utf-8").split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        case = Case(path.stem, title)
        for block in _BLOCK.finditer(body):
            _read(case, block)
        yield case


def _read(case: Case, block: re.Match[str]) -> None:
    text = block["text"]
    match block["kind"]:
        case "yaml":
            case.files[block["file"].removesuffix(".yml")] = text
        case "question":
            case.question = yaml.safe_load(text)
        case "json":
            case.json = text
        case "faults":
            case.expected = text.rstrip("\n")


def _rewrite(path: Path) -> None:
    text = path.read_text("utf-8")
    head, *sections = text.split("\n## ")
    for index, case in enumerate(_sections(path)):
        body, _, _ = sections[index].partition("```faults\n")
        sections[index] = f"{body}```faults\n{case.told()}\n```\n"
    path.write_text("\n## ".join((head, *sections)), "utf-8")


if __name__ == "__main__":
    for each in sorted(HERE.glob("*.md")):
        _rewrite(each)
