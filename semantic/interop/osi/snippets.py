"""The definitions of a project as they stand in its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import indent
from typing import Any

from semantic.interop.yaml_text import written
from semantic.spec.files import File
from semantic.spec.nodes import Unreadable, compose

LISTS = (
    "sources", "models", "metrics", "parameters", "functions", "macros", "views", "policies",
)  # fmt: skip
#: What of the first file a document carries. Targets stay where they are: their URLs open warehouses.
HEAD = ("name", "authoring_dialect", "calendar", "libraries")


def snippets(files: Iterable[File]) -> dict[tuple[str, str], str]:
    """The text of each definition by its list and its name; of one in ``HEAD``, by itself.

    A definition that uses an alias of its file cannot stand alone, and is left out.
    """
    found: dict[tuple[str, str], str] = {}
    for file in files:
        text = file.data.decode("utf-8-sig", "replace")
        found |= dict(_of_file(text))
    return {key: text for key, text in found.items() if _stands_alone(text)}


def _of_file(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    root = yaml.compose(text, Loader=loader)
    if not isinstance(root, yaml.MappingNode):
        return
    for key, value in root.value:
        if key.value in HEAD:
            yield (key.value, ""), _cut(text, value)
        elif key.value in LISTS and isinstance(value, yaml.SequenceNode):
            for item in value.value:
                yield (key.value, _name(item)), _cut(text, item)
        elif key.value in LISTS and isinstance(value, yaml.MappingNode):
            for name, item in value.value:
                yield (key.value, name.value), _named(name.value, _cut(text, item))


def _named(name: str, text: str) -> str:
    """A definition that stood under its name."""
    return f"{{name: {name}, {text[1:].lstrip()}" if text.startswith("{") else f"name: {name}\n{text}"


def _name(item: Any) -> str:
    pairs = getattr(item, "value", ())
    name = next((str(value.value) for key, value in pairs if key.value == "name"), "")
    return name.partition("(")[0].strip()  # a function stands there with its arguments


def name_of(text: str) -> str:
    """The name in the text of a definition."""
    import yaml

    return _name(yaml.compose(text, Loader=yaml.SafeLoader))


def _cut(text: str, node: Any) -> str:
    """The text of a node, its lines moved to the left margin."""
    start, end = node.start_mark, node.end_mark
    lines = (" " * start.column + text[start.index : end.index]).split("\n")
    while len(lines) > 1 and _is_beside(lines[-1], start.column):
        lines.pop()
    return "\n".join(line[min(start.column, _depth(line)) :] for line in lines)


def _is_beside(line: str, column: int) -> bool:
    """Whether a line behind a node is none of it: it is blank, or a comment further to the left."""
    return not line.strip() or (line.lstrip().startswith("#") and _depth(line) <= column)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _stands_alone(text: str) -> bool:
    try:
        return compose(text, "snippet") is not None
    except Unreadable:
        return False


def listed(key: str, items: Iterable[str]) -> str:
    r"""A file that holds a list of definitions.

    >>> print(listed("metrics", ["{name: a, sql: b}", "name: c\nsql: d"]))
    metrics:
      - {name: a, sql: b}
      - name: c
        sql: d
    <BLANKLINE>
    """
    return f"{key}:\n" + "".join(map(_item, items))


def _item(text: str) -> str:
    """An item of a list, below the comments that it begins with."""
    lines = text.rstrip().split("\n")
    first = next(index for index, line in enumerate(lines) if not line.startswith("#"))
    above = "".join(f"  {line}\n" for line in lines[:first])
    return f"{above}  - {indent(chr(10).join(lines[first:]), '    ')[4:]}\n"


def item(tree: Any) -> str:
    """One definition as it stands in such a file.

    >>> item({"name": "a", "sql": "b"})
    '{name: a, sql: b}'
    """
    lines = written({"x": [tree]}).split("\n", 1)[1].rstrip("\n").split("\n")
    return "\n".join(line[2:] if line.startswith("  #") else line[4:] for line in lines)


__all__ = ["HEAD", "LISTS", "item", "listed", "name_of", "snippets"]
