"""DDL for the whole CRM library, a view a metric: against sqlglot's parse and print of the same statements, and
what of it is the views' own part."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from time import perf_counter

import yaml

from semantic.layer import Layer
from tests.bench.bench_library import asked
from tests.crm.library import mapped

DIALECTS = ("postgres", "snowflake", "bigquery", "duckdb")


def project() -> str:
    """The library with a view for every metric."""
    questions = asked(Layer.from_text(semantic=mapped()))
    views = [{"name": f"{question['metrics']}_view", "label": "A view", **question} for question in questions]
    return yaml.safe_dump({"views": [{k: v for k, v in view.items() if v} for view in views]}, sort_keys=False)


def main() -> None:
    """Print the seconds of each side and their ratio."""
    import sqlglot

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    os.environ["SEMANTIC_NO_CACHE"] = "1"
    layer = Layer.from_text(semantic=mapped(), views=project())
    layer.views("duckdb")  # binds everything
    for dialect in DIALECTS[:3]:
        views, whole = timed(lambda dialect=dialect: emitted(layer, dialect))  # type: ignore[misc]
        _, own = min((timed(lambda dialect=dialect: emitted(layer, dialect)) for _ in range(3)), key=last)  # type: ignore[misc]
        selects = [view.select for view in layer.views(dialect).views]
        _, theirs = timed(
            lambda dialect=dialect, selects=selects: [  # type: ignore[misc]
                sqlglot.parse_one(text, read=dialect).sql(dialect, pretty=True) for text in selects
            ]
        )
        print(
            f"{len(selects)} views, {views} statements, {dialect}: {whole:.2f} s, sqlglot parses and prints the "
            f"SELECTs in {theirs:.2f} s: {whole / theirs:.2f} ×; own part {own:.3f} s ({own / whole:.0%})"
        )


def emitted(layer: Layer, dialect: str) -> int:
    """How many statements there are."""
    return sum(len(layer.ddl(view)) for view in layer.views(dialect).views)


def timed(act: Callable[[], object]) -> tuple[object, float]:
    """A result, and the seconds that it took."""
    begin = perf_counter()
    result = act()
    return result, perf_counter() - begin


def last(pair: tuple[object, float]) -> float:
    """The seconds of a result."""
    return pair[1]


if __name__ == "__main__":
    main()
