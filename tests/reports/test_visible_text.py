"""Text from elsewhere is seen as it is, and does nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from agentperf.reports.visible_text import shortened, wrapped
from agentperf.scenarios.wording import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name", "plain name"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b2J", r"\x9b2J"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\u202eevil\u2066", r"\u202eevil\u2066"),
        ("\ud800", r"\ud800"),
        ("größe 名前", "größe 名前"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(), st.integers(4, 40))
def test_shortened_keeps_to_its_width(text: str, width: int) -> None:
    assert cell_len(shortened(printable(text), width)) <= width


def test_shortened_keeps_both_ends() -> None:
    assert shortened("a" * 50 + "_first", 15) == "aaaaaa..._first"
    assert shortened("short", 15) == "short"


@given(st.text(), st.integers(4, 40))
def test_wrapped_loses_only_blanks(text: str, width: int) -> None:
    shown = printable(text)
    lines = wrapped(shown, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("websocket_suppression", ["websocket_", "suppression"]),
        ("all but pooling", ["all but", "pooling"]),
        ("abcdefghijklmnop", ["abcdefghijkl", "mnop"]),
        ("pooling", ["pooling"]),
    ],
)
def test_wrapped_breaks_where_words_do(text: str, lines: list[str]) -> None:
    assert list(wrapped(text, 12)) == lines
