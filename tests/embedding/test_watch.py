"""A server's layer while the files of its project change."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from semantic import Layer, SemanticError, watch

GOOD = """
name: shop
sources: {orders: {table: orders, columns: {amount: decimal}}}
models: [{name: orders, source: orders}]
metrics: [{name: sales, model: orders, sql: sum(amount)}]
"""
MORE = GOOD.replace("}]\n", "}, {name: most, model: orders, sql: max(amount)}]\n").replace(
    "source: orders}, {name: most, model: orders, sql: max(amount)}]", "source: orders}]"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, GOOD)
    return tmp_path


def write(folder: Path, text: str, name: str = "semantic.yml") -> None:
    (folder / name).write_text(text)


def metrics(layer: Layer) -> list[str]:
    return sorted(map(str, layer.catalog.metrics))


def test_reload_is_the_same_layer_until_a_file_changes(folder: Path) -> None:
    layer = Layer.load(folder)
    assert layer.reload() is layer
    os.utime(folder / "semantic.yml", (0, 0))  # another time, the same words
    assert layer.reload() is layer
    write(folder, MORE)
    newer = layer.reload()
    assert (metrics(layer), metrics(newer)) == (["sales"], ["most", "sales"])
    assert newer.reload() is newer


def test_reload_of_what_is_broken_is_a_fault(folder: Path) -> None:
    layer = Layer.load(folder)
    write(folder, "name: [")
    with pytest.raises(SemanticError):
        layer.reload()


def test_watch_has_the_newest_layer(folder: Path) -> None:
    watched = watch(folder, every=0)
    first = watched.layer
    assert watched.layer is first
    write(folder, MORE)
    assert metrics(watched.layer) == ["most", "sales"]
    write(folder, "metrics: [{name: least, model: orders, sql: min(amount)}]", "more.yml")
    assert metrics(watched.layer) == ["least", "most", "sales"]
    (folder / "more.yml").unlink()
    assert metrics(watched.layer) == ["most", "sales"]


def test_a_change_within_the_clock_of_the_files(folder: Path) -> None:
    """Two writes of the same length at the same time by the file's own clock."""
    watched = watch(folder, every=0)
    status = (folder / "semantic.yml").stat()
    write(folder, GOOD.replace("sales", "gains"))
    os.utime(folder / "semantic.yml", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert metrics(watched.layer) == ["gains"]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("name: [", "no YAML"),
        (GOOD.replace("sum(amount)", "sum(amuont)"), "'amuont'"),  # only binding finds that
        (None, "semantic.yml"),
    ],
)
def test_the_last_good_layer_stays(folder: Path, broken: str | None, words: str) -> None:
    watched = watch(folder, every=0)
    good = watched.layer
    if broken is None:
        (folder / "semantic.yml").unlink()
    else:
        write(folder, broken)
    assert watched.layer is good
    assert words in "\n".join(map(str, watched.faults))
    assert watched.layer is good
    write(folder, MORE)
    assert metrics(watched.layer) == ["most", "sales"]
    assert watched.faults == ()


def test_unchecked_files_need_only_be_read(folder: Path) -> None:
    write(folder, GOOD.replace("sum(amount)", "sum(amuont)"))
    with pytest.raises(SemanticError, match="amuont"):
        watch(folder)
    assert metrics(watch(folder, check=False).layer) == ["sales"]


def test_files_are_not_looked_at_all_the_time(folder: Path) -> None:
    watched = watch(folder, every=3600)
    write(folder, MORE)
    assert metrics(watched.layer) == ["sales"]
    assert metrics(watched.refresh()) == ["most", "sales"]


def test_threads_get_one_good_layer_or_another(folder: Path) -> None:
    watched = watch(folder, every=0)

    def ask(number: int) -> str:
        if number % 10 == 0:
            write(folder, MORE if number % 20 else GOOD, f"draft{number}")
            os.replace(folder / f"draft{number}", folder / "semantic.yml")
        return watched.layer.sql("sales").text

    with ThreadPoolExecutor(6) as pool:
        texts = set(pool.map(ask, range(60)))
    assert len(texts) == 1
    assert watched.faults == ()
