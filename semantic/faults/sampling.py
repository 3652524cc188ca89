"""Faults of metrics whose longer periods take the values of shorter ones."""

from __future__ import annotations

from semantic.faults.base import Fault
from semantic.source import Span


def sample_of_nothing(name: str, told: str, span: Span | None) -> Fault:
    """Samples of a metric that has no value of its own for each period."""
    hint = "Sample the metric below, and apply this one to the samples."
    if told == "sampled already":
        hint = "Keep one of the two choices of samples."
    return Fault("unsupported", f"'{name}' cannot be sampled: its metric is {told}.", hint, span)


def sample_without_time(name: str, each: str, span: Span | None) -> Fault:
    """Samples of a range, of which no period of the question tells where they belong."""
    hint = "Add 'time.month', 'time.year', … to 'by', or leave 'time' out."
    return Fault("time", f"'{name}' (sampled by {each}) needs a period whose samples are meant.", hint, span)


def sample_of_every(name: str, each: str, span: Span | None) -> Fault:
    """Samples of a metric that has a value in every period, of which only those with rows could be taken."""
    hint = f"Ask by 'time.{each}', or sample a metric without 'every_period'."
    told = f"'{name}' (sampled by {each}) has a value for every {each}, also where there are no rows"
    return Fault("unsupported", f"{told}: longer periods cannot take those.", hint, span)


def sample_too_fine(name: str, each: str, period: str, span: Span | None) -> Fault:
    """Samples asked for by periods that no sample lies in."""
    hint = f"Ask by 'time.{each}', or by a period that holds whole ones of it."
    return Fault("time", f"'{name}' (sampled by {each}) has no value by 'time.{period}'.", hint, span)
