"""Whatever stands in a file, it is read or refused with a fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from semantic.faults import Fault, SemanticError
from semantic.interop.metricflow.reading import read

PROJECTS = Path(__file__).parent / "projects"
JUNK: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**30, "", " ", "x", "9 9 9", "{{ x", "orders"),
    *([], {}, [None], [1], ["a", {}], [[[]]], {"name": 1}, {"name": "orders"}, {"where_filters": 1}),
)
MARKS = [*"{}[]:,'\"|>-&*!%@`#?~ \n\t\0é", "---\n", "<<: ", "{{ var(", "{% raw %}", "!!set ", "&a ", "*a "]


def paths(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in pairs:
        yield from paths(value, (*path, key))


def put(tree: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        tree = tree[key]
    tree[path[-1]] = value


def told(path: Path) -> tuple[Fault, ...]:
    """The faults of a file; nothing else may come of reading it."""
    try:
        read(path)
    except SemanticError as error:
        return error.faults
    return ()


def attempted(path: Path) -> None:
    """Reads a file: each of its faults has a place and words."""
    assert all(fault.message and (fault.span or fault.where) for fault in told(path))


@pytest.mark.parametrize("name", ["manifest.json", "transformed.json"])
def test_values_of_another_kind(name: str, tmp_path: Path) -> None:
    tree = json.loads((PROJECTS / "quirks" / name).read_text("utf-8"))
    places, chance = list(paths(tree)), Random(7)
    for _ in range(150):
        changed = deepcopy(tree)
        put(changed, chance.choice(places), chance.choice(JUNK))
        (tmp_path / name).write_text(json.dumps(changed), "utf-8")
        attempted(tmp_path / name)


@pytest.mark.parametrize("suffix", [".yml", ".yaml", ".json"])
def test_characters_in_the_wrong_place(suffix: str, tmp_path: Path) -> None:
    files, chance = sorted(PROJECTS.rglob(f"*{suffix}")), Random(7)
    for _ in range(100):
        text = chance.choice(files).read_text("utf-8")[: chance.randrange(500, 4000)]
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(MARKS) + text[at + chance.randrange(4) :]
        (tmp_path / f"a{suffix}").write_text(text, "utf-8")
        attempted(tmp_path / f"a{suffix}")
