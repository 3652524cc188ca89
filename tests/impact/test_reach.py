"""Edits in corners: what is read in other ways than by columns."""

from __future__ import annotations

import pytest

from semantic import Layer, diff

PROJECT = """
name: corners
sources:
  o: {table: o, columns: {id: integer, k: integer, at: date, a: decimal, b: decimal, c: text}}
  g: {table: g, columns: {k: integer, f: date, t: date, grade: text}}
  st: {table: st, columns: {id: integer, d: date, q: integer, w: text}}
functions: [{name: dist(a), type: float, templates: {duckdb: "my(:a)"}}]
models:
  - name: o
    source: o
    primary_key: id
    time: at
    dimensions:
      - {name: cc, sql: lower(c)}
      - {name: rk, sql: "row_number() over (partition by k order by at, id)"}
    joins: [{to: rec, on: k}, {to: g, on: k, valid: [f, t], at: at}]
  - {name: g, source: g, primary_key: [k, f], valid: [f, t]}
  - {name: st, source: st, primary_key: id, time: d}
  - name: rec
    query: {from: o, metrics: {m: sum(a)}, by: [k], window: {last: 12 months, until: "2024-01-31"}}
    dimensions: [{name: k}]
  - {name: pop, query: {of: rec, metrics: {z: sum(o.a)}}}
metrics:
  - {name: s, model: o, sql: sum(a)}
  - {name: share, metric: s, share_over: [o.cc]}
  - {name: rank, metric: s, rank_over: [o.cc]}
  - {name: far, model: o, sql: sum(dist(a))}
  - {name: firsts, model: o, sql: count(*), filter: rk = 1}
  - {name: graded, model: o, sql: sum(a), filter: "g.grade = 'A'"}
  - {name: many, model: rec, sql: count(*), filter: "o.c = 'x'"}
  - {name: r, model: rec, sql: sum(m)}
  - {name: p, model: pop, sql: sum(z)}
  - {name: stock, model: st, sql: sum(q), not_additive_over: {time: last, per: w}}
  - {name: held, model: g, sql: count(distinct k), at: period_end}
  - {name: based, metric: s, base: "2023"}
"""
EDITS = [
    ("lower(c)", "upper(c)", "rank share"),
    ("my(:a)", "mine(:a)", "far"),
    ("partition by k order by at", "partition by c order by at", "firsts"),
    ("at: at}", "at: at, required: true}", "graded"),
    ("o.c = 'x'", "o.c = 'y'", "many"),
    ("last: 12 months", "last: 6 months", "many p r"),
    ("2024-01-31", "2024-02-29", "many p r"),
    ("z: sum(o.a)", "z: sum(o.b)", "p"),
    ("{to: rec, on: k}", "{to: rec, on: {id: k}}", "many p"),
    ("per: w", "per: id", "stock"),
    ("period_end", "period_start", "held"),
    ('"2023"', '"2022"', "based"),
    ("valid: [f, t]}\n  - {name: st", "valid: [f, f]}\n  - {name: st", "held"),
]


@pytest.fixture(scope="module")
def before() -> Layer:
    layer = Layer.from_text(semantic=PROJECT)
    assert layer.check(["duckdb"]) == ()
    return layer


@pytest.mark.parametrize(("old", "new", "reached"), EDITS)
def test_what_an_edit_reaches(old: str, new: str, reached: str, before: Layer) -> None:
    assert old in PROJECT
    found = diff(before, Layer.from_text(semantic=PROJECT.replace(old, new, 1)))
    assert sorted(found.of("metric")) == reached.split()
