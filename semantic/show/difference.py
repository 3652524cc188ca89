"""A difference of two states of a project: as text, as Markdown for a pull request, as a drawing in Mermaid's
words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from semantic.impact import Cause, Change, Difference, Edit, Node
from semantic.show.mermaid import quoted

_MARKS = {"removed": "-", "renamed": ">", "changed": "~", "reworded": ".", "added": "+"}
_HEADS = {
    "removed": "Removed",
    "renamed": "Renamed",
    "changed": "Changed in meaning",
    "reworded": "Changed in words only",
    "added": "Added",
}
_MOST = 12


def lines(difference: Difference) -> Iterator[str]:
    """Each change with why it breaks, the edit behind it, the way it took, and what it reaches; a summary."""
    for change in difference:
        yield head(change)
        yield from (f"    breaking: {reason}" for reason in change.breaking)
        for cause in change.causes:
            yield f"    by {_way(cause)}"
            yield from (f"      {line}" for edit in cause.edits for line in _edit(edit))
        for edit in change.words:
            yield from (f"    {line}" for line in _edit(edit))
        yield from (f"    {line}" for line in _reached(change))
    yield f"{difference.old} -> {difference.new}: {difference.summary}"


def head(change: Change) -> str:
    """What became of a definition, on one line."""
    was = f" (was '{change.was}')" if change.was is not None else ""
    place = f"  {change.place}" if change.place is not None else ""
    return f"{_MARKS[change.verdict]} {change.verdict} {change.node}{was}{place}"


def _way(cause: Cause) -> str:
    """The definition that was edited, and what stands between."""
    between = [str(node) for node in cause.way[1:-1]]
    gone = "" if cause.edits else ", which is gone"
    return f"{cause.node}{gone}" + (f", by way of {', '.join(reversed(between))}" if between else "")


def _edit(edit: Edit) -> Iterator[str]:
    place = edit.new_place or edit.old_place
    yield f"{edit.key}{f'  {place}' if place is not None else ''}"
    if edit.old is not None:
        yield f"  - {edit.old}"
    if edit.new is not None:
        yield f"  + {edit.new}"


def _reached(change: Change) -> Iterator[str]:
    if change.node.kind != "metric" and change.metrics:
        yield f"metrics: {_few(change.metrics)}"
    if change.views:
        yield f"views: {_few(change.views)}"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more


# --- Markdown -------------------------------------------------------------------------------------------


def markdown(difference: Difference) -> Iterator[str]:
    """A comment for a pull request: the summary, then a table for each verdict."""
    yield f"### Metrics: {difference.summary}"
    yield ""
    yield f"`{_code(difference.old)}` → `{_code(difference.new)}`"
    for verdict, title in _HEADS.items():
        found = [change for change in difference if change.verdict == verdict]
        if found:
            yield ""
            yield f"#### {title}"
            yield ""
            yield "| | what | why | reaches |"
            yield "|---|---|---|---|"
            yield from map(_row, found)


def _row(change: Change) -> str:
    was = f" (was `{_code(change.was)}`)" if change.was is not None else ""
    what = f"{change.node.kind} `{_code(change.node.name)}`{was}"
    why = "<br>".join([*map(_escaped, change.breaking), *_whys(change)])
    reaches = "<br>".join(map(_escaped, _reached(change)))
    return f"| {'⚠️' if change.breaking else ''} | {what} | {why} | {reaches} |"


def _whys(change: Change) -> Iterator[str]:
    for cause in change.causes:
        own = cause.node == change.node
        yield from () if cause.edits else (f"`{_code(str(cause.node))}` is gone",)
        yield from (f"{'' if own else f'`{_code(str(cause.node))}` '}{_told(edit)}" for edit in cause.edits)
    yield from map(_told, change.words)


def _told(edit: Edit) -> str:
    old, new = (f"`{_code(text)}`" if text is not None else "nothing" for text in (edit.old, edit.new))
    return f"{edit.key}: {old} → {new}"


def _code(text: str) -> str:
    """A text inside of backticks, in a cell of a table."""
    return text.replace("`", "'").replace("|", "\\|")


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "|*_<>`[]\\" else c for c in text)


# --- Mermaid --------------------------------------------------------------------------------------------


def mermaid(difference: Difference) -> Iterator[str]:
    """A flowchart from the definitions that were edited to the metrics and views that they reach."""
    yield "flowchart LR"
    names: dict[Node, str] = {}
    arrows: dict[tuple[Node, Node], None] = {}
    for change in difference:
        names.setdefault(change.node, f"n{len(names)}")
        for cause in change.causes:
            for node in cause.way:
                names.setdefault(node, f"n{len(names)}")
            arrows |= dict.fromkeys(zip(cause.way[1:], cause.way, strict=False))
        for view in change.views if change.verdict != "added" else ():
            node = Node("view", view)
            names.setdefault(node, f"n{len(names)}")
            arrows[change.node, node] = None
    yield from _nodes(names, {change.node: change for change in difference})
    yield from (f"  {names[a]} --> {names[b]}" for a, b in arrows)
    yield "  classDef breaking stroke:#c00,stroke-width:2px"


def _nodes(names: Mapping[Node, str], changes: Mapping[Node, Change]) -> Iterable[str]:
    for node, name in names.items():
        change = changes.get(node)
        verdict = f": {change.verdict}" if change is not None else ""
        mark = ":::breaking" if change is not None and change.breaking else ""
        yield f'  {name}["{quoted(f"{node.kind} {node.name}{verdict}")}"]{mark}'


__all__ = ["head", "lines", "markdown", "mermaid"]
