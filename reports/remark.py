"""One thing worth saying about a run, which the terminal and Markdown both print."""

from dataclasses import dataclass

from .fragments import Fragment


@dataclass(frozen=True, slots=True)
class Remark:
    """Under a short topic."""

    topic: str
    fragments: tuple[Fragment, ...]
