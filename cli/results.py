"""Puts a document where the user asked for it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..experiments.preparation import RequestError
from .terminal import terminal

if TYPE_CHECKING:
    from ..reports.document import Document
    from ..reports.exports import ExportFormat

STANDARD_OUTPUT = "-"
Destinations = Mapping["ExportFormat", str]


def check(destinations: Destinations) -> None:
    """Create the files before anything is measured, so that a bad path fails early. Raises RequestError, OSError."""
    targets = list(destinations.values())
    if len(set(targets)) < len(targets):
        raise RequestError("two exports go to the same place")
    for target in targets:
        if target != STANDARD_OUTPUT:
            Path(target).open("a").close()


def export(document: Document, destinations: Destinations) -> None:
    """Write the document in each format."""
    from ..reports.exports import EXPORTERS

    for kind, target in destinations.items():
        text = EXPORTERS[kind](document)
        if target == STANDARD_OUTPUT:
            sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        else:
            Path(target).write_text(text, encoding="utf-8")


def show(document: Document) -> None:
    """The tables, and the warnings beside them."""
    from ..reports.combinations_table import Detail
    from ..reports.terminal import terminal_report, warning_lines

    for line in warning_lines(document):
        terminal.err.print(line, soft_wrap=True)
    terminal.out.print(terminal_report(document, Detail.ALL if terminal.verbose else Detail.TOP))
