"""What is drawn in a terminal: widths of any script, negative values, gaps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from semantic.terminal.bars import Bar, bars
from semantic.terminal.lines import line_chart, scale
from semantic.terminal.plot import Series, plot
from semantic.terminal.style import Painter
from semantic.terminal.table import Heading, table
from semantic.terminal.values import is_format, shower
from semantic.terminal.width import cut, pad, printable, width

PLAIN = Painter(False)
MONTHS = [date(2024, month, 1) for month in range(1, 13)]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("매출액", 6),
        ("销售", 4),
        ("ｆｕｌｌ", 8),
        ("ﾊﾝ", 2),
        ("e\u0301", 1),
        ("a\u200bb", 2),
        ("🙂", 2),
    ],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize("text", ["categories", "매출액과 주문", "a매b출c액", "🙂🙂🙂🙂"])
@pytest.mark.parametrize("room", [1, 2, 3, 5, 7])
def test_a_cut_text_fits(text: str, room: int) -> None:
    assert width(cut(text, room)) <= room
    assert width(pad(cut(text, room), room)) == room


@pytest.mark.parametrize(
    "text", ["\x1b[31mred", "two\nlines", "tab\t", "bell\a", "\x9b31m", "\u202eright", "\ud800", "\u2028"]
)
def test_nothing_that_is_printed_commands_the_terminal(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("value", "format", "shown"),
    [
        (1234567, "#,##0", "1,234,567"),
        (Decimal("1234.5"), "#,##0.00", "1,234.50"),
        (0.256, "0.0%", "25.6%"),
        (0.5, "0%", "50%"),
        (1234.5, "0.##", "1234.5"),
        (1234.0, "#,##0.##", "1,234"),
        (12.3, "$#,##0.00", "$12.30"),
        (12.3, "0.0 kg", "12.3 kg"),
        (-0.001, "0.00", "0.00"),
        (1234.567, ",.2f", "1,234.57"),
        (0.256, ".1%", "25.6%"),
        (Decimal("7"), "d", "7"),
        (7.5, "d", "7.5"),
        (None, "0.00", "∅"),
        ("text", "0.00", "text"),
        (float("nan"), "0.00", "nan"),
        (True, "0.00", "true"),
    ],
)
def test_formats(value: Any, format: str, shown: str) -> None:
    assert shower([value], format)(value) == shown


@pytest.mark.parametrize("format", ["two digits", "%d", "{:,}", ",,.2f", "", "yyyy-mm-dd"])
def test_what_is_no_format(format: str) -> None:
    assert not is_format(format)


def test_decimals_are_shown_in_full() -> None:
    exact = Decimal("12345678901234567890.123456")
    assert shower([exact])(exact) == "12,345,678,901,234,567,890.123456"


def test_times() -> None:
    assert shower([])(date(2024, 1, 1)) == "2024-01-01"
    assert shower([])(datetime(2024, 1, 1, 9)) == "2024-01-01 09:00:00"


def test_a_table_stands_straight_in_any_script() -> None:
    headings = [Heading("지역", str), Heading("sales", shower([]))]
    lines = table(headings, [("서울특별시", 1), ("EU", -20000), ("北京", None)], PLAIN)
    assert {width(line) for line in lines[1:]} == {width("서울특별시  -20,000")}


def test_a_table_gives_way_in_its_texts_not_in_its_numbers() -> None:
    headings = [Heading("name", str), Heading("n", shower([]))]
    lines = table(headings, [("a very long name of something", 123456)], PLAIN, 24)
    assert lines[-1] == "a very long na…  123,456"
    narrow = table(headings, [("a very long name of something", 123456)], PLAIN, 5)
    assert narrow[-1] == "a very …  123,456"


def test_bars_of_both_signs_share_one_axis() -> None:
    items = [
        Bar("gain", 30.0, "30"),
        Bar("loss", -10.0, "-10"),
        Bar("none", None, "∅"),
        Bar("zero", 0.0, "0"),
    ]
    gain, loss, none, zero = bars(items, 50, PLAIN)
    assert gain.index("█") == loss.rindex("█") + 1  # they meet at zero
    assert gain.count("█") == 3 * loss.count("█")
    assert "█" not in none + zero
    assert {width(line) for line in (gain, loss, none, zero)} == {50}


def test_bars_that_are_all_negative() -> None:
    more, less = bars([Bar("a", -4.0, "-4"), Bar("b", -2.0, "-2")], 30, PLAIN)
    assert more.count("█") == 2 * less.count("█") > 0


def test_the_longest_bar_fills_the_room_whatever_its_labels() -> None:
    for label in ("x", "a very long label that has to be cut", "매우 긴 이름을 가진 상품 카테고리"):
        (line,) = bars([Bar(label, 5.0, "5.00")], 40, PLAIN)
        assert width(line) == 40


def drawing(values: list[float | None], room: int = 60) -> list[str]:
    return line_chart(MONTHS[: len(values)], values, room, PLAIN, lambda value: f"{value:g}")


def columns_drawn(lines: list[str]) -> list[int]:
    """The columns in which there is some of the line."""
    return sorted({i for line in lines for i, c in enumerate(line) if "\u2800" < c <= "\u28ff"})


def test_a_line_breaks_where_a_value_is_missing() -> None:
    whole = columns_drawn(drawing([1, 2, 3, 4, 5, 6]))
    broken = columns_drawn(drawing([1, 2, None, None, 5, 6]))
    assert whole == list(range(whole[0], whole[-1] + 1))
    gaps = [right - left for left, right in pairwise(broken) if right - left > 1]
    assert len(gaps) == 1


def test_a_line_keeps_its_room_and_names_moments_that_there_are() -> None:
    lines = drawing([5, 3, 8, 1, 2])
    assert max(map(width, lines)) == 60
    assert lines[-1].split() == ["2024-01-01", "2024-03-01", "2024-05-01"]
    assert lines[-1].endswith("2024-05-01")


def test_a_line_below_zero_shows_where_zero_is() -> None:
    assert any("┈" in line for line in drawing([-5, 5, -5]))
    assert not any("┈" in line for line in drawing([5, 6]))


@pytest.mark.parametrize("values", [[7.0], [0.0, 0.0], [1e-9, 2e-9], [1e300, -1e300], [None, 3.0, None]])
def test_odd_series_can_be_drawn(values: list[float | None]) -> None:
    assert columns_drawn(drawing(values))


def test_nothing_but_gaps_is_no_drawing() -> None:
    assert drawing([None, None]) == []


def test_a_scale_of_whole_numbers_has_whole_steps() -> None:
    assert scale(5, 7, whole=True) == [5, 6, 7]
    assert scale(5, 7) == [5, 5.5, 6, 6.5, 7]


def test_time_is_drawn_to_scale_and_in_order() -> None:
    """Rows that come sorted by size: the line still runs through time."""
    day = timedelta(days=1)
    times = [date(2024, 1, 1) + day * n for n in (9, 0, 1)]
    key = Series(Heading("day", str), times)
    measure = Series(Heading("n", shower([])), [3, 1, 2])
    lines = plot([key], [measure], 60, PLAIN)
    assert lines[-1].split()[0] == "2024-01-01"
    assert lines[-1].split()[-1] == "2024-01-10"


def test_many_bars_say_how_many_are_left_out() -> None:
    key = Series(Heading("name", str), [f"n{i}" for i in range(100)])
    measure = Series(Heading("n", shower([])), list(range(100)))
    assert plot([key], [measure], 60, PLAIN)[-1] == "… and 60 more"


def test_a_measure_without_numbers_is_left_out() -> None:
    key = Series(Heading("name", str), ["a", "b"])
    assert plot([key], [Series(Heading("t", str), ["x", None])], 60, PLAIN) == []
