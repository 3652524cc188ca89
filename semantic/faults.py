"""Every fault a person can meet: codes, wordings, and what would have been meant.

A fault has a stable one-word code, a place, a message (what is wrong) and a hint (what would work).
Messages say nothing about "you". Nothing else in the package words an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

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


_LONGEST = 1_000


def printable(text: str) -> str:
    r"""The text on one line, as a terminal may have it: what cannot be printed is spelled out.

    >>> printable("a\nb\x1b[31m")
    'a\\nb\\x1b[31m'
    """
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
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
    hint = meant(name, candidates)
    if not hint and 0 < len(candidates) <= 12:
        hint = "There is " + ", ".join(f"'{c}'" for c in candidates) + "."
    return Fault("unknown", f"'{name:.80}' is no {what}.", hint, span)


# --- files and YAML ---------------------------------------------------------------------------------

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


# --- keys and values of the files -------------------------------------------------------------------


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
    code = "duplicate" if found else "missing"
    return Fault(code, f"{what} needs exactly one of {listed}; it has {has}.", "", span)


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


def bad_signature(text: str, example: str, span: Span | None) -> Fault:
    """A name with arguments that cannot be read."""
    return Fault("name", f"'{text}' is no name with arguments.", f"Write it as '{example}'.", span)


def wrong_value(what: str, value: str, expected: str, span: Span, hint: str = "") -> Fault:
    """A value of the right kind that means nothing here."""
    return Fault("value", f"{what} must be {expected}, not '{value}'.", hint, span)


def not_among(what: str, value: str, span: Span) -> Fault:
    """A default that its own list of values does not hold."""
    return Fault("value", f"{what} '{value}' is not among 'values'.", "Add it there.", span)


# --- SQL text ---------------------------------------------------------------------------------------


def empty_sql(span: Span | None) -> Fault:
    """No SQL where some is needed."""
    return Fault("syntax", "The SQL is empty.", "", span)


def syntax(reason: str, span: Span | None, near: str = "") -> Fault:
    """SQL that does not parse."""
    at = f" near '{near}'" if near else ""
    return Fault("syntax", f"The SQL does not parse{at}: {reason}.", "", span)


def not_one_expression(text: str, span: Span | None) -> Fault:
    """A clause, a list or a statement where one expression is needed."""
    hint = "Write a single value or condition, without SELECT, FROM, commas or aliases around it."
    return Fault("syntax", "This is not one SQL expression.", hint, span)


def second_statement(span: Span | None) -> Fault:
    """A semicolon with something behind it."""
    return Fault("syntax", "There is more than one SQL statement here.", "Leave out the ';'.", span)


def comment(span: Span | None) -> Fault:
    """A comment inside a question's SQL."""
    return Fault("syntax", "This SQL may hold no comment.", "Leave out '--' and '/* … */'.", span)


def sql_too_large(span: Span | None) -> Fault:
    """SQL too long or too deeply nested to be meant."""
    return Fault("limit", "The SQL is longer or nested deeper than is allowed.", "", span)


# --- templates --------------------------------------------------------------------------------------


def bad_template(problem: str, span: Span | None, hint: str = "") -> Fault:
    """A ``{{ … }}`` that cannot be read or rendered."""
    return Fault("template", problem, hint, span)


def quoted_template(span: Span | None) -> Fault:
    """A template in the middle of a text."""
    hint = "Write '{{ name }}' without quotes around it; a parameter knows its type."
    return Fault("template", "A template stands inside quotes, where it would be text.", hint, span)


def template_in_question(span: Span | None) -> Fault:
    """A template in a question that does more than name something."""
    hint = "Write '{{ name }}', and decide in the program that asks."
    return Fault("template", "A question's SQL may hold no '{%' and no '{#'.", hint, span)


def template_syntax(problem: str, span: Span | None) -> Fault:
    """Braces that are no template."""
    return Fault("template", f"The template cannot be parsed: {problem.rstrip('.')}.", "", span)


def not_in_templates(what: str, span: Span | None) -> Fault:
    """A feature of Jinja that has no place in an expression."""
    hint = "Parameters, macros, 'if', 'for', comparisons and whole numbers are."
    return Fault("template", f"'{what}' is no part of templates here.", hint, span)


def env_var_misplaced(span: Span | None) -> Fault:
    """A secret asked for in an expression."""
    hint = "Declare a parameter for a value that changes."
    return Fault("template", "'env_var' works in the 'url' of a target only.", hint, span)


def env_var_missing(name: str, span: Span | None) -> Fault:
    """An environment variable that is not set; no value of any is ever printed."""
    return Fault("environment", f"The environment variable '{name}' is not set.", "", span)


def macro_cycle(names: Sequence[str], span: Span | None) -> Fault:
    """Macros that call each other for ever."""
    return Fault("cycle", f"The macro '{names[-1]}' calls itself: {' → '.join(names)}.", "", span)


def template_too_large(limit: int, unit: str, span: Span | None) -> Fault:
    """A template that does not end, or might as well not."""
    return Fault("limit", f"The template makes more than {limit:,} {unit}.", "", span)


# --- names and joins --------------------------------------------------------------------------------


def same_role(role: str, model: str, span: Span | None) -> Fault:
    """Two joins under one role."""
    hint = "Give one of them another name with 'as:'."
    return Fault("duplicate", f"Model '{model}' has two joins in the role '{role}'.", hint, span)


def two_meanings(name: str, one: str, other: str, span: Span | None) -> Fault:
    """A name that stands for two kinds of things where both can be written."""
    return Fault("duplicate", f"'{name}' is both a {one} and a {other}.", "Rename one of them.", span)


def same_but_for_case(name: str, first: str, span: Span | None) -> Fault:
    """Two names that SQL takes for one."""
    return Fault("duplicate", f"'{name}' differs from '{first}' only in case.", "Rename one of them.", span)


def half_validity(to: str, span: Span | None) -> Fault:
    """A validity join without its moment, or a moment without its validity."""
    hint = "Write both: 'valid: [valid_from, valid_to], at: ordered_at'."
    return Fault("missing", f"The join to '{to}' has one of 'valid' and 'at'.", hint, span)


def join_multiplies(
    model: str, to: str, on: Sequence[str], keys: Sequence[Sequence[str]], span: Span | None
) -> Fault:
    """A join whose columns are no key of the other side."""
    joined = ", ".join(on)
    held = ") or (".join(", ".join(key) for key in keys)
    hint = (
        f"Join on ({held}), or declare ({joined}) under 'unique:' of '{to}'."
        if held
        else f"Declare the 'primary_key:' of '{to}'."
    )
    message = f"The join of '{model}' to '{to}' would multiply rows: ({joined}) is no key of '{to}'."
    return Fault("fan-out", message, hint, span)


# --- questions --------------------------------------------------------------------------------------


def bad_path(text: str) -> Fault:
    """An expression, or a part of one, where a path is needed."""
    hint = "Write 'model.dimension' or 'time.month'; for an expression, define a dimension."
    return Fault("value", f"'{text}' is no path of a dimension.", hint)


def bad_order(text: str) -> Fault:
    """A sort direction that is none."""
    return Fault("value", f"'{text}' is no order.", "Write 'name', '-name', 'name asc' or 'name desc'.")


def bad_time(text: str) -> Fault:
    """A time range that cannot be read."""
    hint = "Write periods such as 2024, 2024-Q1, 2024-03, 2024-W09 or 2024-03-15, joined by '..'."
    return Fault("value", f"'{text}' is no time range.", hint)


def empty_time(text: str) -> Fault:
    """A time range that ends before it starts."""
    return Fault("value", f"The time range '{text}' ends before it starts.")


def far_time() -> Fault:
    """A time range beyond what every warehouse can hold."""
    hint = "Leave a side open instead: '2024..' or '..2024'."
    return Fault("value", "A time range lies between the years 1000 and 9998.", hint)


def zoned_time() -> Fault:
    """A bound that is an instant, where local time is meant."""
    return Fault("type", "A time range is in local time.", "Leave out the time zone of its bounds.")


def bad_part(part: str, value: object, expected: str) -> Fault:
    """A part of a question of the wrong type."""
    return Fault("type", f"'{part}' of a question must be {expected}, not {shown(value)}.")


def bad_json(reason: str) -> Fault:
    """A question that is no JSON object."""
    return Fault("syntax", f"The question is no JSON object: {reason}.")


# --- functions and targets --------------------------------------------------------------------------


def unsupported_function(name: str, dialect: str, reason: str) -> Fault:
    """A function that a target does not have."""
    return Fault("unsupported", f"'{name}' cannot be written for {dialect}: {reason}.", "", None)


def unanswered(what: str, name: str, span: Span) -> Fault:
    """A question that a target's file leaves open."""
    return Fault("missing", f"The {what} '{name}' is not answered.", "", span)


def not_asked(what: str, name: str, asked: Sequence[str], span: Span) -> Fault:
    """An answer to no question."""
    return Fault("unknown", f"'{name}' is no {what} that a dialect is asked.", meant(name, asked), span)


def no_answer(question: str, answer: str, choice: Sequence[str], span: Span) -> Fault:
    """An answer that the question does not offer."""
    hint = "There is " + ", ".join(f"'{one}'" for one in choice) + "."
    return Fault("value", f"'{answer}' is no answer to '{question}'.", hint, span)


def no_function_template(name: str, span: Span | None) -> Fault:
    """A declared function that is more than an expression over its arguments."""
    hint = "Write one expression, with each argument as ':name'."
    return Fault(
        "function", f"The template of '{name}' is no expression over its arguments alone.", hint, span
    )


def aggregate_template(name: str, span: Span | None) -> Fault:
    """A declared function that aggregates."""
    hint = "Declare a function of one row, and aggregate its results in the metric."
    return Fault("function", f"The template of '{name}' aggregates.", hint, span)


def wrong_holes(signature: str, found: Iterable[str], wanted: Iterable[str], span: Span | None) -> Fault:
    """A template whose holes are not the arguments of its function."""
    has, needs = (", ".join(f"':{name}'" for name in sorted(names)) or "none" for names in (found, wanted))
    message = f"The template of '{signature}' has the holes {has}, where {needs} are meant."
    return Fault("value", message, "", span)


def unknown_function(name: str, candidates: Sequence[str]) -> Fault:
    """A function that is not on the allow-list."""
    hint = meant(name, candidates) or "A project may declare its own under 'functions:'."
    return Fault("function", f"'{name}' is no function that every dialect has.", hint)


def wrong_arguments(signature: str, count: int) -> Fault:
    """A function with too few or too many arguments."""
    return Fault("function", f"'{signature}' is called with {count} arguments.")


def ambiguous_function(what: str, hint: str) -> Fault:
    """A function that means different things in different dialects."""
    return Fault("function", f"{what} does not mean the same in every dialect.", hint)


def unsupported_syntax(what: str, hint: str = "") -> Fault:
    """SQL that is right somewhere, but not part of the language."""
    return Fault("unsupported", f"{what} is not supported here.", hint)


def declared_before(name: str, span: Span | None) -> Fault:
    """A function of a project with the name of one that there is."""
    return Fault("duplicate", f"'{name}' is a function already.", "Rename it.", span)


def bad_cast(given: str, to: str) -> Fault:
    """A cast that no engine does."""
    return Fault("type", f"A value of type {given} cannot be cast to {to}.")


def bad_literal(text: str, kind: str) -> Fault:
    """A text that spells no value of its type, such as a date that the calendar does not have."""
    clock = "2024-01-31 10:00:00"
    forms = {"date": "2024-01-31", "timestamp": clock, "timestamptz": f"{clock}+09:00"}
    return Fault("value", f"'{text}' is no {kind}.", f"Write it as '{forms[kind]}'." if kind in forms else "")


def bad_digits() -> Fault:
    """A decimal type that is none."""
    hint = "Write DECIMAL(18, 2), with as many digits behind the point as in all at most."
    return Fault("value", "A decimal has 1 to 38 digits.", hint)


def huge_number() -> Fault:
    """A number that not every dialect can hold."""
    return Fault("value", "A number has at most 38 digits, before the point and behind it.")


def empty_list() -> Fault:
    """``IN ()``."""
    return Fault("syntax", "IN needs at least one value.", "Write FALSE for a condition that never holds.")


def unknown_type(what: str, purpose: str) -> Fault:
    """A type that is needed and not known."""
    hint = "Declare it under 'columns:' of its source or model, or write a CAST."
    return Fault("type", f"The type of '{what}' is not known, and {purpose} depends on it.", hint)


def wrong_type(what: str, given: str, wanted: str) -> Fault:
    """An expression of the wrong type."""
    return Fault("type", f"'{what}' is of type {given}, where {wanted} is needed.")


def unlike_kinds(kinds: Sequence[str]) -> Fault:
    """Values that cannot be compared, nor stand in one column."""
    hint = "Write a CAST, or a literal of the right kind."
    return Fault("type", f"Values of different kinds meet: {' and '.join(kinds)}.", hint)


# --- binding ----------------------------------------------------------------------------------------


def ambiguous(path: str, spelled: Sequence[str], span: Span | None) -> Fault:
    """A path with several meanings."""
    return Fault("ambiguous", f"'{path}' can mean {_either(spelled)}.", "Write one of these in full.", span)


def several_ways(model: str, path: str, ways: Sequence[str], span: Span | None) -> Fault:
    """A many side that a fact shares several dimensions with."""
    message = f"The rows of '{model}' meet those of '{path}' in several ways: {_either(ways)}."
    return Fault("ambiguous", message, "Ask for a dimension of the model that both share.", span)


def cycle(what: str, chain: Sequence[str], span: Span | None) -> Fault:
    """A definition that uses itself."""
    return Fault("cycle", f"A {what} uses itself: {' → '.join(chain)}.", "", span)


def type_unknown(name: str, span: Span | None) -> Fault:
    """A type is needed that nothing tells."""
    hint = "Declare it under 'columns:' of the source, or give the dimension a 'type:'."
    return Fault("type", f"The type of '{name}' is not known.", hint, span)


def no_grain(path: str, kind: str, grain: str, span: Span | None) -> Fault:
    """A grain of something that has none."""
    if kind == "date":
        return Fault("type", f"'{path}' is a date and has no '{grain}'.", "Ask for a day or more.", span)
    return Fault("type", f"'{path}' is of type {kind} and has no '{grain}'.", "", span)


def no_time(name: str, kind: str, span: Span | None) -> Fault:
    """A time axis that is no time."""
    hint = "A time axis is a date, a timestamp or a timestamptz."
    return Fault("type", f"The time axis '{name}' is of type {kind}.", hint, span)


def no_axis(model: str, span: Span | None) -> Fault:
    """A question over time to facts without any."""
    hint = f"Give model '{model}' a 'time:', or ask without 'time'."
    return Fault("time", f"The rows of '{model}' have no time axis.", hint, span)


def bad_axis(path: str, span: Span | None) -> Fault:
    """The shared axis without a grain."""
    return Fault(
        "time", f"'{path}' is no period of the time axis.", "Write 'time.day', 'time.month', ….", span
    )


def placeholder(text: str, span: Span | None) -> Fault:
    """A bind parameter in a definition."""
    hint = "Declare a parameter and write '{{ name }}'."
    return Fault("unsupported", f"'{text}' is a placeholder, which SQL here may not hold.", hint, span)


def parameter_value(name: str, kind: str, value: object, span: Span | None = None) -> Fault:
    """A value that does not fit its parameter."""
    return Fault("type", f"Parameter '{name}' takes a value of type {kind}, not {shown(value)}.", "", span)


def parameter_choice(name: str, value: object, values: Sequence[object]) -> Fault:
    """A value that its parameter does not offer."""
    return Fault("value", f"Parameter '{name}' takes {_either(list(map(str, values)))}, not {shown(value)}.")


def parameter_shape(name: str, value: object) -> Fault:
    """A list or a mapping where one value is needed."""
    return Fault("type", f"Parameter '{name}' takes a single value, not {shown(value)}.")


def parameter_missing(name: str) -> Fault:
    """A parameter without default that nobody set."""
    hint = f"Give it with '--param {name}=…' or 'parameters={{…}}'."
    return Fault("missing", f"Parameter '{name}' has no value.", hint)


def not_boolean(kind: str, span: Span | None) -> Fault:
    """A condition that is no condition."""
    return Fault("type", f"A condition is needed here, and this is of type {kind}.", "", span)


def two_sides(models: Sequence[str], span: Span | None) -> Fault:
    """One comparison across two many sides."""
    names = " and ".join(f"'{m}'" for m in models)
    rows = f"rows of {names}" if len(models) > 1 else f"rows of {names} and of the metric's own"
    hint = "Compare each with a value of its own, joined by AND or OR."
    return Fault("fan-out", f"One comparison speaks of {rows} at once.", hint, span)


def too_entangled(models: Sequence[str]) -> Fault:
    """More alternatives over several many sides than can be written out."""
    names = " and ".join(f"'{m}'" for m in models)
    return Fault(
        "limit", f"The conditions on {names} have too many alternatives.", "Ask in several questions."
    )


def grouped_side(models: Sequence[str]) -> Fault:
    """An OR over many sides, one of which makes the groups."""
    names = " and ".join(f"'{m}'" for m in models)
    hint = "Join the conditions by AND, or group by something else."
    return Fault("fan-out", f"An OR over {names} cannot be split by the rows of one of them.", hint)


def back_over_validity(origin: str, target: str, span: Span | None) -> Fault:
    """A many side behind a validity interval."""
    message = f"'{origin}' joins '{target}' by a validity interval, which leads one way only."
    return Fault("fan-out", message, f"Ask for '{target}' from '{origin}' instead.", span)


def no_path(name: str, owners: Sequence[str], span: Span | None) -> Fault:
    """A bare name where a path is needed."""
    hint = f"Write {_either(owners[:8])}." if owners else "Write 'model.dimension' or 'time.month'."
    return Fault("unknown", f"'{name}' is no path of a dimension.", hint, span)


def unknown_grain(name: str, grains: Sequence[str], parts: Sequence[str], span: Span | None) -> Fault:
    """A period or part of time that nobody has."""
    hint = meant(name, [*grains, *parts]) or unknown("", name, grains, None).hint
    return Fault("unknown", f"'{name}' is no grain or part of time.", hint, span)


def only_a_column(name: str, model: str, span: Span | None) -> Fault:
    """A column that questions are not offered."""
    hint = f"Declare it under 'dimensions:' of '{model}'."
    return Fault("unknown", f"'{name}' is a column, but no dimension of model '{model}'.", hint, span)


def metric_in_row(name: str, span: Span | None) -> Fault:
    """A metric where one row is looked at."""
    hint = "Filter by metrics with 'having'; in a definition, use the columns that it is made of."
    return Fault("aggregate", f"'{name}' is a metric, but this is about a single row.", hint, span)


def dimension_in_having(path: str, span: Span | None) -> Fault:
    """A dimension where metrics are compared."""
    return Fault("aggregate", f"'{path}' is no metric.", "Filter by dimensions with 'where'.", span)


def no_join(model: str, path: str, span: Span | None) -> Fault:
    """A path to a model that no join leads to."""
    hint = f"Declare the join under 'joins:' of '{model}'."
    return Fault("unreachable", f"No join of '{model}' leads to '{path}'.", hint, span)


def unreached(model: str, path: str, span: Span | None) -> Fault:
    """A dimension that a fact has no way to."""
    hint = f"Declare the join from '{model}', or ask for the metrics apart."
    return Fault("unreachable", f"The rows of '{model}' have no '{path}': no join leads there.", hint, span)


def chasm(model: str, path: str, shared: str, span: Span | None) -> Fault:
    """A dimension of another fact that only shares a dimension with this one."""
    message = f"The rows of '{model}' have no '{path}': the two only share '{shared}'."
    hint = f"Group by a dimension of '{shared}', or use '{path}' in 'where', which selects."
    return Fault("chasm", message, hint, span)


def outside_aggregate(name: str, span: Span | None) -> Fault:
    """A column in a metric that no aggregate takes in."""
    hint = "Put it inside an aggregate such as sum(…), or name a metric."
    return Fault("aggregate", f"'{name}' stands outside any aggregate.", hint, span)


def no_aggregate(name: str, span: Span | None) -> Fault:
    """A metric that aggregates nothing."""
    return Fault(
        "aggregate", f"Metric '{name}' aggregates nothing.", "Use sum(…), count(*) or a metric.", span
    )


def nested_aggregate(span: Span | None) -> Fault:
    """An aggregate inside an aggregate."""
    return Fault("aggregate", "An aggregate stands inside another aggregate.", "", span)


def aggregate_in_question(text: str, span: Span | None) -> Fault:
    """An aggregate written into a question."""
    hint = "Name a metric; define one where none fits."
    return Fault("aggregate", f"A question may not hold the aggregate '{text}'.", hint, span)


def aggregate_in_row(text: str, span: Span | None) -> Fault:
    """An aggregate where one row is looked at."""
    hint = "Aggregates belong into metrics; 'having' filters by them."
    return Fault("aggregate", f"'{text}' aggregates, but this is about a single row.", hint, span)


def unused_modifier(key: str, metric: str, span: Span | None) -> Fault:
    """A filter or time axis on a metric that is made of others."""
    hint = f"Put '{key}' into the metrics that it is made of."
    return Fault("aggregate", f"'{key}' of '{metric}' can say nothing about other metrics.", hint, span)


def no_model(text: str, metric: str, paths: Sequence[str], span: Span | None) -> Fault:
    """An aggregate that could be over anything."""
    named = f" ('{paths[0]}')" if paths else ""
    hint = f"Give metric '{metric}' a 'model:', or write 'model.column'."
    return Fault("aggregate", f"It is not said over which rows '{text}'{named} runs.", hint, span)


def no_metrics() -> Fault:
    """A question that asks for nothing."""
    return Fault("missing", "The question names no metric.", "Name at least one.")


def same_output(name: str) -> Fault:
    """Two output columns of one name."""
    hint = f"Rename one: 'path as other_name'. '{name}' may be asked for once."
    return Fault("duplicate", f"The question has two columns '{name}'.", hint)


def bad_output(name: str) -> Fault:
    """An output name that is no plain name."""
    return Fault("value", f"'{name}' is no name for a column.", "Use letters, digits and '_'.")


def mixed_types(path: str, kinds: Sequence[str]) -> Fault:
    """A path that means different types for different facts."""
    return Fault("type", f"'{path}' is of type {_either(kinds)}, depending on the metric.")


def fill_needs_time(count: int) -> Fault:
    """A fill without exactly one series of periods."""
    message = "'fill' needs one period to fill, such as 'time.week'" + (f", not {count}." if count else ".")
    return Fault("time", message, "Put exactly one grain into 'by'.")


def fill_too_long(grain: str, count: int, limit: int) -> Fault:
    """A fill with more periods than a warehouse makes."""
    hint = "Ask for a coarser grain or a shorter time."
    return Fault("limit", f"'fill' would make {count:,} rows, one a {grain}; {limit:,} are allowed.", hint)


def no_members(path: str) -> Fault:
    """Members of something that has no table of its own."""
    hint = "Only dimensions of a joined model have members beyond the facts."
    return Fault("value", f"'{path}' has no members of its own.", hint)


def unmapped(model: str, relation: object) -> Fault:
    """A source that a project has yet to map."""
    name = getattr(relation, "name", model)
    hint = f"Map it: 'sources: {{{name}: {{table: …}}}}' in semantic.yml."
    return Fault("unmapped", f"The source '{name}' of model '{model}' stands for no table yet.", hint)


def bad_table(text: str, span: Span | None) -> Fault:
    """A table's name that cannot be read."""
    hint = "Write it as table, schema.table or catalog.schema.table, parts in double quotes where needed."
    return Fault("name", f"'{text}' is no name of a table.", hint, span)


def wrong_dimension_type(name: str, declared: str, given: str, span: Span | None) -> Fault:
    """A dimension that says to be what its SQL is not."""
    hint = f"Leave out 'type:', or write CAST(… AS {declared.upper()})."
    return Fault("type", f"Dimension '{name}' is declared {declared}, but its SQL is {given}.", hint, span)


def lonely_role(role: str, model: str, why: str, span: Span | None) -> Fault:
    """A role that no path could name."""
    return Fault("name", f"The join of '{model}' in the role '{role}' cannot be named: {why}.",
                 "Give it another name with 'as:'.", span)  # fmt: skip


def not_a_select(span: Span | None) -> Fault:
    """A statement that reads nothing."""
    return Fault("syntax", "A model's SQL must be one SELECT.", "", span)


def identifier_too_long(name: str, limit: int, dialect: str) -> Fault:
    """A name that a target would cut."""
    message = f"The name '{name}' has {len(name.encode())} bytes; {dialect} keeps {limit}."
    return Fault("identifier", message, "Give it a shorter name with 'path as name'.")


def _either(names: Sequence[str]) -> str:
    quoted = [f"'{n}'" for n in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


# --- warehouses -------------------------------------------------------------------------------------


def no_target() -> Fault:
    """A run without anywhere to run."""
    hint = "Declare one under 'targets:' in semantic.yml, or give a URL."
    return Fault("target", "The project has no target.", hint, where="target")


def which_target(names: Sequence[str]) -> Fault:
    """A run that could go to several warehouses."""
    return Fault("target", "It is not said where to run.", f"Name one of {_either(names)}.", where="target")


def unknown_target(name: str, names: Sequence[str]) -> Fault:
    """A target that the project does not have."""
    return replace(unknown("target", name, names, None), where="target")


def unknown_scheme(scheme: str, known: Sequence[str]) -> Fault:
    """A URL to a kind of warehouse that no dialect is written for."""
    return replace(unknown("kind of warehouse", scheme, known, None), where="target")


def bad_url(name: str, span: Span | None) -> Fault:
    """A URL that is none; it is not repeated, since it may hold a password."""
    forms = "'duckdb:///file.duckdb' or 'postgresql://user:password@host/db'"
    hint = f"Write it as {forms}; '@' in a password is %40."
    return Fault("target", f"The URL of {name} cannot be read.", hint, span, "target")


def missing_driver(dialect: str, name: str, span: Span | None) -> Fault:
    """A warehouse whose driver is not installed."""
    hint = f"Install it: pip install 'semantic-sql[{dialect}]'."
    return Fault("driver", f"No driver is installed for {name} ({dialect}).", hint, span, "target")


def no_database(path: str, span: Span | None) -> Fault:
    """A DuckDB file that is not there."""
    hint = "A path is relative to the folder of semantic.yml."
    return Fault("target", f"There is no database file '{path}'.", hint, span, "target")


def cannot_connect(name: str, reason: str, span: Span | None) -> Fault:
    """A warehouse that does not answer."""
    return Fault("connection", f"There is no connection to {name}: {reason}", "", span, "target")


def statement_refused(name: str, reason: str, span: Span | None) -> Fault:
    """A statement that the warehouse does not run."""
    hint = "'semantic sql' shows the statement."
    return Fault("warehouse", f"The statement fails on {name}: {reason}", hint, span, "target")


def other_dialect(dialect: str, name: str, own: str) -> Fault:
    """A question that asks for the SQL of one warehouse and the rows of another."""
    return Fault("target", f"The question is for {dialect}, and {name} is {own}.", "Leave out 'dialect'.")


def not_installed(what: str, packages: Sequence[str], extra: str) -> Fault:
    """A library that rows could be given to."""
    hint = f"Install one: pip install 'semantic-sql[{extra}]'."
    return Fault("driver", f"{what} needs {_either(packages)}, which is not installed.", hint, where="python")


def cannot_write(path: str, reason: str) -> Fault:
    """A file that the operating system does not take."""
    return Fault("file", f"The file cannot be written: {reason}.", "", where=path)


# --- checks and commands ----------------------------------------------------------------------------


def bad_format(text: str, span: Span | None) -> Fault:
    """A number format that cannot be read."""
    hint = "Write it as in a spreadsheet, '#,##0.00' or '0.0%'."
    return Fault("value", f"'{text}' is no number format.", hint, span)


def join_types(join: str, left: str, right: str, span: Span | None) -> Fault:
    """A join that compares what cannot be equal."""
    message = f"The join to '{join}' compares a value of type {left} with one of type {right}."
    return Fault("type", message, "Cast one side.", span)


def no_template(name: str, dialect: str, span: Span | None) -> Fault:
    """A function of a project that says nothing for a dialect that is compiled for."""
    hint = "Add one under 'templates:', or name the dialects to check."
    return Fault("unsupported", f"The function '{name}' has no template for {dialect}.", hint, span)


def in_the_way(path: str) -> Fault:
    """A file that a new project would overwrite."""
    hint = "Name another folder; nothing was written."
    return Fault("file", "The file exists already.", hint, where=path)


def nowhere(folder: str) -> Fault:
    """A folder that is in no project."""
    hint = "Go to one, name it with '--project', or make one with 'semantic init'."
    return Fault(
        "file", f"Neither '{folder}' nor a folder above it holds a 'semantic.yml'.", hint, where=folder
    )
