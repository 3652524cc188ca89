"""Saved queries and their exports."""

from __future__ import annotations

from semantic import faults
from semantic.interop.metricflow.drafts import Drafts
from semantic.interop.metricflow.nodes import Export, SavedQuery
from semantic.interop.metricflow.parts import filters, said
from semantic.interop.metricflow.records import Record


def saved_query(record: Record, drafts: Drafts, schema: str | None = None) -> None:
    """A question with a name; ``schema`` is where exports go that say none."""
    name = record.named()
    params = record.inner("query_params", "saved query")
    if params is None:
        return
    made = SavedQuery(
        **said(record, name, None, "export_as", "schema", "cache"),
        metrics=params.texts("metrics"),
        group_by=params.texts("group_by"),
        filter=filters(params, "where"),
        order_by=params.texts("order_by"),
        limit=params.whole("limit"),
        exports=tuple(export(each, record, schema) for each in record.records("exports", "export")),
    )
    params.rest()
    record.rest("metadata")
    drafts.saved_queries.append((made, record.place))


def export(record: Record, query: Record, schema: str | None) -> Export:
    """A table or view that a saved query is written to."""
    name = record.named()
    outer = query.tree.get("config")
    tree = {**(outer if isinstance(outer, dict) else {}), **record.data("config")}
    config = Record(tree, record.at("config"), "export", record.told, name)
    alias = config.text("alias")
    if "export_as" not in config:
        record.told.fault(faults.lacks(str(config), "export_as", record.place, "It is 'table' or 'view'."))
    made = Export(
        name=name,
        export_as=config.choice("export_as", ("table", "view", "cache")) or "",
        schema=config.text("schema_name") or config.text("schema") or schema,
        alias=None if alias == name else alias,
    )
    config.asked |= {"schema", "database"}
    config.rest("enabled", "group", "meta", "tags", "cache")  # of the query, which told of them
    record.rest("unrendered_config")
    return made
