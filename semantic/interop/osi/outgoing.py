"""The parts of a project as parts of a document, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlglot import exp

from semantic.bind import Definitions, Metric, Metrics, Questions, values
from semantic.bind.leaf import Leaf
from semantic.bind.row import columns_of, conjunction, walk_of
from semantic.catalog import Catalog, Model, Walk
from semantic.check import samples
from semantic.dialect import Dialect, load
from semantic.faults import SemanticError
from semantic.interop.losses import Entry, Losses
from semantic.interop.osi import reasons
from semantic.interop.osi.ansi import Unsaid, in_dialect, plain
from semantic.interop.osi.context import parted
from semantic.interop.osi.naming import word
from semantic.interop.osi.reasons import listed
from semantic.interop.osi.snippets import HEAD, snippets
from semantic.spec import types as spec
from semantic.spec.files import File

_TYPES: Mapping[str, str] = {
    "text": "String", "integer": "Integer", "decimal": "Decimal", "float": "Float", "boolean": "Boolean",
    "date": "Date", "timestamp": "DateTime", "timestamptz": "DateTimeTz",
}  # fmt: skip
_WORDS = re.compile(r"\w+")
_OSI = {"snowflake": "SNOWFLAKE", "bigquery": "BIGQUERY", "postgres": "POSTGRES", "duckdb": "DUCKDB"}


class Untold(Exception):
    """What OSI has no words for; the text says what."""


class Outgoing:
    """A project on its way into a document."""

    def __init__(
        self,
        catalog: Catalog,
        files: list[File],
        libraries: Mapping[str, list[File]],
        dialect: str | None,
        *,
        extensions: bool,
    ) -> None:
        self.catalog, self.extensions = catalog, extensions
        self.target: Dialect | None = None
        if dialect is not None:
            self.target = load(dialect).with_functions(catalog.functions_in(dialect))
        self.definitions = Definitions(catalog, values(catalog, samples(catalog)))
        self.metrics = Metrics(self.definitions)
        Questions(self.definitions, self.metrics)
        self.texts = snippets(files)
        self.library = {key: name for name, each in libraries.items() for key in snippets(each)}
        self.entries: list[Entry] = []
        self.fields: dict[str, dict[str, dict[str, Any]]] = {}
        self.edges: dict[tuple[str, str], str] = {}
        self.apart: dict[str, list[str]] = {}

    # --- the document ---------------------------------------------------------------------------

    def document(self) -> tuple[dict[str, Any], Losses]:
        """The document without a version and without extensions."""
        datasets = [
            tree for model in self.catalog.models.values() for tree in self._try(self._dataset, model)
        ]
        self.datasets = {tree["name"]: tree for tree in datasets}
        if not datasets:
            raise SemanticError([reasons_fault(str(self.catalog.spec.name))])
        relationships = list(self._relationships())
        metrics = [tree for each in self.catalog.metrics.values() for tree in self._try(self._metric, each)]
        for name, tree in self.datasets.items():
            tree["fields"] = list(self.fields[name].values())
        self._others()
        document: dict[str, Any] = {"name": str(self.catalog.spec.name), "datasets": datasets}
        document |= {"relationships": relationships} if relationships else {}
        return document | ({"metrics": metrics} if metrics else {}), Losses(tuple(self.entries))

    def own(self, kind: str, name: str) -> dict[str, Any] | None:
        """What a part carries besides: its definition, or the library that it comes from."""
        if kind == "relationships":
            model = next(model for (model, role), each in self.edges.items() if each == name)
            return {"joined": model}
        key = ("models" if kind == "datasets" else kind, name)
        if key in self.texts:
            joins = (
                {"joins": sum(1 for model, _ in self.edges if model == name)} if kind == "datasets" else {}
            )
            return {"definition": self.texts[key], **joins}
        return {"library": self.library[key]} if key in self.library else None

    def whole(self) -> dict[str, Any]:
        """What the document as a whole carries: what belongs to no part of it."""
        head = {key: self.texts[key, ""] for key in HEAD if (key, "") in self.texts}
        apart = dict(self.apart)
        for kind in ("sources", "parameters", "functions", "macros", "views", "policies"):
            if found := [text for (each, _), text in self.texts.items() if each == kind]:
                apart[kind] = found
        return {"project": head, **apart}

    def _try(self, make: Any, part: Any) -> Iterator[dict[str, Any]]:
        """A part, or none where OSI has no words for it, which is noted."""
        kind = "metric" if isinstance(part, spec.Metric) else "dataset"
        where = str(part.name.span or "") if isinstance(part, spec.Metric) else str(part.spec.name.span or "")
        try:
            tree, notes = make(part)
        except (Untold, Unsaid, SemanticError) as why:
            self._carried(kind, str(part.name), where, str(why))
            return
        flagged = " ".join(notes)
        self.entries.append(Entry("changed" if flagged else "kept", kind, str(part.name), where, flagged))
        yield tree

    def _carried(self, kind: str, name: str, where: str, why: str) -> None:
        """Note what stands in no plain part: an extension carries it, if there are any."""
        key = ("models" if kind == "dataset" else f"{kind}s", name)
        known = key in self.texts or key in self.library
        if key in self.texts and kind in ("dataset", "metric"):
            self.apart.setdefault(key[0], []).append(self.texts[key])
        carried = self.extensions and known
        reason = reasons.carried(why) if carried else reasons.unsaid(why)
        self.entries.append(Entry("changed" if carried else "dropped", kind, name, where, reason))

    # --- datasets -------------------------------------------------------------------------------

    def _dataset(self, model: Model) -> tuple[dict[str, Any], list[str]]:
        tree: dict[str, Any] = {"name": model.name, "source": self._source(model)}
        if key := self._key(model.spec.primary_key):
            tree["primary_key"] = key
        if others := [key for each in model.spec.unique if (key := self._key(each))]:
            tree["unique_keys"] = others
        notes: list[str] = []
        self.fields[model.name] = {}
        for dimension in model.dimensions.values():
            self._field(model, dimension, notes)
        for column in model.columns.values():
            if bare_word(str(column.name)).lower() not in self.fields[model.name]:
                self._add(model.name, bare_word(str(column.name)), column.type, titled(column))
        return tree | titled(model.spec), notes

    def _source(self, model: Model) -> str:
        relation = model.relation
        if model.spec.query is not None:
            raise Untold("it is made from a question")
        if relation.table is not None:
            return str(relation.table)
        if relation.sql is None:
            raise Untold(f"its source '{model.spec.source}' is not mapped")
        if "{" in relation.sql or self.definitions.models_read(model.name):
            raise Untold("its SELECT reads other models, parameters or macros")
        return str(relation.sql).strip()

    def _key(self, key: tuple[Any, ...]) -> list[str]:
        return [bare_word(str(each)) for each in key] if all(map(is_word, key)) else []

    def _field(self, model: Model, dimension: spec.Dimension, notes: list[str]) -> None:
        """A dimension as a field, or a note why it is none."""
        name = str(dimension.name)
        try:
            row = self.definitions.dimension(model.name, name)
            called = lambda column: self._in_field(model.name, column)  # noqa: E731
            spelled = self._spelled(row.tree, called)
            if "{" in (dimension.sql or ""):
                notes.append(reasons.frozen())
        except (Untold, Unsaid, SemanticError) as why:
            notes.append(reasons.field_apart(name, reasons.unsaid(str(why))))
            return
        timely = row.type in ("date", "timestamp", "timestamptz")
        axis = {"dimension": {"is_time": True}} if timely else {"dimension": {}}
        typed = {"datatype": _TYPES[row.type]} if row.type else {}
        tree = {"name": name, "expression": spelled, **axis, **typed, **titled(dimension)}
        self.fields[model.name][name.lower()] = tree

    def _in_field(self, model: str, column: exp.Column) -> exp.Expr:
        """A column in the expression of a field: of its own dataset, or of one that a row leads to."""
        walk = walk_of(column)
        end = self._reached(model, walk)
        return exp.column(column.this.copy(), end) if walk else exp.column(column.this.copy())

    def _add(self, model: str, name: str, kind: str | None, said: dict[str, Any]) -> None:
        """A column that no dimension names."""
        dialects = [{"dialect": "ANSI_SQL", "expression": quoted(name)}]
        typed = {"datatype": _TYPES[kind]} if kind else {}
        self.fields[model][name.lower()] = {
            "name": name,
            "expression": {"dialects": dialects},
            **typed,
            **said,
        }

    def _spelled(self, tree: exp.Expr, called: Any) -> dict[str, Any]:
        """An expression in ANSI_SQL, and in the dialect that was asked for."""
        dialects = []
        try:
            dialects.append({"dialect": "ANSI_SQL", "expression": plain(tree, called)})
        except Unsaid:
            if self.target is None:
                raise
        said = in_dialect(tree, called, self.target) if self.target is not None else None
        if self.target is not None and said is not None:
            dialects.append({"dialect": _OSI[self.target.name], "expression": said})
        if not dialects:
            raise Untold("it has no words in one expression")
        return {"dialects": dialects}

    # --- relationships --------------------------------------------------------------------------

    def _relationships(self) -> Iterator[dict[str, Any]]:
        used: set[str] = set()
        for model in self.catalog.models.values():
            for join in model.spec.joins if model.name in self.datasets else ():
                why = self._unjoined(join)
                role = str(join.role)
                where = str(join.to.span or "")
                if why:
                    self._carried("relationship", f"{model.name}.{role}", where, why)
                    continue
                name = f"{model.name}_to_{role}" if role == join.to or role in used else role
                used.add(name)
                self.edges[model.name, role] = name
                self.entries.append(Entry("kept", "relationship", name, where))
                here, there = ([bare_word(str(pair[side])) for pair in join.on] for side in (0, 1))
                yield {"name": name, "from": model.name, "to": str(join.to),
                       "from_columns": here, "to_columns": there}  # fmt: skip

    def _unjoined(self, join: spec.Join) -> str:
        """Why a join is no relationship, if that is so."""
        if join.to not in self.datasets:
            return f"'{join.to}' is no dataset"
        if join.valid is not None:
            return "OSI has no joins to the row that is valid at a time"
        return "" if all(is_word(part) for pair in join.on for part in pair) else "it joins on expressions"

    # --- metrics --------------------------------------------------------------------------------

    def _metric(self, definition: spec.Metric) -> tuple[dict[str, Any], list[str]]:
        name = str(definition.name)
        if definition.hidden:
            raise Untold("OSI has no hidden metrics")
        metric: Metric = self.metrics.metric(name, definition.name.span)
        trees = {key: self._aggregate(leaf) for key, leaf in metric.leaves.items()}
        tree = _filled(metric.tree, {key: each for key, (each, _) in trees.items()})
        homes = list(dict.fromkeys(leaf.home for leaf in metric.leaves.values()))
        notes = [reasons.fan_out(homes)] if len(homes) > 1 else []
        notes += [reasons.frozen()] if self._asks_parameters(definition) else []
        notes += [reasons.own_axis(definition.time)] if definition.time is not None else []
        typed = {"datatype": _TYPES[metric.type]} if metric.type else {}
        spelled = self._spelled(tree, lambda column: column)
        return {"name": name, "expression": spelled, **typed, **titled(definition)}, notes

    def _asks_parameters(self, definition: spec.Metric, seen: tuple[str, ...] = ()) -> bool:
        """Whether a parameter stands in the texts of a metric, or of those that it names."""
        text = f"{definition.sql} {definition.filter} {definition.metric}"
        words = set(_WORDS.findall(text))
        if "{" in text and words & self.catalog.parameters.keys():
            return True
        others = [
            self.catalog.metrics[each] for each in words & self.catalog.metrics.keys() if each not in seen
        ]
        return any(self._asks_parameters(each, (*seen, str(definition.name))) for each in others)

    def _aggregate(self, leaf: Leaf) -> tuple[exp.Expr, str]:
        """A leaf as an aggregate over fields of datasets; raises `Untold`."""
        if why := _seen(leaf):
            raise Untold(why)
        if leaf.home not in self.datasets:
            raise Untold(f"it counts rows of '{leaf.home}', which is no dataset")
        call = self._chosen(leaf)
        models = {self._reached(leaf.home, walk_of(column)) for column in columns_of(call)}
        if leaf.home not in models:
            raise Untold(f"it runs over rows of '{leaf.home}', and reads {listed(sorted(models))} only")
        holder = exp.Paren(this=call)
        for column in columns_of(holder):
            column.replace(self._named(leaf.home, column))
        return holder.this, leaf.home

    def _chosen(self, leaf: Leaf) -> exp.Expr:
        """The aggregate over the rows that its conditions choose."""
        call = leaf.call.copy()
        if call.this == "count_rows":
            key = self.datasets[leaf.home].get("primary_key")
            if not key:
                raise Untold(f"it counts rows of '{leaf.home}', which has no primary key to count")
            column = exp.Column(this=exp.to_identifier(key[0]), table=exp.to_identifier("/", quoted=True))
            call = exp.Anonymous(this="count", expressions=[column])
        if leaf.conditions:
            if any(condition.exists for condition in leaf.conditions):
                raise Untold("it has a condition on a many side")
            test = conjunction([condition.tree.copy() for condition in leaf.conditions])
            first = exp.Case(ifs=[exp.If(this=test, true=call.expressions[0].copy())])
            call = exp.Anonymous(this=call.this, expressions=[first, *call.expressions[1:]])
        return call

    def _named(self, home: str, column: exp.Column) -> exp.Expr:
        """A column of a bound aggregate as a field of a dataset."""
        model = self._reached(home, walk_of(column))
        name, fields = column.name, self.fields[model]
        if name in self.definitions.computed.get(model, {}):
            raise Untold("OSI has no conversions")
        known = fields.get(name.lower())
        if known is None:
            kind = self.definitions.stored_type(self.catalog.models[model], column)
            self._add(model, name, kind, {})
        elif known["expression"]["dialects"][0]["expression"].lower() not in (
            name.lower(),
            quoted(name).lower(),
        ):
            raise Untold(f"the column '{name}' of '{model}' has the name of another field")
        quotes = bool(column.this.args.get("quoted")) and not is_word(name)
        return exp.column(exp.to_identifier(name, quoted=quotes or None), model)

    def _reached(self, model: str, walk: Walk) -> str:
        """The dataset at the end of a walk, if a document tells it by its name alone."""
        origin = model
        for edge in self.catalog.edges(model, walk):
            if (edge.origin, edge.role) not in self.edges and self.edges:
                raise Untold(f"it goes by '{edge.role}', which is no relationship")
            origin = edge.target
        ways = [each for each, end in self.catalog.walks(model) if end == origin]
        if walk and len(ways) > 1:
            raise Untold(f"several joins lead from '{model}' to '{origin}', and OSI cannot say which")
        return origin

    # --- all else -------------------------------------------------------------------------------

    def _others(self) -> None:
        """What OSI has no parts for."""
        project = self.catalog.spec
        groups: tuple[tuple[str, Any], ...] = (
            ("parameter", project.parameters), ("function", project.functions), ("macro", project.macros),
            ("view", project.views), ("policy", project.policies),
        )  # fmt: skip
        for kind, parts in groups:
            for part in parts:
                self._other(kind, part)

    def _other(self, kind: str, part: Any) -> None:
        plural = "policies" if kind == "policy" else f"{kind}s"
        key = (plural, str(part.name))
        carried = self.extensions and (key in self.texts or key in self.library)
        why = reasons.unguarded() if kind == "policy" else f"OSI has no {plural}"
        reason = reasons.carried(why) if carried else reasons.unsaid(why)
        verdict = "changed" if carried else "dropped"
        self.entries.append(Entry(verdict, kind, str(part.name), str(part.name.span or ""), reason))  # type: ignore[arg-type]


def _filled(tree: exp.Expr, leaves: Mapping[str, exp.Expr]) -> exp.Expr:
    """The tree of a metric with its aggregates in it."""
    holder = exp.Paren(this=tree.copy())
    for column in columns_of(holder):
        if column.table == "#":
            value = leaves[column.name].copy()
            bare = isinstance(value, (exp.Anonymous, exp.Column))
            column.replace(value if bare else exp.Paren(this=value))
    made: exp.Expr = holder.this
    return made


def _seen(leaf: Leaf) -> str:
    """How an aggregate is seen that OSI has no words for."""
    if leaf.retained is not None:
        return "OSI has no retention"
    if leaf.per is not None:
        return "OSI has no aggregates over entities"
    if leaf.through:
        return "OSI has no windows over time and no offsets"
    if leaf.chosen is not None or leaf.at is not None:
        return "OSI does not choose the rows of a moment"
    return "OSI has no totals, shares, ranks and fixed ranges" if leaf.told else ""


def titled(part: spec.Described) -> dict[str, Any]:
    """What people and an AI are told of a part."""
    words, context = parted(str(part.description.get("en") or next(iter(part.description.values()), "")))
    tree: dict[str, Any] = {"description": words} if words else {}
    said = {"instructions": context.instructions, "synonyms": list(context.synonyms),
            "examples": list(context.examples)}  # fmt: skip
    told = {key: value for key, value in said.items() if value}
    labels = {str(text) for text in part.label.values()}
    if isinstance(part, spec.Dimension) and part.label:
        tree["label"] = str(part.label.get("en") or next(iter(part.label.values())))
    elif labels:
        told["synonyms"] = [*told.get("synonyms", ()), *sorted(labels)]
    return tree | ({"ai_context": told} if told else {})


def _first(field: Mapping[str, Any]) -> str:
    """The first expression of a field."""
    return str(field["expression"]["dialects"][0]["expression"])


def bare_word(name: str) -> str:
    """A column's name without its quotes."""
    return name.strip().strip('"')


def is_word(name: Any) -> bool:
    """Whether a text is the name of one column."""
    text = str(name).strip()
    return text == word(text) or (len(text) > 2 and text[0] == text[-1] == '"')


def quoted(name: str) -> str:
    """A column in plain SQL."""
    return name if word(name) == name else f'"{name}"'


def reasons_fault(name: str) -> Any:
    """A project of which nothing can be said."""
    from semantic import faults

    return faults.nothing_to_export(name)
