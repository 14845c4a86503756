"""Ctrl-C, and SIGTERM, wherever nothing measures that could be ended in good order: see interrupt.py."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from types import FrameType

from .exit_code import ExitCode

INTERRUPTED = "interrupted"
IMPORTING = "<frozen importlib"


def heed_interrupts() -> None:
    """From now on they end the program, by KeyboardInterrupt; one that is ignored stays so."""
    for number, by_default in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGTERM, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is by_default:
            signal.signal(number, _interrupt)


def leave_when_interrupted(code: int) -> None:
    """From now on they end the program as it is about to end anyway, without a word."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is _interrupt:
            signal.signal(number, lambda *_: os._exit(code))


def _interrupt(number: int, frame: FrameType | None) -> None:
    """An import may swallow an exception, or turn it into another, and holds nothing that needs an end."""
    with suppress(OSError):
        os.write(2, f"{INTERRUPTED}\n".encode())  # here, as typer turns the exception into an exit code
    while frame is not None:
        if frame.f_code.co_filename.startswith(IMPORTING):
            os._exit(ExitCode.INTERRUPTED)
        frame = frame.f_back
    raise KeyboardInterrupt
