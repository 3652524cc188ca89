"""Every mistake in a file is told in full, with its place: `faults.md`, and some that are no text."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic.faults import Fault, SemanticError
from semantic.spec.files import MAX_BYTES
from semantic.spec.reader import read_project, read_text
from tests.spec.test_cache import PROJECT

CASES = Path(__file__).with_name("faults.md")
_PIECES = (
    "",
    ":",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "\n",
    "  ",
    "\t",
    "&a ",
    "*a",
    "!",
    "|",
    ">",
    "매",
    "~",
    "\x00",
)
_BLOCK = re.compile(r"```(?:yaml (?P<file>\S+)|faults)\n(?P<text>.*?)```\n", re.DOTALL)


class Case(NamedTuple):
    title: str
    files: dict[str, str]
    expected: str


def cases() -> list[Case]:
    found = []
    for section in CASES.read_text("utf-8").split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        blocks = {match["file"]: match["text"] for match in _BLOCK.finditer(body)}
        found.append(Case(title, {"semantic.yml": "name: acme\n"} | blocks, blocks[None].rstrip("\n")))
        del found[-1].files[None]  # type: ignore[arg-type]
    return found


def told(files: dict[str, str]) -> str:
    with pytest.raises(SemanticError) as raised:
        read_text(files)
    return str(raised.value)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_fault(case: Case) -> None:
    assert told(case.files) == case.expected


def test_there_are_enough_cases() -> None:
    assert len(cases()) >= 60


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"metrics: [] # \xe9", "m.yml:1:15: encoding: The file is not UTF-8 from here. Save it as UTF-8."),
        (
            "a: 1\nb: 매\ud800".encode("utf-8", "surrogatepass"),
            "m.yml:2:5: encoding: The file is not UTF-8 from here. Save it as UTF-8.",
        ),
        (
            "metrics: []".encode("utf-16"),
            "m.yml:1:1: encoding: The file is not UTF-8 from here. Save it as UTF-8.",
        ),
        (
            b"metrics: []\n# \x00",
            "m.yml:2:3: encoding: The character U+0000 cannot stand in a file. Remove it.",
        ),
        (
            b"metrics: []\n# \x1b[31m",
            "m.yml:2:3: encoding: The character U+001B cannot stand in a file. Remove it.",
        ),
        (
            b"#" * (MAX_BYTES + 1),
            "m.yml:1:1: limit: The file has 5,000,001 bytes; at most 5,000,000 are read."
            " Split it, or move data out of the project folder.",
        ),
    ],
    ids=["latin-1", "surrogate", "utf-16", "nul", "escape", "5 MB"],
)
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / "semantic.yml").write_text("name: acme\n", "utf-8")
    (tmp_path / "m.yml").write_bytes(data)
    with pytest.raises(SemanticError) as raised:
        read_project(tmp_path)
    assert str(raised.value) == expected


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "metrics: " + "[" * 50 + "]" * 50]
)
def test_deep_nesting_ends_in_one_fault(text: str) -> None:
    message = told({"semantic.yml": "name: acme", "m.yml": text})
    assert re.fullmatch(r"m\.yml:1:\d+: limit: The YAML is nested deeper than 40 levels\.", message)


def test_aliases_that_multiply_end_in_one_fault() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 12)]
    message = told({"semantic.yml": "name: acme", "m.yml": "\n".join(rows)})
    assert message == "m.yml:5:45: limit: The YAML aliases of the file add more than 100,000 values."


def test_aliases_that_deepen_end_in_one_fault() -> None:
    rows = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 100)]
    message = told({"semantic.yml": "name: acme", "m.yml": "\n".join(rows)})
    assert "limit: The YAML is nested deeper than 40 levels." in message


def test_a_file_of_nonsense_is_not_told_to_the_end() -> None:
    text = "\n".join(f"key_{n}: 1" for n in range(5_000))
    message = told({"semantic.yml": "name: acme", "m.yml": text})
    assert "m.yml:1:1: limit: The file has more than 200 faults; the rest is not shown." in message
    assert len(message.splitlines()) == 202


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(PROJECT)), st.integers(0, 9), st.sampled_from(_PIECES)), max_size=3)
)
def test_any_damage_ends_in_a_spec_or_in_faults(damage: list[tuple[int, int, str]]) -> None:
    text = PROJECT
    for start, length, piece in damage:
        text = text[:start] + piece + text[start + length :]
    found: tuple[Fault, ...] = ()
    try:
        read_text({"semantic.yml": text})
    except SemanticError as error:
        found = error.faults
    assert all(fault.span and fault.span.line <= text.count("\n") + 2 for fault in found)


def test_a_folder_without_a_project_file(tmp_path: Path) -> None:
    with pytest.raises(SemanticError) as raised:
        read_project(tmp_path)
    expected = f"semantic.yml: file: '{tmp_path}' holds no 'semantic.yml'. 'semantic init' makes a project."
    assert str(raised.value) == expected
    assert told({"m.yml": "metrics: []"}).startswith("semantic.yml: file: ")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "semantic.yml").write_text("name: acme\n", "utf-8")
    (tmp_path / "a.yml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "b.yml")
    (tmp_path / "folder").mkdir()
    (tmp_path / "c.yml").symlink_to(tmp_path / "folder")
    with pytest.raises(SemanticError) as raised:
        read_project(tmp_path)
    assert str(raised.value).splitlines() == [
        "a.yml:1:1: file: The file cannot be read: No such file or directory.",
        "b.yml:1:1: file: The file cannot be read: it is no regular file.",
        "c.yml:1:1: file: The file cannot be read: it is no regular file.",
    ]
