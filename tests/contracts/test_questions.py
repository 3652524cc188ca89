"""Every aggregate as a metric: in groups with a NULL key, with a filter of its own, under a condition."""

from __future__ import annotations

import pytest
import yaml

from semantic.expr.walk import PUBLIC
from semantic.layer import Layer
from tests.contracts.aggregates import AGGREGATES
from tests.contracts.calls import agree, type_of
from tests.contracts.marks import proved
from tests.contracts.rows import ROWS, TABLE
from tests.engines import Engine
from tests.shop import sources

TRUTHS = {text: truth for name, cases in AGGREGATES.items() if name in PUBLIC for text, truth in cases}


def project(texts: list[str], filtered: bool) -> str:
    """A metric an aggregate, named by its number."""
    own = {"filter": "j > 1"} if filtered else {}
    metrics = [{"name": f"a{n}", "model": "r", "sql": text, **own} for n, text in enumerate(texts)]
    model = {"name": "r", "source": "r", "primary_key": "id", "dimensions": ["b", "id"]}
    return yaml.safe_dump({"name": "contract", "models": [model], "metrics": metrics})


@pytest.mark.parametrize("where", [False, True], ids=["anywhere", "where"])
@pytest.mark.parametrize("filtered", [False, True], ids=["all", "filtered"])
@pytest.mark.parametrize("by", [[], ["r.b"]], ids=["total", "groups"])
def test_metrics(engine: Engine, by: list[str], filtered: bool, where: bool) -> None:
    """One statement with every aggregate."""
    texts = proved(engine.dialect, TRUTHS)
    layer = Layer.from_text(semantic=project(texts, filtered), sources=sources({"r": TABLE}))
    names, condition = [f"a{n}" for n in range(len(texts))], "r.id < 9" if where else None
    found = engine.rows(layer.sql(names, by=by, where=condition, dialect=engine.dialect).text)
    chosen = [row for row in ROWS if not where or row.id < 9]
    kept = [row for row in chosen if not filtered or (row.j is not None and row.j > 1)]
    assert {values[0] if by else None for values in found} == ({row.b for row in kept} if by else {None})
    for values in found:
        rows = [row for row in kept if not by or row.b is values[0]]
        for text, value in zip(texts, values[len(by) :], strict=True):
            agree(value, TRUTHS[text](rows), type_of(text), f"{text} in {rows}")
