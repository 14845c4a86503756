"""`agentperf selftest`: what this machine makes of switches that change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import ColorOption, JsonOption, NoProgressOption, QuietOption, VerboseOption
from .terminal import Color


def selftest(
    blocks: Annotated[
        int | None, typer.Option(min=1, help="Run exactly so many blocks.  [default: 10]")
    ] = None,
    budget: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Run blocks for so long, as in 5m.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Repeat the orders of another selftest.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with 4 unless false alarms are as rare as promised.")
    ] = False,
    store: Annotated[
        Path | None,
        typer.Option(dir_okay=False, metavar="FILE", help="Keep the run in this store.  [default: nowhere]"),
    ] = None,
    export_json: Annotated[
        str | None, typer.Option(metavar="FILE|-", help="Write the figures as JSON.")
    ] = None,
    json: JsonOption = False,
    no_progress: NoProgressOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Measure six switches that change nothing: how many false alarms there are, and what could be seen."""
    from ..experiments.preparation import RequestError
    from .precedence import measure_of
    from .selftesting import Strictness, Wishes, conduct

    if blocks is not None and budget is not None:
        raise RequestError("--blocks is exact, leave out --budget")
    settings = {"blocks": blocks, "budget": budget, "seed": seed}
    said = {name: value for name, value in settings.items() if value is not None}
    measure_of(said, lambda name: f"--{name}")  # so that an error names what the user wrote
    wishes = Wishes(
        overrides=tuple(f"measure.{name}={value}" for name, value in said.items()),
        store=store,
        targets=tuple(target for target in ("-" if json else None, export_json) if target),
        strictness=Strictness.STRICT if strict else Strictness.LENIENT,
        show_progress=not no_progress,
    )
    raise typer.Exit(conduct(wishes))
