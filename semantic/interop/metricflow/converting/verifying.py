"""What our compiler refuses is left out, with its reason, and then whatever depended on that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from semantic.faults import Fault, SemanticError
from semantic.interop.metricflow.converting.options import Options
from semantic.interop.metricflow.converting.project import Converted, converted
from semantic.interop.metricflow.converting.report import Key
from semantic.interop.metricflow.nodes import Manifest
from semantic.interop.yaml_text import Noted, Tree, written

_SECTION = re.compile(r"([a-z]\w*):")
_INNER = {"dimensions": "dimension", "joins": "join"}
_KINDS = {"models": "model", "metrics": "metric", "views": "view"}


#: Every fault of a project, given as its files.
Check = Callable[[Mapping[str, str]], Sequence[Fault]]


def verified(manifest: Manifest, options: Options, check: Check) -> tuple[Converted, dict[str, str]]:
    """A project without faults, and its files as text."""
    refused: dict[Key, str] = {}
    while True:
        made = converted(manifest, options, refused)
        texts = {name: written(tree) for name, tree in made.files.items()}
        found = check(texts)
        blamed = _blamed(found, texts, made)
        if found and not blamed.keys() - refused.keys():
            raise SemanticError(found)
        if not found:
            return made, texts
        refused = blamed | refused


def _blamed(found: Iterable[Fault], texts: Mapping[str, str], made: Converted) -> dict[Key, str]:
    """The definitions that faults are about, with what they say."""
    blamed: dict[Key, str] = {}
    for fault in found:
        if fault.span is not None and fault.span.file in texts:
            for key in _definitions(texts[fault.span.file], fault.span.line, made, fault.span.file):
                blamed.setdefault(key, f"{fault.message} {fault.hint}".strip())
    return blamed


def _definitions(text: str, line: int, made: Converted, file: str) -> Iterable[Key]:
    """What stands at a line of a file: an item of a list, or something inside a model."""
    section, item, inner, place = "", -1, "", -1
    for each in text.split("\n")[:line]:
        if found := _SECTION.match(each):
            section, item, inner = found[1], -1, ""
        elif each.startswith("  - "):
            item, inner, place = item + 1, "", -1
        if found := _SECTION.match(each, 4):
            inner, place = (found[1] if each[:4] in ("    ", "  - ") else inner), -1
        elif each.startswith("      - "):
            place += 1
    if section not in _KINDS or item < 0:
        return ()
    return _keys(made, section, _plain(made.files[file][section])[item], inner, place)


def _keys(made: Converted, section: str, item: Tree, inner: str, place: int) -> Iterable[Key]:
    owners = made.made_for.get((_KINDS[section], item["name"]), ())
    if section != "models" or inner not in _INNER or place < 0 or owners[:1] != owners:
        return owners
    part = _plain(item[inner])[place]
    name = part if isinstance(part, str) else part.get("as") or part.get("name") or part["to"]
    kinds = ("join",) if inner == "joins" else ("dimension", "entity")
    return [(kind, f"{owners[0][1]}.{name}") for kind in kinds]


def _plain(items: Iterable[Tree]) -> list[Tree]:
    return [each.value if isinstance(each, Noted) else each for each in items]
