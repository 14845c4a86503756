"""Ctrl-C: the first asks the experiment, or the profile pass, to end; the second ends the program."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..experiments.experiment import Ending
from .exit_code import ExitCode
from .signals import INTERRUPTED
from .terminal import terminal


@contextmanager
def interruptible(stop: Callable[[], Ending]) -> Iterator[None]:
    """Inside, SIGINT and SIGTERM call `stop`, then end the program; neither loses a block."""
    loop = asyncio.get_running_loop()

    def first() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _leave)
        match stop():
            case Ending.AFTER_TRIAL:
                terminal.say("interrupted: ending after this trial; press Ctrl-C again to leave at once")
            case Ending.WITHOUT_COMBINATION:
                terminal.say(
                    "interrupted: ending without this combination's profiles; "
                    "press Ctrl-C again to leave at once"
                )
            case Ending.AT_ONCE:
                terminal.say(INTERRUPTED)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, first)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


def _leave() -> None:
    terminal.restore()
    os._exit(ExitCode.INTERRUPTED)
