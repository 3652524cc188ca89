"""All benchmarks, each in a process of its own: ratios of two sides measured in one run. Nothing fails."""

from __future__ import annotations

import os
import subprocess
import sys

BENCHES = (
    "bench_compile",
    "bench_load",
    "bench_cold",
    "bench_library",
    "bench_sql",
    "bench_time",
    "bench_crm",
    "bench_views",
    "bench_embed",
)

if __name__ == "__main__":
    load = os.getloadavg()[0]
    print(
        f"{os.cpu_count()} cores, load {load:.1f}; noise: how far the median is above the fastest", flush=True
    )
    for bench in BENCHES:
        subprocess.run([sys.executable, "-m", f"tests.bench.{bench}"], check=True)
