"""The kinds of values that stand in the files: how each is read, and how JSON Schema says it.

A kind reads a node or notes a fault and gives ``None``. Kinds are made of kinds, so that the format
(`semantic.spec.format`) is a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from yaml.events import ScalarEvent

from semantic import faults
from semantic.source import Text
from semantic.spec.nodes import Branch, Node
from semantic.spec.page import Page, given, is_null, shortened
from semantic.spec.types import Duration, Periods, StartOf, TypeName

Read: TypeAlias = Callable[[Page, Any, str], Any]
Schema: TypeAlias = Mapping[str, Any]
_NAME = re.compile(r"[^\W\d]\w*\Z")
_QUOTED = re.compile(r'"(?:[^"\x00-\x1f]|"")+"\Z')
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
_SIGNATURE = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*\(\s*(?P<arguments>[\w\s,]*?)\s*\)\s*\Z")
_UNITS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_DURATION = re.compile(rf"(?P<count>[+-]?\d{{1,6}})\s*(?P<unit>{'|'.join(_UNITS)})s?\Z", re.IGNORECASE)
_PERIODS_OF = re.compile(r"(?P<count>[+-]?\d{1,6})\s+(?P<name>[A-Za-z_]\w*)\Z")
_START_OF = re.compile(r"to\s+start\s+of\s+(?P<grain>[A-Za-z_]\w*)\Z")
#: A hundred years, which every warehouse can add to any day that it can hold.
_LONGEST = {"year": 100, "quarter": 400, "month": 1_200, "week": 5_217, "day": 36_525, "hour": 876_600}
_TYPE = re.compile(r"([a-z_][a-z0-9_ ]*?)\s*(\(.*\))?(?P<zone> with(out)? time zone)?\Z")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
TYPES: tuple[str, ...] = get_args(TypeName)
ALIASES: Mapping[str, str] = {
    **{name: name for name in TYPES},
    **dict.fromkeys(("int", "bigint", "smallint", "tinyint", "int64", "int32"), "integer"),
    **dict.fromkeys(("numeric", "number", "bignumeric"), "decimal"),
    **dict.fromkeys(("double", "double precision", "real", "float64", "float8", "float4"), "float"),
    **dict.fromkeys(("varchar", "string", "char", "character varying"), "text"),
    "bool": "boolean",
    **dict.fromkeys(("datetime", "timestamp_ntz", "timestamp without time zone"), "timestamp"),
    **dict.fromkeys(("timestamp_tz", "timestamp_ltz", "timestamp with time zone"), "timestamptz"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """How a value is read, and its JSON Schema."""

    read: Read
    schema: Schema


def _scalar(page: Page, node: Node, what: str, expected: str) -> ScalarEvent | None:
    """The node if it is a scalar with something in it; else a fault."""
    if type(node) is not ScalarEvent:
        hint = (
            "Quote a text that starts with '{'."
            if expected == "a text" and given(node) == "a mapping"
            else ""
        )
        page.fault(faults.wrong_kind(what, expected, given(node), page.span(node), hint))
    elif is_null(node) or not node.value.strip():
        page.fault(faults.no_value(what, page.span(node)))
    else:
        return node
    return None


def _text(page: Page, node: Node, what: str) -> Text | None:
    if type(node) is ScalarEvent and node.value and (node.style or not is_null(node)):
        text = page.text(node)
        if not text.isspace():
            return text
    scalar = _scalar(page, node, what, "a text")
    return page.text(scalar) if scalar else None


def _name(page: Page, node: Node, what: str) -> Text | None:
    text = _text(page, node, what)
    if text is None or _NAME.match(text):
        return text
    page.fault(faults.bad_name(text, text.span))
    return None


def _column_name(page: Page, node: Node, what: str) -> Text | None:
    """A name, or whatever a table calls its column, in double quotes."""
    text = _text(page, node, what)
    if text is None or _QUOTED.match(text) or _NAME.match(text):
        return text
    page.fault(faults.bad_column_name(text, text.span))
    return None


def _flag(page: Page, node: Node, what: str) -> bool | None:
    scalar = _scalar(page, node, what, "true or false")
    if scalar is None:
        return None
    word = scalar.value.lower()
    if word in ("true", "false") and not scalar.style:
        return bool(word == "true")
    meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(word, word)
    hint = f"Write {meant}, without quotes." if meant in ("true", "false") else ""
    page.fault(faults.wrong_kind(what, "true or false", given(scalar), page.span(scalar), hint))
    return None


def _type(page: Page, node: Node, what: str) -> str | None:
    text = _text(page, node, what)
    if text is None:
        return None
    match = _TYPE.match(text.lower())
    found = match and ALIASES.get(match[1] + (match["zone"] or ""))
    if found:
        return found
    fault = faults.unknown("type", text, TYPES, text.span)
    if "(" in text and ")" not in text:  # {amount: decimal(18,2)} is cut at its comma by YAML
        fault = faults.wrong_kind(what, "a type", given(node), page.span(node), "Quote a type with a comma.")
    page.fault(fault)
    return None


def _labels(page: Page, node: Node, what: str) -> dict[str, Text] | None:
    if not (type(node) is Branch and node.mapping):
        text = _text(page, node, what)
        return None if text is None else {"en": text}
    labels = {}
    for key, value in entries(page, node):
        if _LANGUAGE.match(key.value):
            labels[key.value] = _text(page, value, f"'{key.value}'")
        else:
            hint = "Write it as 'en', 'ko', 'zh' or 'pt-BR'."
            expected = "a language code"
            page.fault(
                faults.wrong_value(f"A key of {what}", shortened(key.value), expected, page.span(key), hint)
            )
    return labels  # type: ignore[return-value]  # a missing text is a fault, and then no spec is made


def _month(page: Page, node: Node, what: str) -> int | None:
    scalar = _scalar(page, node, what, "a month")
    if scalar is None:
        return None
    word = scalar.value.lower()
    if word in _MONTHS:
        return _MONTHS.index(word) + 1
    if word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= 12:
        return int(word)
    hint = faults.meant(word, _MONTHS) or "Write it as 'april' or 4."
    page.fault(faults.wrong_value(what, scalar.value, "a month", page.span(scalar), hint))
    return None


def _zone(page: Page, node: Node, what: str) -> Text | None:
    text = _text(page, node, what)
    if text is None or _zone_exists(text):
        return text
    from zoneinfo import available_timezones

    page.fault(faults.unknown("time zone", text, sorted(available_timezones()), text.span))
    return None


def _zone_exists(name: str) -> bool:
    """Whether the zone is known; where this machine knows no zones at all, every name passes."""
    from zoneinfo import ZoneInfo

    for each in (name, "Europe/London"):
        try:
            return bool(ZoneInfo(each).key == name)
        except (ValueError, OSError, LookupError):
            continue
    return True


def _duration(page: Page, node: Node, what: str, example: str = "Write it as '3 months'.") -> Duration | None:
    text = _text(page, node, what)
    if text is None:
        return None
    match = _DURATION.match(text)
    if match is None:
        hint = _hint_of_duration(text) or example
        page.fault(faults.wrong_value(what, shortened(text), "a duration", page.span(node), hint))
        return None
    found = Duration(int(match["count"]), match["unit"].lower())  # type: ignore[arg-type]
    if abs(found.count) > _LONGEST.get(found.unit, found.count**2):
        page.fault(faults.long_duration(what, str(found), page.span(node)))
        return None
    return found


def _own_periods(text: str) -> Periods | None:
    """A number of periods of a calendar table, which no unit of time is called like."""
    match = _PERIODS_OF.match(text)
    if match is None or _DURATION.match(text):
        return None
    if "_" not in match["name"] and faults.meant(match["name"].lower().removesuffix("s"), _UNITS):
        return None  # a misspelt unit
    count, name = int(match["count"]), match["name"]
    return Periods(count, name if abs(count) == 1 else name.removesuffix("s"))


def _hint_of_duration(text: str) -> str:
    """What to write for a text that is no duration: one whole number and one unit."""
    if len(re.findall(r"\d\s*[a-z]+", text.lower())) > 1:
        return "Write one number and one unit, such as '3 months' or '95 days'."
    if re.match(r"[+-]?\d+[.,]\d", text):
        return "Write a whole number of a shorter unit, such as '45 days'."
    unit = re.match(r"[+-]?\d+\s*([a-z]+?)s?\Z", text.lower())
    return faults.meant(unit[1], _UNITS) if unit else ""


def _some_time(page: Page, node: Node, what: str) -> Duration | None:
    """A duration that something lasts."""
    found = _duration(page, node, what)
    if found is None or found.count > 0:
        return found
    page.fault(faults.no_length(what, str(found), page.span(node)))
    return None


def _time_after(page: Page, node: Node, what: str) -> Duration | None:
    """A duration after something; none at all is its very time."""
    found = _duration(page, node, what)
    return found if found is None or found.count == 0 else _some_time(page, node, what)


def _offset(page: Page, node: Node, what: str) -> Duration | StartOf | Periods | None:
    """A duration before something, or (negative) after it, or the start of a longer period."""
    if type(node) is ScalarEvent and (match := _START_OF.match(node.value.strip())):
        return StartOf(match["grain"])
    if type(node) is ScalarEvent and (own := _own_periods(node.value.strip())) is not None and own.count:
        return own
    found = _duration(page, node, what, "Write it as '1 year', '-2 weeks' or 'to start of quarter'.")
    if found is None or found.count:
        return found
    page.fault(faults.no_length(what, str(found), page.span(node)))
    return None


def _window(page: Page, node: Node, what: str) -> Duration | Periods | Literal["all"] | None:
    if type(node) is ScalarEvent and node.value.strip() == "all":
        return "all"
    if type(node) is ScalarEvent and (own := _own_periods(node.value.strip())) is not None and own.count > 0:
        return own
    return _some_time(page, node, what)


def _signature(page: Page, node: Node, what: str) -> tuple[Text, tuple[Text, ...]] | None:
    text = _text(page, node, what)
    if text is None:
        return None
    match = _SIGNATURE.match(text if "(" in text else f"{text}()")
    names = [part.strip() for part in match["arguments"].split(",")] if match else []
    names = [] if names == [""] else names
    if match is None or not all(map(_NAME.match, names)) or len(set(names)) < len(names):
        page.fault(faults.bad_signature(shortened(text), "net(x, rate)", text.span))
        return None
    return _part(page, text, match["name"]), tuple(_part(page, text, name) for name in names)


def _part(page: Page, text: Text, part: str) -> Text:
    match = re.search(rf"(?<!\w){part}(?!\w)", text)
    span = text.at(match.start() if match else 0)
    return Text(part, page.file, ((span.line, span.column),) if span else ())


def _anything(page: Page, node: Node, what: str) -> Node:
    return node


def entries(page: Page, branch: Branch) -> list[tuple[ScalarEvent, Node]]:
    """The keys and values of a mapping; notes keys that are no text, or that come twice."""
    seen: dict[str, ScalarEvent] = {}
    found: list[tuple[ScalarEvent, Node]] = []
    pairs = iter(branch.items)
    for key, value in zip(pairs, pairs, strict=False):
        if type(key) is not ScalarEvent:
            hint = "Quote text that starts with '{' or '['."
            page.fault(faults.wrong_kind("A key", "a text", given(key), page.span(key), hint))
        elif key.value == "<<" and not key.style:
            page.fault(faults.merge_key(page.span(key)))
        elif key.value in seen:
            page.fault(faults.duplicate_key(key.value, page.span(seen[key.value]), page.span(key)))
        else:
            seen[key.value] = key
            found.append((key, value))
    return found


def choice(*words: str) -> Kind:
    """One of a few words."""
    expected = "one of " + ", ".join(words)

    def read(page: Page, node: Node, what: str) -> str | None:
        scalar = _scalar(page, node, what, expected)
        if scalar is None:
            return None
        if scalar.value in words:
            return str(scalar.value)
        page.fault(faults.wrong_value(what, shortened(scalar.value), expected, page.span(scalar)))
        return None

    return Kind(read, {"enum": list(words)})


def choice_or_null(*words: str) -> Kind:
    """One of a few words; nothing at all is the word ``null``."""
    kind = choice("null", *words)

    def read(page: Page, node: Node, what: str) -> Any:
        if type(node) is ScalarEvent and node.value and is_null(node):
            return "null"
        return kind.read(page, node, what)

    return Kind(read, {"enum": [None, "null", *words]})


def list_of(kind: Kind) -> Kind:
    """A list; an empty value is an empty list."""

    def read(page: Page, node: Node, what: str) -> tuple[Any, ...]:
        if type(node) is Branch and not node.mapping:
            one = f"An item of {what}"
            return tuple([kind.read(page, item, one) for item in node.items])
        if type(node) is not ScalarEvent or not is_null(node):
            hint = "Start each item with '- '." if isinstance(node, Branch) else ""
            page.fault(faults.wrong_kind(what, "a list", given(node), page.span(node), hint))
        return ()

    return Kind(read, {"type": ["array", "null"], "items": kind.schema})


def one_or_more(kind: Kind) -> Kind:
    """One value, or a list of them."""

    def read(page: Page, node: Node, what: str) -> tuple[Any, ...]:
        if type(node) is not Branch or node.mapping:
            return (kind.read(page, node, what),)
        if not node.items:
            page.fault(faults.no_value(what, page.span(node)))
        return tuple(kind.read(page, item, f"An item of {what}") for item in node.items)

    return Kind(read, {"anyOf": [kind.schema, {"type": "array", "items": kind.schema, "minItems": 1}]})


def pair(kind: Kind) -> Kind:
    """A list of exactly two values."""

    def read(page: Page, node: Node, what: str) -> tuple[Any, ...] | None:
        if type(node) is Branch and not node.mapping and len(node.items) == 2:
            return tuple(kind.read(page, item, f"An item of {what}") for item in node.items)
        size = (
            f"a list of {len(node.items)}" if isinstance(node, Branch) and not node.mapping else given(node)
        )
        page.fault(faults.wrong_kind(what, "a list of two", size, page.span(node)))
        return None

    return Kind(read, {"type": "array", "items": kind.schema, "minItems": 2, "maxItems": 2})


def mapping_of(kind: Kind, example: str, *, placed: bool = False) -> Kind:
    """A mapping with keys of one's own and values of one kind, of which there is at least one; keys that are
    ``placed`` know where they stand."""

    def read(page: Page, node: Node, what: str) -> dict[str, Any]:
        if not isinstance(node, Branch) or not node.mapping:
            hint = f"Write it as '{example}'."
            page.fault(faults.wrong_kind(what, "a mapping", given(node), page.span(node), hint))
            return {}
        if not node.items:
            page.fault(faults.no_value(what, page.span(node)))
        return {
            page.text(key) if placed else key.value: kind.read(page, value, f"'{key.value}'")
            for key, value in entries(page, node)
        }

    schema = {"type": "object", "additionalProperties": kind.schema, "minProperties": 1}
    return Kind(read, schema)


def _on(page: Page, node: Node, what: str) -> tuple[tuple[Text | None, Text | None], ...]:
    if not (isinstance(node, Branch) and node.mapping):
        return tuple((name, name) for name in one_or_more(TEXT).read(page, node, what))
    if not node.items:
        page.fault(faults.no_value(what, page.span(node)))
    return tuple(
        (_text(page, key, "A key"), _text(page, value, f"'{key.value}'"))
        for key, value in entries(page, node)
    )


TEXT = Kind(_text, {"type": ["string", "number", "boolean"]})
NAME = Kind(_name, {"type": "string", "pattern": r"^[^\W\d]\w*$"})
COLUMN_NAME = Kind(_column_name, {"type": "string", "pattern": r'^([^\W\d]\w*|"([^"]|"")+")$'})
FLAG = Kind(_flag, {"type": "boolean"})
TYPE = Kind(_type, {"type": "string", "examples": list(TYPES)})
LABELS = Kind(_labels, {"anyOf": [{"type": "string"}, {"type": "object"}]})
MONTH = Kind(_month, {"anyOf": [{"enum": list(_MONTHS)}, {"type": "integer", "minimum": 1, "maximum": 12}]})
ZONE = Kind(_zone, {"type": "string", "examples": ["Asia/Seoul", "UTC"]})
SOME_TIME = Kind(_some_time, {"type": "string", "examples": ["3 months", "28 days"]})
TIME_AFTER = Kind(_time_after, {"type": "string", "examples": ["3 months", "28 days"]})
DURATION = Kind(_offset, {"type": "string", "examples": ["1 year", "-2 weeks", "to start of quarter"]})
WINDOW = Kind(_window, {"type": "string", "examples": ["28 days", "3 months", "all"]})
SIGNATURE = Kind(_signature, {"type": "string", "examples": ["net(x, rate)"]})
VALUE = Kind(_anything, {"type": ["string", "number", "boolean", "null"]})
ON = Kind(_on, {"anyOf": [*one_or_more(TEXT).schema["anyOf"], {"type": "object"}]})
