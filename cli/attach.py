"""`agentperf attach`: what a running Python process does."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import (
    ColorOption,
    HtmlOption,
    NativeOption,
    NoProgressOption,
    QuietOption,
    RateOption,
    VerboseOption,
)
from .terminal import Color


def attach(
    pid: Annotated[int, typer.Argument(metavar="PID", min=1, help="The process's number, see ps or top.")],
    duration: Annotated[
        str, typer.Option(metavar="DURATION", help="For how long, as in 1m; rounded up to whole seconds.")
    ] = "10s",
    rate: RateOption = 100,
    native: NativeOption = False,
    idle: Annotated[
        bool, typer.Option("--idle", help="Count threads that wait, too: shares are then of all time.")
    ] = False,
    html: HtmlOption = None,
    no_progress: NoProgressOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Sample a running Python process with py-spy, and say which functions it is in."""
    from ..profilers.py_spy import Idle, Native
    from .attaching import Wishes, conduct, duration_s

    wishes = Wishes(
        pid=pid,
        duration_s=duration_s(duration),
        rate_hz=rate,
        native=Native.ON if native else Native.OFF,
        idle=Idle.COUNTED if idle else Idle.LEFT_OUT,
        html=html,
        show_progress=not no_progress,
    )
    raise typer.Exit(conduct(wishes))
