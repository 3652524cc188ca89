"""Every metric of the library is defined, worded, tested; its tests hold on four engines."""

from __future__ import annotations

import re

import pytest

from semantic.layer import Layer
from semantic.testing.cases import Case
from tests.crm.library import choices, library, mapped, runner, some, spec
from tests.engines import DIALECTS, Engine

LANGUAGES = {"en", "ko", "zh"}
#: Where a definition may come from: the documents with the number of the slide or item, or beyond them.
REFERENCE = re.compile(r"(S[0-3](-\d+(,\d+)*)?|BEYOND)(; .*)?")
FEW = {id(case) for case in some(library())}


def names(cases: list[Case]) -> list[object]:
    """The cases as parameters, under their names."""
    return [pytest.param(case, id=case.name) for case in cases]


@pytest.mark.parametrize("case", names(library()))
def test_duckdb(case: Case, duck: Engine) -> None:
    _holds(case, duck)


@pytest.mark.parametrize("case", names([case for case in library() if id(case) in FEW]))
@pytest.mark.parametrize("dialect", ["postgres", "bigquery", "snowflake"])
def test_elsewhere(case: Case, dialect: str, request: pytest.FixtureRequest) -> None:
    """The others take longer: each metric of the library is asked of them at least once."""
    _holds(case, request.getfixturevalue(dialect))


def _holds(case: Case, engine: Engine) -> None:
    outcome = runner(engine).outcome(case)
    assert outcome.passed, f"{outcome.faults}\n{outcome.difference}\n{outcome.sql}"


def test_every_metric_has_a_test() -> None:
    asked = {metric for case in library() for metric in case.metrics}
    assert {str(metric.name) for metric in spec().metrics} == asked


@pytest.mark.parametrize("kind", ["metrics", "models", "parameters", "sources"])
def test_everything_is_worded_in_three_languages(kind: str) -> None:
    bare = [str(each.name) for each in getattr(spec(), kind) if not each.label.keys() >= LANGUAGES]
    assert not bare


def test_metrics_are_described_and_referred_to() -> None:
    for metric in spec().metrics:
        assert metric.description.keys() >= LANGUAGES, metric.name
        assert REFERENCE.fullmatch(metric.reference or ""), metric.name
        assert metric.unit is not None, metric.name
        assert metric.format is not None, metric.name


def test_the_whole_library_compiles_everywhere() -> None:
    assert not Layer.from_text(semantic=mapped()).check(DIALECTS)


@pytest.mark.parametrize("number", range(len(choices())))
def test_every_choice_compiles(number: int) -> None:
    """The library with other choices as the defaults, each time for another dialect."""
    kinds = {str(each.name): each.type for each in spec().parameters}
    chosen = [f"  - {{name: {n}, type: {kinds[n]}, default: {v}}}" for n, v in choices()[number].items()]
    text = "\n".join([mapped(), "parameters:", *chosen])
    assert not Layer.from_text(semantic=text).check([DIALECTS[number % len(DIALECTS)]])
