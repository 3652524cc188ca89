"""Changes told to other programs: as a record, and as Markdown for a comment on a change of code."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from semantic.deploy.changes import Change, Changes, called
from semantic.deploy.rows import DataDifference
from semantic.faults import Fault

_SIGNS = {"added": "+", "removed": "-", "retyped": "~"}
_LONGEST = 20_000  # characters of a difference in a comment, which must not be longer than 65,536


def record(changes: Changes) -> dict[str, Any]:
    """Everything as plain values, for JSON."""
    return {
        "target": changes.target,
        "dialect": changes.dialect,
        "clean": changes.clean,
        "changes": [_record(change) for change in changes],
        "unavailable": {
            name: [fault.as_dict() for fault in found] for name, found in changes.unavailable.items()
        },
    }


def _record(change: Change) -> dict[str, Any]:
    data = change.data
    return {
        "name": change.name,
        "status": change.status,
        "object": [part for part in change.object if part],
        "kind": change.kind,
        "kind_before": change.found.kind if change.found is not None else None,
        "reasons": list(change.reasons),
        "faults": [fault.as_dict() for fault in change.faults],
        "made_again": change.again,
        "dependents": [called(name) for name in change.dependents],
        "columns": [asdict(column) for column in change.columns],
        "difference": difference(change),
        "data": asdict(data) if isinstance(data, DataDifference) else None,
        "data_fault": data.as_dict() if isinstance(data, Fault) else None,
    }


def difference(change: Change) -> list[str]:
    """The unified difference of the SELECTs in lines, without its heading."""
    if change.before is None or change.after is None:
        return []
    found = difflib.unified_diff(change.before.splitlines(), change.after.splitlines(), lineterm="")
    return list(found)[2:]


def columns(change: Change) -> list[str]:
    """The changed columns in a line each."""
    return [
        f"{_SIGNS[each.how]} {each.name} {' → '.join(filter(None, (each.before, each.after)))}".rstrip()
        for each in change.columns
    ]


def data_lines(data: DataDifference | Fault) -> Iterator[str]:
    """How rows differ, in lines."""
    if isinstance(data, Fault):
        yield f"rows not compared: {data.message}"
        return
    seen = f" (of a sample of {data.sample:,} keys)" if data.sample is not None else ""
    yield f"rows: {data.before:,} → {data.after:,}{seen}"
    if not data.keys and (data.before > 1 or data.after > 1):
        yield "no columns tell its rows apart before and after, so values were not compared"
        return
    yield from _rows(data)
    for value in data.values:
        if value.changed:
            most = f", by {value.absolute} at most" if value.absolute is not None else ""
            share = f" ({value.relative:.2%})" if value.relative is not None else ""
            yield f"{value.name}: {value.changed:,} changed{most}{share}, such as {value.example}"
    if data.same:
        yield "all values are the same"
    if data.left:
        yield f"not compared: {', '.join(data.left)}"


def _rows(data: DataDifference) -> Iterator[str]:
    if data.only_before:
        yield f"{data.only_before:,} only before, such as {data.example_before or 'its only row'}"
    if data.only_after:
        yield f"{data.only_after:,} only after, such as {data.example_after or 'its only row'}"
    if data.repeated:
        yield f"{data.repeated:,} keys that several rows have, whose values were not compared"


def markdown(changes: Changes) -> Iterator[str]:
    """A table of what changes, and below it each change to unfold."""
    listed = [change for change in changes if change.status != "unchanged"]
    same = len(changes.changes) - len(listed)
    yield f"### Views on {_escaped(changes.target)}"
    yield ""
    if not listed:
        yield f"Nothing changes ({same:,} unchanged)."
        return
    yield "| view | change | why |"
    yield "|---|---|---|"
    for change in listed:
        why = [*change.reasons, *(f"**{fault.code}**: {fault.message}" for fault in change.faults)]
        yield f"| {_escaped(change.called)} | {change.status} | {_escaped('; '.join(why))} |"
    yield ""
    yield f"{same:,} unchanged."
    for change in listed:
        yield from _details(change)


def _details(change: Change) -> Iterator[str]:
    """What unfolds for one change."""
    blocks = [("diff", columns(change)), ("diff", difference(change))]
    blocks += [("text", list(data_lines(change.data)))] if change.data is not None else []
    blocks += [("text", [f"read by {called(name)}" for name in change.dependents])]
    shown = [(kind, lines) for kind, lines in blocks if lines]
    if shown:
        yield ""
        yield f"<details><summary>{_escaped(change.called)}</summary>"
        for kind, lines in shown:
            yield ""
            yield from _fenced(kind, "\n".join(lines))
        yield ""
        yield "</details>"


def _fenced(kind: str, text: str) -> Iterator[str]:
    """A text between fences that are longer than any within it."""
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + "\n…"
    fence = "```"
    while fence in cut:
        fence += "`"
    yield from (f"{fence}{kind}", cut, fence)


def _escaped(text: str) -> str:
    r"""A text within a line of Markdown.

    >>> print(_escaped("a|b <x>"))
    a\|b &lt;x&gt;
    """
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "\\|")
