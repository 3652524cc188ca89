"""What the parts of a semantic model are called in a project, and how an expression finds them.

OSI tells names apart without regard to case, and takes any text; a project takes words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from semantic.interop.osi import reasons
from semantic.interop.osi.document import Dataset, Field, SemanticModel
from semantic.interop.osi.expressions import ROWS, Unfit

_WORD = re.compile(r"[^\W\d]\w*\Z")
#: A name of a dataset would be that of a join's role, and ``time`` is what all metrics share.
_TAKEN = frozenset({"time"})


def word(name: str, taken: Iterable[str] = ()) -> str:
    """A name as a project takes it.

    >>> word("net revenue (USD)"), word("2nd"), word("a b", ["a_b"])
    ('net_revenue_USD', '_2nd', 'a_b_2')
    """
    plain = name.strip().strip('"`')
    if not _WORD.match(plain):
        plain = re.sub(r"[\W_]+", "_", plain).strip("_") or "unnamed"
        plain = f"_{plain}" if plain[0].isdigit() else plain
    used, made, count = {each.lower() for each in taken}, plain, 1
    while made.lower() in used:
        count += 1
        made = f"{plain}_{count}"
    return made


@dataclass
class Names:
    """The names of one semantic model: what each dataset, field and metric of the document is called."""

    model: SemanticModel
    datasets: dict[str, str] = field(default_factory=dict)
    fields: dict[tuple[str, str], str] = field(default_factory=dict)
    metrics: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for dataset in self.model.datasets:
            self.datasets[_key(dataset.name)] = word(dataset.name, {*self.datasets.values(), *_TAKEN})
            used: list[str] = []
            for each in dataset.fields:
                used.append(word(each.name, used))
                self.fields[_key(dataset.name), _key(each.name)] = used[-1]
        for metric in self.model.metrics:
            self.metrics[_key(metric.name)] = word(metric.name, self.metrics.values())

    def dataset(self, name: str) -> str:
        """What a dataset is called."""
        return self.datasets[_key(name)]

    def field(self, dataset: Dataset, each: Field) -> str:
        """What a field is called."""
        return self.fields[_key(dataset.name), _key(each.name)]

    def metric(self, name: str) -> str:
        """What a metric is called."""
        return self.metrics[_key(name)]

    def column(self, dataset: Dataset, name: str) -> str:
        """A column of a dataset's: the field of that name, else the column of the table."""
        return self.fields.get((_key(dataset.name), _key(name)), str(name))

    def found(self, words: tuple[str, ...], *, inside: bool) -> Found:
        """What the words of a column in a metric mean; ``inside`` an aggregate a field is preferred."""
        if len(words) == 1:
            return self._alone(words[0], inside)
        if len(words) > 2 or _key(words[0]) not in self.datasets:
            raise Unfit(reasons.no_dataset(".".join(words), [str(d.name) for d in self.model.datasets]))
        key = (_key(words[0]), _key(words[1]))
        dataset = next(d for d in self.model.datasets if _key(d.name) == key[0])
        if words[1] == ROWS:
            return Found(self.datasets[key[0]], "*", dataset=dataset)
        return Found(
            self.datasets[key[0]], self.fields.get(key, words[1]), dataset=dataset, named=key in self.fields
        )

    def _alone(self, name: str, inside: bool) -> Found:
        """A name without a dataset: a metric, or the field that only one dataset has."""
        if not inside and _key(name) in self.metrics:
            return Found(None, self.metrics[_key(name)])
        owners = [d for d in self.model.datasets if (_key(d.name), _key(name)) in self.fields]
        if len(owners) == 1 and inside:
            key = _key(owners[0].name)
            return Found(self.datasets[key], self.fields[key, _key(name)], dataset=owners[0], alone=True)
        if _key(name) in self.metrics:
            raise Unfit(reasons.aggregated_metric(name))
        if not inside and owners:
            raise Unfit(reasons.bare_field(name))
        raise Unfit(reasons.whose_field(name, [str(d.name) for d in owners]))


@dataclass(frozen=True, slots=True)
class Found:
    """A field or column of a model, or (``model`` is ``None``) a metric. ``named`` tells whether a field has
    that name, ``alone`` whether it stood without its dataset."""

    model: str | None
    name: str
    dataset: Dataset | None = None
    named: bool = True
    alone: bool = False


def _key(name: str) -> str:
    return name.strip().strip('"`').lower()
