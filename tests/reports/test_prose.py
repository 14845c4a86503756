"""Sentences are wrapped, and their figures are not."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from agentperf.reports.prose import Prose

Printed = Callable[[RenderableType, int], str]


@pytest.mark.parametrize(
    "figure",
    ["39.2 % [-36.0, 39.2]", "(12.0 ms)", "commits 24 -> 1", "5.0 points", "[1,234.5, 2.0]"],
)
def test_no_line_ends_within_a_figure(printed: Printed, figure: str) -> None:
    last = figure.partition(" ")[2] if figure.startswith("commits") else figure
    for width in range(cell_len(figure) + 1, 40):
        lines = printed(Prose(Text(f"as the first step it saves {figure} in all")), width).splitlines()
        assert max(map(len, lines)) <= width
        assert any(last in line for line in lines), lines


def test_styles_stay_where_they_are() -> None:
    text = Text.assemble("turn on ", ("pooling", "bold"), " first")
    console = Console(width=14, color_system="standard", force_terminal=True)
    with console.capture() as capture:
        console.print(Prose(text))
    assert capture.get() == "turn on\n\x1b[1mpooling\x1b[0m first\n"


@given(text=st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" ")), width=st.integers(2, 60))
def test_nothing_is_lost_or_too_wide(text: str, width: int) -> None:
    console = Console(width=width, color_system=None, emoji=False)
    with console.capture() as capture:
        console.print(Prose(Text(text)))
    shown = capture.get()
    assert shown.replace(" ", "").replace("\n", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in shown.splitlines())
