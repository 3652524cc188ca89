"""The demonstration: build the grocer's database, then ask it questions through the command line."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from examples.complete_journey import build

PROJECT = Path(__file__).with_name("complete_journey")

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
COMPILED = "sales average_basket_value coupon_redemptions --by time.month --time 2017"
DIALECTS = ("postgres", "bigquery", "snowflake", "duckdb")


def main() -> None:
    """Build, ask and compile."""
    title("Building the database (84.51°'s Complete Journey, one year of a grocer)")
    build.main()
    for question, words in QUESTIONS:
        title(question)
        semantic("run", *shlex.split(words))
    title("One question, four dialects")
    for dialect in DIALECTS:
        semantic("sql", *shlex.split(COMPILED), "--dialect", dialect)


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n\033[1m{text}\033[0m\n" if sys.stdout.isatty() else f"\n## {text}\n", flush=True)


def semantic(*words: str) -> None:
    """Show a command as it would be typed in the project's folder, then run it there."""
    print(f"$ semantic {shlex.join(words)}", flush=True)
    command = Path(sys.executable).with_name("semantic")
    subprocess.run([command, *words], check=True, cwd=PROJECT, env={**os.environ, "COLUMNS": "110"})
    print(flush=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failed:  # it has said why
        sys.exit(failed.returncode)
