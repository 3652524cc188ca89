"""The whole look at a warehouse, model by model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from semantic.bind import Definitions, Metrics, Questions, values
from semantic.catalog import Catalog
from semantic.check import samples
from semantic.dialect import load
from semantic.faults import Fault, SemanticError
from semantic.inspect.data import Data, Inspected
from semantic.inspect.definitions import Probes
from semantic.inspect.sending import Sender
from semantic.inspect.shapes import Shapes
from semantic.inspect.subjects import with_every_source
from semantic.warehouse import Connection

#: Hears of each model that is looked at next: its name, its place in the order, and how many there are.
Note = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Report:
    """What was found, sorted by place; what was looked at; and how many statements that took."""

    findings: tuple[Fault, ...]
    models: tuple[Inspected, ...]
    statements: int


def inspect(
    catalog: Catalog, connection: Connection, *, limit: int | None = None, note: Note | None = None
) -> Report:
    """Compare everything that a project says of its sources with what stands there; nothing is written.

    Of each model at most ``limit`` rows are looked at, or all of them; their keys are looked for among all
    rows, so a partner or a second row with the same key is seen wherever it stands.
    """
    catalog, subjects = with_every_source(catalog)
    definitions = Definitions(catalog, values(catalog, samples(catalog)))
    known = Metrics(definitions)
    Questions(definitions, known)
    dialect = load(connection.dialect).with_functions(catalog.functions_in(connection.dialect))
    sender = Sender(connection, definitions, dialect)
    shapes = Shapes(sender)
    for subject in subjects:
        shapes.look(subject)
    probes = Probes(sender, known, shapes)
    looked = [subject for subject in subjects if subject.name not in shapes.broken]
    for subject in looked:
        probes.compare_joins(subject)
    for subject in looked:
        probes.look(subject)
    probes.look_at_metrics(looked)
    data = Data(sender, probes, limit)
    models = []
    for number, subject in enumerate(looked, 1):
        if note is not None:
            note(subject.name, number, len(looked))
        probes.compare_joins(subject)
        models.append(data.look(subject))
    found = SemanticError([*shapes.found, *probes.found, *data.found]).faults
    return Report(found, tuple(each for each in models if each is not None), sender.count)
