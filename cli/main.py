"""Where the program begins: light, so that Ctrl-C is heeded while all the rest is still being imported."""

from __future__ import annotations

import sys


def main() -> None:
    """The program; see ExitCode for how it ends."""
    try:
        from .signals import heed_interrupts

        heed_interrupts()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    try:
        from .program import run_program

        run_program()
    except KeyboardInterrupt:  # while it was about to end
        sys.exit(130)
