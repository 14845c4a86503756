"""`agentperf runs`: the history."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from ..reports.export_format import ExportFormat
from .options import ColorOption, StoreOption, VerboseOption
from .terminal import Color, terminal

if TYPE_CHECKING:
    from pathlib import Path

    from ..experiments.store import RunEntry
    from ..reports.document import Document

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

    from ..experiments.store import Store
    from ..scenarios.wording import printable
    from .project import existing_store, store_path

    async def entries() -> list[RunEntry]:
        async with Store.open(existing_store(store_path(store))) as opened:
            return await opened.entries()

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("run", "scenario", "created", "blocks", "took", "ended"):
        table.add_column(heading, justify="right" if heading in ("blocks", "took") else "left")
    for entry in asyncio.run(entries()):
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
    from ..experiments.store import Store
    from .project import existing_store, store_path

    async def forget() -> str:
        async with Store.open(existing_store(store_path(store))) as opened:
            found = await opened.run(run)
            await opened.delete(found.id)
            return found.id

    terminal.say(f"deleted run {asyncio.run(forget())}")


@app.command()
def export(
    run: RunArgument = "latest",
    kind: Annotated[
        ExportFormat, typer.Option("--format", "-f", help="Which program is to read it.")
    ] = ExportFormat.JSON,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE|-", help="Where it goes.")] = "-",
    store: StoreOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Write a saved run for another program."""
    from . import results

    results.export(_document(run, store), [(kind, output)])


def _document(run: str, store: Path | None) -> Document:
    from ..experiments.store import Store
    from ..reports.assembly import assemble
    from .project import existing_store, store_path

    async def read() -> Document:
        async with Store.open(existing_store(store_path(store))) as opened:
            found = await opened.run(run)
            return assemble(found, await opened.trials(found.id))

    return asyncio.run(read())
