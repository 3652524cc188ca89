"""Saved queries as views: their words as paths, their exports as what is deployed."""

from __future__ import annotations

from collections.abc import Iterator

from semantic.faults import SemanticError
from semantic.interop.metricflow.converting.conditions import together
from semantic.interop.metricflow.converting.dropping import Dropped, reasons
from semantic.interop.metricflow.converting.members import Members
from semantic.interop.metricflow.converting.naming import period_name
from semantic.interop.metricflow.converting.scope import Item, described
from semantic.interop.metricflow.filters import by_entity, customs, spelled, walk
from semantic.interop.metricflow.nodes import Export, SavedQuery
from semantic.interop.metricflow.templates import METRIC_TIME, Word, dundered, ending, is_call, pieces, word
from semantic.source import Text

DEPLOYED = "It has no export; as a view it would be deployed by 'semantic apply'."
_GRAINS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_KINDS = ("view", "table")


def views(metrics: Members) -> list[Item]:
    """The items of ``views:``."""
    found: list[Item] = []
    for query in metrics.scope.manifest.saved_queries:
        metrics.scope.report.met("saved query", query.name, query.where)
        metrics.scope.current = ("saved query", query.name)
        try:
            if reason := metrics.scope.refused.get(metrics.scope.current):
                raise Dropped(reason)
            found += _Asked(metrics, query).items()
        except Dropped as dropped:
            metrics.scope.report.dropped("saved query", query.name, dropped.reason)
        except SemanticError as error:
            metrics.scope.report.dropped("saved query", query.name, reasons(error))
    return found


class _Asked:
    """One saved query on its way."""

    def __init__(self, metrics: Members, query: SavedQuery) -> None:
        self.metrics, self.scope, self.query = metrics, metrics.scope, query
        self.customs = customs(self.scope.manifest)
        for name in query.metrics:
            metrics.need(name)
        if not query.metrics:
            raise Dropped("It asks for no metric; a view has some.")
        self.homes = sorted({home for name in query.metrics for home in metrics.homes_of(name)})
        self.paths: dict[str, list[str]] = {}
        self.outputs: dict[str, str] = {name: self.scope.metric_names[name] for name in query.metrics}

    def items(self) -> Iterator[Item]:
        """The view, and one more for each export but the first."""
        name = self.scope.view_names[self.query.name]
        self.scope.renamed("saved query", self.query.name, name)
        item = described({"name": name}, self.query) | self._question()
        exports = [each for each in self.query.exports if self._can(each)]
        if not exports:
            self.scope.report.changed("saved query", self.query.name, DEPLOYED)
        yield item | (self._object(exports[0], name) if exports else {})
        for each in exports[1:]:
            other = self.scope.view_names.another(each.name)
            self.scope.makes("view", other)
            yield {"name": other, "extends": name} | self._object(each, other)

    def _question(self) -> Item:
        item: Item = {"metrics": [self.scope.metric_names[name] for name in self.query.metrics]}
        if self.query.group_by:
            item["by"] = [self._by(text) for text in self.query.group_by]
        if self.query.filter:
            item["where"] = together([self._condition(text) for text in self.query.filter])
        if self.query.limit is not None:
            if self.query.order_by:
                item["order"] = [self._order(text) for text in self.query.order_by]
            item["limit"] = self.query.limit
        return item | ({"paths": self.paths} if self.paths else {})

    # --- words --------------------------------------------------------------------------------------

    def _word(self, text: str) -> Word:
        return word(Text(text), self.customs) if is_call(text) else dundered(text, self.customs)

    def _by(self, text: str) -> str:
        """A path, called as MetricFlow calls the column."""
        found = self._completed(self._word(text))
        path = self._path(found)
        self.outputs[found.spelled] = self.outputs[_dunders(found)] = found.spelled
        return path if path.replace(".", "_") == found.spelled else f"{path} as {found.spelled}"

    def _completed(self, found: Word) -> Word:
        """A word with the grain that it has where it says none."""
        if found.grain or found.part or not self._is_time(found):
            return found
        return Word(found.kind, found.name, found.path, self._default(found), found.part)

    def _is_time(self, found: Word) -> bool:
        return found.name == METRIC_TIME or self._granularity(found) is not None

    def _default(self, found: Word) -> str:
        if found.name != METRIC_TIME:
            return self._granularity(found) or "day"
        metrics = [self.scope.metrics[name] for name in self.query.metrics]
        grains = [each.granularity for each in metrics if each.granularity in _GRAINS]
        for name in self.query.metrics:
            times = self.metrics.times_of(name)
            grains += [self.metrics.homes[home].grain(time) for home, time in times if time]
        return max((str(grain) for grain in grains), key=_GRAINS.index, default="day")

    def _granularity(self, found: Word) -> str | None:
        for home in self.homes:
            path = self._walked(found, home)
            end = self.metrics.end(home, path[:-1]) if path else None
            dimension = self.scope.dimension(end, found.name) if end is not None else None
            if dimension is not None and dimension.kind == "time":
                return dimension.granularity
        return None

    def _path(self, found: Word) -> str:
        """What a word stands for: a path, or a name for the paths of several models."""
        last = ending(found, self.customs, None)
        behind = (period_name(last),) if last else ()
        if found.name == METRIC_TIME and not found.path:
            return ".".join(("time", *behind))
        walked = {home: path for home in self.homes if (path := self._walked(found, home))}
        if not walked:
            walk(found.path, found.name, self.scope.models[self.homes[0]], self.scope.manifest)
        names = self.scope.model_names
        paths = list(dict.fromkeys((names[home], *path) for home, path in walked.items()))
        if len(paths) == 1:
            return spelled((*paths[0], *behind))
        name = "_".join((*found.path, found.name))
        self.paths[name] = [spelled(path) for path in paths]
        return ".".join((name, *behind))

    def _walked(self, found: Word, home: str) -> tuple[str, ...]:
        try:
            return walk(found.path, found.name, self.scope.models[home], self.scope.manifest)
        except SemanticError:
            return ()

    # --- conditions and the order ---------------------------------------------------------------------

    def _condition(self, text: str) -> str:
        parts = pieces(Text(text), self.customs)
        return "".join(part if isinstance(part, str) else self._asked(part) for part in parts).strip()

    def _asked(self, found: Word) -> str:
        if found.kind != "Metric":
            return self._path(self._completed(found))
        if len(self.homes) != 1 or len(found.group_by) != 1:
            raise Dropped(f"Its condition on '{found.name}' is about rows of several models.")
        self.scope.ask_by_entity(found.name, found.group_by, self.homes[0])
        model = by_entity(found.name, found.group_by)
        return spelled((self.scope.model_names[self.homes[0]], model, self.scope.metric_names[found.name]))

    def _order(self, text: str) -> str:
        """A column of the answer; ``-`` is descending."""
        descending = text.startswith("-")
        found = self._word(text.removeprefix("-"))
        name = self.outputs.get(found.spelled) or self.outputs.get(self._completed(found).spelled)
        if name is None:
            raise Dropped(f"It is sorted by '{text}', which it does not ask for.")
        return f"-{name}" if descending or found.descending else name

    # --- exports --------------------------------------------------------------------------------------

    def _can(self, export: Export) -> bool:
        name = f"{self.query.name}.{export.name}"
        self.scope.report.met("export", name)
        if export.export_as in _KINDS:
            return True
        reason = f"A view is deployed as a view or a table, not as {export.export_as}."
        self.scope.report.dropped("export", name, reason)
        return False

    def _object(self, export: Export, name: str) -> Item:
        item: Item = {"materialized": export.export_as}
        if export.schema:
            item["schema"] = export.schema
        if (alias := export.alias or export.name) != name:
            item["as"] = alias
        return item


def _dunders(found: Word) -> str:
    return "__".join((*found.path, found.name))
