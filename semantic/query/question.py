"""A question, complete and comparable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from semantic import faults
from semantic.faults import Fault, SemanticError
from semantic.query.parts import By, Order, Top
from semantic.query.reading import EXPECTED, FIELDS, READERS, Paths
from semantic.query.times import TimeRange
from semantic.source import Text


@dataclass(frozen=True, slots=True)
class Query:
    """A question, complete and comparable. ``order`` of ``None`` sorts by the dimensions asked for."""

    metrics: tuple[Text, ...] = ()
    by: tuple[By, ...] = ()
    where: tuple[Text, ...] = ()
    having: tuple[Text, ...] = ()
    time: TimeRange | None = None
    order: tuple[Order, ...] | None = None
    limit: int | None = None
    top: Top | None = None
    fill: bool = False
    members: tuple[str, ...] | bool = False
    parameters: tuple[tuple[str, Any], ...] = field(default=())
    user: tuple[tuple[str, Any], ...] = ()  # attributes of whoever asks, for policies
    paths: Paths = ()
    start: Text | None = None  # ``from``: whose rows tell the values of a question without metrics
    extremes: bool = False  # the least and the greatest value of the one dimension, without metrics

    @classmethod
    def of(cls, **words: Any) -> Query:
        """Build a question from loosely typed words; raises `SemanticError` with every mistake.

        >>> Query.of(metrics="sales", by=["time.month"], limit=5).limit
        5
        """
        query, found = cls.read(words)
        if found:
            raise SemanticError(found)
        return query

    @classmethod
    def read(cls, words: Mapping[str, Any]) -> tuple[Query, list[Fault]]:
        """The question as far as its words can be read, and the faults of the others."""
        found: list[Fault] = []
        values: dict[str, Any] = {}
        names = list(READERS)
        for key, value in words.items():
            key = "from" if key == "from_" else key
            if key not in READERS:
                found.append(faults.unknown("part of a question", key, names, None))
            elif value is not None:
                try:
                    values[FIELDS.get(key, key)] = READERS[key](value)
                except SemanticError as error:
                    found.extend(error.faults)
                except (TypeError, ValueError):
                    found.append(faults.bad_part(key, value, EXPECTED[key]))
        return cls(**values), found

    @classmethod
    def from_json(cls, text: str) -> tuple[Query, dict[str, Any]]:
        """A question from a JSON object, and the keys of it that are not part of a question
        (``dialect``, ``target``)."""
        words, rest = json_words(text)
        return cls.of(**words), rest


def json_words(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts of a question in a JSON object, and what else it says (``dialect``, ``target``)."""
    try:
        words = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SemanticError([faults.bad_json(str(error))]) from None
    if not isinstance(words, dict):
        raise SemanticError([faults.bad_json("the question is no object")])
    rest = {key: words.pop(key) for key in ("dialect", "target") if key in words}
    return words, rest


@dataclass(frozen=True, slots=True)
class Extract:
    """The rows of a model one by one, with columns of its own and dimensions of models that it joins.

    Without ``columns`` there are all of its own columns and dimensions, and the dimensions of the models of
    ``joins``: of all that it joins where that is ``None``.
    """

    model: Text
    columns: tuple[By, ...] = ()
    joins: tuple[Text, ...] | None = None
    where: tuple[Text, ...] = ()
    time: TimeRange | None = None
    parameters: tuple[tuple[str, Any], ...] = ()
    user: tuple[tuple[str, Any], ...] = ()
