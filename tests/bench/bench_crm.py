"""The CRM library over twenty million order lines in DuckDB, against the best statements by hand."""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from examples.download import cache
from semantic import Layer
from tests.bench.timing import Result, geometric_mean, print_table
from tests.examples.questions import Row, read

HANDWRITTEN = Path(__file__).with_name("handwritten") / "crm"
NAME = "crm_20m.duckdb"
MEMORY = "8GB"
TURNS = 3
MEAN, WORST = 1.05, 1.2
CLOSE = 1e-9

#: Half a million customers of three years. Each has a day on which it begins, a time for which it stays, and
#: a number of orders; most have a handful, some forty. One order in twenty is of nobody known, one in
#: twenty-five is returned, on its day or within a month, by an order of its own with the lines turned round.
CUSTOMERS = """
    CREATE TEMP MACRO pick(list, number) AS list[CAST(1 + number % CAST(len(list) AS UBIGINT) AS BIGINT)];
    CREATE TEMP MACRO part(number) AS (number % 1000003) / 1000003.0;

    CREATE TEMP TABLE lives AS
    SELECT
      i AS customer_id,
      CAST(1000 * pow(part(hash(i, 'begins')), 1.3) AS INTEGER) AS begins,
      CAST(20 + 1080 * part(hash(i, 'stays')) AS INTEGER) AS stays,
      CASE WHEN hash(i, 'never') % 20 > 0
        THEN 1 + CAST(42 * pow(part(hash(i, 'orders')), 1.9) AS INTEGER) ELSE 0 END AS orders
    FROM range(500000) AS numbers(i);

    CREATE TABLE customers AS
    SELECT
      CAST(customer_id AS INTEGER) AS customer_id,
      TIMESTAMP '2022-01-01'
        + to_seconds(CAST(begins AS BIGINT) * 86400 - CAST(hash(customer_id, 'r') % 86400 AS BIGINT))
          AS registered_at,
      DATE '1945-01-01' + CAST(hash(customer_id, 'born') % 21000 AS INTEGER) AS birth_date,
      pick(['female', 'male'], hash(customer_id, 'g')) AS gender,
      'region ' || hash(customer_id, 'region') % 17 AS region,
      pick(['search', 'social', 'store', 'referral', 'mail'], hash(customer_id, 'won'))
        AS acquisition_channel,
      CASE WHEN hash(customer_id, 'by') % 10 = 0
        THEN CAST(1 + hash(customer_id, 'campaign') % 24 AS INTEGER) END
        AS acquisition_campaign_id,
      CASE WHEN hash(customer_id, 'by') % 10 = 1
        THEN CAST(hash(customer_id, 'friend') % 500000 AS INTEGER) END
        AS referred_by_customer_id,
      CASE WHEN hash(customer_id, 'left') % 12 = 0
        THEN TIMESTAMP '2022-01-01' + to_days(begins + stays + 30) END AS withdrawn_at
    FROM lives;

    CREATE TABLE customer_grades AS
    SELECT
      CAST(customer_id AS INTEGER) AS customer_id,
      ['silver', 'gold', 'vip'][1 + n] AS grade,
      DATE '2022-01-01' + CAST(begins + 90 + n * 200 AS INTEGER) AS valid_from,
      CASE WHEN n < 2 THEN DATE '2022-01-01' + CAST(begins + 290 + n * 200 AS INTEGER) END AS valid_to
    FROM lives, range(3) AS grades(n)
    WHERE orders > 8 * (n + 1);
"""
ORDERS = """
    CREATE TEMP TABLE bought AS
    SELECT *, CAST(row_number() OVER (ORDER BY ordered_at, customer_id, n) * 2 AS BIGINT) AS order_id
    FROM (
      SELECT
        customer_id,
        n,
        TIMESTAMP '2022-01-01' + to_seconds(CAST(
          86400 * (begins + CASE WHEN n = 0
            THEN 0 ELSE least(stays, 1095 - begins) * part(hash(customer_id, n, 'at')) END)
          + hash(customer_id, n, 'clock') % 86400 AS BIGINT)) AS ordered_at
      FROM lives, range(43) AS numbers(n)
      WHERE n < orders
    )
    WHERE ordered_at < TIMESTAMP '2025-01-01';

    CREATE TABLE orders AS
    SELECT
      order_id,
      CASE WHEN hash(order_id, 'known') % 20 > 0 THEN CAST(customer_id AS INTEGER) END AS customer_id,
      ordered_at,
      pick(['web', 'app', 'store'], hash(order_id, 'channel')) AS channel,
      CAST(hash(order_id, 'store') % 120 AS INTEGER) AS store_id,
      'done' AS status,
      CASE WHEN hash(order_id, 'by') % 9 = 0
        THEN CAST(1 + hash(order_id, 'campaign') % 24 AS INTEGER) END AS campaign_id
    FROM bought
    UNION ALL
    SELECT
      order_id + 1,
      CASE WHEN hash(order_id, 'known') % 20 > 0 THEN CAST(customer_id AS INTEGER) END,
      CASE WHEN hash(order_id, 'late') % 2 = 0 THEN date_trunc('day', ordered_at) + INTERVAL 86399 SECOND
        ELSE ordered_at + to_days(CAST(1 + hash(order_id, 'days') % 30 AS INTEGER)) END,
      'store',
      CAST(hash(order_id, 'store') % 120 AS INTEGER),
      'returned',
      NULL
    FROM bought
    WHERE hash(order_id, 'returned') % 25 = 0
    ORDER BY ordered_at, order_id;
"""
LINES = """
    CREATE TEMP TABLE sold AS
    SELECT
      order_id,
      order_id * 10 + line AS order_line_id,
      CAST(5000 * pow(part(hash(order_id, line, 'what')), 2) AS INTEGER) AS product_id,
      CAST(1 + hash(order_id, line, 'units') % 3 AS INTEGER) AS quantity,
      CAST((500 + hash(order_id, line, 'price') % 20000) / 100.0 AS DECIMAL(18, 2)) AS amount
    FROM bought, range(5) AS lines(line)
    WHERE line <= hash(order_id, 'lines') % 5;

    CREATE TABLE order_lines AS
    SELECT
      order_line_id,
      order_id,
      product_id,
      quantity,
      amount,
      CAST(amount * (hash(order_line_id, 'off') % 3) / 20 AS DECIMAL(18, 2)) AS discount,
      CASE WHEN hash(order_line_id, 'cost') % 4 > 0
        THEN CAST(amount / quantity * 0.6 AS DECIMAL(18, 2)) END AS unit_cost,
      CAST(NULL AS BIGINT) AS returned_line_id
    FROM sold
    UNION ALL
    SELECT
      order_line_id + 10,
      order_id + 1,
      product_id,
      -quantity,
      -amount,
      0,
      CASE WHEN hash(order_line_id, 'cost') % 4 > 0 THEN CAST(amount / quantity * 0.6 AS DECIMAL(18, 2)) END,
      order_line_id
    FROM sold
    WHERE hash(order_id, 'returned') % 25 = 0
    ORDER BY order_line_id;

    CREATE TABLE products AS
    SELECT
      CAST(i AS INTEGER) AS product_id,
      'product ' || i AS name,
      'category ' || hash(i, 'category') % 40 AS category,
      'brand ' || hash(i, 'brand') % 200 AS brand,
      'seller ' || hash(i, 'seller') % 30 AS seller,
      CAST((500 + hash(i, 'list') % 20000) / 100.0 AS DECIMAL(18, 2)) AS list_price,
      CASE WHEN hash(i, 'cost') % 10 > 0
        THEN CAST((300 + hash(i, 'list') % 10000) / 100.0 AS DECIMAL(18, 2)) END AS unit_cost
    FROM range(5001) AS numbers(i);
"""
#: Two dozen campaigns, a month apart, address every eighth customer.
CAMPAIGNS = """
    CREATE TABLE campaigns AS
    SELECT
      CAST(i AS INTEGER) AS campaign_id,
      'campaign ' || i AS name,
      pick(['mail', 'sms', 'app'], hash(i, 'medium')) AS medium,
      TIMESTAMP '2023-01-10' + to_months(CAST(i - 1 AS INTEGER)) AS starts_at,
      TIMESTAMP '2023-01-24' + to_months(CAST(i - 1 AS INTEGER)) AS ends_at
    FROM range(1, 25) AS numbers(i);

    CREATE TABLE campaign_contacts AS
    SELECT
      CAST(campaign_id * 1000000 + customer_id AS INTEGER) AS contact_id,
      campaign_id,
      customer_id,
      starts_at + INTERVAL 9 HOUR AS contacted_at,
      hash(campaign_id, customer_id, 'control') % 10 = 0 AS is_control,
      CAST(0.45 AS DECIMAL(18, 2)) AS cost
    FROM campaigns, customers
    WHERE hash(campaign_id, customer_id, 'asked') % 1000 < 120 AND registered_at < starts_at;

    CREATE TABLE campaign_responses AS
    SELECT
      CAST(contact_id * 4 + hash(contact_id, 'kind') % 4 AS BIGINT) AS response_id,
      contact_id,
      campaign_id,
      customer_id,
      contacted_at + to_seconds(CAST(hash(contact_id, 'after') % 1000000 AS BIGINT)) AS responded_at,
      pick(['open', 'click', 'visit', 'order'], hash(contact_id, 'kind')) AS kind
    FROM campaign_contacts
    WHERE hash(contact_id, 'responds') % 7 = 0 AND NOT is_control;

    CREATE TABLE marketing_spend AS
    SELECT
      DATE '2022-01-01' + CAST(i AS INTEGER) AS spend_date,
      channel,
      CASE WHEN hash(i, channel) % 3 = 0
        THEN CAST(1 + hash(i, 'campaign') % 24 AS INTEGER) END AS campaign_id,
      CAST((1000 + hash(i, channel, kind) % 90000) / 100.0 AS DECIMAL(18, 2)) AS amount,
      kind
    FROM range(1096) AS days(i), unnest(['search', 'social', 'store', 'mail']) AS channels(channel),
      unnest(['acquisition', 'retention']) AS kinds(kind);

    CREATE TABLE customer_costs AS
    SELECT
      CAST(hash(i, 'who') % 500000 AS INTEGER) AS customer_id,
      DATE '2022-01-01' + CAST(i * 1096 // 2000000 AS INTEGER) AS cost_date,
      pick(['acquisition', 'dm', 'telemarketing', 'service', 'reward'], hash(i, 'kind')) AS kind,
      CAST((10 + hash(i, 'cost') % 1000) / 100.0 AS DECIMAL(18, 2)) AS amount
    FROM range(2000000) AS numbers(i);

    CREATE TABLE leads AS
    SELECT
      i AS lead_id,
      TIMESTAMP '2022-01-01' + to_seconds(i * 470) AS created_at,
      pick(['web', 'fair', 'call'], hash(i, 'origin')) AS origin,
      'owner ' || hash(i, 'owner') % 50 AS owner_id,
      CASE WHEN hash(i, 'ends') % 5 = 0 THEN CAST(hash(i, 'who') % 500000 AS INTEGER) END AS customer_id,
      CASE WHEN hash(i, 'ends') % 5 = 0
        THEN TIMESTAMP '2022-01-01' + to_seconds(i * 470 + CAST(hash(i, 'd') % 4000000 AS BIGINT))
          END AS won_at,
      CASE WHEN hash(i, 'ends') % 5 IN (1, 2)
        THEN TIMESTAMP '2022-01-01' + to_seconds(i * 470 + CAST(hash(i, 'd') % 4000000 AS BIGINT))
          END AS lost_at,
      CASE WHEN hash(i, 'ends') % 5 IN (1, 2)
        THEN pick(['price', 'time', 'other'], hash(i, 'reason')) END AS lost_reason
    FROM range(200000) AS numbers(i);
"""
VOICES = """
    CREATE TABLE surveys AS
    SELECT
      i AS response_id,
      CASE WHEN hash(i, 'known') % 20 > 0 THEN CAST(hash(i, 'who') % 200000 AS INTEGER) END AS customer_id,
      TIMESTAMP '2022-01-01' + to_seconds(i * 157) AS answered_at,
      question,
      CASE WHEN question = 'NPS' THEN 0 ELSE 1 END AS scale_min,
      CASE WHEN question = 'NPS' THEN 10 ELSE 5 END AS scale_max,
      CAST(CASE WHEN question = 'NPS'
        THEN least(hash(i, 'score') % 14, 10) ELSE 1 + least(hash(i, 'score') % 6, 4)
          END AS INTEGER) AS score,
      pick(['order', 'visit', 'service'], hash(i, 'context')) AS context
    FROM (
      SELECT i, pick(['CSAT', 'NPS', 'ATTACHMENT', 'REPURCHASE_INTENT'], hash(i, 'question')) AS question
      FROM range(600000) AS numbers(i)
    );

    CREATE TABLE interactions AS
    SELECT
      i AS interaction_id,
      CAST(hash(i // 3, 'who') % 500000 AS INTEGER) AS customer_id,
      TIMESTAMP '2022-01-01' + to_seconds(CAST(i * 94694400.0 / 3000000 AS BIGINT)) AS occurred_at,
      pick(['session', 'page_view', 'inquiry', 'app'], hash(i, 'kind')) AS kind,
      i // 3 AS session_id,
      CAST(1 + hash(i, 'depth') % 12 AS INTEGER) AS depth,
      CAST(hash(i, 'seconds') % 900 AS INTEGER) AS seconds
    FROM range(3000000) AS numbers(i);

    CREATE TABLE referrals AS
    SELECT
      i AS referral_id,
      CAST(hash(i, 'who') % 100000 AS INTEGER) AS referrer_customer_id,
      CASE WHEN hash(i, 'came') % 3 = 0
        THEN CAST(hash(i, 'whom') % 500000 AS INTEGER) END AS referred_customer_id,
      TIMESTAMP '2022-01-01' + to_seconds(i * 940) AS referred_at,
      CASE WHEN hash(i, 'came') % 3 = 0
        THEN TIMESTAMP '2022-01-01' + to_seconds(i * 940 + CAST(hash(i, 'd') % 4000000 AS BIGINT))
          END AS converted_at
    FROM range(100000) AS numbers(i);

    CREATE TABLE rewards AS
    SELECT
      i AS reward_id,
      CAST(hash(i, 'who') % 500000 AS INTEGER) AS customer_id,
      TIMESTAMP '2022-01-01' + to_seconds(i * 188) AS issued_at,
      CASE WHEN hash(i, 'used') % 2 = 0
        THEN TIMESTAMP '2022-01-01' + to_seconds(i * 188 + CAST(hash(i, 'd') % 4000000 AS BIGINT))
          END AS redeemed_at,
      pick(['hard', 'soft'], hash(i, 'hard')) AS hard_soft,
      pick(['temporary', 'continuing'], hash(i, 'long')) AS temporary_continuing,
      CAST((100 + hash(i, 'cost') % 2000) / 100.0 AS DECIMAL(18, 2)) AS cost
    FROM range(500000) AS numbers(i);

    CREATE TABLE subscriptions AS
    SELECT
      CAST(customer_id AS INTEGER) AS customer_id,
      TIMESTAMP '2022-01-01' + to_days(begins) AS started_at,
      CASE WHEN begins + stays < 1000 THEN TIMESTAMP '2022-01-01' + to_days(begins + stays) END AS ended_at,
      CASE WHEN begins + stays < 1000
        THEN pick(['voluntary', 'involuntary'], hash(customer_id, 'why')) END AS end_reason
    FROM lives
    WHERE hash(customer_id, 'subscribes') % 3 = 0;

    CREATE TABLE wallets AS
    SELECT
      CAST(w AS INTEGER) * 5 AS customer_id,
      'category ' || c AS category,
      CAST(DATE '2024-01-01' + to_months(CAST(m AS INTEGER)) AS DATE) AS month,
      CAST((5000 + hash(w, c, m) % 50000) / 100.0 AS DECIMAL(18, 2)) AS amount
    FROM range(20000) AS people(w), range(4) AS categories(c), range(12) AS months(m);
"""
SOURCES = (
    *("customers", "customer_grades", "products", "orders", "order_lines", "campaigns", "campaign_contacts"),
    *("campaign_responses", "marketing_spend", "customer_costs", "leads", "surveys", "interactions"),
    *("referrals", "rewards", "subscriptions", "wallets"),
)
PROJECT = f"""
name: crm_bench
libraries: [crm]
parameters:
  - {{name: as_of, type: date, default: 2024-12-31}}
  - {{name: data_start, type: date, default: 2022-01-01}}
sources:
{"".join(f"  {name}: {{table: {name}}}" + chr(10) for name in SOURCES)}
"""


def layer() -> Layer:
    """A project that maps the library to the tables."""
    return Layer.from_text(semantic=PROJECT)


def connect() -> duckdb.DuckDBPyConnection:
    """The tables, made once in the cache directory, in a session that spills what memory does not hold."""
    path = cache() / NAME
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as work:
            _make(Path(work) / NAME)
            os.replace(Path(work) / NAME, path)
    spilled = f"{path}.spilled"
    connection = duckdb.connect(
        path, read_only=True, config={"memory_limit": MEMORY, "temp_directory": spilled}
    )
    connection.execute("SET enable_progress_bar = false")
    return connection


def _make(path: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("SET enable_progress_bar = false")
        for statements in (CUSTOMERS, ORDERS, LINES, CAMPAIGNS, VOICES):
            connection.execute(statements)


def results() -> Iterator[Result]:
    """Every question, its rows compared first."""
    shop = layer()
    with connect() as connection:
        for path in sorted(HANDWRITTEN.glob("*.sql")):
            question, theirs = read(path)
            yield compare(connection, path.stem, shop.sql(**question, dialect="duckdb").text, theirs)


def compare(connection: duckdb.DuckDBPyConnection, name: str, ours: str, theirs: str) -> Result:
    """Time two statements that must give the same rows."""
    rows, expected = (connection.execute(sql).fetchall() for sql in (ours, theirs))
    difference = first_difference(rows, expected)
    assert difference is None, f"{name}: {difference}"
    pairs = [(processor(connection, ours), processor(connection, theirs)) for _ in range(TURNS)]
    return Result(name, [left for left, _ in pairs], [right for _, right in pairs], target=WORST)


def processor(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    """The seconds of all cores together, which others on the machine hardly disturb."""
    start = time.process_time()
    connection.execute(sql).fetchall()
    return time.process_time() - start


def first_difference(ours: list[Row], theirs: list[Row]) -> str | None:
    """Where the rows of two answers differ first, in words, or nothing."""
    if len(ours) != len(theirs):
        return f"{len(ours)} rows, by hand {len(theirs)}"
    for number, (left, right) in enumerate(zip(ours, theirs, strict=True)):
        if len(left) != len(right) or not all(map(same, left, right)):
            return f"row {number}: {left}, by hand {right}"
    return None


def same(ours: Any, theirs: Any) -> bool:
    """Floats may differ in the last digits."""
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=CLOSE)
    return bool(ours == theirs)


def main() -> None:
    """Print the table, the ratios from the worst on, and the geometric mean."""
    title = "CRM library / by hand, 23 million lines in DuckDB, seconds of all cores"
    sorted_results = sorted(print_table(title, results()), key=lambda result: -result.ratio)
    print("\n".join(f"{result.ratio:6.2f}  {result.name}" for result in sorted_results))
    mean = geometric_mean(result.ratio for result in sorted_results)
    worst = sorted_results[0].ratio
    print(f"geometric mean {mean:.2f} (target {MEAN}), worst {worst:.2f} (target {WORST})")


if __name__ == "__main__":
    main()
