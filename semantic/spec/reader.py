"""The files of a project, and of the libraries it uses, to one `Spec`; all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from yaml.events import ScalarEvent

from semantic import faults
from semantic.faults import Fault, SemanticError
from semantic.source import Span, Text
from semantic.spec.files import (
    MAX_BYTES,
    PROJECT_FILE,
    File,
    library_files,
    library_names,
    project_files,
)
from semantic.spec.format import FILE, LISTS, SINGLE, TEST_LISTS
from semantic.spec.nodes import Branch, Unreadable, compose, place_in
from semantic.spec.page import Page, given, is_null
from semantic.spec.pause import without_collection
from semantic.spec.shapes import Values, listed
from semantic.spec.types import Calendar, Column, Parameter, Source, Spec, Tests, TypeName
from semantic.spec.units import in_units, of_models

_Lists = dict[str, list[Any]]


def read_project(folder: Path) -> Spec:
    """The project in a folder: ``semantic.yml`` and every other YAML file below it."""
    return read_files(project_files(folder))


def read_text(files: Mapping[str, str]) -> Spec:
    """A project held in memory, as file name to text.

    >>> read_text({"semantic.yml": "name: acme"}).name
    'acme'
    """
    if PROJECT_FILE not in files:
        raise SemanticError([faults.no_project("the project", PROJECT_FILE)])
    return read_files(File(name, text.encode("utf-8", "surrogatepass")) for name, text in files.items())


def read_files(files: Iterable[File]) -> Spec:
    """A project from the bytes of its files; its libraries are read besides."""
    with without_collection():
        return _read_files(files)


def read_tests(files: Iterable[File]) -> Tests:
    """The tests and fixtures that stand in some files; whatever else stands there is not read."""
    found: list[Fault] = []
    lists: _Lists = {key: [] for key in TEST_LISTS}
    with without_collection():
        for file in files:
            if any(key.encode() in file.data for key in TEST_LISTS):
                _gather(lists, _read_file(file, found, _read_test_page))
    for key, shape in TEST_LISTS.items():
        found += _repeated(lists[key], shape.name)
    if found:
        raise SemanticError(found)
    return Tests(**{key: tuple(items) for key, items in lists.items()})


def _read_test_page(page: Page) -> Values:
    root = compose(page.source, page.file)
    items = iter(root.items if isinstance(root, Branch) and root.mapping else ())
    return {
        key.value: listed(TEST_LISTS[key.value]).read(page, value, f"'{key.value}'")
        for key, value in zip(items, items, strict=False)
        if isinstance(key, ScalarEvent) and key.value in TEST_LISTS
    }


def _read_files(files: Iterable[File]) -> Spec:
    found: list[Fault] = []
    lists: _Lists = {key: [] for key in LISTS}
    single: Values = {}
    for file in files:
        values = _read_file(file, found)
        _gather(lists, values)
        if file.name == PROJECT_FILE:
            single = {key: values[key] for key in SINGLE if values.get(key) is not None}
    own = {key: len(lists[key]) for key in ("sources", "parameters")}
    for file in _libraries(single.get("libraries", ()), found):
        _gather(lists, _read_file(file, found))
    lists["sources"] = _mapped(lists["sources"][: own["sources"]], lists["sources"][own["sources"] :], found)
    given, bundled = lists["parameters"][: own["parameters"]], lists["parameters"][own["parameters"] :]
    lists["parameters"] = _chosen(given, bundled, found)
    lists["metrics"] = in_units(lists["metrics"], lists["parameters"], found)
    lists["models"] = of_models(lists["models"], lists["parameters"], found)
    for key, shape in LISTS.items():
        found += _repeated(lists[key], shape.name)
    if found:
        raise SemanticError(found)
    return _spec(single, lists)


def _spec(single: Values, lists: _Lists) -> Spec:
    return Spec(
        name=single["name"],
        authoring_dialect=single.get("authoring_dialect", Text("duckdb")),
        calendar=single.get("calendar", Calendar()),
        libraries=single.get("libraries", ()),
        **{key: tuple(items) for key, items in lists.items()},
    )


def _gather(lists: _Lists, values: Values) -> None:
    for key, items in lists.items():
        items += [each for each in values.get(key) or () if each is not None]


def _read_file(file: File, found: list[Fault], read: Callable[[Page], Values] | None = None) -> Values:
    """The values of one file by top-level key; its faults join those found before."""
    page = Page(file.name, "")
    try:
        page = Page(file.name, _decoded(file))
        return (read or _read_page)(page)
    except Unreadable as error:
        found.append(error.fault)
        return {}
    finally:
        found += page.faults


def _decoded(file: File) -> str:
    if len(file.data) > MAX_BYTES:
        raise Unreadable(faults.too_large(len(file.data), MAX_BYTES, Span(file.name, 1, 1)))
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = file.data[: error.start].decode("utf-8-sig")
        raise Unreadable(faults.not_utf8(place_in(before, file.name))) from None


def _read_page(page: Page) -> Values:
    values: Values = {}
    first = page.file == PROJECT_FILE
    root = compose(page.source, page.file)
    if root is None or (isinstance(root, ScalarEvent) and is_null(root)):
        if first:
            page.fault(faults.empty_project(Span(page.file, 1, 1)))
    elif not isinstance(root, Branch) or not root.mapping:
        what = "What a file holds"
        page.fault(
            faults.wrong_kind(what, "a mapping such as 'metrics: [...]'", given(root), page.span(root))
        )
    else:
        known = FILE.read_fields(page, root, values)
        _check_single(page, root, values, first and known)
    return values


def _check_single(page: Page, root: Branch, values: Values, first: bool) -> None:
    """Notes what ``semantic.yml`` lacks, and what only it may hold."""
    if page.file != PROJECT_FILE:
        for key in root.items[::2]:
            if isinstance(key, ScalarEvent) and key.value in SINGLE:
                page.fault(faults.misplaced(key.value, PROJECT_FILE, page.span(key)))
    elif first and "name" not in values:
        page.fault(faults.missing_key("A project", "name", Span(page.file, 1, 1)))


def _libraries(names: Iterable[Text | None], found: list[Fault]) -> Iterable[File]:
    known = library_names()
    for name in dict.fromkeys(names):
        if name in known:
            yield from library_files(name)
        elif name is not None:
            found.append(faults.unknown("library", name, known, name.span))


def _mapped(own: list[Source], bundled: list[Source], found: list[Fault]) -> list[Source]:
    """All sources, those of the libraries mapped by the project's of the same name."""
    bundled = _keyed(own, bundled)
    declared = {each.name: each for each in bundled}
    found += [fault for each in own for fault in _unclear(each)]
    mapped = [_over(each, declared[each.name]) if each.name in declared else each for each in own]
    names = {each.name for each in own}
    return mapped + [each for each in bundled if each.name not in names]


def _keyed(own: list[Source], bundled: list[Source]) -> list[Source]:
    """The sources of libraries, with the types that the project gives to keys (such as ``customer_id``)
    wherever the same key stands: also as ``referrer_customer_id``, and in sources that are not mapped."""
    named = {each.name for each in bundled}
    given: dict[str, set[TypeName | None]] = {}
    for column in (column for each in own if each.name in named for column in each.columns):
        if column.name.endswith("_id"):
            given.setdefault(str(column.name), set()).add(column.type)
    types = {name: next(iter(kinds)) for name, kinds in given.items() if len(kinds) == 1}
    return [
        replace(each, columns=tuple(_as_key(column, types) for column in each.columns)) for each in bundled
    ]


def _as_key(column: Column, types: Mapping[str, TypeName | None]) -> Column:
    for name, kind in types.items():
        if column.name == name or column.name.endswith(f"_{name}"):
            return replace(column, type=kind)
    return column


def _unclear(source: Source) -> list[Fault]:
    keys = [key for key in ("table", "sql") if getattr(source, key) is not None]
    if len(keys) == 1:
        return []
    return [faults.needs_one_of(f"The source '{source.name}'", ("table", "sql"), keys, source.span)]


def _over(source: Source, declared: Source) -> Source:
    """A library's source, read from where the project says it is."""
    known = {each.name: each for each in declared.columns}
    own = {each.name: each for each in source.columns}
    changed = [replace(c, required=known[c.name].required) if c.name in known else c for c in own.values()]
    columns = (*changed, *(each for each in declared.columns if each.name not in own))
    return replace(
        source,
        columns=columns,
        required=declared.required,
        label=source.label or declared.label,
        description=source.description or declared.description,
    )


def _chosen(own: list[Parameter], bundled: list[Parameter], found: list[Fault]) -> list[Parameter]:
    """All parameters, those of the libraries with the project's own default where it gives one."""
    declared = {each.name: each for each in bundled}
    found += [
        faults.other_type(str(each.name), declared[each.name].type, each.type, each.span)
        for each in own
        if each.name in declared and declared[each.name].type != each.type
    ]
    chosen = [_defaulted(each, declared[each.name]) if each.name in declared else each for each in own]
    names = {each.name for each in own}
    return chosen + [each for each in bundled if each.name not in names]


def _defaulted(own: Parameter, declared: Parameter) -> Parameter:
    """A library's parameter with a project's default."""
    return replace(
        own,
        values=own.values or declared.values,
        label=own.label or declared.label,
        description=own.description or declared.description,
        reference=own.reference or declared.reference,
    )


def _repeated(objects: list[Any], kind: str) -> list[Fault]:
    """Objects of different files that share a name (those of one list are told by its shape)."""
    seen: dict[str, Any] = {}
    repeated = [each for each in objects if seen.setdefault(each.name, each) is not each]
    return [faults.duplicate_name(kind, each.name, seen[each.name].span, each.span) for each in repeated]
