"""`agentperf profile`: where the time of one combination goes, or what another changes."""

from __future__ import annotations

from typing import Annotated

import typer

from ..experiments.profile_choices import PY_SPY_RATE_HZ, SAMPLES, TIMED_BLOCKS, CpuProfiler
from .options import (
    ColorOption,
    DatabaseOption,
    HtmlOption,
    NativeOption,
    NoProgressOption,
    ProfilerOption,
    QuietOption,
    RateOption,
    SamplesOption,
    ScenarioArgument,
    SeedOption,
    SetOption,
    StoreOption,
    VerboseOption,
)
from .terminal import Color

SWITCHES = "A,B|none|all"


def profile(
    context: typer.Context,
    scenario: ScenarioArgument,
    flags: Annotated[
        str, typer.Option("--flags", metavar=SWITCHES, help="The switches that are on.")
    ] = "all",
    against: Annotated[
        str | None,
        typer.Option(metavar=SWITCHES, help="Another combination, to say what changed from it."),
    ] = None,
    profiler: ProfilerOption = CpuProfiler.PY_SPY,
    rate: RateOption = PY_SPY_RATE_HZ,
    native: NativeOption = False,
    samples: SamplesOption = SAMPLES,
    blocks: Annotated[
        int, typer.Option(min=1, max=1_000, metavar="N", help="How many blocks to time, for the ledger.")
    ] = TIMED_BLOCKS,
    seed: SeedOption = None,
    database: DatabaseOption = None,
    overrides: SetOption = None,
    store: StoreOption = None,
    html: HtmlOption = None,
    no_progress: NoProgressOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Profile a combination of a scenario's switches: where the time goes, and what tasks wait for."""
    from ..experiments.profile_job import Effort
    from ..experiments.profile_pass import ProfileRequest
    from ..experiments.profile_preparation import Subject
    from ..profilers.py_spy import Native
    from .precedence import Said
    from .profile_conducting import Wishes, conduct, require_of_py_spy
    from .project import store_path

    said = Said.of(context, overrides or ())
    require_of_py_spy(profiler, [name for name in ("rate", "native") if name in said.options])
    wishes = Wishes(
        source=scenario,
        overrides=said.overrides(overrides or ()),
        subject=Subject(flags, against),
        blocks=blocks,
        request=ProfileRequest(
            profiler, Native.ON if native else Native.OFF, Effort(samples=samples, rate_hz=rate)
        ),
        store=store_path(store),
        html=html,
        show_progress=not no_progress,
    )
    raise typer.Exit(conduct(wishes))
