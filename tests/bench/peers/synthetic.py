"""A large project as a manifest: 500 metrics over 20 facts, and 100 dimensions that all of them share.

python -m tests.bench.peers.synthetic OUTPUT.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FACTS, METRICS_OF_A_FACT = 20, 25
THINGS, DIMENSIONS_OF_A_THING = 10, 10


def manifest() -> dict[str, Any]:
    """Facts with a key to every thing, and things with plain dimensions."""
    return {
        "semantic_models": [*map(fact, range(FACTS)), *map(thing, range(THINGS))],
        "metrics": [metric(n, m) for n in range(FACTS) for m in range(METRICS_OF_A_FACT)],
        "project_configuration": {
            "time_spine_table_configurations": [],
            "metadata": None,
            "time_spines": [SPINE],
        },
        "saved_queries": [],
    }


def question() -> dict[str, Any]:
    """70 metrics of seven facts by 100 dimensions."""
    return {
        "metrics": [f"metric_{n}_{m}" for n in range(7) for m in range(10)],
        "by": [f"thing_{n}__dimension_{n}_{m}" for n in range(THINGS) for m in range(DIMENSIONS_OF_A_THING)],
    }


def fact(number: int) -> dict[str, Any]:
    """A table of events, with a key to each thing."""
    entities = [
        entity(f"fact_{number}", "primary"),
        *(entity(f"thing_{n}", "foreign") for n in range(THINGS)),
    ]
    return model(f"facts_{number}", entities, [time(f"at_{number}")], f"at_{number}")


def thing(number: int) -> dict[str, Any]:
    """A table of things."""
    dimensions = [categorical(f"dimension_{number}_{m}") for m in range(DIMENSIONS_OF_A_THING)]
    return model(f"things_{number}", [entity(f"thing_{number}", "primary")], dimensions, None)


def model(
    name: str, entities: list[dict[str, Any]], dimensions: list[dict[str, Any]], time: str | None
) -> dict[str, Any]:
    """A semantic model as a manifest has it."""
    return {
        "name": name,
        "defaults": {"agg_time_dimension": time} if time else None,
        "node_relation": relation(name),
        "primary_entity": None,
        "entities": entities,
        "measures": [],
        "dimensions": dimensions,
    }


def relation(name: str) -> dict[str, Any]:
    """Where the rows of a model are."""
    return {"alias": name, "schema_name": "big", "database": None, "relation_name": f"big.{name}"}


def entity(name: str, kind: str) -> dict[str, Any]:
    """A key."""
    return {"name": name, "type": kind, "role": None, "expr": f"{name}_id"}


def categorical(name: str) -> dict[str, Any]:
    """A dimension of its own column."""
    return {"name": name, "type": "categorical", "is_partition": False, "type_params": None, "expr": None}


def time(name: str) -> dict[str, Any]:
    """A time by the day."""
    grain = {"time_granularity": "day", "validity_params": None}
    return {"name": name, "type": "time", "is_partition": False, "type_params": grain, "expr": None}


def metric(number: int, nth: int) -> dict[str, Any]:
    """A sum over a fact."""
    aggregation = {"semantic_model": f"facts_{number}", "agg": "sum", "agg_time_dimension": f"at_{number}"}
    return {
        "name": f"metric_{number}_{nth}",
        "type": "simple",
        "type_params": {
            "expr": f"value_{nth}",
            "metric_aggregation_params": aggregation,
            "join_to_timespine": False,
            "fill_nulls_with": None,
            "input_measures": [],
        },
    }


SPINE = {
    "node_relation": relation("days"),
    "primary_column": {"name": "day", "time_granularity": "day"},
    "custom_granularities": [],
}

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(manifest()))
