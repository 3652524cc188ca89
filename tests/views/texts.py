"""The statements of a handful of views in all four dialects, as one readable file.

``python -m tests.views.texts`` writes ``texts.md``; read the difference before it is kept.
"""

from __future__ import annotations

from pathlib import Path

from semantic import Layer
from semantic.views import script
from tests.engines import DIALECTS
from tests.views.shop import layer

FILE = Path(__file__).with_name("texts.md")
VIEWS = """
views:
  - name: monthly_sales
    label: Monthly sales
    description: "What was paid, by month; it's net."
    metrics: [sales, order_count]
    by: [time.month]
    grants: {select: [analysts, "bi team"]}
  - {name: sales_table, extends: monthly_sales, materialized: table, as: Sales Table, indexes: [time_month],
     cluster_by: time_month, partition_by: time_month}
  - {name: sales_kept, extends: monthly_sales, by: customers.region, language: ko,
     cluster_by: customers_region,
     materialized: {duckdb: table, snowflake: dynamic_table, otherwise: materialized_view},
     refresh: {every: 1 hour, warehouse: BI_WH}}
  - {name: order_rows, model: orders, schema: finance,
     columns: [order_id, customers.region as region, amount]}
"""
HEAD = """# The statements of views

Written by `python -m tests.views.texts` from these views, for the schema `bi`:

"""


def shop() -> Layer:
    return layer(views=VIEWS)


def page() -> str:
    parts = [f"{HEAD}```yaml{VIEWS}```\n"]
    for dialect in DIALECTS:
        parts.append(f"\n## {dialect}\n")
        made = shop()
        for view in made.views(dialect, schema="bi").views:
            parts.append(f"\n```sql\n{script(made.ddl(view))}```\n")
    return "".join(parts)


if __name__ == "__main__":
    FILE.write_text(page(), "utf-8")
