"""Build ``cdnow.duckdb`` from the data of the package ``lifetimes``.

python -m examples.cdnow.build
"""

from __future__ import annotations

from pathlib import Path

from examples.database import Step, build
from examples.download import unpacked

#: Columns of fixed width, separated by blanks. Customers bought several times a day, sometimes the same
#: amount, so only the place in the file tells two purchases apart.
STEPS: tuple[Step, ...] = (
    (
        "purchases",
        r"""
        SELECT purchase_id, fields[1] AS customer_id, CAST(STRPTIME(fields[2], '%Y%m%d') AS DATE) AS date,
               CAST(fields[3] AS INTEGER) AS number_of_cds, CAST(fields[4] AS DECIMAL(10, 2)) AS dollar_value
        FROM (
            SELECT ROW_NUMBER() OVER () AS purchase_id,
                   STRING_SPLIT_REGEX(TRIM(line, E' \r\t'), '\s+') AS fields
            FROM read_csv($data || '/CDNOW_master.txt', columns = {'line': 'VARCHAR'}, delim = '\x01',
                          header = true, parallel = false)
        )
        ORDER BY purchase_id
        """,
    ),
)


def raw_data() -> Path:
    """The folder with the downloaded files."""
    return unpacked("lifetimes", "0.11.3") / "lifetimes/datasets"


def main() -> Path:
    """Build the database unless it is there, and say where it is."""
    return build(Path(__file__), STEPS, raw_data)


if __name__ == "__main__":
    print(main())
