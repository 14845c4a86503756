"""Where a scenario comes from: a file, standard input, or the bundled library."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from .bundled import bundled, bundled_path
from .nodes import Place
from .problems import fail
from .wording import nearest, quoted
from .yaml_events import MAX_BYTES

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a scenario, at most one more than allowed; `directory` is that of its file, if any."""

    data: bytes
    origin: str
    directory: Path | None


def read_source(name: str) -> Source:
    """A bundled name wins over a file of that name, which can be given as `./name`. Raises ScenarioError."""
    try:
        if name == STANDARD_INPUT:
            return Source(_standard_input(), "<stdin>", None)
        if name in bundled():
            return Source(bundled_path(name).read_bytes(), name, None)
        path = Path(name)
        with path.open("rb") as file:
            return Source(file.read(MAX_BYTES + 1), name, path.resolve().parent)
    except FileNotFoundError:
        _missing(name)
    except IsADirectoryError:
        fail(Place(name), "a directory is not a scenario", "name a file in it")
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        fail(
            Place(name),
            f"the file cannot be read: {reason}",
            "name a readable file, '-' or a bundled scenario",
        )


def _standard_input() -> bytes:
    if sys.stdin is None:
        fail(Place("<stdin>"), "there is no standard input", "name a file")
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def _missing(name: str) -> NoReturn:
    known = bundled()
    close = nearest(Path(name).name.removesuffix(".yaml").removesuffix(".yml"), known)
    hint = f"did you mean the bundled '{close}'?" if close else f"name a file, or bundled: {', '.join(known)}"
    fail(Place(name), f"no file and no bundled scenario is called {quoted(name)}", hint)
