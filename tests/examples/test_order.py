"""A statement depends on its question alone, not on what was asked before."""

from __future__ import annotations

import random

from semantic import Layer
from tests.examples.projects import EXAMPLES, FILES
from tests.examples.questions import read

ASKED = [(path.parent.name, path.stem, read(path)[0]) for path in FILES]


def _texts(seed: int) -> dict[tuple[str, str], str]:
    """What all questions compile to, asked of new layers in some order."""
    layers = {name: Layer.load(EXAMPLES / name) for name in {example for example, _, _ in ASKED}}
    order = random.Random(seed).sample(ASKED, len(ASKED))
    return {(example, name): layers[example].sql(**asked).text for example, name, asked in order}


def test_the_order_of_questions_changes_nothing() -> None:
    first = _texts(0)
    assert all(_texts(seed) == first for seed in range(1, 6))
