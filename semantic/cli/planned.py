"""Changes of a deployment in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from semantic.terminal.style import Painter, Style
from semantic.terminal.width import printable

if TYPE_CHECKING:
    from semantic.deploy import Applied, Change, Changes

#: The sign and the colour of what becomes of a view, and the word that counts it.
SIGNS: dict[str, tuple[str, Style, str]] = {
    "create": ("+", "green", "to create"),
    "replace": ("~", "yellow", "to replace"),
    "unchanged": ("=", "dim", "unchanged"),
    "drifted": ("!", "magenta", "drifted"),
    "orphaned": ("-", "red", "orphaned"),
    "blocked": ("x", "red", "blocked"),
}
_MARKS: dict[str, Style] = {"+": "green", "-": "red", "~": "yellow", "@": "cyan"}


def lines(found: Changes, paint: Painter) -> Iterator[str]:
    """Everything but what is unchanged, and a line that counts it all."""
    for change in found:
        if change.status != "unchanged":
            yield from _change(change, paint)
            yield ""
    for name, why in found.unavailable.items():
        yield paint("dim", f"view '{name}' is unavailable: {' '.join(fault.message for fault in why)}")
    yield f"{found.target}: {_counted(found, paint)}"


def _counted(found: Changes, paint: Painter) -> str:
    """How many views there are of each status."""
    told = []
    for status, (_, style, words) in SIGNS.items():
        if count := sum(change.status == status for change in found):
            told.append(paint(style, f"{count:,} {words}"))
    return ", ".join(told) or "no views"


def _change(change: Change, paint: Painter) -> Iterator[str]:
    from semantic.deploy.told import columns, data_lines, difference

    sign, style, _ = SIGNS[change.status]
    kind = change.kind.replace("_", " ")
    yield paint(style, f"{sign} {change.status} {kind} {printable(change.called)}")
    yield from (f"    {printable(reason)}" for reason in change.reasons)
    for fault in change.faults:
        yield paint("red", f"    {fault.code}: {fault.message}")
        yield paint("dim", f"    {fault.hint}")
    yield from _effects(change)
    yield from (_marked(f"{line[0]} column {line[2:]}", paint) for line in columns(change))
    yield from (_marked(line, paint) for line in difference(change))
    for line in data_lines(change.data) if change.data is not None else ():
        yield paint("cyan", f"    {printable(line)}")


def _effects(change: Change) -> Iterator[str]:
    """What a change means for others."""
    if change.again and change.found is not None and change.view is not None:
        yield "    it is dropped and made again; what is granted stays"
    if change.dependents:
        readers = ", ".join(".".join(filter(None, name[1:])) for name in change.dependents)
        yield f"    read by {printable(readers)}"


def _marked(line: str, paint: Painter) -> str:
    """A line of a difference in the colour of its sign."""
    text = "    " + "".join(c if c.isprintable() else " " for c in line)
    style = _MARKS.get(line[:1])
    return paint(style, text.rstrip()) if style else text.rstrip()


def summary(done: Applied, paint: Painter) -> Iterator[str]:
    """What was done, a line a view, and a count."""
    for change in done.done:
        sign, style, _ = SIGNS[change.status]
        yield paint(style, f"{sign} {printable(change.called)}")
    left = [change.called for change in done.changes.of("orphaned") if change not in done.done]
    if left:
        told = f"left alone: {', '.join(left)} (orphaned; '--drop-orphans' drops)"
        yield paint("dim", printable(told))
    count = len(done.done)
    none = "nothing to do" if done.agreed else "nothing was changed"
    words = f"{count:,} {'changes' if count != 1 else 'change'} made" if count else none
    yield f"{done.changes.target}: {words}"


def applied_record(done: Applied) -> dict[str, Any]:
    """What was done, for JSON."""
    return {
        "target": done.changes.target,
        "dialect": done.changes.dialect,
        "statements": list(done.statements),
        "done": [
            {"name": change.name, "status": change.status, "object": [p for p in change.object if p]}
            for change in done.done
        ],
        "orphans_left": [c.called for c in done.changes.of("orphaned") if c not in done.done],
    }
