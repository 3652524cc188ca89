"""The cache is fast, safe to delete, and never wrong."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from semantic import cache as kept
from semantic.faults import SemanticError
from semantic.source import Text
from semantic.spec import cache, files
from semantic.spec.cache import load_project
from semantic.spec.reader import read_project

PROJECT = """\
name: acme
calendar: {timezone: Asia/Seoul, week_start: sunday}
sources: {s: {sql: "select 'it''s' as a", columns: {a: text}}}
parameters:
  - {name: p, type: decimal, default: 1.50, values: [1.50, 2]}
  - {name: b, type: boolean, default: true}
functions: [{name: "f(a, b)", type: float, templates: {duckdb: ":a + :b", postgres: ":b"}}]
macros: [{name: "net(x)", sql: "{{ x }} / 1.1"}]
targets: {prod: {dialect: snowflake, url: "{{ env_var('URL') }}"}}
models:
  - name: lines
    source: s
    label: {en: Lines, ko: 주문}
    primary_key: [a, b]
    unique: [a, [b, c]]
    dimensions: [channel, {name: size, sql: "a
      + b"}]
    joins: [{to: lines, as: again, on: {a: b, "lower(x)": y}, valid: [f, t], at: d}]
  - name: scores
    query:
      of: lines
      metrics: {n: count(*), m: {sql: sum(a), model: lines, filter: b > 1}}
      where: a > 1
      having: [n > 1]
      window: {last: 12 months, until: "{{ p }}"}
    valid: [f, t]
    dimensions:
      - {name: band, bands: {sql: n, cuts: [1, "2"], labels: [a, b, c]}}
      - {name: segment, rules: {by: [band, x || 'y'], table: {a: {b: c, "*": d}, "*": {b: e}}, otherwise: f}}
  - name: months
    query: {from: lines, metrics: [amount], by: [a.b, c.month as d], window: {from: 2024-01-01}}
metrics:
  - name: amount
    sql: |
      sum(a)
      + 1
  - {name: trailing, metric: amount, window: 3 months, offset: -1 year}
  - {name: ever, metric: amount, window: all}
  - {name: opening, metric: amount, offset: to start of quarter}
  - {name: index, metric: amount, base: 2024-01}
  - {name: to_date, metric: amount, to_date: fiscal_year}
  - {name: total, metric: amount, total_over: all, ignoring: [a.b]}
  - {name: share, metric: amount, share_over: a.b}
  - {name: place, metric: amount, rank_over: [a.b, c.d]}
  - {name: pareto, metric: amount, cumulative_share_over: a.b}
  - {name: spenders, per: lines.a, having: amount > 1, sql: count(*)}
  - {name: stock, model: lines, sql: sum(a), not_additive_over: {time: last, per: b}}
  - {name: held, model: scores, sql: count(*), at: during}
  - name: converted
    conversion: {from: lines, to: scores, by: {a: b}, same: [c, d], within: 3 months, start: inclusive,
                 each: once, immature: null, until: 2024-01-31, value: avg_days}
  - {name: retained, retention: {cohort: scores, activity: lines, by: a, period: month, value: count}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEMANTIC_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("SEMANTIC_NO_CACHE", raising=False)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "semantic.yml").write_text(PROJECT, "utf-8")
    return folder


@pytest.fixture
def entries(project: Path) -> Any:
    return lambda: sorted((project.parent / "cache").glob("*"))


def parts(each: Any) -> Iterator[tuple[type, Any]]:
    """All that an object holds, with types and places, which equality alone does not compare."""
    yield type(each), (each.file, each.starts, each.breaks) if isinstance(each, Text) else None
    if is_dataclass(each):
        inner = [getattr(each, field.name) for field in fields(each)]
    elif isinstance(each, dict):
        inner = [*each.keys(), *each.values()]
    else:
        inner = list(each) if isinstance(each, tuple) else []
    for one in inner:
        yield from parts(one)


def refuse(*_: object) -> None:
    raise AssertionError("the files were read again")


def test_what_comes_back_is_what_was_read(
    project: Path, entries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_project(project)
    assert len(entries()) == 1
    monkeypatch.setattr("semantic.spec.reader.read_files", refuse)
    second = load_project(project)
    assert first == second == read_project_without_cache(project, monkeypatch)
    assert list(parts(first)) == list(parts(second))
    assert second.parameters[0].default == Decimal("1.50")


def read_project_without_cache(project: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.undo()
    return read_project(project)


def test_any_change_is_seen(project: Path) -> None:
    assert load_project(project).name == "acme"
    path = project / "semantic.yml"
    status = path.stat()
    path.write_text(path.read_text("utf-8").replace("acme", "acne"), "utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # same size, same time, other contents
    assert load_project(project).name == "acne"
    (project / "m.yml").write_text("metrics: [{name: more, sql: sum(b)}]", "utf-8")
    before, after = read_project(project).metrics, load_project(project).metrics
    assert before == after
    assert (after[0].name, after[-1].name) == ("amount", "more")
    (project / "m.yml").rename(project / "n.yml")
    assert load_project(project).metrics[-1].span.file == "n.yml"


def test_a_changed_library_is_seen(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "shelf" / "shop"
    library.mkdir(parents=True)
    monkeypatch.setattr(files, "room", lambda name: tmp_path / "shelf")
    with (project / "semantic.yml").open("a") as file:
        file.write("libraries: [shop]\n")
    for name in ("first", "second"):
        (library / "metrics.yml").write_text(f"metrics: [{{name: {name}, sql: sum(x)}}]", "utf-8")
        assert load_project(project).metrics[-1].name == name


def test_other_code_reads_anew(project: Path, entries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    load_project(project)
    monkeypatch.setattr(cache, "_code", lambda: b"a later version")
    load_project(project)
    assert len(entries()) == 2


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "text", "other entry"])
def test_a_damaged_entry_is_ignored_and_replaced(project: Path, entries: Any, damage: str) -> None:
    expected = load_project(project)
    (entry,) = entries()
    data = entry.read_bytes()
    middle = len(data) // 2
    damaged = {
        "empty": b"",
        "cut": data[:middle],
        "flipped": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "text": b"not an entry at all, though long enough to hold a checksum",
        "other entry": signed(pickle.dumps(("x", "y"))),
    }[damage]
    entry.write_bytes(damaged)
    assert load_project(project) == expected
    assert entry.read_bytes() == data


def signed(payload: bytes) -> bytes:
    return blake2b(payload, digest_size=32).digest() + payload


class Attack:
    def __reduce__(self) -> Any:
        return os.system, ("touch attacked",)


def test_an_entry_cannot_name_code(project: Path, entries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = load_project(project)
    monkeypatch.chdir(project)
    entries()[0].write_bytes(signed(pickle.dumps((b"", Attack()))))
    assert load_project(project) == expected
    assert not (project / "attacked").exists()


def test_entries_are_private(project: Path, entries: Any) -> None:
    load_project(project)
    (entry,) = entries()
    assert entry.stat().st_mode & 0o777 == 0o600
    assert entry.parent.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_may_write_is_not_used(project: Path, entries: Any) -> None:
    (project.parent / "cache").mkdir()
    (project.parent / "cache").chmod(0o777)
    load_project(project)
    assert entries() == []


def test_a_linked_entry_is_not_followed(project: Path, entries: Any, tmp_path: Path) -> None:
    expected = load_project(project)
    (entry,) = entries()
    entry.rename(tmp_path / "elsewhere")
    entry.symlink_to(tmp_path / "elsewhere")
    assert load_project(project) == expected
    assert not entry.is_symlink()


def test_no_cache_is_wanted(project: Path, entries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMANTIC_NO_CACHE", "1")
    load_project(project)
    assert entries() == []


def test_no_cache_can_be_made(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SEMANTIC_CACHE_DIR", str(tmp_path / "file"))
    assert load_project(project).name == "acme"


def test_the_place_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SEMANTIC_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert kept.cache_folder() == tmp_path / "semantic"


def test_faults_are_not_kept(project: Path, entries: Any) -> None:
    (project / "m.yml").write_text("metrcs: []", "utf-8")
    for _ in range(2):
        with pytest.raises(SemanticError):
            load_project(project)
    assert entries() == []


def test_old_entries_go(project: Path, entries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_KEPT", 3)
    for number in range(6):
        (project / "m.yml").write_text(f"metrics: [{{name: m{number}, sql: sum(b)}}]", "utf-8")
        load_project(project)
    assert len(entries()) == 3


def test_a_second_load_imports_no_yaml_and_no_jinja(project: Path) -> None:
    load_project(project)
    code = (
        "import sys; from pathlib import Path; from semantic.spec.cache import load_project;"
        f"load_project(Path({str(project)!r}));"
        "print([m for m in ('yaml', 'jinja2', 'sqlglot', 'duckdb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
