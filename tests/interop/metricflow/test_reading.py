"""The same definitions in every spelling are the same manifest."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from semantic.interop.metricflow.nodes import Manifest
from semantic.interop.metricflow.reading import read

PROJECTS = Path(__file__).parent / "projects"
SPELLINGS = ("manifest.json", "transformed.json", "native", "legacy", "latest")
SPELLED = [(project, spelling) for project in ("quirks", "shop") for spelling in SPELLINGS]


def bare(node: Any) -> Any:
    """A node without its places."""
    if is_dataclass(node) and not isinstance(node, type):
        changed = {each.name: bare(getattr(node, each.name)) for each in fields(node)}
        return replace(node, **({**changed, "where": ""} if "where" in changed else changed))
    return tuple(map(bare, node)) if isinstance(node, tuple) else node


def spelled(project: str, spelling: str) -> Manifest:
    """A project as one of its spellings says it, without places and report."""
    manifest: Manifest = bare(read(PROJECTS / project / spelling, schema=project))
    return replace(manifest, entries=())


@pytest.mark.parametrize(("project", "spelling"), SPELLED)
def test_all_spellings_mean_the_same(project: str, spelling: str) -> None:
    assert spelled(project, spelling) == spelled(project, SPELLINGS[0])


@pytest.mark.parametrize(("project", "spelling"), SPELLED)
def test_nothing_is_lost(project: str, spelling: str) -> None:
    assert read(PROJECTS / project / spelling, schema=project).entries == ()


@pytest.mark.parametrize("spelling", ["manifest/transformed_manifest.json", "legacy"])
def test_measures_mean_the_same_in_another_project(spelling: str) -> None:
    folder = PROJECTS / "pedals"
    read_as = {each: bare(read(folder / each, schema="shop")) for each in ("manifest", spelling)}
    assert read_as[spelling] == read_as["manifest"]
