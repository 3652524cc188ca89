"""What every statement has to pass before an emulator may run it: the documentation's own refusals."""

from __future__ import annotations

from collections.abc import Mapping

from tests.engines.documented import undocumented
from tests.engines.identifiers import known, mistaken
from tests.engines.table import Table


class RefusedError(Exception):
    """The warehouse would refuse the statement, or its answer would depend on the session."""


def check(sql: str, dialect: str, tables: Mapping[str, Table]) -> None:
    """Nothing, if the documentation allows the statement over these tables.

    Raises RefusedError with everything that is against it.
    """
    if found := (*undocumented(sql, dialect), *mistaken(sql, dialect, known(tables))):
        raise RefusedError(f"{dialect} refuses: " + "; ".join(found))
