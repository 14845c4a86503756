"""The one object that touches the terminal: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..scenarios.wording import printable

if TYPE_CHECKING:
    from rich.console import Console

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
        """For progress, warnings and errors."""
        return self._console(sys.stderr)

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

    def _plain(self, text: str) -> None:
        self.err.print(printable(text), markup=False, highlight=False, soft_wrap=True)

    def _console(self, file: Any) -> Console:
        from rich.console import Console

        piped = not file.isatty() and "COLUMNS" not in os.environ
        return Console(
            file=file,
            highlight=False,
            width=PIPE_WIDTH if piped else None,
            force_terminal={Color.AUTO: None, Color.ALWAYS: True, Color.NEVER: None}[self.color],
            no_color={Color.AUTO: None, Color.ALWAYS: False, Color.NEVER: True}[self.color],
        )


terminal = Terminal()
