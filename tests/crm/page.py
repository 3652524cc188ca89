"""``docs/crm.md``, a page for each part of the library, and ``docs/crm-parameters.md``, from the definitions.

``python -m tests.crm.page`` writes them; a test fails while they are stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias

from semantic.bind import bind
from semantic.bind.leaf import Leaf
from semantic.emit import emit
from semantic.layer import Layer
from semantic.lower import lower
from semantic.plan import Result
from semantic.plan.reads import columns_read
from semantic.planner import plan
from semantic.query import Query
from semantic.show.definition import definition_tree
from semantic.show.listing import MetricRecord, metric_record
from semantic.show.trees import Tree
from semantic.spec import types
from semantic.spec.pause import without_collection
from tests.crm.library import library, mapped, spec

DOCS = Path(__file__).parents[2] / "docs"
INDEX, PARAMETERS, PARTS = DOCS / "crm.md", DOCS / "crm-parameters.md", DOCS / "crm"
LANGUAGES = ("en", "ko", "zh")
TITLES = {
    "purchase": "Purchase and repurchase",
    "rfm": "Recency, frequency, monetary value",
    "value": "Customer value",
    "loyalty": "Satisfaction, loyalty, referral",
    "relationship": "Acquisition, retention, churn, engagement",
    "beyond": "Beyond the documents",
}
#: The documents: title, language, what their numbers are.
DOCUMENTS = {
    "S0": ("CRM 지표 정의", "Korean", "the number of the item"),
    "S1": ("고객유지(충성도)", "Korean", "the number of the slide"),
    "S2": ("CRM 마케팅 성과 측정 방법과 주요 지표", "Korean", "the document as a whole"),
    "S3": ("Crm计量单位解析", "Chinese", "the number of the item"),
}
#: What counts by a dimension, or by those of a model that has no `count(*)` of its own.
COUNTED = {
    "contact_responses": "mailed_count",
    "customer_referral_value": "valued_customer_count",
    "customer_rfm_at_contacts": "mailed_count",
    "customer_value": "valued_customer_count",
    "customer_value.abc_class": "abc_customer_count",
    "customer_value.customer_portfolio": "portfolio_customer_count",
    "customer_value.ltv_segment": "ltv_segment_customer_count",
    "product_plans": "ltv_product_lines",
    "rfm_fitted_cells": "rfm_fitted_response",
    "rfm_response_model": "response_model_contacts",
    "surveys": "csat_answers",
    "surveys.nps_group": "nps_respondents",
}
_INTRODUCTION = """\
# The CRM library

Written by `python -m tests.crm.page` from the definitions (`metric_defs/crm`).

{metrics} metrics and {dimensions} scores and segments over {sources} tables. How these tables are mapped to
your own is told in [the guide](crm-guide.md), what can be chosen in [the parameters](crm-parameters.md). The
link at each name leads to what it means, what it is made of, and its SQL.

{contents}

## Where the definitions come from

| | document | language | the reference names |
|---|---|---|---|
{documents}
| BEYOND | none: what CRM teams ask for beyond the documents | | |

## Words

* A **visit** (구매횟수, 购买次数) is a day on which a known customer bought for more than was returned.
  Orders of one day are one visit; a day that is returned in full is none.
* A **known customer** is one that the order names. Purchases of others count in units and amounts only if
  `include_anonymous` says so.
* The **base population** (모수, 基数) are all customers who ever bought, or all who are registered, as
  `base_population` says.
* `as_of` (기준일, 截止日) is the last day that scores and values look at; today unless said otherwise.
* Money is in the currency of the source. The units say KRW, as the documents do.

## How to read the tables

* A **metric** is asked for by its name: `semantic run purchase_rate_3m --by time.month --time 2024`. Some
  *need* more of a question: `time` is a period of time, such as `time.month`, or a range with an end;
  `since.month` is the number of months since a cohort began.
* A **dimension** is asked by: `semantic run rfm_customers --by customer_rfm.rfm_code`. The scores and
  segments of customers are dimensions. Before the point stands the model that they are columns of; the row
  names a metric that counts by them.
* Values of an **additive** metric can be added up over all groups, those of a **semi-additive** one over all
  but time. Those of a **non-additive** one (distinct customers, ratios, averages) cannot; they are computed
  anew for every group. The **min-max** of several groups is the smallest or largest of them.
* **Sources** are the tables that are read. A project can do without those that are marked with `?`; what
  reads them is unavailable then.
"""


@dataclass(frozen=True)
class Asked:
    """A question as it was compiled: its statement, and the columns that it reads of every source."""

    sql: str
    sources: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Entry:
    """A metric, or a dimension with the model before its name and the metric that counts by it."""

    name: str
    part: str
    item: types.Metric | types.Dimension
    question: Query
    asked: Asked
    parameters: tuple[str, ...]
    tests: tuple[str, ...]
    record: MetricRecord | None = None
    counted: str = ""

    @property
    def link(self) -> str:
        """Its section, as seen from the index."""
        return f"crm/{self.part}.md#{anchor(self.name)}"


class Book:
    """The library bound once, with all that the pages tell of it."""

    def __init__(self) -> None:
        self.layer = Layer.from_text(semantic=mapped())
        self.definitions, self.known = self.layer.context({})
        self.texts = Texts(spec())
        self.names = _names()
        self.sources = {str(source.name): source for source in spec().sources}

    @cached_property
    def entries(self) -> list[Entry]:
        """Everything that has a section, in the order of the files."""
        found = [self._metric(metric) for metric in spec().metrics]
        for model in spec().models:
            found += [self._dimension(model, each) for each in model.dimensions if is_listed(each)]
        return found

    @cached_property
    def named(self) -> dict[str, Entry]:
        """Everything that has a section, by name."""
        return {entry.name: entry for entry in self.entries}

    def made_of(self, entry: Entry) -> list[str]:
        """What else an entry names that has a section, in the order of the files."""
        made = self.texts.sections_in(entry.name, entry.item)
        return [name for name in self.named if name in made and name != entry.name]

    def _metric(self, metric: types.Metric) -> Entry:
        bound = self.known.metric(metric.name)
        record = metric_record(bound)
        if not record.needs and any(map(_is_offset, bound.leaves.values())):
            record = replace(record, needs=("time",))
        question = _question(record)
        return Entry(
            name=record.name,
            part=part(metric),
            item=metric,
            question=question,
            asked=self._asked(question),
            parameters=self.texts.parameters_of(("", record.name)),
            tests=tuple(case.name for case in library() if record.name in case.metrics),
            record=record,
        )

    def _dimension(self, model: types.Model, dimension: types.Dimension) -> Entry:
        name, own = f"{model.name}.{dimension.name}", (str(model.name), str(dimension.name))
        counted = COUNTED.get(name) or COUNTED.get(own[0]) or _counting(model)
        question = Query.of(metrics=counted, by=name)
        told = re.compile(rf"\b{re.escape(name)}\b")
        return Entry(
            name=name,
            part=part(model),
            item=dimension,
            question=question,
            asked=self._asked(question),
            parameters=self.texts.parameters_of(own, (own[0], "")),
            tests=tuple(case.name for case in library() if any(map(told.search, case.texts))),
            counted=counted,
        )

    def _asked(self, question: Query) -> Asked:
        dialect = self.layer.target_dialect("duckdb")
        result = plan(self.definitions, bind(self.definitions, self.known, question))
        return Asked(emit(lower(result, self.definitions, dialect), dialect, question), self._columns(result))

    def _columns(self, result: Result) -> dict[str, tuple[str, ...]]:
        """The sources that a plan reads, required ones first, each with the columns that are read of it."""
        relations = {name: self.layer.catalog.models[name].relation for name in result.models}
        models = {m: str(r.name) for m, r in relations.items() if isinstance(r, types.Source)}
        read: dict[str, set[str]] = {name: set() for name in models.values()}
        for body in (*(step.body for step in result.steps), result):
            for model, column in columns_read(body):
                if model in models:
                    read[models[model]].add(column.lower())
        ordered = sorted(
            read, key=lambda name: (not self.sources[name].required, list(self.sources).index(name))
        )
        return {name: self._told(name, read[name]) for name in ordered}

    def _told(self, source: str, read: set[str]) -> tuple[str, ...]:
        return tuple(
            str(c.name) if c.required else f"{c.name}?"
            for c in self.sources[source].columns
            if str(c.name).lower() in read
        )

    def source(self, name: str) -> str:
        """A source as it is told, marked where a project can do without it."""
        return f"`{name}`" if self.sources[name].required else f"`{name}?`"


@cache
def book() -> Book:
    """The library, read and bound once."""
    return Book()


#: Where the pages stand.
PATHS = (INDEX, PARAMETERS, *(PARTS / f"{name}.md" for name in TITLES))


@cache
def pages() -> Mapping[Path, str]:
    """All pages as they should be."""
    with without_collection():
        return dict(zip(PATHS, (_index(), _parameters(), *map(_part, TITLES)), strict=True))


# --- the index ----------------------------------------------------------------------------------------


def _index() -> str:
    entries = book().entries
    contents = "\n".join(f"* [{title}](#{anchor(title)})" for title in TITLES.values())
    documents = "\n".join(
        f"| {key} | {title} | {language} | {numbers} |"
        for key, (title, language, numbers) in DOCUMENTS.items()
    )
    metrics = sum(entry.record is not None for entry in entries)
    head = _INTRODUCTION.format(
        metrics=metrics,
        dimensions=len(entries) - metrics,
        sources=len(book().sources),
        contents=contents,
        documents=documents,
    )
    return "\n".join([head, *(_chapter(name, title) for name, title in TITLES.items())])


def _chapter(name: str, title: str) -> str:
    entries = [entry for entry in book().entries if entry.part == name]
    metrics = [entry for entry in entries if entry.record is not None]
    dimensions = [entry for entry in entries if entry.record is None]
    tables = [f"## {title}\n"]
    common = ("English · 한국어 · 中文", "reference", "unit")
    if metrics:
        head = ["metric", *common, "additivity", "needs", "sources"]
        tables.append(_table(head, map(_metric_row, metrics)))
    if dimensions:
        head = ["dimension", *common, "counted by", "sources"]
        tables.append(_table(head, map(_dimension_row, dimensions)))
    return "\n".join(tables)


def _metric_row(entry: Entry) -> tuple[str, ...]:
    record = entry.record
    assert record is not None
    return (
        f"[`{entry.name}`]({entry.link})",
        _labels(entry.item.label),
        _reference(entry.item),
        plain(record.unit or ""),
        record.additivity,
        _needs(record),
        _sources(entry),
    )


def _dimension_row(entry: Entry) -> tuple[str, ...]:
    return (
        f"[`{entry.name}`]({entry.link})",
        _labels(entry.item.label),
        _reference(entry.item),
        plain(entry.item.unit or ""),
        f"`{entry.counted}`",
        _sources(entry),
    )


def _labels(labels: types.Labels) -> str:
    """The labels, each told once.

    >>> _labels({"en": "CLV", "ko": "CLV", "zh": "价值"})
    'CLV · 价值'
    """
    return " · ".join(dict.fromkeys(plain(labels[language]) for language in LANGUAGES))


def _reference(item: types.Described) -> str:
    """The reference without the literature behind it."""
    return (item.reference or "").partition(";")[0].replace(",", ", ")


def _needs(record: MetricRecord) -> str:
    return ", ".join(f"`{path}`" for path in record.needs)


def _sources(entry: Entry) -> str:
    return ", ".join(map(book().source, entry.asked.sources))


# --- the pages of the parts ---------------------------------------------------------------------------


def _part(name: str) -> str:
    entries = [entry for entry in book().entries if entry.part == name]
    metrics = [entry for entry in entries if entry.record is not None]
    dimensions = [entry for entry in entries if entry.record is None]
    parts = [
        f"# {TITLES[name]}\n\nWritten by `python -m tests.crm.page` from `metric_defs/crm/{name}`."
        " All of the library: [the index](../crm.md).\n"
    ]
    for title, some in (("Metrics", metrics), ("Scores and segments", dimensions)):
        if some:
            links = ", ".join(f"[{entry.name}](#{anchor(entry.name)})" for entry in some)
            parts.append(f"**{title}.** {links}\n")
    return "\n".join([*parts, *map(_section, entries)])


def _section(entry: Entry) -> str:
    return (
        "\n\n".join(
            [
                f"## {entry.name}",
                f"**{_labels(entry.item.label)}**",
                *_descriptions(entry.item.description),
                _properties(entry).rstrip(),
                f"```yaml\n{_definition(entry)}\n```",
                _facts(entry),
                _details(entry),
                "",
            ]
        ).rstrip("\n")
        + "\n"
    )


def _descriptions(descriptions: types.Labels) -> Iterator[str]:
    told = [_marked(descriptions[language]) for language in LANGUAGES if language in descriptions]
    if told:
        yield "\n".join(f"* {text}" for text in told)


def _marked(text: str) -> str:
    """A text of a person with the names of the library as code.

    >>> _marked("as_of까지의 1~2, see clv_basis | x")
    '`as_of`까지의 1\\\\~2, see `clv_basis` \\\\| x'
    """
    pieces = re.split(r"([A-Za-z]\w*(?:\.\w+)*)", " ".join(text.split()), flags=re.ASCII)
    known = book().names
    return "".join(
        f"`{piece}`"
        if index % 2 and ("_" in piece or "." in piece) and set(piece.split(".")) <= known
        else plain(piece)
        for index, piece in enumerate(pieces)
    )


def _properties(entry: Entry) -> str:
    item, record = entry.item, entry.record
    cells = {"reference": plain((item.reference or "").replace(",", ", ").replace(",  ", ", "))}
    cells |= {"unit": plain(item.unit or "none"), "format": f"`{item.format}`" if item.format else "none"}
    if record is None:
        cells |= {"counted by": _linked(entry, entry.counted)}
    else:
        cells |= {"additivity": record.additivity, "needs": _needs(record) or "nothing"}
    return _table(tuple(cells), [tuple(cells.values())])


def _definition(entry: Entry) -> str:
    """The definition in its own words, without those that stand elsewhere."""
    elsewhere = ("label", "description", "reference", "unit", "format")
    tree = definition_tree("", entry.name, entry.item)
    parts = [p for p in tree.parts if p.text.partition(":")[0] not in elsewhere]
    if not parts:
        return f"sql: {entry.name.rpartition('.')[2]}"
    return "\n".join(line for part in parts for line in _indented(part, ""))


def _indented(tree: Tree, indent: str) -> Iterator[str]:
    """A tree as YAML would have it.

    >>> list(_indented(Tree.of("sql", "a +\\nb"), ""))
    ['sql: |', '  a +', '  b']
    """
    if not tree.parts:
        yield from (f"{indent}{line.rstrip()}" for line in tree.text.splitlines())
        return
    block = len(tree.parts) == 1 and not tree.parts[0].parts and "\n" in tree.parts[0].text
    yield f"{indent}{tree.text}:{' |' if block else ''}"
    for each in tree.parts:
        yield from _indented(each, f"{indent}  ")


def _facts(entry: Entry) -> str:
    record = entry.record
    facts = []
    if record is not None and record.meaning:
        facts.append(f"**Means**: {_marked(record.meaning)}.")
    if made := book().made_of(entry):
        facts.append(f"**Made of**: {', '.join(_linked(entry, name) for name in made)}.")
    facts.append(f"**Reads**: {'; '.join(_inputs(entry))}.")
    if entry.parameters:
        facts.append(f"**Parameters of all this**: {', '.join(_choices(entry.parameters))}.")
    if entry.tests:
        facts.append("**Tests**: " + "; ".join(f"*{plain(test)}*" for test in entry.tests) + ".")
    return "\n".join(f"* {fact}" for fact in facts)


def _linked(entry: Entry, name: str) -> str:
    """A name with a link to its section, as seen from the page of another."""
    there = book().named[name]
    page = "" if there.part == entry.part else f"{there.part}.md"
    return f"[`{name}`]({page}#{anchor(name)})"


def _inputs(entry: Entry) -> Iterator[str]:
    for source, columns in entry.asked.sources.items():
        told = f" ({', '.join(columns)})" if columns else ""
        yield f"{book().source(source)}{told}"


def _choices(names: Iterable[str]) -> Iterator[str]:
    defaults = {str(parameter.name): _default(parameter) for parameter in spec().parameters}
    return (f"[`{name}`](../crm-parameters.md#{name}) = {defaults[name]}" for name in names)


def _details(entry: Entry) -> str:
    sql = entry.asked.sql.splitlines()
    kept = [line for line in sql if not line.startswith("-- semantic ")]
    text = "\n".join(kept)
    return f"<details><summary>SQL (DuckDB)</summary>\n\n```sql\n{text}\n```\n\n</details>"


# --- the parameters -----------------------------------------------------------------------------------


def _parameters() -> str:
    groups: dict[str, list[types.Parameter]] = {}
    for parameter in spec().parameters:
        groups.setdefault(part(parameter), []).append(parameter)
    parts = [
        "# Parameters of the CRM library\n\nWritten by `python -m tests.crm.page` from the definitions"
        " (`metric_defs/crm`).\n\nWhat the documents leave open is a parameter. A question sets one with"
        " `--param base_population=registered`;\na project changes a default by declaring the parameter again"
        " ([the guide](crm-guide.md#4-choices)).\n"
    ]
    order = ["crm", *TITLES]
    for name in sorted(groups, key=order.index):
        title = TITLES.get(name, "Everywhere")
        rows = map(_parameter_row, groups[name])
        parts.append(f"## {title}\n\n{_table(('parameter', 'default', 'values', 'meaning'), rows)}")
    return "\n".join(parts)


def _parameter_row(parameter: types.Parameter) -> tuple[str, ...]:
    values = ", ".join(f"`{_value(value)}`" for value in parameter.values)
    allowed = values or ("`true`, `false`" if parameter.type == "boolean" else parameter.type)
    meaning = "<br>".join(
        f"**{plain(parameter.label[language])}**: {_marked(parameter.description[language])}"
        for language in LANGUAGES
    )
    return (f'<a id="{parameter.name}"></a>`{parameter.name}`', _default(parameter), allowed, meaning)


def _default(parameter: types.Parameter) -> str:
    return "none" if parameter.default is None else f"`{_value(parameter.default)}`"


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- what a definition is made of ---------------------------------------------------------------------

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
#: A model, or one of its columns or dimensions, or a metric, which has no model before its name.
Node: TypeAlias = tuple[str, str]


class Texts:
    """The texts that definitions consist of, and which other definitions they name."""

    def __init__(self, given: types.Spec) -> None:
        self.parameters = [str(parameter.name) for parameter in given.parameters]
        self.metrics = {str(metric.name): metric for metric in given.metrics}
        self.models = {str(model.name): model for model in given.models}
        self.macros = {str(macro.name): str(macro.sql) for macro in given.macros}
        self.roles = {str(join.role): str(join.to) for model in given.models for join in model.joins}
        self._named: dict[Node, tuple[set[str], set[Node]]] = {}

    def parameters_of(self, *nodes: Node) -> tuple[str, ...]:
        """The parameters that some definitions depend on, in the order in which they are declared."""
        found: set[str] = set()
        seen, waiting = set(nodes), list(nodes)
        while waiting:
            parameters, others = self.named(waiting.pop())
            found |= parameters
            waiting += sorted(others - seen)
            seen |= others
        return tuple(name for name in self.parameters if name in found)

    def sections_in(self, name: str, item: types.Metric | types.Dimension) -> tuple[str, ...]:
        """The metrics, and the dimensions by their paths, that a definition names."""
        if isinstance(item, types.Dimension):
            model: str | None = name.partition(".")[0]
            texts = list(_dimension_texts(item))
        else:
            model, texts = None if item.model is None else str(item.model), self._of_metric(item)
        words, _ = self._words(texts)
        nodes = {node for word in words for node in self._nodes(word, [model] if model else [])}
        return tuple(".".join(filter(None, node)) for node in sorted(nodes) if node[1])

    def named(self, node: Node) -> tuple[set[str], set[Node]]:
        """The parameters and the other definitions that one names."""
        if node not in self._named:
            texts, around = self._texts(node)
            words, parameters = self._words(texts)
            self._named[node] = (parameters, {each for word in words for each in self._nodes(word, around)})
        return self._named[node]

    def _words(self, texts: Iterable[str]) -> tuple[set[str], set[str]]:
        """The paths in some texts and in the macros that they call, and the parameters."""
        words: set[str] = set()
        parameters: set[str] = set()
        for text in texts:
            called = {word for tag in _TAG.findall(text) for word in _PATH.findall(tag)}
            parameters |= called & set(self.parameters)
            words |= set(_PATH.findall(text))
            macros = [self.macros[name] for name in sorted(called & self.macros.keys())]
            if macros:
                more, others = self._words(macros)
                words, parameters = words | more, parameters | others
        return words, parameters

    def _nodes(self, path: str, around: Sequence[str]) -> Iterator[Node]:
        """What a path may name, where the columns of some models are at hand."""
        *walk, name = path.split(".")
        walked = [self.roles.get(each, each) for each in walk]
        models = [each for each in walked if each in self.models]
        yield from ((model, "") for model in models)
        if name in self.models:
            yield (name, "")
        if not walk and name in self.metrics and not around:
            yield ("", name)
        yield from ((model, name) for model in (models or around) if name in self._columns(model))

    def _columns(self, model: str) -> set[str]:
        given = self.models[model]
        asked = given.query.metrics if given.query is not None else ()
        return {str(each.name) for each in given.dimensions} | {str(each.name) for each in asked}

    def _texts(self, node: Node) -> tuple[list[str], Sequence[str]]:
        """The texts of a definition, and the models whose columns need no path in them."""
        model, name = node
        if not model:
            metric = self.metrics[name]
            return self._of_metric(metric), [str(metric.model)] if metric.model is not None else []
        given = self.models[model]
        if not name:
            return self._of_model(given)
        texts = [str(t) for d in given.dimensions if d.name == name for t in _dimension_texts(d)]
        query = given.query
        asked = [str(each.sql) for each in query.metrics if each.name == name] if query is not None else []
        start = [str(query.start or query.of)] if query is not None else []
        return texts + asked, [model, *start]

    def _of_metric(self, metric: types.Metric) -> list[str]:
        texts = [
            metric.sql,
            metric.model,
            metric.filter,
            metric.time,
            *metric.per,
            metric.having,
            metric.metric,
        ]
        told = metric.conversion
        if told is not None:
            texts += [told.start, told.to, told.until]
        if metric.retention is not None:
            texts += [metric.retention.cohort, metric.retention.activity]
        return [str(text) for text in texts if text is not None]

    def _of_model(self, model: types.Model) -> tuple[list[str], Sequence[str]]:
        """What decides which rows a model has; columns are named apart."""
        texts = [str(text) for text in (model.sql, model.time, *(model.valid or ())) if text is not None]
        if model.query is None:
            read = [name for name in re.findall(r"models\.(\w+)", model.sql or "") if name in self.models]
            return texts, read or [str(model.name)]
        query, window = model.query, model.query.window
        texts += [str(text) for text in (*query.by, *query.where, *query.having)]
        texts += [str(each) for each in (query.start, query.of) if each is not None]
        if window is not None:
            texts += [str(each) for each in (window.start, window.until) if each is not None]
        return texts, [str(model.name), str(query.start or query.of)]


def _dimension_texts(dimension: types.Dimension) -> Iterator[str]:
    if dimension.sql is not None:
        yield dimension.sql
    if dimension.bands is not None:
        yield from (dimension.bands.sql, *dimension.bands.cuts)
    if dimension.rules is not None:
        yield from dimension.rules.by


# --- words --------------------------------------------------------------------------------------------


def part(item: types.Described) -> str:
    """The folder that a definition stands in."""
    return Path(item.span.file).parent.name


def is_listed(dimension: types.Dimension) -> bool:
    """Whether a dimension is a score or segment of the documents; keys are none."""
    return dimension.reference is not None and not dimension.name.endswith("_id")


def _counting(model: types.Model) -> str:
    """The metric that counts the rows of a model."""
    names = [m.name for m in spec().metrics if m.model == model.name and m.sql == "count(*)" and not m.filter]
    if not names:
        raise LookupError(f"no metric counts the rows of '{model.name}': name one in COUNTED")
    return str(names[0])


def _question(record: MetricRecord) -> Query:
    """A metric asked by what it needs."""
    by = ["time.month" if path == "time" else path for path in record.needs]
    return Query.of(metrics=record.name, by=by, time="2024" if "time" in record.needs else None)


def _is_offset(leaf: Leaf) -> bool:
    """Whether an aggregate, or one inside it, is of an earlier period."""
    inner = leaf.per.leaves.values() if leaf.per is not None else ()
    return leaf.through.offset is not None or any(map(_is_offset, inner))


def _names() -> frozenset[str]:
    """Every name of the library, and what parameters can be."""
    found = {str(metric.name) for metric in spec().metrics} | {str(source.name) for source in spec().sources}
    found |= {str(parameter.name) for parameter in spec().parameters}
    found |= {str(value) for parameter in spec().parameters for value in parameter.values}
    for model in spec().models:
        found |= {str(model.name), *(str(d.name) for d in model.dimensions)}
    return frozenset(found)


def anchor(title: str) -> str:
    """The anchor of a heading.

    >>> anchor("Acquisition, retention"), anchor("customer_rfm.r_score")
    ('acquisition-retention', 'customer_rfmr_score')
    """
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def plain(text: str) -> str:
    """A text that Markdown takes as it stands, in a table, too.

    >>> plain("0~1 | a * b < c")
    '0\\\\~1 \\\\| a \\\\* b &lt; c'
    """
    return re.sub(r"([|*~`\[\]])", r"\\\1", text.rstrip("\n")).replace("<", "&lt;")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(line)} |\n" for line in (head, *rows)]
    return "".join([lines[0], "|---" * len(head), "|\n", *lines[1:]])


def write() -> None:
    """Write all pages."""
    PARTS.mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
