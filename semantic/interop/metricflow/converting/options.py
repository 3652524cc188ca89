"""What a manifest does not say and whoever imports it may."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How SQL in the definitions is written (``dialect``), and where tables are whose names do not say it."""

    name: str = "imported"
    dialect: str = "duckdb"
    schema: str | None = None
    database: str | None = None
