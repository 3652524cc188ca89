"""MetricFlow's side, run by the interpreter of `.venv-peers`, which knows nothing of this package.

python theirs.py manifests DIRECTORY OUTPUT   the two manifests of a folder of legacy YAML, as JSON
python theirs.py serve MANIFEST               explains a question for every line of JSON on standard input
python theirs.py once MANIFEST QUESTION       explains one question, and prints its statement
"""

from __future__ import annotations

import argparse
import datetime
import json
import logging
import sys
import time
from pathlib import Path

logging.disable(logging.CRITICAL)


def engine(path: str):
    """An engine over a manifest as dbt writes it, for DuckDB."""
    from metricflow.engine.metricflow_engine import MetricFlowEngine
    from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    manifest = parse_manifest_from_dbt_generated_manifest(Path(path).read_text())
    return MetricFlowEngine(SemanticManifestLookup(manifest), Client())


class Client:
    """As much of a client as `explain` asks for: which engine it is, and how its SQL is written."""

    def __init__(self) -> None:
        from metricflow.protocols.sql_client import SqlEngine
        from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

        self.sql_engine_type = SqlEngine.DUCKDB
        self.sql_plan_renderer = DuckDbSqlPlanRenderer()


def explained(metricflow, question: dict) -> str:
    """The statement for a question: metrics, by, where, order, limit, start, end, saved, extremes."""
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    metrics, by = question.get("metrics") or [], question.get("by") or []
    called = any(isinstance(each, dict) for each in (*metrics, *by))
    request = MetricFlowQueryRequest.create(
        saved_query_name=question.get("saved"),
        **(
            _objects(metrics, by)
            if called
            else {"metric_names": metrics or None, "group_by_names": by or None}
        ),
        where_constraints=question.get("where"),
        order_by_names=question.get("order"),
        limit=question.get("limit"),
        time_constraint_start=_moment(question.get("start")),
        time_constraint_end=_moment(question.get("end")),
        min_max_only=question.get("extremes", False),
    )
    return metricflow.explain(request).sql_statement.sql


def _objects(metrics: list, by: list) -> dict:
    """Metrics and what they are grouped by, where some have names of the question's own."""
    from metricflow_semantics.specs.query_param_implementations import (
        DimensionOrEntityParameter,
        MetricParameter,
        TimeDimensionParameter,
    )

    def group(each: dict):
        return (TimeDimensionParameter if "grain" in each else DimensionOrEntityParameter)(**each)

    named = [each if isinstance(each, dict) else {"name": each} for each in metrics]
    return {
        "metrics": [MetricParameter(**each) for each in named],
        "group_by": [group(each if isinstance(each, dict) else {"name": each}) for each in by],
    }


def _moment(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(text)


def serve(path: str) -> None:
    """An answer for every line: the statement or the refusal, and the seconds it took."""
    metricflow = engine(path)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            said = {"sql": explained(metricflow, question)}
        except Exception as error:
            said = {"refused": f"{type(error).__name__}: {error}"}
        said |= {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps(said), flush=True)


def manifests(directory: str, output: str) -> None:
    """What dbt writes from a folder of legacy YAML, measures and all, and what MetricFlow makes of it."""
    from metricflow_semantic_interfaces.transformations.pydantic_rule_set import (
        PydanticSemanticManifestTransformRuleSet,
    )
    from metricflow_semantics.model.dbt_manifest_parser import transform_dbt_generated_manifest

    raw = _as_dbt_writes_it(_parsed(directory), PydanticSemanticManifestTransformRuleSet())
    Path(output, "semantic_manifest.json").write_text(_lines(raw))
    Path(output, "transformed_manifest.json").write_text(_lines(transform_dbt_generated_manifest(raw)))


def _lines(manifest) -> str:
    """JSON with a line for every definition."""
    parts = []
    for key, value in json.loads(manifest.json()).items():
        inside = value if isinstance(value, list) else [value]
        for each in inside:
            each.get("type_params", {}).get("input_measures", []).sort(key=json.dumps)  # they come from a set
        lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in inside)
        parts.append(
            f"{json.dumps(key)}:[\n{lines}\n]" if isinstance(value, list) else f"{json.dumps(key)}:{lines}"
        )
    return "{" + ",\n".join(parts) + "}\n"


def _parsed(directory: str):
    from metricflow_semantic_interfaces.parsing.dir_to_model import parse_yaml_files_to_semantic_manifest
    from metricflow_semantic_interfaces.parsing.objects import YamlConfigFile

    built = parse_yaml_files_to_semantic_manifest(
        [YamlConfigFile(filepath="project.yaml", contents=_documents(directory))]
    )
    for issue in built.issues.all_issues:
        print(issue.as_readable_str(), file=sys.stderr)
    return built.semantic_manifest


def _as_dbt_writes_it(manifest, rules):
    from metricflow_semantic_interfaces.transformations.add_input_metric_measures import (
        AddInputMetricMeasuresRule,
    )
    from metricflow_semantic_interfaces.transformations.cumulative_type_params import (
        SetCumulativeTypeParamsRule,
    )
    from metricflow_semantic_interfaces.transformations.proxy_measure import CreateProxyMeasureRule
    from metricflow_semantic_interfaces.transformations.semantic_manifest_transformer import (
        PydanticSemanticManifestTransformer,
    )

    later = (CreateProxyMeasureRule(), AddInputMetricMeasuresRule(), SetCumulativeTypeParamsRule())
    ordered = (rules.primary_rules, (*rules.legacy_measure_update_rules, *later))
    return PydanticSemanticManifestTransformer.transform(manifest, ordered)


def _documents(directory: str) -> str:
    """The lists of dbt's files as MetricFlow's own documents, one for each definition."""
    import yaml

    files = [yaml.safe_load(path.read_text()) for path in sorted(Path(directory).glob("*.yml"))]
    made: list[dict] = []
    spines = []
    for file in files:
        made += [{"semantic_model": _related(each)} for each in file.get("semantic_models", ())]
        made += [{"metric": _named(each)} for each in file.get("metrics", ())]
        made += [{"saved_query": each} for each in file.get("saved_queries", ())]
        spines += [_spine(each) for each in file.get("models", ()) if "time_spine" in each]
    made.append({"project_configuration": {"time_spines": spines}})
    return "\n---\n".join(yaml.safe_dump(each, sort_keys=False) for each in made)


def _named(metric: dict) -> dict:
    """dbt also takes the mere name of an input, MetricFlow does not."""
    given = metric["type_params"]
    said = {key: _input(given[key]) for key in ("numerator", "denominator") if key in given}
    if "metrics" in given:
        said["metrics"] = [_input(each) for each in given["metrics"]]
    return metric | {"type_params": given | said}


def _input(said: str | dict) -> dict:
    return {"name": said} if isinstance(said, str) else said


def _relation(name: str) -> dict:
    return {"schema_name": "shop", "alias": name}


def _related(model: dict) -> dict:
    table = model["model"].removeprefix("ref('").removesuffix("')")
    return {key: value for key, value in model.items() if key != "model"} | {
        "node_relation": _relation(table)
    }


def _spine(model: dict) -> dict:
    column = model["time_spine"]["standard_granularity_column"]
    grain = next(each["granularity"] for each in model["columns"] if each["name"] == column)
    made = {
        "node_relation": _relation(model["name"]),
        "primary_column": {"name": column, "time_granularity": grain},
    }
    custom = model["time_spine"].get("custom_granularities")
    return made | ({"custom_granularities": custom} if custom else {})


def main() -> None:
    """One of the three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["manifests", "serve", "once"])
    parser.add_argument("path")
    parser.add_argument("rest", nargs="?", default="")
    asked = parser.parse_args()
    if asked.action == "manifests":
        manifests(asked.path, asked.rest)
    elif asked.action == "serve":
        serve(asked.path)
    else:
        print(explained(engine(asked.path), json.loads(asked.rest)))


if __name__ == "__main__":
    main()
