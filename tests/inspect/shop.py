"""A shop whose tables are what its project says, and each way in which they are not."""
# ruff: noqa: E501

from __future__ import annotations

from semantic.source import Span

PROJECT = """
name: shop
targets:
  local: {dialect: @DIALECT@, url: "{{ env_var('SHOP_URL') }}"}
sources:
  orders:
    table: inspected.orders
    columns: {order_id: integer, customer_id: integer, ordered_at: timestamp, amount: decimal, weight: float}
  customers:
    table: inspected.customers
    columns: {customer_id: integer, region: text, joined_on: date, segment: text}
  regions:
    sql: select region, upper(title) as title from inspected.raw_regions
    columns: {region: text, title: text}
  notes: {table: inspected.notes, columns: {body: text, seen_at: timestamptz}}
models:
  - name: orders
    source: orders
    primary_key: order_id
    time: ordered_at
    dimensions: [{name: large, sql: amount > 100}, {name: region, sql: customers.region}]
    joins:
      - {to: customers, on: customer_id, required: true}
      - {to: grades, on: customer_id, valid: [valid_from, valid_to], at: ordered_at}
  - name: customers
    source: customers
    primary_key: customer_id
    dimensions: [{name: segment}]
    joins: [{to: regions, on: region}]
  - {name: regions, source: regions, primary_key: region, dimensions: [{name: title}]}
  - name: grades
    table: inspected.grades
    columns: {customer_id: integer, grade: text, valid_from: date, valid_to: date}
    primary_key: [customer_id, valid_from]
    valid: [valid_from, valid_to]
  - name: visits
    table: inspected.visits
    primary_key: visit_id
    time: seen_on
    dimensions: [{name: seen_on, type: date}]
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - {name: orders, model: orders, sql: count(*)}
  - {name: pages, model: visits, sql: sum(visits.pages)}
  - {name: graded, model: grades, sql: count(distinct customer_id), at: period_end}
"""

TABLES = """
CREATE TABLE inspected.orders (order_id BIGINT, customer_id INTEGER, ordered_at TIMESTAMP, amount NUMERIC(12, 2), weight NUMERIC(9, 3));
INSERT INTO inspected.orders VALUES (1, 1, '2024-01-05 10:00:00', 10.50, 1), (2, 1, '2024-02-05 11:00:00', 250, 2), (3, 2, '2024-02-06 12:00:00', NULL, 3);
CREATE TABLE inspected.customers (customer_id BIGINT, region VARCHAR(20), joined_on DATE, segment TEXT);
INSERT INTO inspected.customers VALUES (1, 'north', '2023-01-01', 'a'), (2, 'south', '2023-02-01', 'b'), (3, NULL, NULL, NULL);
CREATE TABLE inspected.raw_regions (region TEXT, title TEXT);
INSERT INTO inspected.raw_regions VALUES ('north', 'North'), ('south', 'South');
CREATE TABLE inspected.grades (customer_id BIGINT, grade TEXT, valid_from DATE, valid_to DATE);
INSERT INTO inspected.grades VALUES (1, 'new', '2023-01-01', '2024-01-01'), (1, 'gold', '2024-01-01', NULL), (2, 'new', '2023-02-01', '2023-03-01'), (2, 'new', '2023-04-01', '2023-04-01');
CREATE TABLE inspected.notes (body TEXT, seen_at TIMESTAMPTZ);
CREATE TABLE inspected.visits (visit_id BIGINT, seen_on DATE, pages INTEGER);
INSERT INTO inspected.visits VALUES (1, '2024-01-05', 3), (2, '2024-01-06', 4)
"""

#: What is done to the tables, and the findings: code, where (the first place of a text, and of another one
#: after it), and a part of what is said.
DEFECTS: dict[str, tuple[str, list[tuple[str, str, str, str]]]] = {
    "a missing table": (
        "DROP TABLE inspected.notes",
        [("missing", "notes: {", "inspected.notes", "The table of source 'notes' is not found on target 'local'")],
    ),
    "a missing column": (
        "ALTER TABLE inspected.customers DROP COLUMN segment",
        [("missing", "joined_on: date", "segment: text", "source 'customers' has no column 'segment'")],
    ),
    "a column that nobody declares": (
        "ALTER TABLE inspected.visits DROP COLUMN pages",
        [("missing", "name: pages", "sum(visits.pages)", "model 'visits' has no column 'pages'")],
    ),
    "a wrong type": (
        "ALTER TABLE inspected.orders ALTER COLUMN amount TYPE DOUBLE PRECISION",
        [("type", "ordered_at: timestamp", "amount: decimal", "'amount' of source 'orders' is decimal here and float")],
    ),
    "a wall clock for an instant": (
        "ALTER TABLE inspected.notes ALTER COLUMN seen_at TYPE TIMESTAMP",
        [("type", "body: text", "seen_at: timestamptz", "is timestamptz here and timestamp")],
    ),
    "a NULL key": (
        "INSERT INTO inspected.visits VALUES (NULL, '2024-01-07', 1)",
        [("null", "table: inspected.visits", "visit_id", "1 row of model 'visits' has a NULL in the key (visit_id).")],
    ),
    "a key that repeats": (
        "INSERT INTO inspected.visits VALUES (2, '2024-01-08', 1), (2, '2024-01-08', 1)",
        [("duplicate", "table: inspected.visits", "visit_id", "repeats: 1 value that more than one row has, such as 2.")],
    ),
    "a join that multiplies": (
        "INSERT INTO inspected.raw_regions VALUES ('north', 'Norden')",
        [
            ("multiplies", "joins: [{to: regions", "region}]", "The join to 'regions' multiplies rows: 1 value of (region)"),
            ("duplicate", "name: regions, source", "region, dim", "The key (region) of source 'regions' repeats"),
        ],
    ),
    "an orphan of a required join": (
        "INSERT INTO inspected.orders VALUES (4, 77, '2024-01-05 10:00:00', 1, 1), (5, NULL, '2024-01-05 10:00:00', 1, 1)",
        [("orphan", "joins:", "customers, on", "2 rows of model 'orders' have no partner in the required join to 'customers', such as (customer_id) = 77")],
    ),
    "intervals that overlap": (
        "UPDATE inspected.grades SET valid_to = '2024-01-02' WHERE valid_from = '2023-01-01'",
        [
            ("overlap", "to: grades", "valid_from", "the join to 'grades' multiplies rows there"),
            ("overlap", "    valid: [", "valid_from", "1 interval of model 'grades' ends after the next one of the same (customer_id) begins, such as 1, 2023-01-01"),
        ],
    ),
    "an interval that ends before it begins": (
        "UPDATE inspected.grades SET valid_to = '2022-01-02' WHERE valid_from = '2023-02-01'",
        [("overlap", "    valid: [", "valid_from", "1 row of model 'grades' has an interval that ends before it begins, such as 2, 2023-02-01, 2022-01-02")],
    ),
    "a text in a time column": (
        "ALTER TABLE inspected.visits ALTER COLUMN seen_on TYPE TEXT; UPDATE inspected.visits SET seen_on = '6.1.2024' WHERE visit_id = 2",
        [("type", "time: seen_on", "seen_on, type", "1 of 2 texts can be read as one, '6.1.2024' cannot.")],
    ),
    "a SELECT that fails": (
        "ALTER TABLE inspected.raw_regions DROP COLUMN title",
        [("refused", "regions:", "select region", "source 'regions' cannot be read on target 'local'")],
    ),
    "sides of a join that do not compare": (
        "ALTER TABLE inspected.orders ALTER COLUMN customer_id TYPE TEXT",
        [
            ("type", "order_id: integer", "customer_id: integer", "'customer_id' of source 'orders' is integer here and text"),
            ("type", "to: customers, on", "customer_id", "The join to 'customers' compares text with integer"),
            ("type", "to: grades, on", "customer_id", "The join to 'grades' compares text with integer"),
        ],
    ),
}  # fmt: skip


def place(after: str, text: str) -> str:
    """Where a text stands in the project: the first one after another text."""
    offset = PROJECT.index(text, PROJECT.index(after))
    line = PROJECT.count("\n", 0, offset) + 1
    return str(Span("semantic.yml", line, offset - PROJECT.rfind("\n", 0, offset)))
