"""Keys that change no number: what a row is in words, hidden metrics, and the periods of times."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from semantic.cli.app import root
from semantic.layer import Layer
from semantic.show import listing

PROJECT = """
name: rooms
sources:
  bookings: {table: bookings, columns: {id: integer, room: integer, at: timestamp, price: decimal}}
  rooms: {table: rooms, columns: {id: integer, city: text}}
models:
  - name: bookings
    source: bookings
    primary_key: id
    entity: booking
    time: at
    dimensions: [{name: at, grain: day}]
    joins: [{to: rooms, as: listing, on: {room: id}}]
  - {name: rooms, source: rooms, primary_key: id, entity: [listing, room], dimensions: [city]}
metrics:
  - {name: revenue, model: bookings, sql: sum(price), grain: month}
  - {name: nights, model: bookings, sql: count(*), hidden: true}
  - {name: per_night, sql: revenue / nights}
"""


@pytest.fixture
def rooms(tmp_path: Path) -> Path:
    (tmp_path / "semantic.yml").write_text(PROJECT)
    return tmp_path


def test_models_are_found_by_what_a_row_is() -> None:
    catalog = Layer.from_text(semantic=PROJECT).catalog
    assert catalog.entities == {"booking": ("bookings",), "listing": ("rooms",), "room": ("rooms",)}


def test_hidden_metrics_are_listed_where_all_are() -> None:
    catalog = Layer.from_text(semantic=PROJECT).catalog
    assert [each.name for each in listing.metrics(catalog)] == ["revenue", "per_night"]
    assert [each.name for each in listing.metrics(catalog, hidden=True)] == ["revenue", "nights", "per_night"]


def test_the_command_lists_them_where_all_are_asked_for(rooms: Path) -> None:
    def names(*more: str) -> list[str]:
        words = ["list", "metrics", "--format", "json", "--project", str(rooms), *more]
        return [each["name"] for each in json.loads(CliRunner().invoke(root, words).stdout)]

    assert names() == ["revenue", "per_night"]
    assert names("--all") == ["revenue", "nights", "per_night"]


def test_hidden_metrics_can_be_asked() -> None:
    layer = Layer.from_text(semantic=PROJECT)
    assert "COUNT(*)" in layer.sql("nights", by="listing.city").text
    assert layer.check() == ()


def test_dimensions_are_offered_down_to_their_finest_period() -> None:
    catalog = Layer.from_text(semantic=PROJECT).catalog
    at = next(each for each in listing.dimensions(catalog) if each.path == "bookings.at")
    assert listing.grains(at.type, at.grain)[:2] == ("day", "week")


def test_the_finest_period_and_longer_ones_are_asked() -> None:
    layer = Layer.from_text(semantic=PROJECT)
    for path in ("time.day", "time.month", "bookings.at.week", "bookings.at.day_of_week", "bookings.at"):
        assert layer.sql("revenue", by=path).text


def test_the_periods_of_two_metrics_are_their_own() -> None:
    """One cannot be asked by hours because the other, whose time is the same column, was."""
    fine = PROJECT.replace(
        "dimensions: [{name: at, grain: day}]", "dimensions: [at, {name: day, sql: at, grain: day}]"
    )
    fine += "  - {name: daily, model: bookings, sql: count(*), time: day}\n"
    layer = Layer.from_text(semantic=fine)
    assert layer.sql("revenue", by="time.hour").text
    with pytest.raises(Exception, match="'time' of 'bookings' stands for a day"):
        layer.sql("daily", by="time.hour")
