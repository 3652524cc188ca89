"""Every mistake in a definition or a question is told in full, with its place: the Markdown files here."""

from __future__ import annotations

import pytest

from semantic import Layer
from tests.faults.cases import DIALECTS, SHOP, Case, cases

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.topic}: {case.title}")
def test_case(case: Case) -> None:
    assert case.expected, "a case without faults"
    assert case.told() == case.expected


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 80
    assert len({(case.topic, case.title) for case in CASES}) == len(CASES)


def test_the_shop_itself_is_sound() -> None:
    layer = Layer.from_text(semantic=SHOP)
    assert layer.check(DIALECTS) == ()
    for dialect in DIALECTS:
        for metric in layer.catalog.metrics:
            assert layer.sql(metric, dialect=dialect, parameters={"rate": "1.5"}).text
