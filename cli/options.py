"""Options that several commands share; each sets the terminal as it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..experiments.profile_choices import CpuProfiler
from .terminal import Color, Verbosity, terminal


def _color(color: Color) -> Color:
    terminal.color = color
    return color


def _quiet(quiet: bool) -> bool:
    if quiet:
        terminal.verbosity = Verbosity.QUIET
    return quiet


def _verbose(verbose: bool) -> bool:
    if verbose:
        terminal.verbosity = Verbosity.VERBOSE
    return verbose


def bundled_names(incomplete: str) -> list[str]:
    """Completion of a scenario's name."""
    from ..scenarios.bundled import bundled

    return [name for name in bundled() if name.startswith(incomplete)]


ColorOption = Annotated[
    Color,
    typer.Option(
        "--color", envvar="AGENTPERF_COLOR", callback=_color, is_eager=True, help="When to use colours."
    ),
]
QuietOption = Annotated[
    bool,
    typer.Option("-q", "--quiet", callback=_quiet, is_eager=True, help="Say nothing beside the results."),
]
VerboseOption = Annotated[
    bool, typer.Option("-v", "--verbose", callback=_verbose, is_eager=True, help="Say more; show tracebacks.")
]
StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        envvar="AGENTPERF_STORE",
        dir_okay=False,
        metavar="FILE",
        help="The results store.  [default: .agentperf/results.db beside pyproject.toml, or here]",
    ),
]
ScenarioArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help="A file, '-' for standard input, or the name of a bundled scenario.",
        autocompletion=bundled_names,
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Override the scenario, as in steps.writer.cpu=2ms; repeatable."
    ),
]
SeedOption = Annotated[
    int | None,
    typer.Option(
        "--seed", envvar="AGENTPERF_SEED", min=0, help="Repeat the orders and latencies of another run."
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="AGENTPERF_DATABASE",
        metavar="URL",
        help="SQLite or PostgreSQL, as in the scenario.",
    ),
]
MarkdownOption = Annotated[
    str | None, typer.Option("--export-markdown", metavar="FILE|-", help="Write the tables as Markdown.")
]
HtmlOption = Annotated[
    str | None,
    typer.Option("--html", metavar="FILE|-", help="Write the report: one page, no network."),
]
ProfilerOption = Annotated[
    CpuProfiler,
    typer.Option("--profiler", envvar="AGENTPERF_PROFILER", help="Who looks at the CPU."),
]
RateOption = Annotated[
    int, typer.Option("--rate", min=1, max=1000, metavar="HZ", help="How often py-spy looks, in a second.")
]
SamplesOption = Annotated[
    int,
    typer.Option("--samples", min=1, max=1_000_000, metavar="N", help="How many to take for each profile."),
]
NativeOption = Annotated[
    bool, typer.Option("--native", help="Have py-spy look into C, C++ and Cython code too; slower.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="The same as --export-json -.")]
NoProgressOption = Annotated[bool, typer.Option("--no-progress", help="Show no progress.")]
