"""A view as it is deployed: everything that decides its statements, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

from semantic.faults import Fault
from semantic.spec.types import Duration, Materialization, TypeName


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view: its name, its type as far as it is known, and its comment (or an empty text)."""

    name: str
    type: TypeName | None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A privilege, called as the target calls it, and who has it."""

    privilege: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a target can be told of an object beyond its SELECT."""

    cluster_by: tuple[str, ...] = ()
    partition_by: str | None = None
    indexes: tuple[tuple[str, ...], ...] = ()
    every: Duration | None = None
    warehouse: str | None = None


@dataclass(frozen=True, kw_only=True)
class View:
    """An object of a warehouse: what its rows are, what it is called and who may read it.

    ``name`` is its name in the project, ``place`` the schema (with what that lies in) and ``alias`` its name
    there; a part of these in double quotes is exact. ``keys`` are the columns that tell one row from another,
    ``after`` the views that it reads.

    >>> view = View(name="v", dialect="duckdb", place=("shop",), alias="v", kind="view",
    ...     select="SELECT 1 AS a", columns=(Column("a", "integer"),), label="", description="")
    >>> view.parts, len(view.fingerprint)
    (('shop', 'v'), 16)
    """

    name: str
    dialect: str
    place: tuple[str, ...]
    alias: str
    kind: Materialization
    select: str
    columns: tuple[Column, ...]
    label: str
    description: str
    keys: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    options: Options = Options()
    after: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The whole name of the object."""
        return (*self.place, self.alias)

    def at(self, place: tuple[str, ...]) -> View:
        """The same view, with its place written out; the fingerprint stays that of what the project says."""
        return self._like(replace(self, place=place))

    def called(self, alias: str) -> View:
        """The same view under another name; the fingerprint stays that of what the project says."""
        return self._like(replace(self, alias=alias))

    def _like(self, other: View) -> View:
        other.__dict__["fingerprint"] = self.fingerprint
        return other

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen characters that change with whatever decides the view's statements; the same for the same
        project in every process."""
        told = repr([(field.name, getattr(self, field.name)) for field in fields(self)])
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Deployment:
    """The views of a project for one dialect, each after those that it reads, and the views that cannot be
    made as long as a source is not mapped, with what they lack."""

    views: tuple[View, ...]
    unavailable: Mapping[str, tuple[Fault, ...]]
