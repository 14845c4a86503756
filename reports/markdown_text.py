"""Markdown for GitHub, piece by piece: nothing that a user wrote is anything but text in it."""

import re
from collections.abc import Sequence

from ..scenarios.wording import printable
from .fragments import Fragment, Name, Quote
from .remark import Remark
from .visible_text import switch_label


def bullet(remark: Remark) -> str:
    """- **Topic:** what there is to say"""
    return f"- **{remark.topic}:** " + sentence(remark.fragments)


def sentence(fragments: Sequence[Fragment]) -> str:
    """Names and quotes as code."""
    return "".join(map(_fragment, fragments))


def _fragment(fragment: Fragment) -> str:
    match fragment:
        case Name(text):
            return code(switch_label(text))
        case Quote(text):
            return code(text)
        case str():
            return fragment


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first column to the left. A pipe ends a cell even in a code span, so each is escaped here."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.strip().replace("|", r"\|") for cell in cells) + " |"

    rule = "| :-- " + "| --: " * (len(heads) - 1) + "|"
    return "\n".join([line(heads), rule, *map(line, rows)])


def code(text: str) -> str:
    """A code span, in which nothing is HTML, a link, a mention or emphasis. No ` in the text ends it."""
    shown = printable(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    blank = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{blank}{shown}{blank}{fence}"
