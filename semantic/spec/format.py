"""The file format as a table: every key that may stand in a file, its kind, and what it means.

The reader and the JSON Schema are both made from it.
"""

from __future__ import annotations

from semantic.spec import finish
from semantic.spec.kinds import (
    COLUMN_NAME,
    DURATION,
    FLAG,
    LABELS,
    MONTH,
    NAME,
    ON,
    SIGNATURE,
    SOME_TIME,
    TEXT,
    TIME_AFTER,
    TYPE,
    VALUE,
    WINDOW,
    ZONE,
    choice,
    choice_or_null,
    list_of,
    mapping_of,
    one_or_more,
    pair,
)
from semantic.spec.shapes import Field, Shape, listed, named
from semantic.spec.tables import AMOUNT, ATTRIBUTES, GIVEN, MEMBERS, PATHS, ROWS, VALUES, WHOLE, WORDS, unread
from semantic.spec.types import (
    Asked,
    Bands,
    Calendar,
    Column,
    Conversion,
    Dimension,
    Fixture,
    Function,
    Join,
    Macro,
    Metric,
    Model,
    Parameter,
    Policy,
    Question,
    Retention,
    Rules,
    Sampled,
    Snapshots,
    Source,
    Target,
    Test,
    Until,
)
from semantic.spec.viewed import REFRESH, view_shape

_DESCRIBED = (
    Field("label", LABELS, "What people read, as one text or by language: {en: Sales, ko: 매출}."),
    Field("description", LABELS, "What it means, as one text or by language."),
    Field("reference", TEXT, "The document that it comes from, with the place in it."),
)
_NAMED = Field("name", NAME, "The name that SQL and questions use.", required=True)
_SHOWN = (
    Field("unit", TEXT, "The unit of the values, such as KRW or days."),
    Field("format", TEXT, "How a value is shown, such as '#,##0.0'."),
)

#: The periods of time, from fine to coarse.
GRAINS = (
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "iso_week",
    "month",
    "quarter",
    "year",
    "fiscal_quarter",
    "fiscal_year",
)
COLUMN = Shape(
    "column",
    Column,
    (
        Field(
            "name",
            COLUMN_NAME,
            "The column's name; in double quotes where it is no plain one.",
            required=True,
        ),
        Field("type", TYPE, "The type of the column.", required=True),
        Field("required", FLAG, "Whether a table must have it; else it is NULL where there is none."),
        *_DESCRIBED,
    ),
    bare_value="type",
)
_ROWS = (
    Field("table", TEXT, "The dotted name of a table or view."),
    Field("sql", TEXT, "A SELECT statement."),
    Field("columns", named(COLUMN), "The columns with their types: {amount: decimal}."),
)
SOURCE = Shape(
    "source",
    Source,
    (
        _NAMED,
        *_ROWS,
        Field("required", FLAG, "Whether a library needs it to be mapped."),
        Field("missing", one_or_more(TEXT), "Columns of the library's that the table does not have."),
        *_DESCRIBED,
    ),
)
BANDS = Shape(
    "banding",
    Bands,
    (
        Field("sql", TEXT, "What is cut into bands.", required=True),
        Field(
            "cuts",
            list_of(TEXT),
            "Where the bands meet, ascending; a cut belongs to the band above.",
            required=True,
        ),
        Field(
            "labels", list_of(TEXT), "What the bands are called, one more than there are cuts.", required=True
        ),
    ),
)
RULES = Shape(
    "table of rules",
    Rules,
    (
        Field("by", pair(TEXT), "The two expressions whose values choose a label.", required=True),
        Field(
            "table",
            mapping_of(mapping_of(TEXT, "often: loyal", placed=True), "high: {often: loyal}", placed=True),
            "Values of the first, under each the values of the second with their label; '*' is any value.",
            required=True,
        ),
        Field("otherwise", TEXT, "The label where no rule fits; NULL if left out."),
    ),
    finish=finish.ruled,
)
DIMENSION = Shape(
    "dimension",
    Dimension,
    (
        _NAMED,
        Field("type", TYPE, "The type of its values; inferred if left out."),
        Field(
            "sql",
            TEXT,
            "An expression over columns and other dimensions; the column of that name if left out.",
        ),
        Field(
            "bands",
            BANDS.kind,
            "Values cut into labelled bands: {sql: amount, cuts: [10], labels: [small, large]}.",
        ),
        Field("rules", RULES.kind, "A label for each pair of values of two expressions."),
        Field("grain", choice(*GRAINS), "The finest period that it is asked by: day."),
        *_SHOWN,
        *_DESCRIBED,
    ),
    bare="name",
    finish=finish.one_meaning,
)
JOIN = Shape(
    "join",
    Join,
    (
        Field("to", NAME, "The model of the other side.", required=True),
        Field(
            "as", NAME, "The role that paths name it by; the name of the model if left out.", attribute="role"
        ),
        Field(
            "on",
            ON,
            "A column of both sides, several, or {expression here: expression there}.",
            required=True,
        ),
        Field("valid", pair(TEXT), "[from, to] of the other side: rows match while valid, half-open."),
        Field("at", TEXT, "The time here that must lie in 'valid'; 'time' is that of each metric."),
        Field("required", FLAG, "Whether every row has its partner."),
        *_DESCRIBED,
    ),
    finish=finish.role,
)
ASKED = Shape(
    "metric of a query",
    Metric,
    (
        _NAMED,
        Field(
            "sql",
            TEXT,
            "An aggregate over columns, or an expression over metrics; the metric of that name if left out.",
        ),
        Field("model", NAME, "The model whose rows are aggregated, if not the one that the query is from."),
        Field("filter", TEXT, "A condition that the rows must meet."),
        *_DESCRIBED,
    ),
    bare="name",
    bare_value="sql",
    finish=finish.same_name,
)
UNTIL = Shape(
    "window",
    Until,
    (
        Field("last", SOME_TIME, "How long the window is: 12 months."),
        Field("from", TEXT, "The first day of the window.", attribute="start"),
        Field("until", TEXT, "The last day of the window, which belongs to it."),
    ),
    finish=finish.in_order,
)
QUESTION = Shape(
    "query",
    Question,
    (
        Field("from", NAME, "The model whose rows are grouped.", attribute="start"),
        Field("of", NAME, "The model that has a row in the result for each of its rows."),
        Field("metrics", named(ASKED), "The measures: {amount: sum(amount)}, or names of metrics."),
        Field("by", one_or_more(TEXT), "The columns, dimensions and periods to group by; 'path as name'."),
        Field("where", one_or_more(TEXT), "A condition that rows must meet."),
        Field("having", one_or_more(TEXT), "A condition that groups must meet, over metrics."),
        Field("window", UNTIL.kind, "The time of the rows: {last: 12 months, until: '{{ as_of }}'}."),
    ),
    one_of=("from", "of"),
)
MODEL = Shape(
    "model",
    Model,
    (
        _NAMED,
        Field("source", NAME, "The source whose rows it has."),
        *_ROWS,
        Field("query", QUESTION.kind, "The question whose answer is its rows."),
        Field("primary_key", one_or_more(TEXT), "The columns that tell one row from another."),
        Field("unique", list_of(one_or_more(TEXT)), "Other columns, or lists of them, that do so too."),
        Field("time", TEXT, "The dimension or column that is the time of its metrics."),
        Field(
            "grain",
            choice(*GRAINS[3:]),
            "The period that a row stands for: its time is asked by it, or by longer ones.",
        ),
        Field(
            "valid", pair(TEXT), "[from, to]: the half-open interval in which a row holds, for 'at' metrics."
        ),
        Field("entity", one_or_more(NAME), "What a row is, in a word or several: booking."),
        Field(
            "periods",
            one_or_more(NAME),
            "Columns of a calendar (a row a day) that are periods of time: time.retail_month.",
        ),
        Field("dimensions", listed(DIMENSION), "What to group and filter by."),
        Field("joins", listed(JOIN, "role"), "Many-to-one and one-to-one joins to other models."),
        *_DESCRIBED,
    ),
    one_of=("source", "table", "sql", "query"),
    finish=finish.own_columns,
)
CONVERSION = Shape(
    "conversion",
    Conversion,
    (
        Field("from", NAME, "The model of the base events.", required=True, attribute="start"),
        Field("to", NAME, "The model of the later events.", required=True),
        Field("by", ON, "The entity of both: customer_id, or {buyer_id: customer_id}.", required=True),
        Field("same", ON, "What else must be equal: product_id."),
        Field("from_time", TEXT, "When base events were, if not at the time of their model."),
        Field("to_time", TEXT, "When later events were, if not at the time of their model."),
        Field("from_filter", TEXT, "A condition that base events must meet, over a row of theirs."),
        Field("to_filter", TEXT, "A condition that later events must meet, over a row of theirs."),
        Field("within", TIME_AFTER, "How long after the base event: 3 months. No limit if left out."),
        Field(
            "end",
            choice("inclusive", "exclusive"),
            "Whether an event at the very end of 'within' counts.",
        ),
        Field(
            "start",
            choice("exclusive", "inclusive"),
            "Whether an event at the same time counts.",
            attribute="begin",
        ),
        Field("each", choice("many", "once"), "Whether a later event may follow many base events."),
        Field(
            "immature",
            choice_or_null("exclude", "count"),
            "What becomes of base events that still can convert.",
        ),
        Field("until", TEXT, "The last day of the data; that of the last event if left out."),
        Field(
            "counted",
            choice("base", "later", "entities"),
            "What is counted: base events that are followed, the later events that follow one, or entities.",
        ),
        Field("nobody", choice("skip", "count"), "Whether base events of no entity count as not followed."),
        Field(
            "value", choice("rate", "count", "median_days", "avg_days"), "What is told of the conversions."
        ),
    ),
    finish=finish.converted,
)
RETENTION = Shape(
    "retention",
    Retention,
    (
        Field("cohort", NAME, "The model whose rows enter a cohort, one for each entity.", required=True),
        Field("activity", NAME, "The model whose rows show that an entity is active.", required=True),
        Field("by", ON, "The entity of both: customer_id, or {cohort's column: activity's}.", required=True),
        Field(
            "period",
            choice("day", "week", "month", "quarter", "year"),
            "The periods that are counted.",
            required=True,
        ),
        Field(
            "window",
            choice("calendar", "rolling"),
            "Periods of the calendar, or those that begin with each entity's own entry.",
        ),
        Field("value", choice("rate", "count"), "What is told of those who are active."),
    ),
    finish=finish.retained,
)
SNAPSHOTS = Shape(
    "choice of snapshots",
    Snapshots,
    (
        Field(
            "time", choice("first", "last", "average"), "Which snapshot of a period counts.", required=True
        ),
        Field(
            "per",
            one_or_more(TEXT),
            "The entity that has a first or last snapshot of its own: product_id; in a list, what tells it "
            "apart together.",
        ),
        Field("of", TEXT, "The time of the snapshots, if not that of the metric; its periods are asked by."),
    ),
    finish=finish.chosen,
)
SAMPLED = Shape(
    "choice of samples",
    Sampled,
    (
        Field("each", NAME, "The grain whose periods have values of their own: day.", required=True),
        Field(
            "take",
            choice("first", "last", "average"),
            "Which of them is the value of a longer period.",
            required=True,
        ),
    ),
)
METRIC = Shape(
    "metric",
    Metric,
    (
        _NAMED,
        Field("sql", TEXT, "An aggregate over columns, or an expression over metrics."),
        Field("metric", NAME, "Another metric, seen through 'window', 'to_date', 'offset', 'filter', …."),
        Field("window", WINDOW, "How far back each period looks from its end: 28 days, 3 months, all."),
        Field(
            "to_date",
            NAME,
            "The period to whose start each period looks back: week, month, quarter, year, ….",
        ),
        Field(
            "offset", DURATION, "How long before each period the value is taken: 1 year, to start of quarter."
        ),
        Field("base", TEXT, "A fixed range of time whose value stands beside every period: 2024-01."),
        Field(
            "sampled",
            SAMPLED.kind,
            "What longer periods take of the values of shorter ones: {each: day, take: last}.",
        ),
        Field("every_period", FLAG, "Whether periods without any row appear, too."),
        Field(
            "total_over",
            one_or_more(TEXT),
            "Dimensions over whose values the metric is taken together; 'all'.",
        ),
        Field("share_over", one_or_more(TEXT), "Dimensions over whose values the shares add up to 1; 'all'."),
        Field(
            "rank_over", one_or_more(TEXT), "Dimensions whose values are ranked, the largest first; 'all'."
        ),
        Field(
            "cumulative_share_over",
            one_or_more(TEXT),
            "Dimensions whose shares are added up, the largest first.",
        ),
        Field("ignoring", one_or_more(TEXT), "Paths whose conditions in a question's 'where' do not count."),
        Field(
            "retention",
            RETENTION.kind,
            "Entities of a cohort that are active again: ask by time and 'since.month'.",
        ),
        Field(
            "conversion",
            CONVERSION.kind,
            "Base events followed by a later event: {from: signups, to: orders, by: customer_id}.",
        ),
        Field("model", NAME, "The model whose rows are aggregated."),
        Field("filter", TEXT, "A condition that the rows must meet, or those of the other metric."),
        Field("time", TEXT, "The time of this metric, if not the model's."),
        Field("not_additive_over", SNAPSHOTS.kind, "Which snapshots of a period count: {time: last}."),
        Field(
            "at", choice("period_start", "period_end", "during"), "The moment at which rows must be valid."
        ),
        Field(
            "per",
            one_or_more(TEXT),
            "The entity for which the metrics in 'sql' are computed first: orders.customer_id; in a list, "
            "what tells it apart together.",
        ),
        Field("having", TEXT, "A condition that an entity's metrics must meet to count; for 'per'."),
        Field("grain", NAME, "The period that is taken where a question in other words says none: month."),
        Field("hidden", FLAG, "Whether it is left out of lists; other metrics and questions may use it."),
        *_SHOWN,
        *_DESCRIBED,
    ),
    one_of=("sql", "metric", "conversion", "retention"),
    finish=finish.seen_through,
)
PARAMETER = Shape(
    "parameter",
    Parameter,
    (
        _NAMED,
        Field("type", TYPE, "The type of its values.", required=True),
        Field("default", VALUE, "The value where a question gives none."),
        Field("values", list_of(VALUE), "The values that are allowed."),
        *_DESCRIBED,
    ),
    finish=finish.typed,
)
FUNCTION = Shape(
    "function",
    Function,
    (
        Field("name", SIGNATURE, "The name with its arguments: haversine(a, b).", required=True),
        Field("type", TYPE, "The type of its result."),
        Field(
            "templates",
            mapping_of(TEXT, "duckdb: …"),
            "A SQL template with :holes a dialect.",
            required=True,
        ),
        *_DESCRIBED,
    ),
    finish=finish.untyped,
)
MACRO = Shape(
    "macro",
    Macro,
    (
        Field("name", SIGNATURE, "The name with its arguments: net(x).", required=True),
        Field("sql", TEXT, "The SQL that a call stands for; {{ x }} is an argument.", required=True),
        *_DESCRIBED,
    ),
    finish=finish.split_signature,
)
TARGET = Shape(
    "target",
    Target,
    (
        _NAMED,
        Field("dialect", NAME, "The SQL dialect of the warehouse.", required=True),
        Field("url", TEXT, "The SQLAlchemy URL; may hold {{ env_var('NAME') }}.", required=True),
        Field("schema", TEXT, "Where views are made."),
        *_DESCRIBED,
    ),
)
POLICY = Shape(
    "policy",
    Policy,
    (
        _NAMED,
        Field("model", NAME, "The model whose rows, columns and dimensions it is about."),
        Field("rows", TEXT, "The rows that may be seen, as SQL over one row and {{ user.attribute }}."),
        Field("hide", one_or_more(COLUMN_NAME), "Columns and dimensions that no question may read."),
        Field("metrics", one_or_more(NAME), "Metrics that no question may ask."),
        Field(
            "except",
            TEXT,
            "The callers that it does not apply to: {{ user.role == 'admin' }}.",
            attribute="exempt",
        ),
        Field(
            "inherit", FLAG, "Whether rows of models that join the model are seen only with their partner."
        ),
        *_DESCRIBED,
    ),
    finish=finish.governing,
)
FIXTURE = Shape(
    "fixture",
    Fixture,
    (
        Field("name", TEXT, "The name that tests use it by.", required=True),
        Field("given", GIVEN, "Rows of sources by name.", required=True),
        *_DESCRIBED,
    ),
)
TESTED = Shape(
    "question of a test",
    Asked,
    (
        Field("metrics", one_or_more(TEXT), "Names of metrics; the values of 'by' if left out."),
        Field("by", PATHS, "What to group by: customers.region, time.month; 'path as name'."),
        Field("where", one_or_more(TEXT), "A condition that rows must meet."),
        Field("having", one_or_more(TEXT), "A condition that groups must meet, over metrics."),
        Field("time", TEXT, "A range of time: 2024-01..2024-06, 2024-Q3."),
        Field("order", one_or_more(TEXT), "Columns to sort by; -name is descending."),
        Field("limit", WHOLE, "At most that many rows."),
        Field("top", TEXT, "Values that lead, and all others as one: 5 products.name by sales."),
        Field("fill", FLAG, "Whether every period appears."),
        Field("members", MEMBERS, "Whether members without any fact appear; or of which paths."),
        Field("from", NAME, "Without metrics: whose rows tell the values of 'by'.", attribute="start"),
        Field("extremes", FLAG, "Without metrics: the least and the greatest value of 'by'."),
        Field("parameters", VALUES, "Values of parameters."),
        Field("user", ATTRIBUTES, "Attributes of the caller, for policies."),
        Field("paths", WORDS, "Names for paths: {country: [orders.buyer.country]}."),
    ),
)
TEST = Shape(
    "test",
    Test,
    (
        Field("name", TEXT, "What holds, in words.", required=True),
        Field("use", one_or_more(TEXT), "Fixtures whose rows are given."),
        Field(
            "given", GIVEN, "Rows of sources, or of tables that a source's SQL reads; others have no rows."
        ),
        Field("parameters", VALUES, "Values of parameters for the question."),
        Field("ask", TESTED.kind, "The question: {metrics: sales, by: time.month}.", required=True),
        Field("expect", ROWS, "The rows of the answer, in the columns that matter."),
        Field("fault", NAME, "The code of the fault with which the question is refused."),
        Field("tolerance", AMOUNT, "How far numbers may lie apart."),
        Field("ordered", FLAG, "Whether the order of the rows matters."),
        *_DESCRIBED,
    ),
    one_of=("expect", "fault"),
)
VIEW = view_shape(_NAMED, _DESCRIBED)
CALENDAR = Shape(
    "calendar",
    Calendar,
    (
        Field("timezone", ZONE, "The zone whose days are counted, such as Asia/Seoul."),
        Field("week_start", choice("monday", "saturday", "sunday"), "The first day of a week."),
        Field("fiscal_year_start", MONTH, "The first month of a fiscal year: april or 4."),
    ),
    spanned=False,
)
FILE = Shape(
    "project file",
    dict,
    (
        Field("name", TEXT, "The name of the project."),
        Field(
            "authoring_dialect", NAME, "The SQL dialect that expressions are written in; duckdb if left out."
        ),
        Field("calendar", CALENDAR.kind, "How days, weeks and fiscal years run."),
        Field("libraries", list_of(TEXT), "Bundled metric libraries to use."),
        Field("sources", named(SOURCE), "Where the tables are."),
        Field("parameters", listed(PARAMETER), "Typed values that a question may override."),
        Field("functions", listed(FUNCTION), "Functions with a template a dialect."),
        Field("macros", listed(MACRO), "Pieces of SQL with arguments."),
        Field("targets", named(TARGET), "Warehouses to run on."),
        Field("models", listed(MODEL), "Rows with a known grain."),
        Field("metrics", listed(METRIC), "What is counted."),
        Field("views", listed(VIEW), "Questions that are deployed as objects of a warehouse."),
        Field("policies", listed(POLICY), "What callers may not see."),
        Field("tests", unread(listed(TEST)), "Questions over given rows, with their answers."),
        Field("fixtures", unread(listed(FIXTURE)), "Rows that several tests use."),
    ),
    spanned=False,
)
#: Lists that are left alone until tests are asked for.
TEST_LISTS = {"tests": TEST, "fixtures": FIXTURE}
#: Keys that stand once, in ``semantic.yml``; all others are lists that any file may add to.
SINGLE = ("name", "authoring_dialect", "calendar", "libraries")
#: Shapes that also stand in a mapping, under their names.
UNDER_NAMES = (SOURCE, COLUMN, TARGET, ASKED)
#: Lists whose items are named across all files, with the word for one of them.
LISTS = {
    "sources": SOURCE,
    "parameters": PARAMETER,
    "functions": FUNCTION,
    "macros": MACRO,
    "targets": TARGET,
    "models": MODEL,
    "metrics": METRIC,
    "views": VIEW,
    "policies": POLICY,
}
SHAPES = (
    *LISTS.values(),
    COLUMN,
    CONVERSION,
    RETENTION,
    SNAPSHOTS,
    SAMPLED,
    DIMENSION,
    BANDS,
    RULES,
    JOIN,
    QUESTION,
    ASKED,
    UNTIL,
    CALENDAR,
    REFRESH,
    *TEST_LISTS.values(),
    TESTED,
)
