"""What cannot be carried is not carried by halves, and is told of where a person wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic import Layer
from semantic.faults import SemanticError

BROKEN = """\
semantic_models:
  - name: rides
    model: ref('rides')
    defaults: {agg_time_dimension: started_on}
    entities: [{name: ride, type: primary, expr: ride_id}]
    dimensions:
      - {name: started_on, type: time, expr: started_at, type_params: {time_granularity: day}}
      - {name: is_long, type: categorical, expr: "minutes >="}
      - {name: status, type: categorical, expr: frobnicated(status)}
    measures: [{name: minutes, agg: sum, create_metric: true}]
metrics:
  - name: ended
    type: simple
    type_params: {measure: {name: minutes, filter: "{{ Dimension('ride__status') }} = 'ended'"}}
  - name: share
    type: derived
    type_params: {expr: minutes / nosuch(3), metrics: [{name: minutes}]}
"""


@pytest.fixture
def layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layer:
    (tmp_path / "rides.yml").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)
    return Layer.from_metricflow("rides.yml", schema="shop")


def test_a_condition_on_what_was_dropped_reads_no_column_of_its_name(layer: Layer) -> None:
    told = {entry.name: entry.reason for entry in layer.losses.dropped}
    assert told == {
        "rides.status": "'frobnicated' is no function that every dialect has.",
        "ended": "Its condition is on 'rides.status', which was dropped.",
    }
    assert layer.sql("minutes").text.endswith("FROM shop.rides")


def test_a_dropped_metric_says_why(layer: Layer) -> None:
    with pytest.raises(SemanticError) as caught:
        layer.sql("ended", by="metric_time")
    assert str(caught.value) == (
        "rides.yml:12:5: unknown: The metric 'ended' was dropped: "
        "Its condition is on 'rides.status', which was dropped."
    )
    with pytest.raises(SemanticError, match="'endet' is no metric"):
        layer.sql("endet")


def test_a_check_tells_what_is_refused_when_it_is_asked_for(layer: Layer) -> None:
    assert [str(fault) for fault in layer.check()] == [
        "rides.yml:8:9: refused: The dimension 'rides.is_long' is refused when it is asked for: "
        "The SQL does not parse near '>=': something is missing here.",
        "rides.yml:15:5: refused: The metric 'share' is refused when it is asked for: "
        "'nosuch' is no function that every dialect has. A project may declare its own under 'functions:'.",
    ]
