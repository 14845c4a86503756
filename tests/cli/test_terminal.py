"""The program in a real terminal: progress that is drawn over, and its keys."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

Knocking = tuple[str | Path, ...]
CLEAR_LINE, HIDE_CURSOR, SHOW_CURSOR = "\x1b[2K", "\x1b[?25l", "\x1b[?25h"


def test_a_run_shows_how_it_gets_on_and_what_is_known_so_far(
    screen: Callable[..., Any], door: Any, knocking: Knocking
) -> None:
    live = screen("run", *knocking, "--blocks", "3")
    door.knock()
    live.until("block 1 of 3, warming up")
    assert HIDE_CURSOR in live.shown
    door.let_in()
    for _ in range(8):
        door.knock()
        door.let_in()
    live.until("so far, after 2 blocks")
    live.until("block 3 of 3, trial 1 of 4")
    assert "after 1 blocks" not in live.shown
    assert " left" in live.shown
    door.close()
    assert live.rest() == 0
    assert "What each switch saves" in live.shown
    assert live.shown.rindex(SHOW_CURSOR) > live.shown.rindex(HIDE_CURSOR)
    assert live.shown.rindex(CLEAR_LINE) < live.shown.index("What each switch saves")


def test_ctrl_c_ends_the_trial_and_a_second_one_the_program(
    screen: Callable[..., Any], door: Any, knocking: Knocking, ended: Callable[[int], bool]
) -> None:
    """The terminal sends its signal to the whole process group, in which the worker is not."""
    live = screen("run", *knocking)
    worker = door.knock()
    live.until("warming up")
    live.press(b"\x03")
    live.until("interrupted: ending after this trial; press Ctrl-C again to leave at once")
    os.kill(worker, 0)
    live.press(b"\x03")
    assert live.rest() == 130
    assert live.shown.endswith("\n") and live.shown.rindex(SHOW_CURSOR) > live.shown.rindex(HIDE_CURSOR)
    assert ended(worker)


def test_ctrl_c_in_a_terminal_lets_the_worker_finish_its_trial(
    screen: Callable[..., Any], door: Any, knocking: Knocking
) -> None:
    live = screen("run", *knocking, "--flags", "none", "--no-progress")
    door.knock()
    live.press(b"\x03")
    live.until("interrupted")
    door.let_in()
    assert live.rest() == 0  # it was the last trial of the last block: the run is whole
    assert "saved as run" in live.shown and HIDE_CURSOR not in live.shown


def test_a_dumb_terminal_gets_plain_lines(screen: Callable[..., Any], bench: Path) -> None:
    plain = screen("run", bench, TERM="dumb")
    assert plain.rest() == 0
    assert "block 1 of 1: 4 trials" in plain.shown
    assert "\x1b" not in plain.shown
