"""Tables of models and of time spines, as manifests and MetricFlow's documents name them."""

from __future__ import annotations

from semantic import faults
from semantic.interop.metricflow.drafts import Drafts
from semantic.interop.metricflow.nodes import TimeSpine
from semantic.interop.metricflow.records import Record
from semantic.interop.metricflow.windows import STANDARD, dotted


def node_relation(record: Record) -> tuple[str, ...]:
    """The table of a model or a spine, as manifests name it."""
    own = record.inner("node_relation")
    if own is None:
        return ()
    whole = own.text("relation_name")
    parts = own.text("database"), own.text("schema_name"), own.text("alias")
    own.rest()
    if parts[2] is None and whole is None:
        own.told.fault(faults.lacks(f"The {record.kind} '{record.name}'", "alias", own.place))
    return tuple(each for each in parts if each) if parts[2] else dotted(whole or "")


def project_configuration(record: Record, drafts: Drafts) -> None:
    """The spines of a project, in both of its spellings."""
    for each in record.records("time_spines", "time spine"):
        time_spine(each, drafts)
    for each in record.records("time_spine_table_configurations", "time spine"):
        spine = TimeSpine(
            relation=dotted(each.need("location")),
            column=each.need("column_name"),
            granularity=each.choice("grain", STANDARD) or "day",
            where=str(each.place),
        )
        each.rest("metadata")
        if all(known.granularity != spine.granularity for known in drafts.spines):
            drafts.spines.append(spine)
    record.rest("metadata", "dsi_package_version")


def time_spine(record: Record, drafts: Drafts) -> None:
    """A table with a row for every period."""
    column = record.inner("primary_column", "time spine")
    if column is None:
        return
    spine = TimeSpine(
        relation=node_relation(record),
        column=column.need("name"),
        granularity=column.choice("time_granularity", STANDARD) or "day",
        custom=custom_granularities(record),
        where=str(record.place),
    )
    column.rest()
    record.rest("metadata")
    drafts.spines.append(spine)


def custom_granularities(record: Record) -> tuple[tuple[str, str], ...]:
    """Names of granularities, each with its column of the spine."""
    found = []
    for each in record.records("custom_granularities", "custom granularity"):
        name = each.named()
        found.append((name.lower(), each.text("column_name") or name))
        each.rest()
    return tuple(found)
