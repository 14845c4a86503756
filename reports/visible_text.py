"""Text that came from a scenario, made safe to look at."""

import re
from collections.abc import Sequence

from rich.cells import cell_len, chop_cells, set_cell_size

from ..scenarios.wording import printable

_PIECE = re.compile(r".+?(?:[_+./-]+|$)")

_LABEL_WIDTH = 40


def switch_label(name: str) -> str:
    """A switch's name on one line; in quotes where blanks at its ends would not be seen."""
    label = printable(name)
    return label if label and label == label.strip() else f'"{label}"'


def short_label(name: str) -> str:
    """A switch's label, short enough for a table or a sentence."""
    return shortened(switch_label(name), _LABEL_WIDTH)


def shortened(text: str, width: int) -> str:
    """At most `width` terminal cells. The middle goes, since names that begin alike often end apart."""
    if cell_len(text) <= width:
        return text
    kept = width - 3
    head = set_cell_size(text, kept - kept // 2).rstrip()
    tail = set_cell_size(text[::-1], kept // 2)[::-1].lstrip()
    return f"{head}...{tail}"


def wrapped(text: str, width: int) -> Sequence[str]:
    """Lines of at most `width` cells: broken at a blank, or in a word too long behind one of _ + . / -."""
    lines = [""]
    for word in text.split(" "):
        if cell_len(f"{lines[-1]} {word}".lstrip()) <= width:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
        elif cell_len(word) <= width:
            lines.append(word)
        else:
            lines += _broken(word, width)
    return [line for line in lines if line]


def _broken(word: str, width: int) -> Sequence[str]:
    lines = [""]
    for piece in _PIECE.findall(word):
        if cell_len(lines[-1] + piece) <= width:
            lines[-1] += piece
        else:
            lines += chop_cells(piece, width)
    return lines
