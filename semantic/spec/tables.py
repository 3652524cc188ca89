"""The kinds of values that tests are made of: rows as they are written, and the words of a question."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from yaml.events import ScalarEvent

from semantic import faults
from semantic.source import Text
from semantic.spec.kinds import FLAG, TEXT, Kind, entries, mapping_of, one_or_more
from semantic.spec.nodes import Branch, Node
from semantic.spec.page import Page, given, is_null
from semantic.spec.types import Cell, Written

_WHOLE = re.compile(r"[0-9]{1,9}\Z")
_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?\Z")
_FLAGS = ("true", "false")


def unread(kind: Kind) -> Kind:
    """A value of a kind that is left alone until somebody asks for it."""
    return Kind(lambda page, node, what: None, kind.schema)


def _rows(page: Page, node: Node, what: str) -> Written | None:
    """A text with a line a row, or a list of mappings."""
    if type(node) is ScalarEvent and not is_null(node):
        return page.text(node)
    if type(node) is Branch and not node.mapping:
        return tuple(_row(page, item, f"A row of {what}") for item in node.items)
    hint = "Write a text with a line a row ('|'), or a list of mappings."
    page.fault(faults.wrong_kind(what, "rows", given(node), page.span(node), hint))
    return None


def _row(page: Page, node: Node, what: str) -> dict[Text, Cell]:
    if type(node) is Branch and node.mapping:
        return {page.text(key): _cell(page, value, f"'{key.value}'") for key, value in entries(page, node)}
    hint = "Write it as {column: value}."
    page.fault(faults.wrong_kind(what, "a mapping", given(node), page.span(node), hint))
    return {}


def _cell(page: Page, node: Node, what: str) -> Cell:
    """One value; what cannot be one is NULL, with a fault."""
    span = page.span(node)
    nowhere = Text("", span.file, ((span.line, span.column),))
    if type(node) is not ScalarEvent:
        hint = "Quote a text that starts with '{' or '['."
        page.fault(faults.wrong_kind(what, "one value", given(node), span, hint))
        return Cell(None, False, nowhere)
    if is_null(node):
        return Cell(None, False, nowhere)
    text = page.text(node)
    return Cell(str(text), bool(node.style), text if text else nowhere)


def _attribute(page: Page, node: Node, what: str) -> Cell | tuple[Cell, ...]:
    """One value, or a list of some."""
    if type(node) is Branch and not node.mapping:
        return tuple(_cell(page, item, f"An item of {what}") for item in node.items)
    return _cell(page, node, what)


def _whole(page: Page, node: Node, what: str) -> int | None:
    if type(node) is ScalarEvent and not node.style and _WHOLE.match(node.value):
        return int(node.value)
    page.fault(faults.wrong_kind(what, "a whole number from 0", given(node), page.span(node)))
    return None


def _amount(page: Page, node: Node, what: str) -> Decimal | None:
    if type(node) is ScalarEvent and not node.style and _AMOUNT.match(node.value):
        return Decimal(node.value)
    hint = "Write it as 0.001."
    page.fault(faults.wrong_kind(what, "a number from 0", given(node), page.span(node), hint))
    return None


def _members(page: Page, node: Node, what: str) -> Any:
    """A flag, or the paths whose members appear."""
    flag = type(node) is ScalarEvent and not node.style and node.value in _FLAGS
    return (FLAG if flag else _TEXTS).read(page, node, what)


def _path(page: Page, node: Node, what: str) -> Any:
    """A path as text, or ``{path: …, as: …}``."""
    if type(node) is Branch and node.mapping:
        return {key.value: TEXT.read(page, value, f"'{key.value}'") for key, value in entries(page, node)}
    return TEXT.read(page, node, what)


_TEXTS = one_or_more(TEXT)
_VALUE_SCHEMA = {"type": ["string", "number", "boolean", "null"]}
_ROW_SCHEMA = {"type": "object", "additionalProperties": _VALUE_SCHEMA}
_PATH_SCHEMA = {"type": "object", "required": ["path"], "additionalProperties": TEXT.schema}
ROWS = Kind(_rows, {"anyOf": [{"type": "string"}, {"type": "array", "items": _ROW_SCHEMA}]})
GIVEN = mapping_of(ROWS, "orders: [{order_id: 1}]", placed=True)
VALUES = mapping_of(Kind(_cell, _VALUE_SCHEMA), "as_of: 2024-05-31", placed=True)
_ATTRIBUTE = {"anyOf": [_VALUE_SCHEMA, {"type": "array", "items": _VALUE_SCHEMA}]}
ATTRIBUTES = mapping_of(Kind(_attribute, _ATTRIBUTE), "region: EMEA", placed=True)
PATHS = one_or_more(Kind(_path, {"anyOf": [TEXT.schema, _PATH_SCHEMA]}))
MEMBERS = Kind(_members, {"anyOf": [{"type": "boolean"}, *_TEXTS.schema["anyOf"]]})
WORDS = mapping_of(_TEXTS, "country: [orders.buyer.country, visits.visitor.country]", placed=True)
WHOLE = Kind(_whole, {"type": "integer", "minimum": 0})
AMOUNT = Kind(_amount, {"type": "number", "minimum": 0})
