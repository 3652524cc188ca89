"""Jinja in YAML of dbt, as far as it can be read without running dbt.

``var('x')`` of the project file or with a default, ``env_var('X', 'default')``, ``doc('x')`` of a Markdown
file; ``ref`` and ``source`` where a model is named. Everything else stays as it is and is told in the report.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from semantic.faults.interop import Place
from semantic.interop.metricflow.records import Told
from semantic.interop.metricflow.trees import Listed, Mapped, Tree, Word

_HOLE = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_DOCS = re.compile(r"\{%-?\s*docs\s+(\w+)\s*-?%\}(.*?)\{%-?\s*enddocs\s*-?%\}", re.DOTALL)
#: Left to MetricFlow: their Jinja is its own.
_OWN = frozenset(("filter", "where", "group_by", "order_by", "tests", "data_tests", "constraints"))
ONLY_DBT = "Only dbt itself can run this Jinja."


@dataclass(frozen=True, slots=True)
class Call:
    """A call with literals: ``ref('orders', v=2)``."""

    function: str
    arguments: tuple[Any, ...]
    named: Mapping[str, Any]


def call(text: str) -> Call | None:
    """A call of a function with nothing but literals, in braces or without; ``None`` for anything else.

    >>> call("{{ ref('orders') }}")
    Call(function='ref', arguments=('orders',), named={})
    >>> call("ref(orders)")
    """
    hole = _HOLE.fullmatch(text.strip())
    try:
        node = ast.parse((hole[1] if hole else text).strip(), mode="eval").body
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return None
        arguments = tuple(ast.literal_eval(each) for each in node.args)
        named = {each.arg: ast.literal_eval(each.value) for each in node.keywords if each.arg}
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        return None
    return Call(node.func.id, arguments, named)


def literals(text: str) -> dict[str, Any]:
    """The named arguments of a call that are literals; what else it is given is left out.

    >>> literals("config(schema='marts', alias=var('x'))")
    {'schema': 'marts'}
    """
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return {}
    given = node.keywords if isinstance(node, ast.Call) else []
    return {each.arg: each.value.value for each in given if each.arg and isinstance(each.value, ast.Constant)}


def docs_in(text: str) -> dict[str, str]:
    """The blocks of a Markdown file that ``doc`` reads."""
    return {match[1]: match[2].strip() for match in _DOCS.finditer(text)}


@dataclass(slots=True)
class Jinja:
    """What a project says that Jinja can ask for."""

    told: Told
    variables: dict[str, Any] = field(default_factory=dict)
    docs: dict[str, str] = field(default_factory=dict)

    def rendered(self, tree: Tree, place: Place = "", name: str = "", but: str = "") -> Tree:
        """A tree of a YAML file with its Jinja read, but for one key; places stay."""
        if isinstance(tree, Mapped):
            for key, value in tree.items():
                if key not in _OWN and key != but:
                    tree[key] = self.rendered(value, tree.places[key], key)
        elif isinstance(tree, Listed):
            for index, value in enumerate(tree):
                tree[index] = self.rendered(value, tree.places[index], name)
        elif isinstance(tree, Word) and ("{{" in tree or "{%" in tree):
            return self.word(tree, place, name)
        return tree

    def word(self, word: Word, place: Place, name: str) -> Word:
        """A text with its holes filled."""
        found = call(word)
        if name == "model" and found and found.function in ("ref", "source"):
            return word
        if "{%" in word:
            self.told.dropped("Jinja", name, place, ONLY_DBT)
            return word
        filled = _HOLE.sub(lambda hole: self.value(hole, place, name), word)
        return Word(filled, _HOLE.fullmatch(word.strip()) is not None)

    def value(self, hole: re.Match[str], place: Place, name: str) -> str:
        """What stands in one hole."""
        match call(hole[1]):
            case Call("var", (str(variable),), named) if variable in self.variables or "default" in named:
                value = self.variables.get(variable, named.get("default"))
            case Call("var", (str(variable), default)):
                value = self.variables.get(variable, default)
            case Call("env_var", (str(variable), default)):
                reason = f"The default stands for the environment's '{variable}'."
                self.told.changed("Jinja", name, place, reason)
                value = default
            case Call("doc", (*_, str(block)), _) if block in self.docs:
                value = self.docs[block]
            case _:
                self.told.dropped("Jinja", name, place, ONLY_DBT)
                return "" if name == "description" else hole[0]
        return str(value)
