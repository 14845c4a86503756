"""The measured window as a call frame, so that a profiler which only sees stacks can tell what is inside."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Any, TypeVar

from .harness import beside_harness
from .profile import Frame, Sample, Stack

WINDOW_FUNCTION = "measured_window"
OUTSIDE_FUNCTION = "outside_of_the_window"
FILE = "profilers/window.py"
MAIN_THREAD = "MainThread"

T = TypeVar("T")
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class WindowCpu:
    """CPU time used inside windows, in seconds: by the thread that runs the loop, and by all others."""

    loop_s: float
    others_s: float


def measured_window(loop: asyncio.AbstractEventLoop) -> None:
    """Runs the loop inside the window. That this is on the stack is all that it is for."""
    loop.run_forever()


def outside_of_the_window(loop: asyncio.AbstractEventLoop) -> None:
    """Runs the loop at all other times."""
    loop.run_forever()


class WindowedLoop:
    """Runs a coroutine as asyncio.run does, and lets what runs there move in and out of the window.

    Whoever enters or leaves asks for a switch and stops the loop, which then goes on under the other of two
    functions. Windows may be nested, or opened by several tasks: the last to leave closes them. An event loop
    of another kind is made by `loop_factory`.
    """

    def __init__(self, loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None) -> None:
        self._loop_factory = loop_factory
        self._loop: asyncio.AbstractEventLoop | None = None  # None unless it is run from here
        self._windows = 0
        self._stopping = False
        self._switches: list[asyncio.Future[None]] = []
        self._cpu = WindowCpu(0.0, 0.0)

    @property
    def cpu(self) -> WindowCpu:
        """What all windows took that have been closed by now."""
        return self._cpu

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """What `main` returns. Raises what it raises, and RuntimeError when someone else stops the loop.

        In the end tasks that are left are cancelled, asynchronous generators and the default executor closed.
        """
        with asyncio.Runner(loop_factory=self._loop_factory) as runner:
            loop = self._loop = runner.get_loop()
            self._windows = 0
            task = loop.create_task(main)
            task.add_done_callback(lambda _: self._stop())
            try:
                while not task.done():
                    if self._windows:
                        with self._clocked():
                            measured_window(loop)
                    else:
                        outside_of_the_window(loop)
                    if not self._stopping:
                        raise RuntimeError("the event loop was stopped before its work was done")
                    self._switched()
            finally:
                self._switched()
                self._loop = None  # from here on nobody drives it but the runner, who knows of no windows
                if task.done() and not task.cancelled():
                    task.exception()  # retrieved: a KeyboardInterrupt comes from the loop as well
            return task.result()

    @asynccontextmanager
    async def window(self) -> AsyncIterator[None]:
        """What runs on the loop inside belongs to the window. Does nothing on a loop that is not run here."""
        self._windows += 1
        try:
            await self._switch()
            yield
        finally:
            self._windows -= 1
            await self._switch()

    @contextmanager
    def _clocked(self) -> Iterator[None]:
        thread_s, process_s = time.thread_time(), time.process_time()
        try:
            yield
        finally:
            loop_s = time.thread_time() - thread_s
            others_s = max(0.0, time.process_time() - process_s - loop_s)
            self._cpu = WindowCpu(self._cpu.loop_s + loop_s, self._cpu.others_s + others_s)

    async def _switch(self) -> None:
        """Returns under the function that is right by now."""
        if self._loop is None:
            return
        switched = self._loop.create_future()
        self._switches.append(switched)
        self._stop()
        await switched

    def _stop(self) -> None:
        if self._loop is not None and not self._stopping:
            self._stopping = True
            self._loop.stop()

    def _switched(self) -> None:
        self._stopping = False
        for switched in self._switches:
            if not switched.done():
                switched.set_result(None)
        self._switches.clear()


def cut_to_window(samples: Iterable[Sample]) -> tuple[Sample, ...]:
    """What was sampled inside the window, without the frames that it shares and without the harness's.

    Of the thread that runs the loop only what ran inside is kept. A stack without its beginning, as greenlets
    have and as a glance at a running process leaves, is inside where those before and after it are.
    Threads without a loop are kept whole, since their stacks don't tell when they were, but for the harness's
    own. File names are still absolute.
    """
    kept: list[Sample] = []
    for _, run in groupby(samples, key=lambda sample: sample.thread):
        kept.extend(_cut(list(run)))
    return tuple(kept)


def _cut(samples: list[Sample]) -> Iterator[Sample]:
    """Of one thread."""
    places = [_place(sample.stack) for sample in samples]
    runs_loop = any(place is not None for place in places)
    if not runs_loop and samples[0].thread == MAIN_THREAD:
        return
    before = list(accumulate(places, _latest))
    after = list(accumulate(reversed(places), _latest))[::-1]
    beginnings: dict[Frame, Stack] = {}  # of functions, where they were last seen inside
    for sample, place, *around in zip(samples, places, before, after, strict=True):
        if runs_loop and not all(one is not None and one[0] == WINDOW_FUNCTION for one in around):
            continue
        stack = sample.stack
        if place is not None:
            stack = stack[place[1] + 1 :]
            beginnings.update((frame, stack[:depth]) for depth, frame in enumerate(stack))
        elif runs_loop and stack:
            stack = (*beginnings.get(stack[0], ()), *stack)
        if kept := beside_harness([frame.file for frame in stack]):
            yield Sample(sample.thread, tuple(stack[at] for at in kept), sample.weight_s)


def _latest(before: Place | None, here: Place | None) -> Place | None:
    return before if here is None else here


def _place(stack: Stack) -> Place | None:
    """The function that runs the loop and its depth, None where no such function is on the stack."""
    for depth, frame in enumerate(stack):
        if frame.function in (WINDOW_FUNCTION, OUTSIDE_FUNCTION) and _is_here(frame):
            return frame.function, depth
    return None


def _is_here(frame: Frame) -> bool:
    return frame.file.replace("\\", "/").endswith(FILE)
