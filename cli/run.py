"""`agentperf run`: the main job."""

from __future__ import annotations

from typing import Annotated

import typer

from ..experiments.job import OnError
from ..experiments.profile_choices import SAMPLES, CpuProfiler, Profiled
from ..scenarios.choices import DesignName, Isolation, Metric
from .options import (
    ColorOption,
    DatabaseOption,
    HtmlOption,
    JsonOption,
    MarkdownOption,
    NoProgressOption,
    ProfilerOption,
    QuietOption,
    SamplesOption,
    SeedOption,
    SetOption,
    StoreOption,
    VerboseOption,
    bundled_names,
)
from .terminal import Color


def run(
    context: typer.Context,
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO",
            help="A file, '-' for standard input, or the name of a bundled scenario.",
            autocompletion=bundled_names,
        ),
    ] = None,
    flags: Annotated[
        str | None,
        typer.Option(
            envvar="AGENTPERF_FLAGS", metavar="A,B", help="Sweep only these switches; the rest stay off."
        ),
    ] = None,
    hold: Annotated[
        str | None, typer.Option(envvar="AGENTPERF_HOLD", metavar="A,B", help="Switch these on throughout.")
    ] = None,
    design: Annotated[
        DesignName | None,
        typer.Option(
            envvar="AGENTPERF_DESIGN",
            help="Which combinations to run.  [default: full; rotating for 7 and 8 switches]",
        ),
    ] = None,
    combinations: Annotated[
        str | None,
        typer.Option(
            envvar="AGENTPERF_COMBINATIONS",
            metavar="FILE|-",
            help="Run these combinations, one a line, as in 'a + b', 'none' or 'all but c'.",
        ),
    ] = None,
    blocks: Annotated[
        int | None,
        typer.Option(envvar="AGENTPERF_BLOCKS", min=1, help="Run exactly so many blocks.  [default: 10]"),
    ] = None,
    max_blocks: Annotated[
        int | None, typer.Option(envvar="AGENTPERF_MAX_BLOCKS", min=1, help="Run at most so many blocks.")
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option(
            envvar="AGENTPERF_BUDGET",
            metavar="DURATION",
            help="Begin no block that would end later, as in 10m.",
        ),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(
            envvar="AGENTPERF_PRECISION",
            metavar="PERCENT",
            help="Go on until every average effect is known to within so much, as in 2%.",
        ),
    ] = None,
    anytime: Annotated[
        bool,
        typer.Option(
            "--anytime",
            envvar="AGENTPERF_ANYTIME",
            help="Make intervals that hold at every look, for who ends a run by what it shows.",
        ),
    ] = False,
    spread: Annotated[
        str | None,
        typer.Option(
            envvar="AGENTPERF_SPREAD",
            metavar="DURATION",
            help="Spread the blocks over so much time, as in 1h.",
        ),
    ] = None,
    isolate: Annotated[
        Isolation | None,
        typer.Option(envvar="AGENTPERF_ISOLATE", help="What gets a fresh process.  [default: block]"),
    ] = None,
    metric: Annotated[
        Metric | None, typer.Option(envvar="AGENTPERF_METRIC", help="What is compared.  [default: wall]")
    ] = None,
    threshold: Annotated[
        str | None,
        typer.Option(
            envvar="AGENTPERF_THRESHOLD",
            metavar="PERCENT",
            help="Less than this is equivalent.  [default: 1%]",
        ),
    ] = None,
    seed: SeedOption = None,
    database: DatabaseOption = None,
    overrides: SetOption = None,
    on_error: Annotated[
        OnError, typer.Option(envvar="AGENTPERF_ON_ERROR", help="What to do when a trial fails.")
    ] = OnError.STOP,
    profile: Annotated[
        Profiled | None,
        typer.Option(
            envvar="AGENTPERF_PROFILE",
            help="Profile too, when all is timed: none, all, each switch alone, all but each; or every one.",
        ),
    ] = None,
    profiler: ProfilerOption = CpuProfiler.PY_SPY,
    samples: SamplesOption = SAMPLES,
    resume: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Go on with a run; --blocks, --precision and so on say how far."),
    ] = None,
    store: StoreOption = None,
    html: HtmlOption = None,
    export_json: Annotated[
        str | None, typer.Option(metavar="FILE|-", help="Write the JSON document.")
    ] = None,
    export_csv: Annotated[str | None, typer.Option(metavar="FILE|-", help="Write the trials as CSV.")] = None,
    export_markdown: MarkdownOption = None,
    json: JsonOption = False,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            metavar="EXPR",
            help="effect:NAME:MIN%: exit with 3 if it saves less on average; repeatable.",
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Exit with 4 if the data can't say what --precision and --fail-on ask."
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be run, and stop.")] = False,
    no_progress: NoProgressOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Run every combination of a scenario's switches in randomized blocks; say what each switch brings."""
    from ..experiments.combination_list import read_list
    from ..experiments.named_combination import named_switches
    from ..experiments.preparation import Request, RequestError
    from ..experiments.profile_job import Effort
    from ..experiments.profile_pass import ProfileRequest
    from ..reports.export_format import ExportFormat
    from .conducting import Wishes, conduct, preview
    from .expectations import Expected
    from .precedence import Said
    from .project import store_path

    said = Said.of(context, overrides or ())
    again = said.again(overrides or ()) if resume is not None else None
    if resume is not None and scenario is None and (overrides or "database" in said.options):
        raise RequestError("--set and --database are about a scenario: name it too, or leave them out")
    if profile is None and (useless := [name for name in ("profiler", "samples") if name in said.options]):
        raise RequestError(f"--{useless[0]}: nothing is profiled without --profile")
    swept = None if flags is None else named_switches(flags, "--flags")
    held = () if hold is None else named_switches(hold, "--hold")
    if held is None:
        raise RequestError("--hold: 'all' leaves none to sweep, name those that are to be on throughout")
    listed = said.value("combinations") if resume is None else None
    if listed == scenario == "-":
        raise RequestError("the scenario and its combinations can't both come from standard input")
    destinations = (
        (ExportFormat.JSON, "-" if json else None),
        (ExportFormat.JSON, export_json),
        (ExportFormat.CSV, export_csv),
        (ExportFormat.MARKDOWN, export_markdown),
    )
    wishes = Wishes(
        source=scenario,
        overrides=said.overrides(overrides or ()),
        request=Request(swept, held, read_list(listed) if listed else None),
        resume=resume,
        again=again,
        store=store_path(store),
        on_error=on_error,
        destinations=[(kind, target) for kind, target in destinations if target],
        show_progress=not no_progress,
        expected=Expected.of(fail_on or (), strict=strict),
        profile=profile,
        profile_request=ProfileRequest(profiler, effort=Effort(samples)),
        html=html,
    )
    if dry_run:
        preview(wishes)
    else:
        raise typer.Exit(conduct(wishes))
