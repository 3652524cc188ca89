"""DDL for the whole CRM library, a view a metric: against sqlglot's parse and print of the same statements,
and what of it is the views' own part."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from time import perf_counter

import yaml

from semantic.layer import Layer
from tests.bench.bench_library import asked
from tests.crm.library import mapped

DIALECTS = ("postgres", "snowflake", "bigquery")


def project() -> str:
    """The library with a view for every metric."""
    questions = asked(Layer.from_text(semantic=mapped()))
    views = [{"name": f"{question['metrics']}_view", "label": "A view", **question} for question in questions]
    given = [{key: value for key, value in view.items() if value} for view in views]
    return yaml.safe_dump({"views": given}, sort_keys=False)


def main() -> None:
    """Print the seconds of each side and their ratio."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    os.environ["SEMANTIC_NO_CACHE"] = "1"
    layer = Layer.from_text(semantic=mapped(), views=project())
    layer.views("duckdb")  # binds everything
    for dialect in DIALECTS:
        measure(layer, dialect)


def measure(layer: Layer, dialect: str) -> None:
    """One dialect: statements that nobody has asked for yet, then the same once more."""
    statements, whole = timed(partial(emitted, layer, dialect))
    own = min(timed(partial(emitted, layer, dialect))[1] for _ in range(3))
    selects = [view.select for view in layer.views(dialect).views]
    _, theirs = timed(partial(printed, selects, dialect))
    print(
        f"{len(selects)} views, {statements} statements, {dialect}: {whole:.2f} s; sqlglot parses and prints "
        f"their SELECTs in {theirs:.2f} s: {whole / theirs:.2f} ×; own part {own:.3f} s ({own / whole:.0%})"
    )


def printed(selects: list[str], dialect: str) -> None:
    """What sqlglot does with statements."""
    import sqlglot

    for text in selects:
        sqlglot.parse_one(text, read=dialect).sql(dialect, pretty=True)


def emitted(layer: Layer, dialect: str) -> int:
    """How many statements there are."""
    return sum(len(layer.ddl(view)) for view in layer.views(dialect).views)


def timed(act: Callable[[], object]) -> tuple[object, float]:
    """A result, and the seconds that it took."""
    begin = perf_counter()
    result = act()
    return result, perf_counter() - begin


if __name__ == "__main__":
    main()
