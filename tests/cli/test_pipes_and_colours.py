"""What the program makes of pipes that nobody reads, of colours, and of poor encodings."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from rich.text import Text

from agentperf.cli.terminal import Color, Terminal

Program = Callable[..., CompletedProcess[str]]


@pytest.mark.parametrize("arguments", [("scenario", "schema"), ("scenario", "list"), ("--help",)])
def test_a_closed_pipe_ends_the_program_quietly(program: Any, arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        with program.started(*arguments, stdout=writing) as running:
            assert running.communicate(timeout=60) == (None, "")
            assert running.returncode == 0
    finally:
        os.close(writing)


def test_a_run_whose_tables_nobody_reads_is_saved_all_the_same(program: Any, bench: Path) -> None:
    """As in `agentperf run … | head -1`, and standard error is still told where."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        with program.started("run", bench, stdout=writing) as running:
            _, err = running.communicate(timeout=60)
            assert running.returncode == 0
    finally:
        os.close(writing)
    assert "Traceback" not in err and "error" not in err
    assert "blocks" in program("runs", "list").stdout


def test_a_run_of_which_nobody_reads_anything_ends_quietly(program: Any, bench: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        with program.started("run", bench, stdout=writing, stderr=writing) as running:
            running.wait(timeout=60)
            assert running.returncode == 0
    finally:
        os.close(writing)
    assert not list((program.folder / ".agentperf").glob("trials-*"))


@pytest.mark.parametrize(
    ("color", "variables", "coloured"),
    [
        (Color.AUTO, {}, False),
        (Color.AUTO, {"FORCE_COLOR": "1"}, True),
        (Color.AUTO, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (Color.NEVER, {"FORCE_COLOR": "1"}, False),
        (Color.ALWAYS, {"NO_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_colours(
    color: Color,
    variables: dict[str, str],
    coloured: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"TERM": "xterm"} | variables).items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    terminal.color = color
    terminal.out.print(Text("red", "red"))
    terminal.show("[red]plain[/red] :bomb:")
    red, plain = capsys.readouterr().out.splitlines()
    assert ("\x1b[31m" in red) is coloured
    assert plain == "[red]plain[/red] :bomb:"
    assert "\x1b" not in red or color is not Color.NEVER


def test_what_an_encoding_lacks_is_escaped(program: Program, tmp_path: Path) -> None:
    (tmp_path / "naïve.yaml").write_text("name: naïve ✓\nsteps: [{agent: one}]\n", encoding="utf-8")
    ended = program("run", "naïve.yaml", "--dry-run", "--blocks", "1", PYTHONIOENCODING="ascii")
    assert ended.returncode == 0
    assert ended.stdout.startswith(r"na\xefve \u2713: 64 combinations")
