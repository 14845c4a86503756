"""From bytes to YAML events: UTF-8, 1 MB at most, no tags, each failure a ScenarioError with its place."""

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.scanner import Scanner, ScannerError

from .nodes import Place
from .problems import fail
from .wording import quoted

MAX_BYTES = 1_000_000

# What YAML 1.2 calls non-printable (section 5.1), which no YAML file may hold.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TAG = "found a tag"
_CLOSE = "close what was opened: a quote, a bracket or a brace"
_REMEDIES = (
    (_TAG, "remove it, only plain data is loaded; text that starts with '!' needs quotes"),
    ("'\\t'", "indent with spaces, not tabs"),
    ("cannot start any token", "put the value in quotes"),
    ("mapping values are not allowed", "check the indentation, and put text that holds ': ' in quotes"),
    ("end of stream", _CLOSE),
    ("stream end", _CLOSE),
    ("block end", "check the indentation of this line and the one above"),
)


def events(data: bytes, source: str) -> Iterator[Any]:
    """ruamel.yaml's parsing events of `data`, lazily. Raises ScenarioError, with `source` as the file."""
    text = _decoded(data, source)
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        place = _place_after(text[: forbidden.start()], source)
        fail(place, f"the text holds the control character {quoted(forbidden[0])}", "remove it")
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = _TaglessScanner
    try:
        yield from yaml.parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(source) if mark is None else Place(source, mark.line + 1, mark.column + 1)
        problem = str(error.problem or error.context)
        remedies = (remedy for words, remedy in _REMEDIES if words in problem)
        fail(place, f"not valid YAML: {problem}", next(remedies, "check the punctuation there"))
    except (ValueError, OverflowError, LookupError, AttributeError, AssertionError) as error:
        # what ruamel's scanner lets through for broken escapes and directives
        fail(Place(source), f"not valid YAML: {error}", "check its escapes and directives")


class _TaglessScanner(Scanner):
    """Refuses a tag before it is scanned, which for a long one takes quadratic time."""

    def fetch_tag(self) -> None:
        raise ScannerError(None, None, _TAG, self.reader.get_mark())


def _decoded(data: bytes, source: str) -> str:
    if len(data) > MAX_BYTES:
        size = f"{MAX_BYTES // 1_000_000} MB"
        fail(Place(source), f"the file is larger than {size}", "describe the workload in fewer steps")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        place = _place_after(data[: error.start].decode("utf-8"), source)
        fail(place, f"byte 0x{data[error.start]:02x} is not UTF-8", "write it in UTF-8")


def _place_after(text: str, source: str) -> Place:
    return Place(source, text.count("\n") + 1, len(text) - text.rfind("\n"))
