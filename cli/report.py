"""`agentperf report`: the HTML report of a saved run."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import ColorOption, QuietOption, StoreOption, VerboseOption
from .runs import RunArgument
from .terminal import Color


def report(
    html: Annotated[str, typer.Option("--html", metavar="FILE|-", help="Where it goes.")],
    run: RunArgument = "latest",
    store: StoreOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Write the HTML report of a saved run: one file that opens without a network."""
    from . import results
    from .runs import saved_dossier
    from .terminal import terminal

    dossier = saved_dossier(run, store)
    results.write_page(dossier, html)
    if html != results.STANDARD_OUTPUT:
        terminal.say(f"wrote {html}")
