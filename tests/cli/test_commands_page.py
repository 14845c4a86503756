"""docs/commands.md and the program agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from agentperf.cli.exit_code import ExitCode
from agentperf.cli.program import app
from agentperf.cli.project import SETTINGS
from agentperf.reports.export_format import ExportFormat

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
TABLE_ROWS = [line.split("|") for line in PAGE.replace(r"\|", "/").splitlines() if line.startswith("| `")]
OF_EVERY_COMMAND = {"--help", "--version", "--install-completion", "--show-completion"}


def commands(command: Any = None, path: str = "agentperf") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name."""
    command = command or typer.main.get_command(app)
    below = getattr(command, "commands", None)
    if not below:
        yield path, command
    for name, inner in (below or {}).items():
        yield from commands(inner, f"{path} {name}")


COMMANDS = dict(commands())


def options(command: Any) -> set[str]:
    """The long names, and the short ones of options that have no other."""
    return {name for parameter in command.params for name in parameter.opts if name.startswith("-")}


def told(pattern: str, cell: int) -> set[str]:
    """What the pattern finds in that column of the page's tables."""
    return {found for row in TABLE_ROWS for found in re.findall(pattern, row[cell])}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_line_and_a_help_text(name: str) -> None:
    assert any(row[1].strip(" `").startswith(name) for row in TABLE_ROWS)
    assert COMMANDS[name].help


def test_no_other_command_is_named() -> None:
    named = {" ".join(re.split(r" [A-Z\[]", words)[0].split()) for words in told(r"`(agentperf [^`]*)`", 1)}
    assert named == set(COMMANDS)


def test_every_option_of_run_has_a_line() -> None:
    assert options(COMMANDS["agentperf run"]) - OF_EVERY_COMMAND - {"-h"} == told(r"`(--?[a-z][a-z-]*)", 1)


def test_every_option_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE))
    assert named <= OF_EVERY_COMMAND | set().union(*map(options, COMMANDS.values()))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    for parameter in COMMANDS[name].params:
        if parameter.opts[0].startswith("-"):
            assert parameter.help, parameter.opts


def test_variables_are_named_after_their_options() -> None:
    for command in COMMANDS.values():
        for parameter in command.params:
            variable = getattr(parameter, "envvar", None)
            long = max(parameter.opts, key=len)
            assert variable in (None, f"AGENTPERF_{long.strip('-').replace('-', '_').upper()}")


def test_every_exit_code_is_explained() -> None:
    codes = re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)
    assert [int(code) for code in codes] == sorted(ExitCode)


def test_every_export_format_and_project_setting_is_named() -> None:
    for name in (*ExportFormat, *SETTINGS):
        assert f"`{name}`" in PAGE or f" {name}`" in PAGE
