"""The guide, taken apart: what it shows of the projects' files, and the commands with what they print.

``python -m tests.examples.guide`` writes what the commands print now; the rows are proved elsewhere, by
the SQL in ``truth/``.
"""

from __future__ import annotations

import contextlib
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner

from semantic.cli.app import root
from tests.examples.projects import EXAMPLES

GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT = re.compile(r"^(\w+)\$ semantic (.*)\n", re.MULTILINE)
#: What the guide leaves out of an excerpt.
CAPTIONS = {"label", "description", "format"}


@dataclass(frozen=True)
class Command:
    """A command in the folder of an example, and what stands below it."""

    example: str
    words: str
    printed: str

    def run(self) -> str:
        """What the command prints."""
        with contextlib.chdir(EXAMPLES / self.example):
            result = CliRunner().invoke(root, shlex.split(self.words), prog_name="semantic")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output


def blocks(kind: str, text: str) -> Iterator[str]:
    """The fenced blocks of a kind."""
    return (body for name, body in FENCE.findall(text) if name == kind)


def commands(text: str) -> list[Command]:
    """The commands, in order."""
    found = []
    for block in blocks("console", text):
        _, *parts = PROMPT.split(block)
        found += [Command(*each) for each in zip(parts[::3], parts[1::3], parts[2::3], strict=True)]
    return found


def excerpts(text: str) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    """The objects that the guide shows of a file: the file, the list, the object."""
    for block in blocks("yaml", text):
        path = EXAMPLES.parent / block.partition("\n")[0].removeprefix("# ")
        for kind, objects in yaml.safe_load(block).items():
            yield from ((path, kind, each) for each in objects)


def plain(value: Any) -> Any:
    """A value of a file without captions."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if key not in CAPTIONS}
    return [plain(each) for each in value] if isinstance(value, list) else value


def rewritten(text: str) -> str:
    """The guide with what its commands print now."""
    for command in commands(text):
        head = f"{command.example}$ semantic {command.words}\n"
        text = text.replace(head + command.printed, head + command.run(), 1)
    return text


if __name__ == "__main__":
    GUIDE.write_text(rewritten(GUIDE.read_text()))
