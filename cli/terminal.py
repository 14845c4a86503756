"""The one object that touches the terminal: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..scenarios.wording import printable
from .output_file import naming

if TYPE_CHECKING:
    from rich.console import Console

OUTPUT_NAME = "standard output"
PIPE_WIDTH = 120  # a table in a file or a CI log has no window to fit into


class Color(StrEnum):
    """When to use colours."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Verbosity(StrEnum):
    """How much is said beside the results."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"


class Terminal:
    """Rich honours NO_COLOR, FORCE_COLOR, TERM=dumb and pipes by itself; `color` overrules them."""

    def __init__(self) -> None:
        self.color = Color.AUTO
        self.verbosity = Verbosity.NORMAL

    @cached_property
    def out(self) -> Console:
        """For results."""
        return self._console(sys.stdout)

    @cached_property
    def err(self) -> Console:
        """For progress, warnings and errors: each is one line, which only a terminal breaks between words."""
        return self._console(sys.stderr, soft_wrap=not sys.stderr.isatty())

    @property
    def verbose(self) -> bool:
        return self.verbosity is Verbosity.VERBOSE

    def say(self, text: str) -> None:
        """A line beside the results, unless these were asked for alone."""
        if self.verbosity is not Verbosity.QUIET:
            self._plain(text)

    def warn(self, text: str) -> None:
        """A line that also a quiet user should see."""
        self._plain(f"warning: {text}")

    def error(self, text: str) -> None:
        """The one line that says what went wrong."""
        self._plain(f"error: {text}")

    def show(self, text: str) -> None:
        """A line of the results."""
        self.out.print(printable(text), soft_wrap=True)

    @property
    def animated(self) -> bool:
        """Whether standard error can be drawn over; a wish for colours does not make a pipe a terminal."""
        return self.err.file.isatty() and not self.err.is_dumb_terminal

    def restore(self) -> None:
        """The cursor is shown again, on a new line, whatever was being drawn."""
        if self.animated:
            self.err.show_cursor(True)
            self.err.file.write("\n")
            self.err.file.flush()

    def _plain(self, text: str) -> None:
        try:
            self.err.print(printable(text))
        except BrokenPipeError:
            raise
        except OSError:  # its window was closed, or its disk is full: what is being measured is worth more
            pass

    def _console(self, file: Any, *, soft_wrap: bool = False) -> Console:
        from rich.console import Console

        class PlainConsole(Console):
            """Takes text as it is, and leaves it to the program how to end when nobody reads any more."""

            def on_broken_pipe(self) -> None:
                raise BrokenPipeError

            def print(self, *objects: Any, **how: Any) -> None:
                with naming(name):
                    super().print(*objects, **how)

        name = OUTPUT_NAME if file is sys.stdout else "standard error"
        piped = not file.isatty() and "COLUMNS" not in os.environ
        return PlainConsole(
            file=file,
            soft_wrap=soft_wrap,
            markup=False,
            emoji=False,
            highlight=False,
            width=PIPE_WIDTH if piped else None,
            force_terminal=True if self.color is Color.ALWAYS else None,
            color_system={Color.AUTO: "auto", Color.ALWAYS: "standard", Color.NEVER: None}[self.color],
            no_color=None if self.color is Color.AUTO else False,
        )


terminal = Terminal()
