"""What is known while the run still goes on."""

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from .design_words import block_words
from .document import Document
from .effects_table import sorted_effects
from .figures import bracket, percent
from .visible_text import short_label


def interim_table(document: Document) -> RenderableType:
    """Average effects so far, or where the design has none the effects alone. No verdicts: they hold for the
    end of the run, not for every look at it."""
    averages = any(record.average for record in document.effects)
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        title=Text(f"so far, after {block_words(document.design)}", "dim"),
        title_justify="left",
    )
    table.add_column("switch", overflow="fold")
    table.add_column("saves on average" if averages else "saves alone", justify="right", no_wrap=True)
    table.add_column("95 % interval", no_wrap=True)
    for record in sorted_effects(document):
        effect = record.average or record.alone
        table.add_row(
            Text(short_label(record.optimization)),
            percent(effect.improvement_percent) if effect else "n/a",
            Text(bracket(effect.improvement_low, effect.improvement_high), "dim") if effect else "",
        )
    return table
