"""Puts a document where the user asked for it."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..experiments.preparation import RequestError
from .output_file import naming, require_writable, write_file
from .terminal import OUTPUT_NAME, terminal

if TYPE_CHECKING:
    from ..reports.document import Document
    from ..reports.dossier import Dossier
    from ..reports.expectation import Judgement
    from ..reports.export_format import ExportFormat

STANDARD_OUTPUT = "-"
SQLITE_HEADER = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat.html, 1.3
Destinations = Sequence[tuple["ExportFormat", str]]


def check(destinations: Destinations, page: str | None = None, source: str | None = None) -> None:
    """Before anything is measured, so that a bad path fails early. `source` is the scenario's file.

    Raises RequestError, OSError.
    """
    targets = [target for _, target in destinations] + ([] if page is None else [page])
    places = [_place(target) for target in targets]
    for target, place in zip(targets, places, strict=True):
        if places.count(place) > 1:
            where = OUTPUT_NAME if target == STANDARD_OUTPUT else target
            raise RequestError(f"two exports go to {where}, give each a file of its own")
        if source and STANDARD_OUTPUT not in (source, target) and place == _place(source):
            raise RequestError(f"{target} is the scenario and would be overwritten, name another file")
        _require_no_database(target)
    for target in targets:
        if target != STANDARD_OUTPUT:
            require_writable(target)


def _place(target: str) -> str:
    """The same for the same file, however it is written."""
    return target if target == STANDARD_OUTPUT else str(Path(target).resolve())


def _require_no_database(target: str) -> None:
    """A results store, above all, is not to be lost to a slip of the pen."""
    file = Path(target)
    if target != STANDARD_OUTPUT and file.is_file():
        with file.open("rb") as opened:
            if opened.read(len(SQLITE_HEADER)) == SQLITE_HEADER:
                raise RequestError(f"{target} is a database and would be overwritten, name another file")


def export(dossier: Dossier, destinations: Destinations, judgements: Sequence[Judgement] = ()) -> None:
    """Write the dossier in each format; what came of expectations stands in Markdown alone.

    Raises RequestError where a format can't say that there is nothing to write, and OSError.
    """
    from ..reports.benchmarks import NothingToExport
    from ..reports.expectation_markdown import judged_markdown
    from ..reports.export_format import ExportFormat
    from ..reports.exports import EXPORTERS

    for kind, target in destinations:
        try:
            is_markdown = kind is ExportFormat.MARKDOWN
            text = judged_markdown(dossier.document, judgements) if is_markdown else EXPORTERS[kind](dossier)
        except NothingToExport as error:
            raise RequestError(str(error)) from error
        write(text, target)


def write_page(dossier: Dossier, target: str) -> None:
    """Write the HTML report. Raises RequestError for a database, and OSError."""
    from ..reports.page.page import render

    write(render(dossier), target)


def write(text: str, target: str) -> None:
    """To a file, or to standard output. Raises RequestError for a database, and OSError."""
    if target == STANDARD_OUTPUT:
        with naming(OUTPUT_NAME):
            sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    else:
        _require_no_database(target)
        write_file(text, target)


def warn(document: Document, said: Collection[str] = ()) -> None:
    """What to know before believing a number, and was not `said` before."""
    from ..reports.terminal import warning_lines

    news = tuple(warning for warning in document.warnings if warning not in said)
    for line in warning_lines(document.model_copy(update={"warnings": news})):
        terminal.err.print(line)


def show(document: Document) -> None:
    """The tables."""
    from ..reports.combinations_table import Detail
    from ..reports.terminal import terminal_report

    terminal.out.print(terminal_report(document, Detail.ALL if terminal.verbose else Detail.TOP))
