"""The guide says what the projects hold, and shows what its questions give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.examples.guide import GUIDE, Command, commands, excerpts, plain
from tests.examples.projects import FILES, database, layer
from tests.examples.questions import read

TEXT = GUIDE.read_text()
COMMANDS = commands(TEXT)
ANSWERED = [each for each in COMMANDS if not each.printed.startswith("question: ")]


def test_nine_chapters_with_questions() -> None:
    chapters = re.split(r"^## \d\. ", TEXT, flags=re.MULTILINE)[1:]
    assert len(chapters) == 9
    projects = [{each.example for each in commands(chapter)} for chapter in chapters]
    assert all(found == {"cdnow", "complete_journey"} for found in projects)


@pytest.mark.parametrize(
    ("path", "kind", "shown"),
    list(excerpts(TEXT)),
    ids=lambda value: str(value["name"]) if isinstance(value, dict) else "",
)
def test_what_is_shown_stands_in_the_file(path: Path, kind: str, shown: Mapping[str, Any]) -> None:
    objects = yaml.safe_load(path.read_text())[kind]
    [found] = [plain(each) for each in objects if each["name"] == shown["name"]]
    assert shown == {key: found.get(key) for key in shown}


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.words)
def test_what_a_question_gives(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    database(command.example)
    assert command.run() == command.printed.rstrip("\n") + "\n"


@pytest.mark.parametrize("command", ANSWERED, ids=lambda command: command.words)
def test_the_rows_are_proved(command: Command) -> None:
    """The same question stands above SQL that was written by hand."""
    verb, _, words = command.words.partition(" ")
    assert verb == "run"
    asked = Command(command.example, f"sql {words}", "").run()
    proved = [read(path)[0] for path in FILES if path.parent.name == command.example]
    assert asked.strip() in {layer(command.example).sql(**each).text.strip() for each in proved}
