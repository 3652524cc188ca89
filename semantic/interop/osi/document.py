"""What an OSI document says, whichever of its forms it was written in; nothing resolved.

The core specification 0.2.0.dev0 of Apache Ossie (formerly Open Semantic Interchange), and what drafts before
it wrote otherwise: https://github.com/apache/ossie/tree/main/core-spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from semantic.source import Span, Text
from semantic.spec.types import TypeName

VERSION = "0.2.0.dev0"
#: Whose extensions carry what OSI has no words for.
VENDOR = "SEMANTIC"
#: The vendor of what all share, for versions that have a fixed list of vendors.
COMMON = "COMMON"


@dataclass(frozen=True, slots=True)
class Spelling:
    """An expression as one dialect spells it."""

    dialect: Text
    sql: Text


@dataclass(frozen=True, slots=True)
class Context:
    """What is told to an AI: other names, what to mind, questions that can be asked."""

    synonyms: tuple[str, ...] = ()
    instructions: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What every part of a document may carry. ``own`` is what this package wrote beside it when it exported
    the part; ``foreign`` are the vendors whose extensions it has besides."""

    name: Text
    description: Text | None = None
    context: Context = Context()
    own: Mapping[str, Any] | None = None
    foreign: tuple[Text, ...] = ()
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Part):
    """A value of one row of a dataset. ``axis`` tells whether it can be one of time; ``None`` is not said."""

    spellings: tuple[Spelling, ...]
    type: TypeName | None = None
    axis: bool | None = None
    label: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset(Part):
    """Rows of a table or a SELECT, with the columns that tell one from another."""

    source: Text
    primary_key: tuple[Text, ...] = ()
    unique_keys: tuple[tuple[Text, ...], ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def keys(self) -> tuple[tuple[Text, ...], ...]:
        """Every key that it declares."""
        return tuple(key for key in (self.primary_key, *self.unique_keys) if key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship(Part):
    """Rows of ``start`` (the many) that belong to one row of ``to``; the columns pair by their place."""

    start: Text
    to: Text
    from_columns: tuple[Text, ...]
    to_columns: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Part):
    """Aggregates over fields of datasets, and what is computed from them."""

    spellings: tuple[Spelling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SemanticModel(Part):
    """Datasets that belong together."""

    datasets: tuple[Dataset, ...]
    relationships: tuple[Relationship, ...] = ()
    metrics: tuple[Metric, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; ``unread`` are keys that the specification does not know."""

    version: Text | None
    models: tuple[SemanticModel, ...]
    unread: tuple[tuple[Text, str], ...] = ()
