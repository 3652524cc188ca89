"""Edits of the shop, with everything that each of them changes; written by hand."""

# ruff: noqa: E501 - a table reads best with a row a line

from __future__ import annotations

from typing import NamedTuple


class Edit(NamedTuple):
    """Texts that are replaced in files, and what becomes of which definitions by that: ``~`` changed, ``.``
    changed in words, ``+`` added, ``-`` removed, ``>`` renamed, with ``!`` where it breaks something."""

    name: str
    texts: tuple[tuple[str, str, str], ...]
    expected: str


SALES = "sales average_order paid_share sales_28d sales_sampled sales_growth sales_before spenders"
#: Metrics over rows of orders.
ON_ORDERS = f"{SALES} orders buyers paid_sales worth large_orders regional_sales"
#: Metrics over rows of lines, and of models that are made from them.
ON_LINES = "units visit_count visit_amount regular_customers"


def metrics(names: str) -> str:
    return " ".join(f"~!metric:{name}" for name in names.split())


def edit(name: str, *texts: tuple[str, str, str], expected: str = "") -> Edit:
    return Edit(name, texts, expected)


M, O, D, S, V = "metrics.yml", "models/orders.yml", "models/made.yml", "semantic.yml", "views.yml"  # noqa: E741

SAME = (
    edit("nothing"),
    edit("a comment in YAML", (M, "metrics:\n", "# what is measured\nmetrics:\n")),
    edit("another layout of SQL", (M, "sql: sum(total), unit", 'sql: "SUM(  total  )", unit')),
    edit("a comment in SQL", (O, '"total >= {{ large }}"', '"total /* all of it */ >= {{ large }}"')),
    edit("flow style instead of block style", (D, "metrics: {amount: sum(amount), units: sum(quantity)}",
         "metrics:\n        units: sum(quantity)\n        amount: sum(amount)")),
    edit("conditions in another order", (M, "{{ paid() }} and channel is not null", "channel is not null and {{ paid() }}")),
    edit("parentheses that say nothing", (M, "{{ paid() }} and channel is not null", "(({{ paid() }}) and (channel is not null))")),
    edit("a list in another order", (S, "in ('paid', 'shipped')", "in ('shipped', 'paid')")),
    edit("a comparison the other way round", (D, "having: amount > 0", "having: 0 < amount")),
    edit("two sides of an equality", (M, "customers.region = 'Seoul'", "'Seoul' = customers.region")),
    edit("a macro under another name", (S, "paid(), sql", "was_paid(), sql"), (M, "{{ paid() }}", "{{ was_paid() }}")),
    edit("a macro written out", (M, "{{ paid() }} and", "status in ('paid', 'shipped') and")),
    edit("a macro for what was written out", (S, "macros:\n", "macros:\n  - {name: all_of_it(), sql: sum(total)}\n"),
         (M, "{name: sales, model: orders, sql: sum(total), unit", '{name: sales, model: orders, sql: "{{ all_of_it() }}", unit')),
    edit("a metric written out", (M, "sql: sales / orders}", 'model: orders, sql: "sum(total) / count(*)"}')),
    edit("a dimension written out", (M, "filter: is_large}", 'filter: "total >= {{ large }}"}')),
    edit("definitions in another order", (M, "  - {name: orders, model: orders, sql: count(*)}\n", ""),
         (M, "  - {name: units,", "  - {name: orders, model: orders, sql: count(*)}\n  - {name: units,")),
    edit("a definition in another file", (M, "  - {name: units, model: lines, sql: sum(quantity)}\n", ""),
         ("more.yml", "", "metrics: [{name: units, model: lines, sql: sum(quantity)}]\n")),
    edit("upper case in names of columns", (M, "sql: sum(quantity)", "sql: sum(QUANTITY)")),
    edit("spaces in a SELECT", (S, "SELECT order_id, line, product,", "select order_id,  line,product,")),
    edit("conditions of a model in another order", (D, "orders.status <> 'cancelled' and product is not null",
         "product is not null and orders.status <> 'cancelled'")),
    edit("a filter where a CASE was", (M, 'filter: is_large}', 'filter: "(is_large)"}')),
    edit("a column with its model before it", (M, "count(distinct customer_id)", "count(distinct orders.customer_id)")),
    edit("order of a view's conditions", (V, 'where: "orders.is_large"', 'where: "(orders.is_large)"')),
    edit("a target", (S, "parameters:\n", 'targets: {local: {dialect: duckdb, url: "duckdb://"}}\nparameters:\n')),
)  # fmt: skip

WORDS = (
    edit("a label", (M, "label: Sales", "label: Turnover"), expected=".metric:sales"),
    edit(
        "a description",
        (M, "description: What customers paid.", "description: All of it."),
        expected=".metric:sales",
    ),
    edit("a label of a dimension", (O, "label: Channel", "label: Way"), expected=".dimension:orders.channel"),
    edit("a format", (M, "unit: KRW", 'unit: KRW, format: "#,##0"'), expected=".metric:sales"),
    edit("a unit", (M, "unit: KRW", "unit: USD"), expected=".!metric:sales"),
)

OTHER = (
    edit("a metric is added", (M, "metrics:\n", "metrics:\n  - {name: big, model: orders, sql: max(total)}\n"),
         expected="+metric:big"),
    edit("a metric is removed", (M, "  - {name: buyers, model: orders, sql: count(distinct customer_id)}\n", ""),
         expected="-!metric:buyers"),
    edit("a metric is renamed", (M, "{name: buyers,", "{name: customers_who_bought,"),
         expected=">!metric:customers_who_bought"),
    edit("a metric that others use is renamed", (M, "name: paid_sales", "name: money"), (M, "paid_sales / sales", "money / sales"),
         (V, "metrics: [paid_sales]", "metrics: [money]"),
         expected=">!metric:money ~!view:paid_by_channel"),
    edit("a filter deep inside of a model", (D, "<> 'cancelled'", "<> 'void'"),
         expected=metrics("visit_count visit_amount regular_customers") + " ~!model:visits ~!model:regulars"),
    edit("HAVING of a model", (D, "having: amount > 0", "having: amount >= 0"),
         expected=metrics("visit_count visit_amount regular_customers") + " ~!model:visits ~!model:regulars"),
    edit("what a model is grouped by", (D, "orders.ordered_at.day as day", "orders.ordered_at.week as day"),
         expected=metrics("visit_count visit_amount regular_customers") + " ~!model:visits ~!model:regulars"),
    edit("one column of a model", (D, "units: sum(quantity)", "units: max(quantity)"), expected="~!model:visits"),
    edit("a SELECT over models", (D, "HAVING count(*) > 2", "HAVING count(*) > 3"),
         expected=metrics("regular_customers") + " ~!model:regulars"),
    edit("a macro", (S, "in ('paid', 'shipped')", "in ('paid')"),
         expected=metrics("paid_sales paid_share") + " ~!view:paid_by_channel"),
    edit("a branch of a macro that no default takes", (S, "{% else %}total{% endif %}", "{% else %}total + shipping{% endif %}"),
         expected=metrics("worth")),
    edit("the default of a parameter", (S, "default: 50000", "default: 60000"),
         expected=metrics("large_orders") + " ~!dimension:orders.is_large ~!parameter:large ~!view:paid_by_channel"),
    edit("a default that nothing reads", (S, "default: 7", "default: 8"), expected="~parameter:unused"),
    edit("a parameter in the place of its value", (O, "{{ large }}", "50000"),
         expected=metrics("large_orders") + " ~!dimension:orders.is_large ~!view:paid_by_channel"),
    edit("a parameter under another name", (S, "name: large,", "name: threshold,"), (O, "{{ large }}", "{{ threshold }}"),
         expected=">!parameter:threshold"),
    edit("a value that a parameter may not have any more", (S, "[net, gross]", "[net]"),
         expected="~!parameter:mode"),
    edit("the SELECT of a source", (S, " WHERE NOT deleted", ""),
         expected=metrics(ON_LINES) + " ~!model:lines ~!model:visits ~!model:regulars ~!source:lines ~!dimension:lines.product"),
    edit("the table of a source", (S, "table: shop.logins", "table: shop.visits"),
         expected=metrics("login_count retained converted") + " ~!model:logins ~!source:logins"),
    edit("the type of a column", (S, "total: integer", "total: decimal"), expected=
         metrics(f"{SALES} paid_sales worth large_orders regional_sales")
         + " ~!dimension:orders.is_large ~!dimension:orders.size ~!source_column:orders.total ~!view:monthly ~!view:paid_by_channel ~!view:order_rows"),
    edit("a column that nothing reads", (S, "referrer_id: integer", "referrer_id: integer, age: integer"),
         expected="+source_column:customers.age"),
    edit("the key of a join", (O, "joins:\n      - {to: customers, on: customer_id}\n  - name: lines",
         "joins:\n      - {to: customers, on: {shipping: customer_id}}\n  - name: lines"),
         expected=metrics("regional_sales") + " ~!join:orders.customers ~!view:monthly ~!view:order_rows"),
    edit("an inner join", (O, "{to: orders, on: order_id}", "{to: orders, on: order_id, required: true}"),
         expected=metrics(ON_LINES) + " ~!model:lines ~!model:visits ~!model:regulars ~!join:lines.orders"),
    edit("the first day of the week", (S, "week_start: monday", "week_start: saturday"),
         expected=metrics(f"{ON_ORDERS} units visit_count visit_amount new_customers login_count retained converted")
         + " ~!calendar:calendar"),
    edit("the time zone", (S, "Asia/Seoul", "Asia/Tokyo"),
         expected=metrics("login_count retained converted") + " ~!calendar:calendar"),
    edit("the time axis of a model", (O, "time: joined_on", "time: registered_on"), (S, "joined_on: date,", "joined_on: date, registered_on: date,"),
         expected=metrics("new_customers retained converted") + " ~!model:customers +source_column:customers.registered_on"),
    edit("the key of a model", (O, "primary_key: [order_id, line]", "primary_key: [order_id, product]"),
         expected=metrics(ON_LINES) + " ~!model:lines ~!model:visits ~!model:regulars ~!dimension:lines.product"),
    edit("a window", (M, "window: 28 days", "window: 30 days"), expected=metrics("sales_28d")),
    edit("every period", (M, "{name: units, model: lines,", "{name: units, every_period: true, model: lines,"), expected=metrics("units")),
    edit("what a longer period takes", (M, "take: first", "take: last"), expected=metrics("sales_sampled")),
    edit("an offset", (M, "offset: 1 year", "offset: 1 month"), expected=metrics("sales_growth sales_before")),
    edit("what an entity must meet", (M, "having: sales > 100", "having: sales >= 100"), expected=metrics("spenders")),
    edit("the entity", (M, "per: orders.customer_id", "per: orders.order_id"), expected=metrics("spenders")),
    edit("how long a conversion may take", (M, "within: 7 days", "within: 8 days"), expected=metrics("converted")),
    edit("the period of a retention", (M, "period: month", "period: week"), expected=metrics("retained")),
    edit("another aggregate", (M, "sql: sum(total), unit", "sql: max(total), unit"),
         expected=metrics(SALES) + " ~!view:monthly"),
    edit("the operands of a subtraction", (M, "sales / sales_before - 1", "1 - sales / sales_before"), expected=metrics("sales_growth")),
    edit("cuts of bands", (O, "cuts: [100, 1000]", "cuts: [100, 2000]"), expected="~!dimension:orders.size"),
    edit("labels of bands", (O, "labels: [small, middle, large]", "labels: [little, middle, large]"), expected="~!dimension:orders.size"),
    edit("a dimension under another name", (O, "{name: region}", "{name: area, sql: region}"), (V, "customers.region as region", "customers.area as region"),
         (V, "customers.region as region", "customers.area as region"),
         expected=">!dimension:customers.area"),
    edit("a model under another name", (D, "name: regulars", "name: loyal"), (M, "model: regulars", "model: loyal"),
         expected=">!model:loyal"),
    edit("a source under another name", (S, "  logins:\n", "  sessions:\n"), (O, "source: logins", "source: sessions"),
         expected=">source:sessions"),
    edit("a view is removed", (V, "  - {name: monthly, metrics: [sales, average_order], by: [time.month as month, customers.region as region]}\n", ""),
         expected="-!view:monthly"),
    edit("a column of a view", (V, "metrics: [sales, average_order]", "metrics: [sales]"), expected="~!view:monthly"),
    edit("one more column of a view", (V, "metrics: [sales, average_order]", "metrics: [sales, average_order, buyers]"), expected="~view:monthly"),
    edit("what a row of a view is", (V, "[time.month as month, customers", "[time.week as month, customers"), expected="~!view:monthly"),
    edit("one key more", (V, "customers.region as region]}\n  - {name: paid", "customers.region as region, orders.channel as channel]}\n  - {name: paid"),
         expected="~!view:monthly"),
    edit("the condition of a view", (V, 'where: "orders.is_large"', 'where: "not orders.is_large"'), expected="~!view:paid_by_channel"),
    edit("the object of a view", (V, "{name: paid_by_channel,", "{name: paid_by_channel, schema: marts,"), expected="~!view:paid_by_channel"),
    edit("who may read a view", (V, "{name: paid_by_channel,", "{name: paid_by_channel, grants: {select: [analyst]},"), expected="~view:paid_by_channel"),
    edit("a column of rows", (V, "[order_id, total, channel,", "[order_id, total,"), expected="~!view:order_rows"),
)  # fmt: skip
