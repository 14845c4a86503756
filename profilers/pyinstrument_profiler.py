"""pyinstrument: samples the main thread from inside the process, where py-spy is not let in."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from .locations import Locations
from .profile import Frame, Mode, Profile, ProfilerName, Sample, Stack
from .window import MAIN_THREAD, cut_to_window

if TYPE_CHECKING:
    from pyinstrument import Profiler

INTERVAL_S = 0.001

CAVEATS = (
    "The main thread only: what other threads do, as those of a database driver, is not seen.",
    "Clock time: while the event loop waits, every waiting task is waiting in one select.",
    "It slows every call of a Python function: code that makes many short calls looks larger than it is.",
)
GREENLET_CAVEAT = "What SQLAlchemy runs in a greenlet stands beside the event loop, not below it."


class PyinstrumentProfiler:
    """Samples the thread that starts it, about every `interval_s` seconds, at calls and returns.

    To be started outside of the event loop's run, by the main thread: started inside a task it would charge
    waiting to whichever task suspended last. A context manager does both; it may be started again.
    """

    def __init__(self, interval_s: float = INTERVAL_S) -> None:
        from pyinstrument import Profiler

        self.interval_s = interval_s
        self._profiler: Profiler = Profiler(interval=interval_s, async_mode="disabled")

    def start(self) -> None:
        """Raises ValueError where it has been started."""
        self._profiler.start()

    def stop(self) -> None:
        """To be called by the thread that started it. Raises RuntimeError where nothing did."""
        self._profiler.stop()

    def __enter__(self) -> PyinstrumentProfiler:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def samples(self) -> tuple[Sample, ...]:
        """All since the first start, in order of time, once it is stopped; file names are absolute."""
        session = self._profiler.last_session
        if session is None:
            return ()
        frames: dict[str, Frame] = {}
        stacks: dict[tuple[str, ...], Stack] = {}
        samples: list[Sample] = []
        for recorded, weight_s in session.frame_records:
            key = tuple(recorded)
            if key not in stacks:
                for text in key:
                    if text not in frames:
                        frames[text] = _frame(text)
                stacks[key] = tuple(frames[text] for text in key if not _heads(frames[text]))
            samples.append(Sample(MAIN_THREAD, stacks[key], round(weight_s, 6)))
        return tuple(samples)


def wall_profile(
    profiler: PyinstrumentProfiler, *, locations: Locations, on: frozenset[str], workload_digest: str
) -> Profile:
    """What the main thread did in the measured windows."""
    samples = locations.shortened(cut_to_window(profiler.samples()))
    in_greenlets = any(sample.stack[0].file.startswith("sqlalchemy/") for sample in samples)
    return Profile(
        ProfilerName.PYINSTRUMENT,
        Mode.WALL,
        profiler.interval_s,
        samples,
        on,
        workload_digest,
        caveats=(*CAVEATS, *([GREENLET_CAVEAT] if in_greenlets else [])),
    )


def _frame(text: str) -> Frame:
    """From pyinstrument's `name NUL file NUL line`, with attributes behind \\1: `c` is the class."""
    identifier, *attributes = text.split("\x01")
    name, _, rest = identifier.partition("\x00")
    file, _, line = rest.rpartition("\x00")
    kind = next((attribute[1:] for attribute in attributes if attribute.startswith("c")), "")
    qualified = f"{kind}.{name}" if kind and "." not in name and name.isidentifier() else name
    return Frame(qualified, file, int(line) if line.isdigit() else 0)


def _heads(frame: Frame) -> bool:
    """Whether it stands for a thread rather than a function."""
    return not frame.file or frame.file == "<thread>"
