"""`agentperf compare`: what changed from one run to another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from .options import ColorOption, JsonOption, MarkdownOption, QuietOption, StoreOption, VerboseOption
from .terminal import Color, terminal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..reports.comparison_assembly import Named
    from ..reports.comparison_document import ComparisonDocument
    from ..reports.expectation import Judgement
    from ..reports.export_format import ExportFormat

WHICH = "an id, the beginning of one, a baseline, 'latest', or a JSON file of 'runs export'"


def compare(
    base: Annotated[str, typer.Argument(metavar="BASE", help=f"What to compare with: {WHICH}.")],
    new: Annotated[str, typer.Argument(metavar="[NEW]", help="What to judge, named likewise.")] = "latest",
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            metavar="EXPR",
            help="regression:MAX%: exit with 3 if anything became slower by more; repeatable.",
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Exit with 4 if the data can't say whether --fail-on holds."),
    ] = False,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Warn of what should not be compared, and compare it.")
    ] = False,
    threshold: Annotated[
        str | None,
        typer.Option(
            envvar="AGENTPERF_THRESHOLD",
            metavar="PERCENT",
            help="Less than this is equivalent.  [default: that of NEW]",
        ),
    ] = None,
    store: StoreOption = None,
    export_json: Annotated[
        str | None, typer.Option(metavar="FILE|-", help="Write the JSON document of the comparison.")
    ] = None,
    export_markdown: MarkdownOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Compare two runs: what became faster or slower, and which switch did it."""
    from ..reports.comparability import Refusals
    from ..reports.comparison_assembly import compare_documents
    from ..reports.expectation import regression_expectation
    from ..reports.expectation_judgement import judge_regression, with_expectations
    from ..reports.export_format import ExportFormat
    from ..reports.strictness import left_open_between
    from . import expectations, results, step_summary

    expected = [regression_expectation(written) for written in fail_on or ()]
    places = ((ExportFormat.JSON, "-" if json else None), (ExportFormat.JSON, export_json))
    wanted = (*places, (ExportFormat.MARKDOWN, export_markdown))
    destinations = [(kind, target) for kind, target in wanted if target]
    refusals = Refusals.WARNED if lenient else Refusals.ENFORCED
    first, second = asyncio.run(_read((base, new), store))
    document = compare_documents(first, second, refusals, _percentage(threshold))
    results.check(destinations)
    judgements = [judge_regression(document, one) for one in expected]
    document = with_expectations(document, judgements)
    _warn(document)
    if all(target != results.STANDARD_OUTPUT for _, target in destinations):
        _show(document)
    for kind, target in destinations:
        results.write(_exported(document, judgements, kind), target)
    step_summary.append(lambda: _exported(document, judgements, ExportFormat.MARKDOWN))
    expectations.say(judgements)
    left_open = left_open_between(document, judgements) if strict else ()
    raise typer.Exit(expectations.code_of(judgements, left_open))


async def _read(names: Sequence[str], store: Path | None) -> list[Named]:
    """The documents of that name, from files and the store, which is opened only if it is needed."""
    from pathlib import Path

    from ..experiments.store import Latest, Store
    from ..reports.assembly import assemble
    from ..reports.comparison_assembly import Named
    from ..reports.document_file import names_file, read_document
    from .project import existing_store, store_path

    files = {name: Named(name, read_document(Path(name))) for name in names if names_file(name)}
    if len(files) == len(set(names)):
        return [files[name] for name in names]
    found = dict(files)
    async with Store.open(existing_store(store_path(store))) as opened:
        for name in names:
            if name not in found:
                run = await opened.run(name, Latest.MEASURED)
                document = assemble(run, await opened.trials(run.id))
                is_id = name == "latest" or run.id.startswith(name)
                found[name] = Named(run.id if is_id else name, document)
    return [found[name] for name in names]


def _percentage(text: str | None) -> float | None:
    """Raises RequestError."""
    from ..experiments.preparation import RequestError
    from ..scenarios.invalid import InvalidValue
    from ..scenarios.units import parse_percentage

    try:
        return None if text is None else parse_percentage(text)
    except InvalidValue as error:
        raise RequestError(f"--threshold: {error}") from error


def _warn(document: ComparisonDocument) -> None:
    from ..reports.comparison_terminal import comparison_warning_lines

    for line in comparison_warning_lines(document):
        terminal.err.print(line)


def _show(document: ComparisonDocument) -> None:
    from ..reports.combinations_table import Detail
    from ..reports.comparison_terminal import comparison_report

    terminal.out.print(comparison_report(document, Detail.ALL if terminal.verbose else Detail.TOP))


def _exported(document: ComparisonDocument, judgements: Sequence[Judgement], kind: ExportFormat) -> str:
    from ..reports.comparison_json import comparison_json
    from ..reports.comparison_markdown import comparison_markdown
    from ..reports.export_format import ExportFormat

    if kind is ExportFormat.JSON:
        return comparison_json(document)
    return comparison_markdown(document, judgements)
