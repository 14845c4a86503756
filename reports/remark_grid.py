"""Remarks on a terminal: the topic, and beside it what there is to say."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from .fragments import Fragment, Name, plain
from .prose import Prose
from .remark import Remark


def remark_grid(remarks: Iterable[Remark]) -> Table:
    """One line or more for each remark; of several with one topic in a row, it stands beside the first."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(ratio=1)
    said = ""
    for remark in remarks:
        grid.add_row("" if remark.topic == said else remark.topic, prose(remark.fragments))
        said = remark.topic
    return grid


def prose(fragments: Sequence[Fragment]) -> Prose:
    """A sentence, names in bold."""
    text = Text()
    for fragment in fragments:
        text.append(plain(fragment), "bold" if isinstance(fragment, Name) else None)
    return Prose(text)
