"""Changes of a deployment in lines for a terminal."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from semantic.terminal.style import Painter, Style
from semantic.terminal.width import printable

if TYPE_CHECKING:
    from semantic.deploy import Applied, Change, Changes, ColumnChange

#: The sign and the colour of what becomes of a view.
SIGNS: dict[str, tuple[str, Style]] = {
    "create": ("+", "green"),
    "replace": ("~", "yellow"),
    "unchanged": ("=", "dim"),
    "drifted": ("!", "magenta"),
    "orphaned": ("-", "red"),
    "blocked": ("x", "red"),
}
_COLUMNS = {"added": "+", "removed": "-", "retyped": "~"}


def lines(found: Changes, paint: Painter) -> Iterator[str]:
    """Everything but what is unchanged, and a line that counts it all."""
    for change in found:
        if change.status != "unchanged":
            yield from _change(change, paint)
            yield ""
    for name, why in found.unavailable.items():
        yield paint("dim", f"view '{name}' is unavailable: {' '.join(fault.message for fault in why)}")
    yield f"{found.target}: {counted(found, paint)}"


def counted(found: Changes, paint: Painter) -> str:
    """How many views there are of each status."""
    told = []
    for status, (_, style) in SIGNS.items():
        if count := sum(change.status == status for change in found):
            told.append(paint(style, f"{count} {WORDS[status]}"))
    return ", ".join(told) or "no views"


WORDS = {
    "create": "to create",
    "replace": "to replace",
    "unchanged": "unchanged",
    "drifted": "drifted",
    "orphaned": "orphaned",
    "blocked": "blocked",
}


def _change(change: Change, paint: Painter) -> Iterator[str]:
    sign, style = SIGNS[change.status]
    kind = change.kind.replace("_", " ")
    yield paint(style, f"{sign} {change.status} {kind} {printable(change.called)}")
    for reason in change.reasons:
        yield f"    {printable(reason)}"
    for fault in change.faults:
        yield paint("red", f"    {fault.code}: {fault.message}")
        yield paint("dim", f"    {fault.hint}")
    if change.again and change.found is not None and change.view is not None:
        yield "    it is dropped and made again; its grants stay"
    if change.dependents:
        readers = ", ".join(".".join(p for p in name[1:] if p) for name in change.dependents)
        yield f"    read by {printable(readers)}"
    yield from (_column(column, paint) for column in change.columns)
    yield from _difference(change, paint)


def _column(column: ColumnChange, paint: Painter) -> str:
    style: Style = "green" if column.how == "added" else "red" if column.how == "removed" else "yellow"
    kinds = " → ".join(filter(None, (column.before, column.after)))
    return paint(style, f"    {_COLUMNS[column.how]} column {printable(column.name)} {kinds}".rstrip())


def _difference(change: Change, paint: Painter) -> Iterator[str]:
    """The SELECT line by line."""
    for line in difference(change):
        style: Style | None = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])  # type: ignore[assignment]
        text = "    " + "".join(c if c.isprintable() else " " for c in line)
        yield paint(style, text) if style else text


def difference(change: Change) -> list[str]:
    """The unified difference of the SELECTs, without its heading."""
    if change.before is None or change.after is None:
        return []
    found = difflib.unified_diff(change.before.splitlines(), change.after.splitlines(), lineterm="")
    return list(found)[2:]


def summary(done: Applied, paint: Painter) -> Iterator[str]:
    """What was done, a line a view, and a count."""
    for change in done.done:
        sign, style = SIGNS[change.status]
        yield paint(style, f"{sign} {printable(change.called)}")
    left = done.changes.of("orphaned") if not any(c.status == "orphaned" for c in done.done) else ()
    if left:
        names = ", ".join(change.called for change in left)
        yield paint("dim", f"left alone: {names} (orphaned; '--drop-orphans' drops)")
    count = len(done.done)
    yield f"{done.changes.target}: " + (
        f"{count} {'views' if count != 1 else 'view'} deployed" if count else "nothing to do"
    )
