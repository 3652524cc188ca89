"""Templates in expressions: what they may do, what they may not, and where a fault is placed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from semantic.faults import Fault, SemanticError
from semantic.macros import Rendered, render, render_url
from semantic.source import Span, Text
from semantic.spec.reader import read_text
from semantic.spec.types import Macro

_MACROS = {
    "net(x)": "({{ x }} / (1 + {{ rate }}))",
    "twice(x)": "{{ net(x) }} + {{ net(x) }}",
    "here()": "{{ there() }}",
    "there()": "{{ here() }}",
    "broken()": "1 + {{ rate.real }}",
    **{f"b{n}()": f"{{{{ b{n + 1}() }}}}{{{{ b{n + 1}() }}}}" for n in range(30)},
    "b30()": "{# nothing #}",
}
_FILE = "macros:\n" + "".join(f"  - {{name: {name}, sql: '{sql}'}}\n" for name, sql in _MACROS.items())
MACROS: dict[str, Macro] = {
    str(m.name): m for m in read_text({"semantic.yml": "name: acme", "mac.yml": _FILE}).macros
}
VALUES: dict[str, Any] = {
    "as_of": "2024-01-31",
    "rate": 0.1,
    "anonymous": False,
    "today": "current_date",
    "of": None,
}


_PIECES = (
    *("{{ ", " }}", "{% ", " %}", "{# ", " #}", "if ", "else", "endif", "for c in ", "endfor", "range(", "("),
    *(
        ")",
        "[",
        "]",
        ",",
        "|",
        "~",
        " + ",
        " - ",
        " * ",
        ".",
        "'",
        "net",
        "net(",
        "as_of",
        "rate",
        "of",
        "today",
    ),
    *(
        " > ",
        " == ",
        " is none",
        "not ",
        "1",
        "'a'",
        "c",
        "loop",
        "raw",
        "endraw",
        "set ",
        "\n",
        "매출",
        "sum(x)",
    ),
)


def at(text: str) -> Text:
    return Text(text, "m.yml", tuple((3 + row, 9) for row in range(text.count("\n") + 1)))


def rendered(text: str) -> Rendered:
    return render(at(text), VALUES, MACROS)


def told(text: str) -> str:
    with pytest.raises(SemanticError) as raised:
        rendered(text)
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(amount)", "sum(amount)"),
        ("a <= {{ as_of }}", "a <= :semantic_param_as_of"),
        ("a <= {{- as_of -}} ", "a <= :semantic_param_as_of "),
        ("sum({{ net('a') }}) / 2", "sum((a / (1 + :semantic_param_rate))) / 2"),
        ("{{ net(x='a') }}", "(a / (1 + :semantic_param_rate))"),
        ("{{ net(as_of) }}", "(:semantic_param_as_of / (1 + :semantic_param_rate))"),
        ("{{ twice('a') }}", "(a / (1 + :semantic_param_rate)) + (a / (1 + :semantic_param_rate))"),
        ("x{% if anonymous %} and y{% else %} or z{% endif %}", "x or z"),
        ("{{ 'new' if as_of >= '2024' else 'old' }}", "new"),
        ("{% if of is none %}a{% endif %}", "a"),
        (
            "{% for c in ['x', 'y'] %}sum({{ c }}){{ '' if loop.last else ' + ' }}{% endfor %}",
            "sum(x) + sum(y)",
        ),
        ("{% for i in range(3) %}{{ 2 * i + 1 }} {% endfor %}", "1 3 5 "),
        ("a {# a note #}", "a "),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("{{ ['a', 'b'] | join(', ') | upper }}", "A, B"),
        ("{{ 1 > 0 }}", "true"),
        ("a{{ ' + b' if anonymous }}", "a"),
    ],
)
def test_rendering(text: str, expected: str) -> None:
    assert rendered(text).text == expected


def test_what_a_result_depends_on() -> None:
    result = rendered("{% if anonymous %}x{% endif %} a <= {{ as_of }}")
    assert result.parameters == {"as_of"}
    assert result.decided == {"anonymous"}
    assert rendered("{{ net('a') }}").parameters == {"rate"}


def test_places_after_rendering() -> None:
    text = "a {{ as_of }} +\n  b{% if rate > 0 %} - c{% endif %}"
    result = rendered(text).text
    assert result == "a :semantic_param_as_of +\n  b - c"
    for word, line, column in (
        ("a ", 3, 9),
        (":sem", 3, 11),
        ("as_of", 3, 11),
        ("+", 3, 23),
        ("b", 4, 11),
        ("- c", 4, 30),
    ):
        assert result.at(result.index(word)) == Span("m.yml", line, column)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + {{ nett('a') }}", "3:16: unknown: 'nett' is no parameter or macro. Did you mean 'net'?"),
        ("\n{{ 1 }} {{ as_off }}", "4:20: unknown: 'as_off' is no parameter or macro. Did you mean 'as_of'?"),
        (
            "{{ env_var('HOME') }}",
            "3:12: template: 'env_var' works in the 'url' of a target only."
            " Declare a parameter for a value that changes.",
        ),
        ("1 + {{ net() }}", "3:13: template: The macro 'net' is called as 'net(x)'."),
        ("{{ net('a', 'b') }}", "3:9: template: The macro 'net' is called as 'net(x)'."),
        ("{{ net(y='a') }}", "3:9: template: The macro 'net' is called as 'net(x)'."),
        ("{{ net }}", "3:9: template: A macro is called with parentheses."),
        ("{{ [1] }}", "3:9: template: A template prints texts, numbers and parameters only."),
        (
            "{{ as_of | upper }}",
            "3:9: template: The parameter 'as_of' is a value, not a text to join or change."
            " Write it alone, as in '{{ as_of }}', and work with it in SQL.",
        ),
        ("{{ rate + 1 }}", "3:9: template: '+' takes whole numbers below a million. Calculate in SQL."),
        ("{{ 'a' * 99 }}", "3:9: template: '*' takes whole numbers below a million. Calculate in SQL."),
        (
            "{% if today > '2024' %}x{% endif %}",
            "3:9: template: 'current_date' of 'today' is known in the warehouse only."
            " Compare it in the SQL instead.",
        ),
        (
            "{% for i in range(1001) %}x{% endfor %}",
            "3:9: limit: The template makes more than 1,000 rounds in one 'range'.",
        ),
        ("{% for i in range('a') %}x{% endfor %}", "3:9: template: 'range' takes whole numbers."),
        (
            "{{ x",
            "3:9: template: The template cannot be parsed: unexpected end of template,"
            " expected 'end of print statement'.",
        ),
        (
            "a\n b {% if %}",
            "4:12: template: The template cannot be parsed: Expected an expression,"
            " got 'end of statement block'.",
        ),
        ("{{ as_of | reverse }}", "3:9: template: The template cannot be parsed: No filter named 'reverse'."),
        ("{{ 1 }}\ue000", "3:16: encoding: The character U+E000 cannot stand in a file. Remove it."),
    ],
)
def test_fault(text: str, expected: str) -> None:
    assert told(text) == f"m.yml:{expected}"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{{ as_of ~ 'x' }}", "concat"),
        ("{{ as_of.__class__ }}", "getattr"),
        ("{{ as_of['x'] }}", "getitem"),
        ("{{ 'a'.join(['b']) }}", "call"),
        ("{{ 2 ** 9 }}", "pow"),
        ("{% include 'x' %}", "include"),
        ("{% import 'x' as y %}", "import"),
        ("{% macro m() %}{% endmacro %}", "macro"),
        ("{% set x = 1 %}", "assign"),
        ("{% for i in range(2) recursive %}{% endfor %}", "recursive"),
    ],
)
def test_what_is_no_part_of_templates(text: str, what: str) -> None:
    hint = "Parameters, macros, 'if', 'for', comparisons and whole numbers are."
    assert told(text) == f"m.yml:3:9: template: '{what}' is no part of templates here. {hint}"


def test_loops_end() -> None:
    nested = "{% for a in range(1000) %}" * 3 + "{% endfor %}" * 3
    assert told(nested).endswith("limit: The template makes more than 20,000 steps.")
    long = "{% for a in range(1000) %}" + "x" * 1000 + "{% endfor %}"
    assert told(long).endswith("limit: The template makes more than 100,000 characters.")
    assert told("{{ b0() }}").endswith("limit: The template makes more than 20,000 steps.")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
@example("{# nothing but a comment #}")
def test_any_template_ends_in_text_or_in_faults(text: str) -> None:
    found: tuple[Fault, ...] = ()
    try:
        result = rendered(text).text
    except SemanticError as error:
        found, result = error.faults, Text("")
    assert all(fault.span for fault in found)
    assert all(result.at(offset) for offset in range(len(result)))


def test_deep_templates_end() -> None:
    assert "template: " in told("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}")
    assert "template: " in told("{{ " + "not " * 5000 + "1 }}")


def test_a_macro_that_calls_itself() -> None:
    assert told("{{ here() }}").endswith("cycle: The macro 'here' calls itself: here → there → here.")


def test_a_fault_in_a_macro_stands_in_the_macro() -> None:
    assert told("{{ broken() }}").startswith("mac.yml:6:32: template: 'getattr' is no part of templates")


def test_urls() -> None:
    url = Text(
        "snowflake://{{ env_var('USER_NAME') }}:{{ env_var('WORD', 'none') }}@x", "semantic.yml", ((4, 9),)
    )
    assert render_url(url, {"USER_NAME": "me", "WORD": "secret"}) == "snowflake://me:secret@x"
    with pytest.raises(SemanticError) as raised:
        render_url(url, {"WORD": "secret"})
    expected = "semantic.yml:4:21: environment: The environment variable 'USER_NAME' is not set."
    assert str(raised.value) == expected


def test_urls_know_no_parameters() -> None:
    with pytest.raises(SemanticError) as raised:
        render_url(Text("{{ as_of }}", "s.yml", ((1, 1),)), {})
    assert raised.value.faults[0].code == "unknown"
