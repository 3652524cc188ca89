"""Our side, in an interpreter of its own: what `theirs.py` is for MetricFlow.

python ours.py serve MANIFEST            compiles a question for every line of JSON on standard input
python ours.py once MANIFEST QUESTION    compiles one question, and prints its statement
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from semantic.layer import Layer

_WORDS = {"saved": "saved_query", "start": "start_time", "end": "end_time", "order": "order_by"}


def layer(path: str) -> Layer:
    """The layer of a manifest."""
    from semantic.layer import Layer

    return Layer.from_metricflow(path)


def compiled(made: Layer, question: dict[str, Any], dialect: str = "duckdb") -> str:
    """The statement for a question in MetricFlow's words, its columns under MetricFlow's names."""
    words = {_WORDS.get(key, key): value for key, value in question.items()}
    return made.sql(names="metricflow", dialect=dialect, **words).text


def serve(path: str) -> None:
    """An answer for every line: the statement or the refusal, and the seconds it took."""
    made = layer(path).warmed()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            said: dict[str, Any] = {"sql": compiled(made, question)}
        except Exception as error:
            said = {"refused": f"{type(error).__name__}: {error}"}
        said |= {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        print(compiled(layer(sys.argv[2]), json.loads(sys.argv[3])))
