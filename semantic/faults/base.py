"""The fault itself, the one exception that carries faults, and what all wordings share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from semantic.source import Span


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a definition or a question.

    >>> hint = "Did you mean 'filter'?"
    >>> print(Fault("unknown", "'filtr' is no field of a metric.", hint, Span("m.yml", 7, 5)))
    m.yml:7:5: unknown: 'filtr' is no field of a metric. Did you mean 'filter'?
    """

    code: str
    message: str
    hint: str = ""
    span: Span | None = None
    where: str = "question"  # what is named when there is no span

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", printable(self.message))
        object.__setattr__(self, "hint", printable(self.hint))

    def __str__(self) -> str:
        place = str(self.span) if self.span else self.where
        return f"{place}: {self.code}: {self.message} {self.hint}".rstrip()

    def as_dict(self) -> dict[str, object]:
        """The record that ``--format json`` prints."""
        span = self.span
        return {
            "file": span.file if span else None,
            "line": span.line if span else None,
            "column": span.column if span else None,
            "where": None if span else self.where,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
        }


class SemanticError(Exception):
    """What the library raises: all the faults of a run, sorted by place, without repeats."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(dict.fromkeys(faults), key=_order))
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type[SemanticError], tuple[tuple[Fault, ...]]]:
        return (SemanticError, (self.faults,))


def _order(fault: Fault) -> tuple[bool, str, int, int, str, str]:
    span = fault.span
    place = (span.file, span.line, span.column) if span else ("", 0, 0)
    return (span is None, *place, fault.code, fault.message)


LONGEST = 1_000


def printable(text: str) -> str:
    r"""The text on one line, as a terminal may have it: what cannot be printed is spelled out.

    >>> printable("a\nb\x1b[31m")
    'a\\nb\\x1b[31m'
    """
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def shown(value: object) -> str:
    """A value that somebody gave, as far as it can be shown.

    >>> shown(10**5000)
    'an int'
    """
    try:
        text = f"{value!r:.60}"
    except (ValueError, RecursionError):
        kind = type(value).__name__
        text = f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
    return text


def meant(name: str, candidates: Iterable[str]) -> str:
    """A "Did you mean" sentence, or nothing.

    >>> meant("filtr", ["filter", "format"])
    "Did you mean 'filter'?"
    """
    from difflib import get_close_matches

    close = get_close_matches(name.lower()[:100], {c.lower(): c for c in candidates}, n=1, cutoff=0.6)
    originals = {c.lower(): c for c in candidates}
    return f"Did you mean '{originals[close[0]]}'?" if close else ""


def unknown(what: str, name: str, candidates: Sequence[str], span: Span | None) -> Fault:
    """A name that nothing has, with the nearest that something has."""
    hint = meant(name, candidates) or (there_is(candidates) if 0 < len(candidates) <= 200 else "")
    return Fault("unknown", f"'{name:.80}' is no {what}.", hint, span)


def there_is(candidates: Sequence[str]) -> str:
    """What there is; of many, the first ones.

    >>> there_is(["a", "b"])
    "There is 'a', 'b'."
    """
    shown = candidates if len(candidates) <= 12 else candidates[:8]
    more = f" and {len(candidates) - len(shown)} more" if len(shown) < len(candidates) else ""
    return "There is " + ", ".join(f"'{c}'" for c in shown) + f"{more}."


def either(names: Sequence[str]) -> str:
    """Names as alternatives: ``'a', 'b' or 'c'``."""
    quoted = [f"'{n}'" for n in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def quoted(names: Sequence[str]) -> str:
    """Names in a row; of many, the first ones.

    >>> quoted(["a", "b"])
    "'a', 'b'"
    """
    more = ["…"] if len(names) > 8 else []
    return ", ".join([*(f"'{name}'" for name in names[:8]), *more])
