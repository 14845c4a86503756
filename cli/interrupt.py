"""Ctrl-C: the first asks whatever looks at a program to end; the second ends agentperf."""

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

    def first() -> None:
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

    with interrupts(first):
        yield


@contextmanager
def interrupts(first: Callable[[], None], last: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Inside, the first SIGINT or SIGTERM calls `first`, the second `last`, before it ends the program."""
    loop = asyncio.get_running_loop()

    def leave() -> None:
        last()
        terminal.restore()
        os._exit(ExitCode.INTERRUPTED)

    def begin_to_end() -> None:
        for number in before:
            loop.add_signal_handler(number, leave)
        first()

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        loop.add_signal_handler(number, begin_to_end)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
