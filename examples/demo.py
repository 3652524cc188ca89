"""The demonstration: build the examples' databases, then ask them questions through the command line."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from examples.cdnow import build as cdnow
from examples.complete_journey import build

HERE = Path(__file__).parent
GROCER = HERE / "complete_journey"

#: What is asked, and the command that asks it.
QUESTIONS: tuple[tuple[str, str], ...] = (
    ("What did the year bring?", "sales units baskets households household_days_positive"),
    ("How did sales run, month by month?", "sales --by time.month --time 2017 --plot"),
    ("And the average basket?", "average_basket_value baskets --by time.month --time 2017 --plot"),
    (
        "Who gives the discounts?",
        "discount_rate discounts --by products.department --order -discounts --limit 9",
    ),
    (
        "Who buys, by income?",
        "households sales_per_household --by households.income_from --by households.income",
    ),
    ("Which stores sell most?", "sales baskets --by stores.store_id --order -sales --limit 10 --plot"),
    (
        "Two facts in one question: sales beside coupon redemptions",
        "sales coupon_redemptions redemptions_per_1000_baskets --by time.month --time 2017",
    ),
    (
        "A fan-out: whole baskets by department; each counts once in every department it holds",
        "basket_total sales share_of_basket --by products.department --order -sales --limit 8",
    ),
    (
        "Every ISO week, those without a redemption too",
        "coupon_redemptions --by time.week --time 2017-W01..2017-W26 --fill --plot",
    ),
)
#: The CRM library over tables that it was not written for; a mapping is all that the projects hold.
CRM: tuple[tuple[str, str, str], ...] = (
    (
        "What do customers buy, month by month?",
        "complete_journey/crm",
        "purchase_amount purchase_visits purchasing_customer_count new_customer_count avg_transaction_value"
        " --by time.month --time 2017",
    ),
    (
        "Average transaction value, as a line",
        "complete_journey/crm",
        "avg_transaction_value --by time.month --time 2017 --plot",
    ),
    (
        "Purchase rates of 1, 3, 6 and 12 months",
        "cdnow/crm",
        "purchase_rate_1m purchase_rate_3m purchase_rate_6m purchase_rate_12m --by time.month"
        " --time 1997-03..1998-06 --plot",
    ),
    (
        "Repurchase rates of those who came first in a month",
        "cdnow/crm",
        "new_customer_count repurchase_rate_1m repurchase_rate_3m repurchase_rate_6m repurchase_rate_12m"
        " --by time.month --time 1997-01..1997-03",
    ),
    (
        "The triangle of cohorts: who is back, months later",
        "cdnow/crm",
        "cohort_retention_rate --by time.month --by since.month --pivot since.month --time 1997-01..1997-03",
    ),
    (
        "Who is new, stays, comes back, leaves",
        "cdnow/crm",
        "first_active_customers retained_customers reactivated_customers lost_customers dormant_customers"
        " quick_ratio --by time.month --time 1997",
    ),
    (
        "RFM: customers by recency and frequency scores",
        "complete_journey/crm",
        "rfm_customers --by customer_rfm.r_score --by customer_rfm.f_score --pivot customer_rfm.f_score",
    ),
    (
        "The ten RFM cells that buy most",
        "complete_journey/crm",
        "rfm_amount rfm_customers --by customer_rfm.rfm_code --order -rfm_amount --limit 10 --plot",
    ),
    (
        "The 27 segments: recency, frequency, money, each high (상), middle (중) or low (하)",
        "cdnow/crm",
        "rfm_customers rfm_amount --by customer_rfm.rfm_segment_27 --by customer_rfm.rfm_segment_27_name",
    ),
    (
        "Customer lifetime value by segment",
        "cdnow/crm",
        "valued_customer_count avg_clv avg_plv_expected --by customer_value.ltv_segment --plot",
    ),
    (
        "Who responds to a campaign, by the RFM cell of the day it was sent",
        "complete_journey/crm",
        "mailed_count responder_count rfm_response_rate --by customer_rfm_at_contacts.rfm_code"
        " --having 'mailed_count >= 100' --order -rfm_response_rate --limit 15 --plot",
    ),
)
COMPILED = "sales average_basket_value coupon_redemptions --by time.month --time 2017"
DIALECTS = ("postgres", "bigquery", "snowflake", "duckdb")


def main() -> None:
    """Build, ask and compile."""
    title("Building the databases (84.51°'s Complete Journey, a year of a grocer; CDNOW, a shop for music)")
    build.main()
    cdnow.main()
    for question, words in QUESTIONS:
        title(question)
        semantic(GROCER, "run", *shlex.split(words))
    for question, project, words in CRM:
        title(question)
        semantic(HERE / project, "run", *shlex.split(words))
    title("One question, four dialects")
    for dialect in DIALECTS:
        semantic(GROCER, "sql", *shlex.split(COMPILED), "--dialect", dialect)


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n\033[1m{text}\033[0m\n" if sys.stdout.isatty() else f"\n## {text}\n", flush=True)


def semantic(project: Path, *words: str) -> None:
    """Show a command as it would be typed in the project's folder, then run it there."""
    print(f"{project.relative_to(HERE)}$ semantic {shlex.join(words)}", flush=True)
    command = Path(sys.executable).with_name("semantic")
    subprocess.run([command, *words], check=True, cwd=project, env={**os.environ, "COLUMNS": "140"})
    print(flush=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failed:  # it has said why
        sys.exit(failed.returncode)
