"""Where code stands, short enough to read and without a word of the machine it ran on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from .profile import Frame, Sample

PACKAGE = Path(__file__).parents[1]
OWN = "./"
"""Before what stands beside the scenario."""
ELSEWHERE = ".../"
"""Before the last two names of a path that is neither installed, nor Python's, nor beside the scenario."""

_INSTALLED = re.compile(r"^.*/(?:site|dist)-packages/")
_PYTHONS = re.compile(r"^.*/Python\d*/Lib/|^.*/lib(?:64)?/(?:python|pypy)\d[\d.]*t?(?:\.zip)?/")


class Locations:
    """Shortens file names: "sqlalchemy/pool/base.py", "asyncio/events.py", "agentperf/agents/work.py".

    A user's own code is named by its place below the nearest of `roots`, the folders of the scenario:
    "./agents/triage.py".
    """

    def __init__(self, roots: Iterable[Path] = ()) -> None:
        own = {_slashed(str(root.absolute())).rstrip("/") + "/": OWN for root in roots}
        self._roots = sorted(own, key=len, reverse=True)  # the nearest first
        self._known: dict[str, str] = {}

    def short(self, file: str) -> str:
        """What stands for an absolute file name. Names that are none, as "<frozen os>", stay as they are."""
        known = self._known.get(file)
        if known is None:
            known = self._known[file] = self._shorten(_slashed(file))
        return known

    def shortened(self, samples: Iterable[Sample]) -> tuple[Sample, ...]:
        """The same samples with short file names."""
        frames: dict[Frame, Frame] = {}

        def short(frame: Frame) -> Frame:
            if frame not in frames:
                frames[frame] = replace(frame, file=self.short(frame.file))
            return frames[frame]

        return tuple(replace(one, stack=tuple(map(short, one.stack))) for one in samples)

    def _shorten(self, file: str) -> str:
        if not file.startswith("/") and not re.match(r"[A-Za-z]:/", file):
            return file
        if installed := _INSTALLED.match(file):
            return file[installed.end() :]
        for root in self._roots:
            if file.startswith(root):
                return OWN + file[len(root) :]
        package = _slashed(str(PACKAGE)) + "/"
        if file.startswith(package) and file[len(package) :].split("/")[0] in _rooms():
            return f"{PACKAGE_NAME}/{file[len(package) :]}"
        if pythons := _PYTHONS.match(file):
            return file[pythons.end() :]
        return ELSEWHERE + "/".join(file.split("/")[-2:]).lstrip("/")


PACKAGE_NAME = "agentperf"


@cache
def _rooms() -> frozenset[str]:
    modules = {path.name for path in PACKAGE.glob("*.py")}
    return frozenset(modules | {path.parent.name for path in PACKAGE.glob("*/__init__.py")})


def _slashed(file: str) -> str:
    return file.replace("\\", "/")
