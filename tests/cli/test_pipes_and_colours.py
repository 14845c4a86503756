"""What the program makes of pipes that nobody reads, of colours, and of poor encodings."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

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
        with program.started("run", bench, "--blocks", "1", stdout=writing) as running:
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
    ("variables", "options", "coloured"),
    [
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({"NO_COLOR": "1", "TERM": "dumb"}, ("--color", "always"), True),
    ],
)
def test_colours(
    program: Program, shown: Any, variables: dict[str, str], options: tuple[str, ...], coloured: bool
) -> None:
    store = shown.folder / ".agentperf" / "results.db"
    ended = program("runs", "show", "--store", store, *options, **variables)
    assert ("\x1b[33mwarning" in ended.stderr) is coloured
    assert "\x1b[3" not in ended.stdout + ended.stderr or coloured
    if options == ("--color", "never"):
        assert "\x1b" not in ended.stdout + ended.stderr


def test_a_wish_for_colours_does_not_animate_a_pipe(program: Program, bench: Path) -> None:
    ended = program("run", bench, "--blocks", "1", FORCE_COLOR="1")
    assert "block 1 of 1: 4 trials" in ended.stderr
    assert "\x1b[2K" not in ended.stderr and "\x1b[?25l" not in ended.stderr


def test_what_an_encoding_lacks_is_escaped(program: Program, tmp_path: Path) -> None:
    (tmp_path / "naïve.yaml").write_text("name: naïve ✓\nsteps: [{agent: one}]\n", encoding="utf-8")
    ended = program("run", "naïve.yaml", "--dry-run", PYTHONIOENCODING="ascii")
    assert ended.returncode == 0
    assert ended.stdout.startswith(r"na\xefve \u2713: 64 combinations")
