"""A notebook over a project: load, ask, make a frame, draw.

Editors that know percent cells (VS Code, Spyder, Jupytext) run it cell by cell;
``python examples/notebook.py shop`` runs all of it on a project of ``semantic init shop``.
"""

# %% Load the project, and see what it has
import sys
from pathlib import Path

from semantic import Layer, SemanticError

PROJECT = Path(sys.argv[1] if len(sys.argv) > 1 else "shop")
layer = Layer.load(PROJECT)
print(*layer.catalog.metrics, sep=", ")

# %% Ask; rows are plain Python values
months = layer.run(["sales", "orders", "average_order"], by="time.month")
for month, sales, orders, average in months:
    print(f"{month:%Y-%m} {sales:>12,} {orders:>6} {average:>12,.0f}")

# %% The statement behind it, and what it is made from
compiled = layer.sql("sales", by="customers.region", where="orders.channel = 'web'")
print(compiled.text)
for column in compiled.lineage:
    print(column.output, "←", *(f"{each.table}.{each.name} ({each.role})" for each in column.columns))

# %% A frame: pandas, or polars where that is what is installed
frame = months.df()
print(frame.describe())

# %% A mistake is told with its remedy
try:
    layer.run("saless")
except SemanticError as error:
    print(error)

# %% Draw it in the terminal
totals = months.values(1)
for month, sales in zip(months.values(0), totals, strict=True):
    print(f"{month:%b}  {'█' * round(40 * sales / max(totals))} {sales:,}")

# %% Draw it as SVG, for a report
step, height = 60, 160
points = " ".join(f"{n * step},{height - height * each / max(totals):.1f}" for n, each in enumerate(totals))
line = f'<polyline points="{points}" fill="none" stroke="#3366cc" stroke-width="2"/>'
box = f"0 0 {step * (len(totals) - 1)} {height}"
svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><title>Sales</title>{line}</svg>'
(PROJECT / "sales.svg").write_text(svg)
print("written:", PROJECT / "sales.svg")

# %% A long answer, a batch at a time: Arrow record batches that any library takes
for batch in layer.stream("units", by=["order_lines.product", "time.day"], batch_rows=1_000).batches():
    print(batch.num_rows, "rows,", batch.nbytes, "bytes")
