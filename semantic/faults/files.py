"""Faults of files: YAML, keys, values."""

from __future__ import annotations

from collections.abc import Sequence

from semantic.faults.base import Fault
from semantic.source import Span

_YAML_HINTS = {
    "mapping values are not allowed in this context": "Check the indentation, or quote a value with ': '.",
    "did not find expected ',' or '}'": "Close the '{', or quote a value with a comma, bracket or quote.",
    "did not find expected ',' or ']'": "Close the '[', or quote a value with a comma, bracket or quote.",
    "did not find expected '-' indicator": "Check the indentation.",
    "did not find expected key": "Check the indentation, or quote the whole of a value that holds quotes.",
    "found unexpected end of stream": "Close the quote.",
    "found unknown escape character": "Use single quotes, where a backslash is only a backslash.",
}


def no_project(folder: str, file: str) -> Fault:
    """A folder without its first file."""
    return Fault("file", f"'{folder}' holds no '{file}'.", "'semantic init' makes a project.", where=file)


def unreadable_file(reason: str, span: Span) -> Fault:
    """A file that the operating system does not give."""
    return Fault("file", f"The file cannot be read: {reason}.", "", span)


def too_large(size: int, limit: int, span: Span) -> Fault:
    """A file of a size that nobody writes."""
    message = f"The file has {size:,} bytes; at most {limit:,} are read."
    return Fault("limit", message, "Split it, or move data out of the project folder.", span)


def too_many_faults(limit: int, span: Span) -> Fault:
    """The end of patience with one file."""
    return Fault("limit", f"The file has more than {limit} faults; the rest is not shown.", "", span)


def not_utf8(span: Span) -> Fault:
    """Bytes that are no text."""
    return Fault("encoding", "The file is not UTF-8 from here.", "Save it as UTF-8.", span)


def unprintable(code: int, span: Span) -> Fault:
    """A control character."""
    return Fault("encoding", f"The character U+{code:04X} cannot stand in a file.", "Remove it.", span)


def no_text(code: int, span: Span | None) -> Fault:
    """A character that no warehouse takes."""
    return Fault("encoding", f"The character U+{code:04X} cannot stand in SQL.", "Remove it.", span)


def not_yaml(problem: str, rest: str, span: Span, opened: Span | None = None) -> Fault:
    """Text that is not YAML; ``rest`` is the line from there, ``opened`` where a bracket or quote began."""
    hint = _YAML_HINTS.get(problem, "")
    if problem == "found character that cannot start any token":
        first = rest[:1]
        hint = (
            "Indent with spaces, not tabs." if first == "\t" else f"Quote a value that starts with '{first}'."
        )
    if problem == "found unexpected end of stream" and opened:
        span = opened
    elif opened:
        hint = f"{hint} It opened at {opened}.".lstrip()
    return Fault("yaml", f"The file is no YAML from here: {problem or 'it cannot be parsed'}.", hint, span)


def empty_project(span: Span) -> Fault:
    """A first file in which nothing stands."""
    return Fault("empty", f"'{span.file}' is empty.", "A project has at least a name: 'name: acme'.", span)


def second_document(span: Span) -> Fault:
    """A second ``---`` in a file."""
    return Fault("yaml", "A file holds one YAML document; a second starts here.", "Remove the '---'.", span)


def too_deep(limit: int, span: Span) -> Fault:
    """Lists in lists in lists."""
    return Fault("limit", f"The YAML is nested deeper than {limit} levels.", "", span)


def tagged(tag: str, span: Span) -> Fault:
    """A YAML tag."""
    return Fault("yaml", f"The YAML tag '{tag}' is not allowed.", "Remove it; the key says the type.", span)


def endless_alias(name: str, span: Span) -> Fault:
    """An alias inside what it stands for."""
    return Fault("yaml", f"The alias '*{name}' stands inside its own anchor.", "", span)


def too_many_aliased(limit: int, span: Span) -> Fault:
    """Aliases of aliases of aliases."""
    return Fault("limit", f"The YAML aliases of the file add more than {limit:,} values.", "", span)


def merge_key(span: Span) -> Fault:
    """YAML's ``<<``."""
    hint = "Write the keys out, or use an alias for a whole value."
    return Fault("yaml", "The merge key '<<' is not allowed.", hint, span)


def wrong_kind(what: str, expected: str, given: str, span: Span, hint: str = "") -> Fault:
    """A list where a text is due, and the like."""
    return Fault("type", f"{what} must be {expected}, not {given}.", hint, span)


def no_value(what: str, span: Span) -> Fault:
    """A key with nothing after it."""
    return Fault("missing", f"{what} has no value.", "Give it one, or remove the key.", span)


def missing_key(what: str, key: str, span: Span) -> Fault:
    """An object without a key that it must have."""
    return Fault("missing", f"{what} needs '{key}'.", "", span)


def needs_one_of(what: str, keys: Sequence[str], found: Sequence[str], span: Span) -> Fault:
    """Keys of which exactly one must stand."""
    listed = ", ".join(f"'{key}'" for key in keys)
    has = " and ".join(f"'{key}'" for key in found) or "none"
    code, hint = ("duplicate", "Keep one of them.") if found else ("missing", "")
    return Fault(code, f"{what} needs exactly one of {listed}; it has {has}.", hint, span)


def duplicate_key(key: str, first: Span, span: Span) -> Fault:
    """One key twice in a mapping."""
    return Fault("duplicate", f"The key '{key}' stands already at {first}.", "Remove one of them.", span)


def duplicate_name(kind: str, name: str, first: Span, span: Span) -> Fault:
    """One name for two things of a kind."""
    message = f"The {kind} '{name}' stands already at {first}."
    return Fault("duplicate", message, "Rename or remove one of them.", span)


def misplaced(key: str, file: str, span: Span) -> Fault:
    """A key that only the first file of a project may hold."""
    return Fault("misplaced", f"'{key}' may stand in '{file}' of the project only.", "", span)


def bad_name(name: str, span: Span | None) -> Fault:
    """A name that could not be a column of a result."""
    hint = "A name is letters, digits and '_', and starts with no digit; 'label' may hold any text."
    return Fault("name", f"{str(name)[:60]!r} is no name.", hint, span)


def bad_column_name(name: str, span: Span | None) -> Fault:
    """A column's name that has to stand in quotes."""
    hint = f"""Write it in double quotes: '"{str(name)[:60]}"'."""
    return Fault("name", f"{str(name)[:60]!r} is no plain name of a column.", hint, span)


def bad_signature(text: str, example: str, span: Span | None) -> Fault:
    """A name with arguments that cannot be read."""
    return Fault("name", f"'{text}' is no name with arguments.", f"Write it as '{example}'.", span)


def wrong_value(what: str, value: str, expected: str, span: Span, hint: str = "") -> Fault:
    """A value of the right kind that means nothing here."""
    return Fault("value", f"{what} must be {expected}, not '{value}'.", hint, span)


def not_among(what: str, value: str, span: Span) -> Fault:
    """A default that its own list of values does not hold."""
    return Fault("value", f"{what} '{value}' is not among 'values'.", "Add it there.", span)


def other_type(name: str, declared: str, given: str, span: Span | None) -> Fault:
    """A project gives a default to a library's parameter, and another type."""
    hint = f"Write 'type: {declared}', or choose another name."
    return Fault("type", f"The parameter '{name}' of the library is {declared}, not {given}.", hint, span)
