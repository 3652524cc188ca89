"""A folder with a dbt project, or with any YAML files: its files, and where its models stand in a warehouse.

A model's relation is, in this order: what ``target/manifest.json`` says; ``database``, ``schema`` and
``alias`` of its own ``config:`` (in YAML or in its SQL), then of ``dbt_project.yml``; the database and
schema that the caller gives. As dbt does, a schema of a config is put behind that of the caller:
``analytics_marts``. A name without any schema is told in the report.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from semantic import faults
from semantic.faults.interop import Place
from semantic.interop.metricflow.jinja import Call, Jinja, call, docs_in, literals
from semantic.interop.metricflow.records import Record, Told
from semantic.interop.metricflow.tables import Table, tables
from semantic.interop.metricflow.trees import Word, as_data, as_float, text_of
from semantic.interop.metricflow.yamls import yaml_trees
from semantic.spec.files import PROJECT_FILE

_SKIPPED = frozenset(("target", "dbt_packages", "dbt_modules", "logs", "node_modules", "venv"))
_PATHS = {"model-paths": "models", "seed-paths": "seeds", "snapshot-paths": "snapshots"}
_PACKAGES = ("packages.yml", "dependencies.yml")
_CONFIG = re.compile(r"\{\{-?\s*(config\s*\(.*?\))\s*-?\}\}", re.DOTALL)
_OURS = re.compile(r"^name\s*:", re.MULTILINE)  # which no file of definitions of dbt begins with
_SNAPSHOT = re.compile(r"\{%-?\s*snapshot\s+(\w+)")


class Project:
    """A folder; ``database`` and ``schema`` are dbt's target, where the caller knows it."""

    def __init__(self, root: Path, told: Told, database: str | None, schema: str | None) -> None:
        self.root = root
        self.told = told
        self.database = database
        self.schema = schema
        self.jinja = Jinja(told)
        self.tables: dict[str, Table] = {}
        self.sources: dict[tuple[str, str], tuple[str, ...]] = {}
        self.unplaced: set[str] = set()
        self.walked: list[Path] | None = None
        self.complete = False  # whether all models are known: dbt's project, its SQL, and no packages
        self.settings = self._settings()
        self.name = str(self.settings.get("name", ""))

    def _settings(self) -> dict[str, Any]:
        path = next(
            (p for p in (self.root / "dbt_project.yml", self.root / "dbt_project.yaml") if p.is_file()), None
        )
        if path is None:
            return {}
        trees = yaml_trees(text_of(path, path.name), path.name)
        found = as_data(trees[0][0]) if trees else {}
        settings = found if isinstance(found, dict) else {}
        variables = settings.get("vars")
        if isinstance(variables, dict):
            own = variables.get(settings.get("name"))
            flat = {key: value for key, value in variables.items() if not isinstance(value, dict)}
            self.jinja.variables = {**flat, **(own if isinstance(own, dict) else {})}
        for key in ("semantic-models", "metrics", "saved-queries"):
            if settings.get(key):
                reason = "Configurations of definitions by their folders are not read."
                self.told.dropped("dbt project", key, path.name, reason)
        return settings

    @property
    def roots(self) -> list[Path]:
        """The folders that dbt reads; the project's own where it is none of dbt's."""
        if not self.settings:
            return [self.root]
        found = []
        for key, default in _PATHS.items():
            listed = self.settings.get(key, self.settings.get(key.replace("model-", "source-"), [default]))
            found += [self.root / str(each) for each in (listed if isinstance(listed, list) else [listed])]
        return [each for each in found if each.is_dir()] or [self.root]

    def files(self, *suffixes: str) -> Iterator[Path]:
        """The files of the project, in the order of their names."""
        if self.walked is None:
            found = (path for root in self.roots for path in _walked(root))
            self.walked = list(dict.fromkeys(found))
        yield from (path for path in self.walked if path.suffix.lower() in suffixes)

    def called(self, path: Path) -> str:
        """A file as messages name it."""
        return path.relative_to(self.root).as_posix() if path != self.root else path.name

    def learn(self) -> None:
        """What SQL, seeds, Markdown and ``target/manifest.json`` say."""
        packages = any((self.root / each).is_file() for each in _PACKAGES)
        for path in self.files(".sql", ".py", ".csv"):
            text = _lenient(path) if path.suffix == ".sql" else ""
            self.complete = bool(self.settings) and not packages
            for name in _SNAPSHOT.findall(text) or [path.stem]:
                self.table(name).config |= {**self._foldered(path), **_config_in(text)}
        for path in self.files(".md"):
            self.jinja.docs |= docs_in(_lenient(path))
        for name, table in tables(self.root / str(self.settings.get("target-path", "target"))):
            known = self.table(name)
            known.relation, known.version, known.types = table.relation, table.version, table.types

    def _foldered(self, path: Path) -> dict[str, Any]:
        """What ``dbt_project.yml`` says of the models of a folder."""
        root = next(each for each in self.roots if path.is_relative_to(each))
        key = next((key for key, name in _PATHS.items() if root.name == name), "model-paths")
        level = self.settings.get(_PATHS[key])
        found: dict[str, Any] = {}
        for part in (None, self.name, *path.relative_to(root).with_suffix("").parts):
            level = level.get(part) if part is not None and isinstance(level, dict) else level
            if not isinstance(level, dict):
                break
            for setting in ("schema", "database", "alias"):
                value = level.get(f"+{setting}", level.get(setting))
                if isinstance(value, str):
                    found[setting] = value
        return found

    def table(self, name: str) -> Table:
        """The table of a name, known from now on."""
        return self.tables.setdefault(name, Table())

    def described(self, record: Record) -> None:
        """What an entry of ``models:``, ``seeds:`` or ``snapshots:`` says of its table."""
        name = record.tree.get("name")
        if not isinstance(name, str):
            return
        table = self.table(str(name))
        config = record.tree.get("config")
        table.config |= as_data(config) if isinstance(config, dict) else {}
        table.version = table.version or _latest(record)
        columns = record.tree.get("columns")
        for column in columns if isinstance(columns, list) else ():
            if isinstance(column, dict) and isinstance(column.get("data_type"), str):
                table.types.setdefault(str(column.get("name")), str(column["data_type"]))

    def sourced(self, record: Record) -> None:
        """The tables of an entry of ``sources:``."""
        source = as_data(record.tree)
        tables = source.get("tables")
        for table in tables if isinstance(tables, list) else ():
            if isinstance(table, dict):
                schema = source.get("schema", source.get("name"))
                parts = (
                    source.get("database", self.database),
                    schema,
                    table.get("identifier", table.get("name")),
                )
                key = (str(source.get("name")), str(table.get("name")))
                self.sources[key] = tuple(str(each) for each in parts if each)

    def relation(self, record: Record) -> tuple[str, ...]:
        """The relation of a semantic model: ``model: ref('orders')``."""
        text = record.need("model", "Name the model: \"model: ref('orders')\".")
        table = self.referenced(record, text)
        found = call(text)
        version = (
            next((found.named[key] for key in ("v", "version") if key in found.named), None)
            if found
            else None
        )
        return self.relation_of(table, record.at("model"), version) if isinstance(table, str) else table

    def types(self, record: Record) -> Mapping[str, str]:
        """The data types of the columns of a semantic model."""
        model = record.tree.get("model")
        found = call(model) if isinstance(model, str) else None
        name = found.arguments[-1] if found and found.arguments else ""
        return self.tables[name].types if isinstance(name, str) and name in self.tables else {}

    def referenced(self, record: Record, text: str) -> str | tuple[str, ...]:
        """The name of a model, or a relation."""
        place = record.at("model")
        match call(text):
            case Call("ref", (str(name),)):
                if self.complete and name not in self.tables:
                    self.told.fault(faults.undefined("model", name, sorted(self.tables), place))
                return name
            case Call("ref", (str(_), str(name))):
                return name
            case Call("source", (str(source), str(table))):
                return self.sources.get((source, table), (source, table))
        if text:
            hint = "Name the model: \"model: ref('orders')\"."
            self.told.fault(faults.misfit(record.of("model"), f"cannot be '{text:.80}'", hint, place))
        return ()

    def relation_of(
        self, name: str, place: Place, version: object = None, *, read: bool = True
    ) -> tuple[str, ...]:
        """Where a model stands, or the latest version of it; one that is not ``read`` may stand anywhere."""
        table = self.tables.get(name, Table())
        if table.relation is not None and version in (None, table.version):
            return table.relation
        version = version or table.version
        said = {key: self.configured(table, key, place) for key in ("alias", "database", "schema")}
        alias = said["alias"] or (f"{name}_v{version}" if version else name)
        own = said["schema"]
        schema = f"{self.schema}_{own}" if own and self.schema else own or self.schema
        schema = self.configured(table, "target_schema", place) or schema  # a snapshot stands where it says
        database = said["database"] or self.database
        if schema is None and read and name not in self.unplaced:
            self.unplaced.add(name)
            reason = "Its schema is not said; give one, or let 'dbt parse' write 'target/manifest.json'."
            self.told.changed("model", name, place, reason)
        return tuple(each for each in (database if schema else None, schema, alias) if each)

    def configured(self, table: Table, key: str, place: Place) -> str | None:
        """What the config of a model says, as far as its Jinja can be read."""
        value = table.config.get(key)
        if not isinstance(value, str) or "{" not in value:
            return str(value) if value else None
        read = self.jinja.word(Word(value, False), place, key)
        return None if "{" in read else str(read)


def _latest(record: Record) -> str | None:
    """The version of a model that others mean: the one that it says, or the highest."""
    said, listed = record.tree.get("latest_version"), record.tree.get("versions")
    found = [each.get("v") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    known = [str(each) for each in found if isinstance(each, str)]
    number = {each: as_float(Word(each, True)) for each in known}
    highest = max(known, key=lambda each: (number[each] is not None, number[each] or 0, each), default=None)
    return str(said) if isinstance(said, str) else highest


def _lenient(path: Path) -> str:
    """What stands in a file of which only pieces are looked for."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _walked(root: Path) -> Iterator[Path]:
    """The files below a folder, without hidden ones, those that tools write, and projects of ours."""
    for folder, folders, files in os.walk(root):
        if PROJECT_FILE in files and Path(folder) != root and _is_ours(Path(folder, PROJECT_FILE)):
            folders.clear()
            continue
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in _SKIPPED)
        yield from (Path(folder, each) for each in sorted(files) if not each.startswith("."))


def _is_ours(path: Path) -> bool:
    """Whether a file of our name begins a project of ours: one of dbt may be called so, and is read."""
    return bool(_OURS.search(_lenient(path)))


def _config_in(sql: str) -> dict[str, Any]:
    """The literals of ``{{ config(schema='marts') }}``."""
    match = _CONFIG.search(sql)
    return literals(match[1]) if match else {}
