"""Where in a text each part of its rendering stands: marks travel through the template with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from semantic.source import Span, Text

START = "\ue000"
_MARK = re.compile("\ue000(\\d+)(v?)\ue001")


def mark(offset: int, made: str) -> str:
    """A mark for what stands at an offset, or with ``v`` is made there."""
    return f"{START}{offset}{made}\ue001"


def unmarked(output: str) -> str:
    """What was rendered, without its marks."""
    return _MARK.sub("", output)


def reached(done: list[str], text: Text) -> Span | None:
    """The place of the last mark that was rendered, which is where a rendering stopped."""
    marks = _MARK.findall("".join(done[-4:])) or _MARK.findall("".join(done))
    return text.at(int(marks[-1][0])) if marks else text.at(0)


def placed(output: str, text: Text) -> Text:
    """The output without marks, each part placed where it stands, or where the tag that made it does."""
    pieces: list[str] = []
    anchors: dict[int, Span] = {}
    size = 0
    for mark, end in _pieces(output):
        piece, origin = output[mark.end() : end], int(mark[1])
        for at in _anchor_offsets(piece, bool(mark[2]), origin, text):
            place = text.at(origin if mark[2] else origin + at)
            if place:
                anchors[size + at] = place
        pieces.append(piece)
        size += len(piece)
    value = "".join(pieces)
    rows = [0, *(match.end() for match in re.finditer("\n", value))]
    starts = _starts(rows, anchors)
    breaks = tuple((at, s.line, s.column) for at, s in sorted(anchors.items()) if at not in set(rows))
    return Text(value, text.file, starts if anchors else (), breaks)


def _pieces(output: str) -> Iterator[tuple[re.Match[str], int]]:
    marks = list(_MARK.finditer(output))
    ends = [*(mark.start() for mark in marks[1:]), len(output)]
    return zip(marks, ends, strict=False)  # of nothing but a comment there is no mark at all


def _anchor_offsets(piece: str, made: bool, origin: int, text: Text) -> list[int]:
    """Where a piece needs a place of its own: all over, if a tag made it; else where the text breaks."""
    if made:
        return list(range(min(len(piece), 500)))
    inner = [offset - origin for offset, _, _ in text.breaks if 0 < offset - origin < len(piece)]
    return [0, *(match.end() for match in re.finditer("\n", piece)), *inner]


def _starts(rows: list[int], anchors: Mapping[int, Span]) -> tuple[tuple[int, int], ...]:
    starts: list[tuple[int, int]] = []
    for row in rows:
        span = anchors.get(row)
        starts.append((span.line, span.column) if span else (starts[-1] if starts else (1, 1)))
    return tuple(starts)
