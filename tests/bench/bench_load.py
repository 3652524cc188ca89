"""How long loading takes, against PyYAML's C loader on the same files: ``python tests/bench/bench_load.py``.

All numbers are ratios of best times measured in one run.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

import yaml

from semantic.catalog import link
from semantic.layer import Layer
from semantic.spec.cache import load_project
from semantic.spec.reader import read_project

MODEL = """\
models:
  - name: model_{i}
    label: {{en: Model {i}, ko: 모델 {i}, zh: 模型 {i}}}
    table: prod.sales.table_{i}
    primary_key: line_id
    unique: [customer_id]
    time: ordered_at
    columns: {{line_id: integer, ordered_at: timestamp, amount: decimal, channel: text, customer_id: integer}}
    dimensions:
      - {{name: channel, label: {{en: Channel, ko: 채널}}}}
      - {{name: ordered_on, type: date, sql: "local_date(ordered_at)"}}
      - name: size
        sql: |
          case when amount > 100 then 'large'
               when amount > 10 then 'middle'
               else 'small' end
    joins:
      - {{to: model_{other}, on: customer_id, required: true}}
metrics:
"""
METRIC = """\
  - name: metric_{i}_{j}
    label: {{en: Metric {i} {j}, ko: 지표 {i} {j}}}
    description: The sum of the amounts of all lines that were sold in channel {j}.
    model: model_{i}
    sql: sum(amount * {j}) / count(distinct customer_id)
    filter: "channel <> 'web' and amount > {j}"
    unit: KRW
    format: '#,##0'
"""


def write_project(folder: Path, models: int = 100, metrics: int = 1000) -> None:
    """A project of so many models and metrics, a file a model."""
    (folder / "semantic.yml").write_text("name: bench\ncalendar: {timezone: Asia/Seoul}\n", "utf-8")
    each = metrics // models
    for i in range(models):
        text = MODEL.format(i=i, other=(i + 1) % models)
        text += "".join(METRIC.format(i=i, j=j) for j in range(each))
        (folder / f"model_{i:03}.yml").write_text(text, "utf-8")


def best(works: Mapping[str, Callable[[], object]], rounds: int = 12) -> dict[str, float]:
    """The shortest time of each work in seconds; they take turns, so that a busy machine slows all alike."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = perf_counter()
            work()
            times[name].append(perf_counter() - start)
    return {name: min(each) for name, each in times.items()}


def measure(folder: Path) -> dict[str, float]:
    """Times of the C loader, of a first load and of a second one."""
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.yml"))]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    load_project(folder)
    return best(
        {
            "yaml": lambda: [yaml.load(text, Loader=loader) for text in texts],
            "read": lambda: link(read_project(folder)),
            "cached": lambda: Layer.load(folder),
        }
    )


def main() -> None:
    """Prints the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        folder.mkdir()
        os.environ["SEMANTIC_CACHE_DIR"] = str(Path(name) / "cache")
        write_project(folder)
        times = measure(folder)
    base = times["yaml"]
    print(f"100 models, 1,000 metrics; yaml.load with the C loader takes {base * 1000:.0f} ms")
    print(f"first load   {times['read'] / base:5.2f} x   (at most 3.0)")
    print(f"second load  {times['cached'] / base:5.2f} x   (at most 0.3)")


if __name__ == "__main__":
    main()
