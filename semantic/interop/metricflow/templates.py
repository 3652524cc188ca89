"""Conditions in MetricFlow's words: SQL in which ``{{ Dimension('listing__country') }}`` stands for a value.

Nothing of a template is ever run. What stands between the braces is read as a Python expression (Jinja writes
calls and literals the same way), and must be a call of one of four names with literal arguments.

Source: https://docs.getdbt.com/docs/build/metrics-overview#filters
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from semantic import faults
from semantic.faults import SemanticError
from semantic.source import Span, Text

#: Periods from fine to coarse, as MetricFlow names them.
GRANULARITIES = (
    "nanosecond", "microsecond", "millisecond",
    "second", "minute", "hour", "day", "week", "month", "quarter", "year",
)  # fmt: skip
#: Where the periods begin that our language has, too.
FINEST = GRANULARITIES.index("second")
#: Parts of a date, and what our language calls them. Both say that Monday is the first day of a week.
DATE_PARTS = {
    "year": "year_of",
    "quarter": "quarter_of_year",
    "month": "month_of_year",
    "day": "day_of_month",
    "dow": "day_of_week",
    "doy": "day_of_year",
}
METRIC_TIME = "metric_time"
EXTRACT = "extract_"
#: How a template may call the arguments of each name, in their order.
_ARGUMENTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "Dimension": (("name", "dimension_name"), ("entity_path",), ("descending",)),
    "TimeDimension": (
        ("name", "time_dimension_name"),
        ("grain", "time_granularity_name", "time_granularity"),
        ("entity_path",),
        ("descending",),
        ("date_part", "date_part_name"),
    ),
    "Entity": (("name", "entity_name"), ("entity_path",), ("descending",)),
    "Metric": (("name", "metric_name"), ("group_by",), ("descending",), ("alias",)),
}
_METHODS = {
    "grain": ("grain", "time_granularity_name", "time_granularity", "name"),
    "date_part": ("date_part", "date_part_name", "name"),
    "descending": ("descending", "_is_descending"),
    "alias": ("alias",),
}
_CALLED = {"dimension": "Dimension", "timedimension": "TimeDimension", "entity": "Entity", "metric": "Metric"}
_OPEN = re.compile(r"\{[{%#]")
_BODY = re.compile(r"""\{\{((?:[^'"{}]|'[^']*+'|"[^"]*+")*+)\}\}""")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_CALL = re.compile(r"\s*\(?\s*(\w+)\s*\(")
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Word:
    """What one call names: ``entity__dimension`` apart, with the grain or the part of time that it takes.

    ``offset`` is its place in the text that it was read from.
    """

    kind: Literal["Dimension", "TimeDimension", "Entity", "Metric"]
    name: str
    path: tuple[str, ...] = ()  # the entities that lead to it
    grain: str | None = None
    part: str | None = None
    group_by: tuple[str, ...] = ()  # of a metric
    descending: bool | None = None
    alias: str | None = None  # what a question calls it
    offset: int = 0

    @property
    def spelled(self) -> str:
        """The words of it that MetricFlow's own columns have.

        >>> Word("TimeDimension", "ds", ("booking",), "month").spelled
        'booking__ds__month'
        """
        last = self.grain if self.part is None else f"{EXTRACT}{self.part}"
        return "__".join((*self.path, self.name, *((last,) if last else ())))


Piece: TypeAlias = str | Word


def dundered(text: str, customs: frozenset[str] = frozenset()) -> Word:
    """A word by its underscores; ``customs`` are granularities of the project's own.

    >>> word = dundered("listing__created_at__month")
    >>> word.path, word.name, word.grain
    (('listing',), 'created_at', 'month')
    >>> dundered("metric_time__extract_dow").part
    'dow'
    """
    segments = text.strip().lower().split("__")
    last, grain, part = segments[-1], None, None
    if len(segments) > 1 and (last in GRANULARITIES or last in customs):
        grain = segments.pop()
    elif len(segments) > 1 and last.removeprefix(EXTRACT) in DATE_PARTS and last.startswith(EXTRACT):
        part = segments.pop().removeprefix(EXTRACT)
    return Word("Dimension", segments[-1], tuple(segments[:-1]), grain, part)


def ending(word: Word, known: Iterable[str], span: Span | None) -> str | None:
    """The grain or the part that our path ends in, if the word has one."""
    if word.part is not None:
        return DATE_PARTS[word.part]
    if word.grain is None or word.grain in known:
        return word.grain
    grains = GRANULARITIES[FINEST:]
    if word.grain not in grains:
        raise SemanticError([faults.no_such_grain(word.grain, [*grains, *known], span)])
    return word.grain


def is_template(text: str) -> bool:
    """Whether a text holds a call of one of the four names, or something that looks like one."""
    return any(_called(match[1]) for match in _BODY.finditer(text)) if "{{" in text else False


def pieces(text: Text, customs: frozenset[str] = frozenset(), *, strict: bool = True) -> tuple[Piece, ...]:
    """A condition as SQL and the words in it; raises `SemanticError` for any other template.

    Where it is not ``strict``, ``{{ name }}`` stays as it is, for whoever knows parameters.

    >>> pieces(Text("{{ Dimension('listing__country') }} = 'us'"))[1]
    " = 'us'"
    """
    return tuple(_pieces(text, customs, strict))


def _pieces(text: Text, customs: frozenset[str], strict: bool) -> Iterator[Piece]:
    done = 0
    while found := _OPEN.search(text, done):
        start = found.start()
        match = (_COMMENT if found[0] == "{#" else _BODY).match(text, start)
        if match is None or found[0] == "{%":
            raise SemanticError([faults.foreign_template(text[start : start + 60], text.at(start))])
        if start > done:
            yield text[done:start]
        if found[0] == "{#":
            yield " "
        elif strict or _called(match[1]):
            yield replace(_word(match[1], text, start, customs), offset=start)
        else:
            yield match[0]
        done = match.end()
    if done < len(text):
        yield text[done:]


def _called(body: str) -> str | None:
    """Which of the four names a template calls."""
    match = _CALL.match(body.strip().removeprefix("-"))
    return _CALLED.get(match[1].lower()) if match else None


def word(text: Text, customs: frozenset[str] = frozenset()) -> Word:
    """The word that a call without braces names, as in ``TimeDimension('metric_time', 'month')``.

    >>> word(Text("Dimension('booking__ds').grain('week').descending(True)")).descending
    True
    """
    return _word(text, text, 0, customs)


def is_call(text: str) -> bool:
    """Whether a word is written as a call rather than with underscores."""
    return "(" in text and _called(text) is not None


def _word(body: str, text: Text, start: int, customs: frozenset[str]) -> Word:
    shown = body.strip().removeprefix("-").removesuffix("-").strip()
    given = _arguments(shown)
    if given is None:
        raise SemanticError([faults.foreign_template(shown[:60], text.at(start))])
    kind, arguments = given
    wrong = _misfit(arguments)
    if wrong is not None:
        raise SemanticError([faults.template_argument(kind, wrong, text.at(start))])
    made = dundered(str(arguments["name"]), customs)
    grain = arguments.get("grain")
    lower = str(grain).lower() if grain else None
    if made.grain is not None and lower not in (None, made.grain):
        raise SemanticError(
            [faults.two_grains(str(arguments["name"]), str(made.grain), str(lower), text.at(start))]
        )
    part = arguments.get("date_part")
    if part is not None and str(part).lower() not in DATE_PARTS:
        raise SemanticError([faults.unknown("date part", str(part), list(DATE_PARTS), text.at(start))])
    path = tuple(each for name in _strings(arguments.get("entity_path")) for each in name.lower().split("__"))
    return replace(
        made,
        kind=kind,
        path=(*path, *made.path),
        grain=made.grain or lower,
        part=made.part if part is None else str(part).lower(),
        group_by=tuple(name.strip().lower() for name in _strings(arguments.get("group_by"))),
        descending=None if arguments.get("descending") is None else bool(arguments["descending"]),
        alias=None if arguments.get("alias") is None else str(arguments["alias"]),
    )


def _strings(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else ()


def _misfit(arguments: Mapping[str, object]) -> str | None:
    """The argument that is missing or of the wrong type."""
    if not isinstance(arguments.get("name"), str) or not str(arguments["name"]).strip("_ "):
        return "name"
    for key in ("grain", "date_part", "alias"):
        if not isinstance(arguments.get(key), str | None):
            return key
    for key in ("entity_path", "group_by"):
        value = arguments.get(key) or []
        if not isinstance(value, str) and not (
            isinstance(value, list) and all(isinstance(each, str) for each in value)
        ):
            return key
    return None if isinstance(arguments.get("descending"), bool | None) else "descending"


def _arguments(
    body: str,
) -> tuple[Literal["Dimension", "TimeDimension", "Entity", "Metric"], dict[str, object]] | None:
    """The name that is called, and its arguments with those of its methods; nothing for anything else."""
    if len(body) > _LONGEST or "\\" in body or "\0" in body:
        return None
    try:
        tree: ast.expr = ast.parse(f"({body})", mode="eval").body
        given: dict[str, object] = {}
        while isinstance(tree, ast.Call) and isinstance(tree.func, ast.Attribute):
            forms = _METHODS[tree.func.attr]
            given |= _bound(tree, (forms,))
            tree = tree.func.value
        if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
            return None
        kind = _CALLED[tree.func.id.lower()]
        return kind, _bound(tree, _ARGUMENTS[kind]) | given  # type: ignore[return-value]
    except (SyntaxError, ValueError, KeyError, RecursionError, MemoryError):
        return None


def _bound(call: ast.Call, forms: tuple[tuple[str, ...], ...]) -> dict[str, object]:
    """The literal arguments of a call by what they are; raises `ValueError` or `KeyError` for others."""
    named = {spelling: form[0] for form in forms for spelling in form}
    if len(call.args) > len(forms):
        raise ValueError
    given = {form[0]: _literal(each) for form, each in zip(forms, call.args, strict=False)}
    for keyword in call.keywords:
        key = named[keyword.arg or ""]
        if key in given:
            raise ValueError
        given[key] = _literal(keyword.value)
    if not call.args and not call.keywords and forms == (_METHODS["descending"],):
        given["descending"] = True
    return given


_NAMES = {"true": True, "false": False, "none": None}


def _literal(node: ast.expr) -> object:
    """A text, a truth value or a list of texts; Jinja also writes ``true`` and ``none``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bool | None):
        return node.value
    if isinstance(node, ast.Name):
        return _NAMES[node.id]
    if isinstance(node, ast.List | ast.Tuple):
        return [_literal(each) for each in node.elts]
    raise ValueError
