"""Warehouses: where a project's targets are, and the rows that a statement gives there."""

from __future__ import annotations

from semantic.warehouse.connecting import connect
from semantic.warehouse.connection import Connection, Limits
from semantic.warehouse.place import Place, named, of_url
from semantic.warehouse.rows import Column, Rows
from semantic.warehouse.run import run

__all__ = ["Column", "Connection", "Limits", "Place", "Rows", "connect", "named", "of_url", "run"]
