"""The question in words: metrics, by, where, having, time, order, limit, fill, members, parameters, and more.

Nothing here knows a project; names are checked by `bind`. A question comes from Python arguments or
from JSON, and both are checked by the same table of fields (`reading`).
"""

from __future__ import annotations

from semantic.query.parts import By, Order, Top
from semantic.query.question import Extract, Query, json_words
from semantic.query.reading import QUESTION, Paths
from semantic.query.times import TimeRange

__all__ = ["QUESTION", "By", "Extract", "Order", "Paths", "Query", "TimeRange", "Top", "json_words"]
