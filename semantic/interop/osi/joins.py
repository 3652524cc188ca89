"""Relationships as joins from the many to the one, each on a key of the one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from semantic.interop.losses import Entry
from semantic.interop.osi import reasons
from semantic.interop.osi.document import Dataset, Relationship, SemanticModel
from semantic.interop.osi.naming import Names, word
from semantic.source import Text


@dataclass(frozen=True, slots=True)
class Joined:
    """A relationship as it is joined: from ``start``, a row of which has at most one of ``to``."""

    relationship: Relationship
    start: Dataset
    to: Dataset
    on: tuple[tuple[Text, Text], ...]
    role: str = ""


@dataclass
class Joins:
    """The joins of a semantic model, and the keys that only relationships tell."""

    model: SemanticModel
    names: Names
    entries: dict[str, Entry] = field(default_factory=dict)
    keys: dict[str, tuple[Text, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.datasets = {each.name.lower(): each for each in self.model.datasets}
        joined = [each for each in map(self._joined, self.model.relationships) if each is not None]
        self.joined = tuple(self._with_roles(joined))

    def of(self, dataset: Dataset) -> list[Joined]:
        """The joins that lead on from a dataset."""
        return [each for each in self.joined if each.start is dataset]

    def reach(self) -> Mapping[str, frozenset[str]]:
        """What each model leads to, one row each, itself included; one-to-one joins lead both ways."""
        name = self.names.dataset
        steps = [(name(each.start.name), name(each.to.name)) for each in self.joined]
        steps += [(name(each.to.name), name(each.start.name)) for each in self.joined if _one_to_one(each)]
        found = {}
        for dataset in self.model.datasets:
            seen = [name(dataset.name)]
            for each in seen:
                seen += [to for start, to in steps if start == each and to not in seen]
            found[seen[0]] = frozenset(seen)
        return found

    def _joined(self, each: Relationship) -> Joined | None:
        """A relationship with its ends; ``None`` where it would multiply rows."""
        start, to = self.datasets[each.start.lower()], self.datasets[each.to.lower()]
        on = tuple(zip(each.from_columns, each.to_columns, strict=True))
        if not to.keys and self._declares(to, each):
            return Joined(each, start, to, on)
        if _keyed(to, each.to_columns):
            self._note(each, "kept")
            return Joined(each, start, to, on)
        if _keyed(start, each.from_columns):
            self._note(each, "changed", reasons.turned(str(start.name), str(to.name)))
            return Joined(each, to, start, tuple((there, here) for here, there in on))
        keys = [", ".join(key) for key in to.keys]
        self._note(each, "dropped", reasons.no_key(str(to.name), list(map(str, each.to_columns)), keys))
        return None

    def _declares(self, to: Dataset, each: Relationship) -> bool:
        """Whether the columns of a relationship are taken as the key of a dataset that declares none."""
        known = self.keys.setdefault(to.name.lower(), each.to_columns)
        names = list(map(str, each.to_columns))
        if [*map(str.lower, known)] == [*map(str.lower, each.to_columns)]:
            self._note(each, "changed", reasons.key_told(str(to.name), names))
            return True
        self._note(each, "dropped", reasons.no_key(str(to.name), names, [", ".join(known)]))
        return False

    def _with_roles(self, joined: list[Joined]) -> Iterable[Joined]:
        """Joins with their roles: the relationship's name where several lead to one dataset, or to itself."""
        twice = Counter((each.start.name, each.to.name) for each in joined)
        roles: dict[str, list[str]] = {}
        for each in joined:
            used = roles.setdefault(str(each.start.name), [])
            target = self.names.dataset(each.to.name)
            alone = twice[each.start.name, each.to.name] == 1 and each.start is not each.to
            others = {self.names.dataset(d.name) for d in self.model.datasets} | {"time"}
            told = each.relationship.own and each.relationship.own.get("as")
            role = target if alone else word(each.relationship.name, {*used, *others})
            role = word(str(told), used) if told else role
            used.append(role)
            yield Joined(each.relationship, each.start, each.to, each.on, role)

    def _note(self, each: Relationship, verdict: str, reason: str = "") -> None:
        where = str(each.name.span or "")
        self.entries[str(each.name)] = Entry(verdict, "relationship", str(each.name), where, reason)  # type: ignore[arg-type]


def _one_to_one(joined: Joined) -> bool:
    """Whether the columns of the many side are a key of it as well."""
    own = {here.lower() for here, _ in joined.on}
    return joined.start is not joined.to and any({c.lower() for c in key} == own for key in joined.start.keys)


def _keyed(dataset: Dataset, columns: tuple[Text, ...]) -> bool:
    """Whether columns hold a key that a dataset declares, so that they tell at most one row."""
    known = {each.lower() for each in columns}
    return any({each.lower() for each in key} <= known for key in dataset.keys)
