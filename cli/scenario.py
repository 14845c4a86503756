"""`agentperf scenario`: the bundled library, and help with writing one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .exit_code import ExitCode
from .options import ColorOption, ScenarioArgument, SetOption, VerboseOption
from .output_file import naming
from .terminal import OUTPUT_NAME, Color, terminal

app = typer.Typer(
    help="Scenarios: the bundled library, validation, and a starter file.", no_args_is_help=True
)


@app.command("list")
def list_scenarios(verbose: VerboseOption = False, color: ColorOption = Color.AUTO) -> None:
    """The bundled scenarios."""
    from rich.table import Table
    from rich.text import Text

    from ..scenarios.bundled import bundled
    from ..scenarios.loader import load

    table = Table.grid(padding=(0, 2))
    for name in bundled():
        table.add_row(Text(name, "bold"), Text(load(name).scenario.description))
    terminal.out.print(table)


@app.command()
def show(scenario: ScenarioArgument, verbose: VerboseOption = False) -> None:
    """Print a scenario as it is written."""
    from ..scenarios.sources import read_source

    data = read_source(scenario).data
    with naming(OUTPUT_NAME):
        sys.stdout.buffer.write(data)


@app.command()
def check(scenario: ScenarioArgument, overrides: SetOption = None, verbose: VerboseOption = False) -> None:
    """Validate a scenario; every mistake is one line with its place."""
    from ..scenarios.inert import inert_switches
    from ..scenarios.loader import load
    from ..scenarios.problems import ScenarioError

    try:
        loaded = load(scenario, overrides=overrides or ())
    except ScenarioError as error:
        for problem in error.problems:
            terminal.error(str(problem))
        raise typer.Exit(ExitCode.INVALID) from error
    for name, reason in inert_switches(loaded.scenario, loaded.scenario.factors).items():
        terminal.warn(f"{name} can't act in this scenario: {reason}")
    found = loaded.scenario
    what = "a runtime of its own" if found.runtime else f"{len(found.steps)} steps"
    terminal.say(f"{found.name}: valid, {what}, sweeps {', '.join(found.factors) or 'nothing'}")


@app.command()
def schema() -> None:
    """The JSON Schema of scenario files, for editors."""
    import json

    from ..scenarios.json_schema import scenario_schema

    with naming(OUTPUT_NAME):
        typer.echo(json.dumps(scenario_schema(), indent=2))


@app.command()
def new(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write it; it must not exist yet.")
    ] = Path("scenario.yaml"),
    verbose: VerboseOption = False,
) -> None:
    """Write a commented starter file."""
    from ..scenarios.starter import starter

    with naming(str(file)), file.open("x", encoding="utf-8") as stream:
        stream.write(starter())
    terminal.say(f"wrote {file}; try 'agentperf run {file}'")
