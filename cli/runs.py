"""`agentperf runs`: the history."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from ..profilers.profile import Mode
from ..reports.export_format import OF_PROFILES, OF_TIMELINES, ExportFormat
from .options import ColorOption, StoreOption, VerboseOption
from .terminal import Color, terminal

if TYPE_CHECKING:
    from pathlib import Path

    from ..experiments.store import RunEntry, Store
    from ..reports.document import Document
    from ..reports.dossier import Dossier

Found = TypeVar("Found")

app = typer.Typer(help="The history: list, show, delete and export saved runs.", no_args_is_help=True)

RunArgument = Annotated[
    str, typer.Argument(metavar="[RUN]", help="An id, the beginning of one, or 'latest'.")
]


@app.command("list")
def list_runs(
    store: StoreOption = None, verbose: VerboseOption = False, color: ColorOption = Color.AUTO
) -> None:
    """The saved runs, newest first."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from ..scenarios.wording import printable

    async def entries(opened: Store) -> list[RunEntry]:
        return await opened.entries()

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("run", "scenario", "created", "blocks", "took", "ended"):
        table.add_column(heading, justify="right" if heading in ("blocks", "took") else "left")
    for entry in _read(store, entries):
        table.add_row(
            entry.id,
            Text(printable(entry.scenario_name)),
            entry.created_at,
            str(entry.blocks),
            f"{entry.elapsed_s:.0f} s",
            entry.stop_reason or "did not end",
        )
    terminal.out.print(table)


@app.command()
def show(
    run: RunArgument = "latest",
    store: StoreOption = None,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """The tables of a saved run."""
    from . import results

    document = _document(run, store)
    results.warn(document)
    results.show(document)


@app.command()
def delete(
    run: Annotated[str, typer.Argument(metavar="RUN")],
    store: StoreOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Forget a run and all its trials."""

    async def forget(opened: Store) -> str:
        found = await opened.run(run)
        await opened.delete(found.id)
        return found.id

    terminal.say(f"deleted run {_read(store, forget)}")


@app.command()
def export(
    run: RunArgument = "latest",
    kind: Annotated[
        ExportFormat, typer.Option("--format", "-f", help="Which program is to read it.")
    ] = ExportFormat.JSON,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE|-", help="Where it goes.")] = "-",
    flags: Annotated[
        str | None,
        typer.Option(metavar="A,B|none|all", help="Of profiles and timelines: this combination alone."),
    ] = None,
    mode: Annotated[
        Mode | None, typer.Option(help="Of profiles: those of what ran, or of what was awaited.")
    ] = None,
    store: StoreOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Write a saved run for another program."""
    from ..experiments.preparation import RequestError
    from ..reports.benchmarks import NothingToExport
    from ..reports.dossier import Dossier
    from ..reports.profile_choice import Choice, chosen
    from . import results

    needs_all = kind in (*OF_PROFILES, *OF_TIMELINES)
    dossier = saved_dossier(run, store) if needs_all else Dossier(_document(run, store))
    try:
        narrowed = chosen(dossier, kind, Choice(flags, mode))
    except NothingToExport as error:
        raise RequestError(str(error)) from error
    results.export(narrowed, [(kind, output)])


def saved_dossier(run: str, store: Path | None) -> Dossier:
    """All there is of a saved run. Raises StoreError."""
    from ..experiments.store import Latest
    from ..experiments.traces import session_traces
    from ..reports.assembly import assemble
    from ..reports.dossier import Dossier

    async def dossier(opened: Store) -> Dossier:
        found = await opened.run(run, Latest.MEASURED)
        trials, profiles = await opened.trials(found.id), await opened.profiles(found.id)
        return Dossier(assemble(found, trials), tuple(profiles), session_traces(found, trials))

    return _read(store, dossier)


def _document(run: str, store: Path | None) -> Document:
    from ..experiments.store import Latest
    from ..reports.assembly import assemble

    async def document(opened: Store) -> Document:
        found = await opened.run(run, Latest.MEASURED)
        return assemble(found, await opened.trials(found.id))

    return _read(store, document)


def _read(store: Path | None, look: Callable[[Store], Awaitable[Found]]) -> Found:
    from ..experiments.store import Store
    from .project import existing_store, store_path

    async def opened() -> Found:
        async with Store.open(existing_store(store_path(store))) as history:
            return await look(history)

    return asyncio.run(opened())
