"""The command line: what commands there are, and how the program ends."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import Annotated, NoReturn

import typer

from . import attach, baseline, compare, profile, report, run, runs, scenario, selftest
from .arguments import with_value_of_profile
from .exit_code import ExitCode
from .output_file import naming
from .signals import leave_when_interrupted
from .terminal import OUTPUT_NAME, terminal

app = typer.Typer(
    name="agentperf",
    help="Measures what each optimization brings to an agent runtime, alone and beside the others.",
    epilog="Start with: agentperf run quickstart",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run.run)
app.command()(report.report)
app.command()(profile.profile)
app.command()(attach.attach)
app.command()(compare.compare)
app.add_typer(runs.app, name="runs")
app.add_typer(baseline.app, name="baseline")
app.add_typer(scenario.app, name="scenario")
app.command()(selftest.selftest)


def _version(wanted: bool) -> None:
    if wanted:
        from .. import __version__

        typer.echo(f"agentperf {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options that come before the command."""


def run_program() -> NoReturn:
    """Does what the command line says; see ExitCode for how it ends."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as standard error does, where the locale is ASCII
    try:
        code = app(with_value_of_profile(sys.argv[1:]), prog_name="agentperf", standalone_mode=False)
        with naming(OUTPUT_NAME):
            sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as end:
        # Whoever read the results has enough, which typer takes for a failure, and Python when it ends.
        if not isinstance(end, BrokenPipeError) and not isinstance(end.__context__, BrokenPipeError):
            raise
        _give_up_stdout()
        code = ExitCode.DONE
    except (KeyboardInterrupt, typer.Abort):
        code = ExitCode.INTERRUPTED
    except Exception as error:
        code = _failed(error)
    leave_when_interrupted(code or ExitCode.DONE)
    sys.exit(code or ExitCode.DONE)


def _give_up_stdout() -> None:
    """Or Python would try to write the rest, and complain, when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(error: Exception) -> int:
    if hasattr(error, "format_message"):  # typer's own errors: bad usage
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(error.format_message(), err=True)
        else:
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "agentperf"
            terminal.error(f"{error.format_message().rstrip('.')}, see '{command} --help'")
        return ExitCode.INVALID
    if isinstance(error, OSError) and error.filename == OUTPUT_NAME:
        _give_up_stdout()
    from .failures import explain

    code, line = explain(error)
    terminal.error(line)
    if terminal.verbose:
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            terminal.say(line)
    return code
