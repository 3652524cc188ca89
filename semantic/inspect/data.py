"""What rows say: keys, joins and intervals, the questions of a model in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from semantic import faults
from semantic.bind.row import Row
from semantic.catalog import Edge
from semantic.faults import Fault, SemanticError
from semantic.inspect.branches import Branches, stacked
from semantic.inspect.definitions import Item, Probes
from semantic.inspect.sending import Sender
from semantic.inspect.subjects import Subject
from semantic.plan import Lookup, Named, Projection, Rows
from semantic.planner.lookups import Lookups
from semantic.source import Text

#: Writes findings: how many, an example, and a remark on how much was looked at.
Tell = Callable[[int, str, str], list[Fault]]


@dataclass(frozen=True)
class Asked:
    """A question about rows: where they come from, what is counted of them, and what a number means."""

    body: Projection
    count: Callable[[int, exp.Select], exp.Select]
    tell: Tell


@dataclass(frozen=True)
class Inspected:
    """A model that was looked at: how many of its rows, and whether these were all."""

    name: str
    rows: int
    complete: bool


class Data:
    """Asks what the rows of models say."""

    def __init__(self, sender: Sender, probes: Probes, limit: int | None) -> None:
        self.sender = sender
        self.probes = probes
        self.limit = limit
        self.branches = Branches(sender.dialect, limit)
        self.found: list[Fault] = []
        self.lookups = Lookups(sender.definitions)

    def look(self, subject: Subject) -> Inspected | None:
        """Count what is wrong with the rows of a model.

        What is computed from other models costs as much as all of their rows, so a sample leaves it out.
        """
        if self._derived(subject) and self.limit is not None:
            return None
        asked = [self._rows(subject)]
        if not subject.made:
            asked += [*self._keys(subject), *self._intervals(subject)]
        asked += self._required(subject)
        if subject.made and len(asked) == 1:
            return None
        answers = self._answers(subject, asked)
        if answers is None or not answers:
            return None
        count = answers.get(0, (0, ""))[0]
        complete = self.limit is None or count < self.limit
        seen = "" if complete else f" (of a sample of {self.limit:,} rows)"
        for number, (found, example) in answers.items():
            if found:
                self.found += asked[number].tell(found, example, seen)
        return Inspected(subject.name, count, complete)

    def _derived(self, subject: Subject) -> bool:
        return subject.made or bool(self.sender.definitions.models_read(subject.name))

    # --- questions ----------------------------------------------------------------------------------

    def _rows(self, subject: Subject) -> Asked:
        one = Named("one", exp.Literal.number(1), "integer")
        body = Projection(self.lookups.rows(subject.name, []), (one,))
        return Asked(body, self.branches.rows, lambda count, example, seen: [])

    def _keys(self, subject: Subject) -> Iterator[Asked]:
        """Keys are there, and tell rows apart; a join that trusts in one is told of, too."""
        primary = subject.model.spec.primary_key
        for key in dict.fromkeys(filter(None, (primary, *subject.model.spec.unique))):
            body = self._columns(subject, key)
            if body is None:
                continue
            names = _numbered(len(key))
            if key == primary:
                yield Asked(body, _with(self._of(body).empty, names), self._empty(subject, key))
            yield Asked(body, _with(self._of(body).repeated, names), self._repeated(subject, key))

    def _empty(self, subject: Subject, key: Sequence[Text]) -> Tell:
        def tell(count: int, example: str, seen: str) -> list[Fault]:
            return [faults.empty_keys(subject.of_rows, key, count, seen, key[0].span)]

        return tell

    def _repeated(self, subject: Subject, key: Sequence[Text]) -> Tell:
        def tell(count: int, example: str, seen: str) -> list[Fault]:
            found = [faults.repeated_keys(subject.of_rows, key, count, example, seen, key[0].span)]
            for edge in self._trusting(subject, key):
                span = edge.on[0][0].span or edge.spec.to.span
                found.append(faults.multiplies(edge.role, subject.of_rows, key, count, example, seen, span))
            return found

        return tell

    def _trusting(self, subject: Subject, key: Sequence[Text]) -> Iterator[Edge]:
        """The joins that are to one row because a key is one."""
        wanted = {_plain(part) for part in key}
        for model in self.sender.definitions.catalog.models.values():
            for edge in model.edges.values():
                joined = {_plain(right) for _, right in edge.on}
                declared = edge.spec in model.spec.joins
                if declared and edge.target == subject.name and edge.spec.valid is None and wanted == joined:
                    yield edge

    def _intervals(self, subject: Subject) -> Iterator[Asked]:
        """Of one key only one interval holds at a time."""
        seen: set[tuple[str, ...]] = set()
        for key, valid, role in self._validities(subject):
            body = self._columns(subject, key, valid)
            if body is None:
                continue
            names = _numbered(len(key))
            told = self._overlapping(subject, key, valid, role)
            yield Asked(body, _with(self._of(body).overlapping, names), told)
            bounds = tuple(map(str, valid))
            if bounds not in seen:
                seen.add(bounds)
                yield Asked(body, _with(self._of(body).reversed, names), self._reversed(subject, valid))

    def _validities(
        self, subject: Subject
    ) -> Iterator[tuple[Sequence[Text], tuple[Text, Text], Edge | None]]:
        """What intervals belong to: the key without its beginning, and what joins compare."""
        model = subject.model.spec
        if model.valid is not None:
            start = _plain(model.valid[0])
            rest = [part for part in model.primary_key if _plain(part) != start]
            if rest and len(rest) < len(model.primary_key):
                yield rest, model.valid, None
        for other in self.sender.definitions.catalog.models.values():
            for edge in other.edges.values():
                if edge.target == subject.name and edge.spec.valid is not None:
                    yield [right for _, right in edge.on], edge.spec.valid, edge

    def _overlapping(
        self, subject: Subject, key: Sequence[Text], valid: tuple[Text, Text], edge: Edge | None
    ) -> Tell:
        role = edge.role if edge is not None else None

        def tell(count: int, example: str, seen: str) -> list[Fault]:
            span = valid[0].span
            return [faults.overlaps(subject.of_rows, key, count, example, seen, span, role)]

        return tell

    def _reversed(self, subject: Subject, valid: tuple[Text, Text]) -> Tell:
        def tell(count: int, example: str, seen: str) -> list[Fault]:
            return [faults.reversed_intervals(subject.of_rows, count, example, seen, valid[0].span)]

        return tell

    def _required(self, subject: Subject) -> Iterator[Asked]:
        """Rows of a required join have their partner."""
        for edge in subject.model.edges.values():
            told = (subject.name, edge.role) in self.probes.incomparable
            if edge.required and edge.spec in subject.model.spec.joins and not told:
                body = self._joined(subject, edge)
                if body is not None:
                    keys, partners = _numbered(len(edge.on)), ("partner",)
                    count = _with(self._of(body).lonely, keys, partners)
                    yield Asked(body, count, self._lonely(subject, edge))

    def _lonely(self, subject: Subject, edge: Edge) -> Tell:
        key = [left for left, _ in edge.on]

        def tell(count: int, example: str, seen: str) -> list[Fault]:
            span = edge.spec.to.span or edge.spec.span
            return [faults.orphans(edge.role, subject.what, key, count, example, seen, span)]

        return tell

    def _of(self, body: Projection) -> Branches:
        return self.branches.over(body.columns)

    # --- rows ---------------------------------------------------------------------------------------

    def _columns(
        self, subject: Subject, key: Sequence[Text], valid: Sequence[Text] = ()
    ) -> Projection | None:
        """The rows of a model with a key, and an interval; ``None`` where something of it is not there."""
        names = [*_numbered(len(key)), *("starts", "ends")[: len(valid)]]
        rows = [self._row(subject.name, text) for text in (*key, *valid)]
        if any(row is None for row in rows):
            return None
        named = tuple(
            Named(name, row.tree, row.type) for name, row in zip(names, rows, strict=True) if row is not None
        )
        return Projection(self.lookups.rows(subject.name, [each.tree for each in named]), named)

    def _row(self, model: str, text: Text) -> Row | None:
        try:
            row = self.sender.definitions.key_row(model, text)
        except SemanticError:  # `check` tells
            return None
        return row if self.probes.usable(model, Item(str(text), row.tree, text.span)) else None

    def _joined(self, subject: Subject, edge: Edge) -> Projection | None:
        """The rows of a model, left joined to the other one."""
        own = [self._row(edge.origin, left) for left, _ in edge.on]
        others = [self._row(edge.target, right) for _, right in edge.on]
        others += [self._row(edge.target, bound) for bound in edge.spec.valid or ()]
        if any(row is None for row in (*own, *others)):
            return None
        partner = self.lookups.at(edge.target, edge.on[0][1], (edge.role,))
        trees = [row.tree for row in own if row is not None]
        try:
            rows = _optional(self.lookups.rows(subject.name, [*trees, partner]), edge)
        except SemanticError:  # what is valid at a time of metrics, of rows that have none themselves
            return None
        named = zip(_numbered(len(own)), own, strict=True)
        columns = [Named(name, row.tree, row.type) for name, row in named if row is not None]
        return Projection(rows, (*columns, Named("partner", partner, None)))

    # --- answers ------------------------------------------------------------------------------------

    def _answers(self, subject: Subject, asked: Sequence[Asked]) -> dict[int, tuple[int, str]] | None:
        """How many were found for each question; where the statement fails, each question is asked alone."""
        numbers = range(len(asked))
        answer = self._sent(subject, asked, list(numbers))
        if not isinstance(answer, Fault):
            return answer
        if answer.code == "unmapped":  # a library can do without, and so can what is made of it
            return None
        if answer.code == "timeout":
            self.found.append(faults.not_checked(subject.what, answer, subject.span))
            return None
        answers: dict[int, tuple[int, str]] = {}
        for number in numbers:
            alone = self._sent(subject, asked, [number])
            if isinstance(alone, Fault):
                self.found.append(faults.not_checked(subject.what, alone, subject.span))
            else:
                answers |= alone
        return answers

    def _sent(
        self, subject: Subject, asked: Sequence[Asked], numbers: Sequence[int]
    ) -> dict[int, tuple[int, str]] | Fault:
        try:
            selects, steps = self.sender.lowered([asked[number].body for number in numbers])
        except SemanticError as error:
            return error.faults[0]
        counted = [asked[n].count(n, select) for n, select in zip(numbers, selects, strict=True)]
        rows = self.sender.rows(stacked(counted, steps), subject.name)
        if isinstance(rows, Fault):
            return rows
        return {int(number): (int(found or 0), f"{example:.60}") for number, found, example in _told(rows)}


def _told(rows: Sequence[Sequence[object]]) -> Iterator[tuple[int, int, str]]:
    for number, found, example in rows:
        yield int(str(number)), int(str(found)), str(example)


def _optional(rows: Rows, edge: Edge) -> Rows:
    """The rows with a left join to the model in question, whatever is said of that join."""
    if not isinstance(rows, Lookup):
        return rows
    inner = _optional(rows.input, edge)
    required = rows.required and rows.walk != (edge.role,)
    return replace(rows, input=inner, required=required)


def _with(count: Callable[..., exp.Select], *arguments: object) -> Callable[[int, exp.Select], exp.Select]:
    def counted(number: int, rows: exp.Select) -> exp.Select:
        return count(number, rows, *arguments)

    return counted


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"key_{number}" for number in range(1, count + 1))


def _plain(text: str) -> str:
    return "".join(text.split()).lower()
