"""What is told to an AI, as lines of a description, where people read it too; and back."""

from __future__ import annotations

from semantic.interop.osi.document import Context

_SYNONYMS, _EXAMPLES, _INSTRUCTIONS = "Also called: ", "Asked as: ", "To mind: "


def described(description: str | None, context: Context) -> str:
    """A description with what belongs to it for an AI.

    >>> print(described("What was paid.", Context(("revenue", "turnover"), "Net of tax.")))
    What was paid.
    Also called: revenue; turnover
    To mind: Net of tax.
    """
    lines = [description.strip()] if description and description.strip() else []
    for start, words in ((_SYNONYMS, context.synonyms), (_EXAMPLES, context.examples)):
        if words:
            lines.append(start + "; ".join(map(_line, words)))
    if context.instructions:
        lines.append(_INSTRUCTIONS + _line(context.instructions))
    return "\n".join(lines)


def parted(text: str) -> tuple[str, Context]:
    r"""A description, and what it tells to an AI.

    >>> parted("What was paid.\nAlso called: revenue; turnover")
    ('What was paid.', Context(synonyms=('revenue', 'turnover'), instructions='', examples=()))
    """
    lines, found = text.strip().split("\n"), {_SYNONYMS: "", _EXAMPLES: "", _INSTRUCTIONS: ""}
    while lines and (start := next((each for each in found if lines[-1].startswith(each)), None)):
        found[start] = lines.pop().removeprefix(start)
    words = {start: tuple(filter(None, found[start].split("; "))) for start in (_SYNONYMS, _EXAMPLES)}
    return "\n".join(lines), Context(words[_SYNONYMS], found[_INSTRUCTIONS], words[_EXAMPLES])


def lossless(context: Context) -> bool:
    """Whether a context comes back as it was."""
    return parted(described("x", context))[1] == context


def _line(text: str) -> str:
    return " ".join(text.split())
