"""YAML of dbt (both spellings) and of MetricFlow, document by document.

Which spelling a definition has is told by its keys, one by one, so that a folder may mix them: a metric with
``type_params`` is of the older one, an entry of ``models:`` with ``semantic_model:`` of the newest.
"""

from __future__ import annotations

from semantic import faults
from semantic.faults.interop import Place
from semantic.interop.metricflow import latest, older, parts, queries, spines
from semantic.interop.metricflow.drafts import Drafts
from semantic.interop.metricflow.nodes import TimeSpine
from semantic.interop.metricflow.project import Project
from semantic.interop.metricflow.records import Record
from semantic.interop.metricflow.trees import Tree
from semantic.source import Span

NATIVE = ("semantic_model", "metric", "saved_query", "project_configuration")
OURS = ("semantic_models", "metrics", "saved_queries", "models", *NATIVE)
_TABLES = ("models", "seeds", "snapshots")
_OF_DBT = (
    "analyses", "anchors", "data_tests", "exposures", "functions", "groups", "macros", "seeds", "snapshots",
    "sources", "tests", "unit_tests", "version",
)  # fmt: skip
_OF_PACKAGE = frozenset(("calculation_method", "time_grains"))  # keys of metrics before there was MetricFlow
LEGACY_SPINE = "metricflow_time_spine"


class Documents:
    """All documents of a project: first what they say of tables, then the definitions."""

    def __init__(self, project: Project, drafts: Drafts) -> None:
        self.project = project
        self.drafts = drafts
        self.records: list[Record] = []

    @property
    def defining(self) -> bool:
        """Whether anything here is a semantic model or a metric."""
        return any(key in each.tree for each in self.records for key in OURS if key != "models") or any(
            "semantic_model" in entry.tree for each in self.records for entry in _entries(each, "models")
        )

    def add(self, tree: Tree, place: Span) -> None:
        """One more document."""
        if not isinstance(tree, dict):
            return
        record = Record(tree, place, "file", self.drafts.told)
        self.records.append(record)
        for key in _TABLES:
            for each in _entries(record, key):
                self.project.described(each)
        for each in _entries(record, "sources"):
            self.project.sourced(each)

    def read(self) -> None:
        """All definitions."""
        for record in self.records:
            if any(key in record.tree for key in OURS):
                self.rendered(record)
                self.native(record)
                self.lists(record)
                record.rest(*_OF_DBT)
        self.legacy_spine()

    def rendered(self, record: Record) -> None:
        """Reads the Jinja of definitions; that of models which are nothing but models is left alone."""
        for key in OURS:
            if key != "models":
                self.project.jinja.rendered(record.tree.get(key), record.at(key), key)
        for each in _entries(record, "models"):
            if each.tree.keys() & {"semantic_model", "time_spine"}:
                self.project.jinja.rendered(each.tree, but="config")  # which `project` reads

    def native(self, record: Record) -> None:
        """MetricFlow's own documents."""
        told = self.drafts.told
        for key in NATIVE:
            each = record.record(key, key.replace("_", " "))
            if each is None:
                continue
            if key == "semantic_model":
                older.semantic_model(each, self.drafts, self.node_relation)
            elif key == "metric":
                older.metric(each, self.drafts)
            elif key == "saved_query":
                queries.saved_query(each, self.drafts)
            else:
                spines.project_configuration(each, self.drafts)
        if sum(key in record for key in NATIVE) > 1:
            found = [key for key in NATIVE if key in record]
            told.fault(faults.both_stand("The document", found, record.place))

    def node_relation(self, record: Record) -> tuple[str, ...]:
        """The table of a document of MetricFlow, which may also name a model of dbt."""
        if "model" in record and "node_relation" not in record:
            return self.project.relation(record)
        return spines.node_relation(record)

    def lists(self, record: Record) -> None:
        """The lists of dbt."""
        for each in record.records("semantic_models", "semantic model"):
            each.name = str(each.tree.get("name", ""))
            if parts.enabled(each, self.drafts.told):
                older.semantic_model(each, self.drafts, self.project.relation, self.project.types(each))
        for each in record.records("metrics", "metric"):
            self.metric(each)
        for each in record.records("saved_queries", "saved query"):
            each.name = str(each.tree.get("name", ""))
            if parts.enabled(each, self.drafts.told):
                queries.saved_query(each, self.drafts, self.project.schema)
        for each in record.records("models", "model"):
            latest.model(each, self.project, self.drafts)

    def metric(self, record: Record) -> None:
        """A metric beside models, of either spelling."""
        record.name = str(record.tree.get("name", ""))
        if not parts.enabled(record, self.drafts.told):
            return
        if record.tree.keys() & _OF_PACKAGE:
            reason, hint = (
                "is one of the package dbt_metrics, which ended with dbt 1.5",
                "Write it over a semantic model.",
            )
            self.drafts.told.fault(faults.misfit(str(record), reason, hint, record.place))
        elif "type_params" in record.tree:
            older.metric(record, self.drafts)
        else:
            latest.metric(record, self.drafts, None)

    def legacy_spine(self) -> None:
        """The model that was the spine by its name, before models could say so."""
        relations = {each.relation[-1:] for each in self.drafts.spines}
        days = any(each.granularity == "day" for each in self.drafts.spines)
        if LEGACY_SPINE in self.project.tables and not days and (LEGACY_SPINE,) not in relations:
            place: Place = self.project.called(self.project.root)
            relation = self.project.relation_of(LEGACY_SPINE, place, read=False)
            spine = TimeSpine(relation=relation, column="date_day", granularity="day", where=str(place))
            self.drafts.spines.append(spine)


def _entries(record: Record, key: str) -> list[Record]:
    """The mappings of a list, before anything is said about those that are none."""
    value = record.tree.get(key)
    if not isinstance(value, list):
        return []
    return [Record(each, record.place, key, record.told) for each in value if isinstance(each, dict)]
