"""`agentperf baseline`: names for runs, to compare others with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from .options import ColorOption, StoreOption, VerboseOption
from .terminal import Color, terminal

if TYPE_CHECKING:
    from ..experiments.baseline import Baseline

app = typer.Typer(help="Names for runs, to compare others with.", no_args_is_help=True)


@app.command("set")
def set_baseline(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it, as in 'main'.")],
    run: Annotated[
        str,
        typer.Argument(metavar="[RUN]", help="An id, the beginning of one, another baseline, or 'latest'."),
    ] = "latest",
    store: StoreOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Name a run; a name that there is already moves to it."""
    from ..experiments.store import Latest, Store
    from .project import existing_store, store_path

    async def name_it() -> str:
        async with Store.open(existing_store(store_path(store))) as opened:
            found = await opened.run(run, Latest.MEASURED)
            await opened.set_baseline(name, found.id)
            return found.id

    terminal.say(f"baseline {name} is run {asyncio.run(name_it())}")


@app.command("list")
def list_baselines(
    store: StoreOption = None, verbose: VerboseOption = False, color: ColorOption = Color.AUTO
) -> None:
    """The baselines, by name."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from ..experiments.store import Store
    from ..scenarios.wording import printable
    from .project import existing_store, store_path

    async def baselines() -> list[tuple[Baseline, str]]:
        async with Store.open(existing_store(store_path(store))) as opened:
            scenarios = {entry.id: entry.scenario_name for entry in await opened.entries()}
            return [(one, scenarios[one.run_id]) for one in await opened.baselines()]

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("baseline", "run", "scenario", "set"):
        table.add_column(heading)
    for one, scenario in asyncio.run(baselines()):
        table.add_row(Text(printable(one.name)), one.run_id, Text(printable(scenario)), one.created_at)
    terminal.out.print(table)


@app.command("delete")
def delete_baseline(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    store: StoreOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Forget a name; the run stays."""
    from ..experiments.store import Store
    from .project import existing_store, store_path

    async def forget() -> None:
        async with Store.open(existing_store(store_path(store))) as opened:
            await opened.delete_baseline(name)

    asyncio.run(forget())
    terminal.say(f"deleted baseline {name}")
