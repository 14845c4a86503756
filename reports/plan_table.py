"""The recommended order, as a table."""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .document import Document
from .figures import bracket, percent
from .visible_text import short_label

PLAN_NOTE = "Estimated from all combinations together, so not the same as the figures measured above."


def plan_table(document: Document) -> RenderableType:
    """One line for each step, with what all steps up to it save together."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", justify="right")
    table.add_column("turn on")
    table.add_column("saves so far", no_wrap=True)
    table.add_column("")
    for number, step in enumerate(document.plan, start=1):
        table.add_row(
            str(number),
            Text(short_label(step.add), "bold", overflow="fold"),
            f"{percent(step.cumulative_improvement_percent):>7} {bracket(step.low, step.high)}",
            "enough" if step.enough else "",
        )
    return Group(table, Text(PLAN_NOTE, "dim"))
