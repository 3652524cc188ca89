"""The page of proofs, made from what a run of the suite recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import jinja2
import yaml

from tests.engines import DIALECTS
from tests.engines.amended import AMENDMENTS

_HERE = Path(__file__).parent
_LIES = _HERE.parent / "engines" / "lies.yaml"
_RAN = _HERE.parent / "drivers" / "ran"
_ROW = re.compile(r"^\| (?P<section>[^|]+?) +\|(?P<counts>( +[0-9,]+ +\|){4})$", re.M)


#: What part of the statements that the page claims has to run.
_ENOUGH = 0.9


class Marked(NamedTuple):
    """A test that must fail, and why."""

    section: str
    nodeid: str
    reason: str


@dataclass(frozen=True)
class Record:
    """What ran: products by dialect, different statements by section and dialect, marks, how tests ended."""

    products: Mapping[str, str]
    counts: Mapping[tuple[str, str], int]
    marked: list[Marked]
    ended: Mapping[str, int]


def page(record: Record) -> str:
    """The page, in Markdown."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("PROOF.md.jinja").render(
        record=record,
        table=list(_table(record)),
        marks=_by_reason(record),
        amendments=AMENDMENTS,
        lies=yaml.safe_load(_LIES.read_text(encoding="utf-8")),
        drivers={each.stem: yaml.safe_load(each.read_text("utf-8")) for each in sorted(_RAN.glob("*.yaml"))},
    )


def _table(record: Record) -> Iterator[str]:
    """The lines of the table of statements: a section each, and their sum."""
    sections = sorted({section for section, _ in record.counts})
    rows = [[s, *(f"{record.counts.get((s, d), 0):,}" for d in DIALECTS)] for s in sections]
    totals = [sum(n for (_, d), n in record.counts.items() if d == dialect) for dialect in DIALECTS]
    cells = [*rows, ["All", *(f"{total:,}" for total in totals)]]
    widths = [max(len(row[n]) for row in [["", *DIALECTS], *cells]) for n in range(5)]
    yield _line(["", *DIALECTS], widths)
    yield "|" + "|".join(f" {'-' * (w - 1)}{':' if n else '-'} " for n, w in enumerate(widths)) + "|"
    yield from (_line(row, widths) for row in cells)


def _line(cells: list[str], widths: list[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return f"| {first[0]:<{first[1]}} | " + " | ".join(f"{cell:>{width}}" for cell, width in rest) + " |"


def _by_reason(record: Record) -> dict[str, list[str]]:
    """The marked tests by their reasons, each as its name without the file."""
    found: dict[str, list[str]] = {}
    for mark in record.marked:
        found.setdefault(mark.reason, []).append(mark.nodeid.rpartition("::")[2])
    return dict(sorted(found.items()))


def claims_too_much(text: str, record: Record) -> list[str]:
    """Where a page claims more than a run showed: engines, statements, or fewer marks.

    Searches that a failure would cut short vary a little, so a tenth fewer is no fault.
    """
    needed = (*record.products.values(), *_by_reason(record))
    faults = [f"docs/PROOF.md does not tell: {words}" for words in needed if words not in text]
    for match in _ROW.finditer(text):
        claimed = [int(cell.replace(",", "")) for cell in match["counts"].split("|")[:4]]
        for dialect, count in zip(DIALECTS, claimed, strict=True):
            ran = _ran(record, match["section"].strip(), dialect)
            if ran < count * _ENOUGH:
                what = f"{count} statements of {match['section']} on {dialect}"
                faults.append(f"docs/PROOF.md claims {what}; {ran} ran")
    return [f"{fault} (make proof)" for fault in faults]


def _ran(record: Record, section: str, dialect: str) -> int:
    return sum(n for (s, d), n in record.counts.items() if d == dialect and section in (s, "All"))
