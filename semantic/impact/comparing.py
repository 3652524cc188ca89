"""Two states of a project beside each other: what each definition meant and means, and which edit did it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property

from semantic.catalog import Catalog
from semantic.impact.difference import VERDICTS, Cause, Change, Difference, Verdict
from semantic.impact.graph import Graph
from semantic.impact.meaning import Meanings
from semantic.impact.nodes import KINDS, Node
from semantic.impact.shapes import Shape, shape
from semantic.impact.words import Edit, definitions, edits

#: What a change is told of; the others are causes only.
TOLD = (
    "metric", "dimension", "model", "join", "source", "source column", "parameter", "function",
    "calendar", "policy", "view",
)  # fmt: skip
#: What belongs to something else, and goes and comes with it.
_OWNERS: dict[str, str] = {"dimension": "model", "join": "model", "source column": "source"}
_OWNED = (*_OWNERS, "column")


class State:
    """One state of a project: its definitions, what they read and what they mean."""

    def __init__(self, catalog: Catalog, renamed: Mapping[str, str] | None = None) -> None:
        self.catalog = catalog
        self.graph = Graph(catalog)
        self.definitions = definitions(self.graph)
        self.meanings = Meanings(catalog, renamed)
        self._meanings: dict[Node, str] = {}
        self._shapes: dict[str, Shape] = {}

    def meaning(self, node: Node) -> str | None:
        """The meaning of a definition; ``None`` of what has none by itself (a macro)."""
        if node not in self._meanings:
            made = self._meaning(node)
            if made is None:
                return None
            self._meanings[node] = made + self.graph.branching(node)
        return self._meanings[node]

    def _meaning(self, node: Node) -> str | None:
        """What a definition means by itself."""
        if node.kind == "calendar":
            return repr(self.catalog.spec.calendar)
        if node.kind == "view":
            return self.shape(node.name).meaning
        ask = getattr(self.meanings, node.kind.replace(" ", "_"), None)
        if ask is None:
            return None
        names = node.name.split(".", 1) if node.kind in _OWNED else [node.name]
        return str(ask(*names))

    def broken(self, node: Node) -> bool:
        """Whether a definition cannot be bound."""
        self.meaning(node)
        names = node.name.split(".", 1) if node.kind in _OWNED else [node.name]
        return (node.kind, *names) in self.meanings.broken

    def shape(self, name: str) -> Shape:
        """What a view looks like."""
        if name not in self._shapes:
            self._shapes[name] = shape(self.catalog, self.graph.views[name], self.meanings)
        return self._shapes[name]

    def type(self, node: Node) -> str | None:
        """The type of a metric or a dimension, as far as it is known."""
        return self.meanings.type(node.kind, node.name)

    @cached_property
    def nodes(self) -> dict[str, list[Node]]:
        """The definitions by kind."""
        found: dict[str, list[Node]] = {kind: [] for kind in KINDS}
        for node in self.definitions:
            found[node.kind].append(node)
        return found


def compare(old: Catalog, new: Catalog, names: tuple[str, str] = ("old", "new")) -> Difference:
    """Everything that is different between two states of a project."""
    return between(State(old), new, names)


def between(before: State, new: Catalog, names: tuple[str, str] = ("old", "new")) -> Difference:
    """Everything that is different from a state that is known already."""
    after = State(new, _renamed_parameters(before.catalog, new))
    return Difference(tuple(_Comparison(before, after).all()), *names)


def _renamed_parameters(old: Catalog, new: Catalog) -> dict[str, str]:
    """New names of parameters that are the same under another name, with the old ones."""
    gone = [p for name, p in old.parameters.items() if name not in new.parameters]
    come = [p for name, p in new.parameters.items() if name not in old.parameters]
    found = {}
    for each in come:
        same = [p for p in gone if (p.type, p.default, p.values) == (each.type, each.default, each.values)]
        rivals = [p for p in come if (p.type, p.default, p.values) == (each.type, each.default, each.values)]
        if len(same) == 1 and len(rivals) == 1:
            found[str(each.name)] = str(same[0].name)
    return found


class _Comparison:
    """Finds what became of every definition."""

    def __init__(self, old: State, new: State) -> None:
        self.old = old
        self.new = new
        self.renamed: dict[Node, Node] = {}  # new to old
        for kind in TOLD:
            self._pair(kind)

    def _pair(self, kind: str) -> None:
        """Those of a kind that mean the same under another name, the most alike names first."""
        gone = [node for node in self.old.nodes[kind] if node not in self.new.definitions]
        come = [node for node in self.new.nodes[kind] if node not in self.old.definitions]
        pairs = [
            (SequenceMatcher(None, a.name, b.name).ratio(), a, b)
            for a in gone
            for b in come
            if self._alike(a, b)
        ]
        taken: set[Node] = set()
        for _, a, b in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
            if a not in taken and b not in taken:
                taken |= {a, b}
                self.renamed[b] = a

    def _alike(self, old: Node, new: Node) -> bool:
        if old.kind == "parameter":
            return self.new.meanings.renamed.get(new.name) == old.name
        return self.old.meaning(old) == self.new.meaning(new)

    def all(self) -> Iterator[Change]:
        """Every change, by kind, verdict and name."""
        found: list[Change] = []
        gone = set(self.renamed.values())
        for kind in TOLD:
            for node in self.new.nodes[kind]:
                found += self._one(node)
            for node in self.old.nodes[kind]:
                if node not in self.new.definitions and node not in gone:
                    found.append(self._removed(node))
        found = [change for change in found if not self._implied(change, found)]
        order = lambda c: (TOLD.index(c.node.kind), VERDICTS.index(c.verdict), c.node.name)  # noqa: E731
        yield from sorted(found, key=order)

    def _implied(self, change: Change, found: Sequence[Change]) -> bool:
        """Whether what became of the model or source that a definition belongs to says it all."""
        if change.node.kind not in _OWNERS:
            return False
        owners: dict[tuple[str, str], str] = {(c.node.kind, c.node.name): c.verdict for c in found}
        owner = owners.get((_OWNERS[change.node.kind], change.node.name.partition(".")[0]))
        if change.verdict in ("added", "removed", "renamed"):
            return owner == change.verdict
        own = any(cause.node == change.node for cause in change.causes)
        sides = [owner, *(owners.get(("model", each.name)) for each in self.new.graph.reads[change.node])]
        return change.node.kind == "join" and not own and not change.words and "changed" in sides

    def _one(self, node: Node) -> Iterator[Change]:
        """What became of a definition that there is now."""
        place = self.new.definitions[node].span
        before = self.renamed.get(node, node)
        if before not in self.old.definitions:
            reached = self._reached(self.new, node)
            reason = (_CHANGED["policy"],) if node.kind == "policy" else ()
            yield Change(node, "added", None, reason, (), (), *reached, place)
            return
        words = edits(self.old.definitions[before], self.new.definitions[node], words=True)
        changed = self.old.meaning(before) != self.new.meaning(node)
        edited = self._deployed(before, node) if node.kind == "view" else ()
        verdict: Verdict | None = "changed" if changed or edited else "reworded" if words else None
        verdict = "renamed" if before != node and not changed else verdict
        if verdict is None:
            return
        causes = self._causes(before, node) if changed else ()
        if edited and not changed:
            causes = (Cause(node, edited, (node,)),)
        breaking = tuple(self._breaking(before, node, verdict, changed, words))
        was = before.name if before != node else None
        yield Change(node, verdict, was, breaking, causes, words, *self._reached(self.new, node), place)

    def _deployed(self, before: Node, node: Node) -> tuple[Edit, ...]:
        """What is said of a view's object beyond its rows."""
        found = edits(self.old.definitions[before], self.new.definitions[node], words=False)
        return tuple(edit for edit in found if edit.key in _OBJECT)

    def _removed(self, node: Node) -> Change:
        silent = node.kind in ("source", "source column", "function")
        reason = () if silent else (f"the {node.kind} is gone",)
        place = self.old.definitions[node].span
        return Change(node, "removed", None, reason, (), (), *self._reached(self.old, node), place)

    def _reached(self, state: State, node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The metrics and views that read a definition, at last; of a policy, what it governs and what reads
        that."""
        own = [each for each in state.graph.below(node) if each.kind in ("model", "metric")]
        nodes = own if node.kind == "policy" else [node]
        above = [each for each in state.graph.above(*nodes) if each != node]
        return tuple(
            tuple(sorted(each.name for each in above if each.kind == kind)) for kind in ("metric", "view")
        )  # type: ignore[return-value]

    # --- causes -------------------------------------------------------------------------------------

    def _causes(self, before: Node, node: Node) -> tuple[Cause, ...]:
        """The edits by which the meaning of a definition changed, nearest first."""
        found = [
            Cause(each, made, self.new.graph.way(node, each) or (node, each))
            for each in self.new.graph.below(node, *self.new.graph.parts.get(node, ()))
            if (made := self._edited(each, before if each == node else self.renamed.get(each, each)))
        ]
        return tuple(found) or tuple(self._gone(before, node))

    def _gone(self, before: Node, node: Node) -> Iterator[Cause]:
        """What a definition read and there is no more."""
        kept = {*self.new.definitions, *self.renamed.values()}
        for each in self.old.graph.below(before):
            if each in self.old.definitions and each not in kept:
                yield Cause(each, (), (node, *self.old.graph.way(before, each)[1:]))

    def _edited(self, node: Node, before: Node) -> tuple[Edit, ...]:
        """The edits of one definition, if they changed what it means."""
        if node not in self.new.definitions or before not in self.old.definitions:
            return ()
        found = edits(self.old.definitions[before], self.new.definitions[node], words=False)
        if not found or (
            (node.kind in TOLD or node.kind == "column")
            and self.old.meaning(before) == self.new.meaning(node)
        ):
            return ()
        return found

    # --- what breaks --------------------------------------------------------------------------------

    def _breaking(
        self, before: Node, node: Node, verdict: Verdict, changed: bool, words: Sequence[Edit]
    ) -> Iterator[str]:
        """Why whoever uses a definition has to know of its change."""
        if before != node and node.kind not in ("source", "source column"):
            yield f"it was called '{before.name}'"
        if any(edit.key == "unit" for edit in words):
            edit = next(edit for edit in words if edit.key == "unit")
            yield f"its unit was {edit.old or 'not said'} and is {edit.new or 'not said'}"
        if node.kind == "view":
            yield from self._broken_view(before, node)
        elif node.kind == "parameter":
            yield from self._broken_parameter(before, node)
        elif changed and self.new.broken(node) and not self.old.broken(before):
            yield f"the {node.kind} cannot be bound any more"
        elif changed:
            types = self.old.type(before), self.new.type(node)
            if types[0] != types[1]:
                yield f"its type was {types[0] or 'unknown'} and is {types[1] or 'unknown'}"
            if node.kind in ("metric", "dimension", "model", "join", "policy"):
                yield _CHANGED[node.kind]
            elif self._numbers(node):
                yield "numbers that depend on it change"

    def _numbers(self, node: Node) -> bool:
        """Whether a metric or a view that reads a definition has changed in meaning."""
        above = (each for each in self.new.graph.above(node) if each.kind in ("metric", "view", "dimension"))
        known = ((self.renamed.get(each, each), each) for each in above)
        return any(
            old in self.old.definitions and self.old.meaning(old) != self.new.meaning(new)
            for old, new in known
        )

    def _broken_parameter(self, before: Node, node: Node) -> Iterator[str]:
        old, new = self.old.catalog.parameters[before.name], self.new.catalog.parameters[node.name]
        if old.type != new.type:
            yield f"its type was {old.type} and is {new.type}"
        if lost := [str(value) for value in old.values if value not in new.values and new.values]:
            yield f"it may not be {', '.join(lost)} any more"
        elif new.values and not old.values:
            yield "it may not have any value any more"
        if old.default != new.default and self._numbers(node):
            yield "numbers that depend on its default change"

    def _broken_view(self, before: Node, node: Node) -> Iterator[str]:
        old, new = self.old.shape(before.name), self.new.shape(node.name)
        if new.broken and not old.broken:
            yield "it cannot be made any more"
            return
        if old.parts != new.parts:
            yield f"its object was {'.'.join(old.parts)} and is {'.'.join(new.parts)}"
        types = dict(new.columns)
        for name, kind in old.columns:
            if name not in types:
                yield f"the column '{name}' is gone"
            elif types[name] != kind:
                was, now = kind or "unknown", types[name] or "unknown"
                yield f"the type of the column '{name}' was {was} and is {now}"
        if sorted(old.keys) != sorted(new.keys):
            keys = [", ".join(keys) or "nothing" for keys in (old.keys, new.keys)]
            yield f"a row was one of {keys[0]} and is one of {keys[1]}"
        if old.kind != new.kind:
            yield f"it was a {old.kind} and is a {new.kind}"
        changed = [name for name, value in old.values.items() if new.values.get(name, value) != value]
        if changed:
            yield f"the values of {', '.join(changed)} change"
        if old.filtering != new.filtering:
            yield "it has other rows"


_CHANGED = {
    "metric": "its numbers change",
    "dimension": "its values change",
    "model": "its rows or keys change",
    "policy": "callers see other rows, columns or metrics",
    "join": "it leads to other rows",
}
_OBJECT = (
    "materialized", "schema", "alias", "language", "grants", "cluster_by", "partition_by", "indexes",
    "refresh",
)  # fmt: skip
