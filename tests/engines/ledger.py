"""Which statements ran where: every engine writes here, and the page of proofs is made from it."""

from __future__ import annotations

import hashlib
from collections import defaultdict

Key = tuple[str, str]

#: The part of the suite that runs now; set before each test.
section = ""
#: Section and dialect → digests of the statements that ran.
statements: dict[Key, set[str]] = defaultdict(set)
#: Dialect → product and version.
products: dict[str, str] = {}


def executed(dialect: str, product: str, sql: str) -> None:
    """A statement ran, or was refused by the engine, in the present section."""
    products[dialect] = product
    statements[section, dialect].add(hashlib.blake2b(sql.encode(), digest_size=8).hexdigest())


def written() -> dict[str, object]:
    """The ledger as plain values, to be sent to another process."""
    pages = [[*key, sorted(digests)] for key, digests in sorted(statements.items())]
    return {"products": dict(products), "statements": pages}


def merge(page: dict[str, object]) -> None:
    """Adds what another process wrote."""
    products.update(page["products"])  # type: ignore[call-overload]
    for part, dialect, digests in page["statements"]:  # type: ignore[attr-defined]
        statements[part, dialect].update(digests)


def counts() -> dict[Key, int]:
    """Section and dialect → how many different statements ran."""
    return {key: len(digests) for key, digests in sorted(statements.items())}
