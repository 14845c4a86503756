"""What tasks wait for: a thread that looks at them now and then, from inside the process."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from types import CodeType, TracebackType
from weakref import WeakKeyDictionary

from .awaiting import Codes, Task, waiting
from .harness import beside_harness
from .locations import Locations
from .profile import Frame, Mode, Profile, ProfilerName, Sample, Stack, Worth

INTERVAL_S = 0.005
CPU_SHARE = 0.03  # of one CPU, so that what is waited for is not the sampler
TASK_CPU_S = 10e-6  # to look at one task, as measured; before the first look it has to be guessed
LOOK_TASKS = 10  # what a look costs by itself, in tasks
THREAD_NAME = "await sampler"
TASKS = "tasks"
BACKGROUND = "background tasks"

CAVEATS = (
    "Tasks that wait at the same time count each: together they wait for longer than the clock says.",
    "A task that waits for other tasks is left out: what these wait for stands below it.",
    "Tasks from before the measurement stand apart, and only where a wait of theirs began in it.",
)

Key = tuple[object, ...]


class AwaitSampler:
    """Samples what the tasks of `loop` wait for while it is started; a context manager does both.

    It looks about every `interval_s` seconds, or so rarely that its thread takes no more than 3 % of one CPU
    in all the time that it is started, by the thread's own clock. May be started again: samples add up, and
    the next look is due when it would have been. `start` is called by a task of the loop, or before it runs.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, interval_s: float = INTERVAL_S) -> None:
        self.interval_s = interval_s
        self.cpu_s = 0.0
        """What its thread has used."""
        self.watched_s = 0.0
        """How long it has been started in all."""
        self._loop = loop
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        self._random = random.Random(0)
        self._recorded: list[tuple[Key, float]] = []
        self._seen: dict[Key, tuple[str, Codes, str]] = {}
        self._stacks: dict[Key, Stack] = {}
        self._worth = Worth()
        self._task_cpu_s = TASK_CPU_S
        self._due_s = interval_s * self._random.uniform(0.5, 1.5)  # the next look; both as `watched_s` counts
        self._looked_s = 0.0
        self._counted = 0  # how many of the recorded ones are in the worth
        # The tasks that were there at the start, with what they waited for by then.
        self._standing: WeakKeyDictionary[Task, object] = WeakKeyDictionary()

    def start(self) -> None:
        """Begin to look. Does nothing where it has begun."""
        if self._thread is not None:
            return
        self._standing.clear()
        caller = _current_task()
        for task in asyncio.all_tasks(self._loop) - {caller}:
            self._standing[task] = getattr(task, "_fut_waiter", None)
        self._over.clear()
        self._thread = threading.Thread(target=self._look, name=THREAD_NAME, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when the thread has ended."""
        if self._thread is None:
            return
        self._over.set()
        self._thread.join()
        self._thread = None
        self._standing.clear()

    def __enter__(self) -> AwaitSampler:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def count(self) -> int:
        """How many samples there are by now, those of the harness included."""
        return len(self._recorded)

    @property
    def effective_samples(self) -> int:
        """How many of equal weight `samples` would be worth by now.

        To ask costs no more than what was recorded since it was last asked: it is asked after every trial.
        """
        recorded = self._recorded[self._counted :]
        self._counted += len(recorded)
        for key, weight_s in recorded:
            if self._stack_of(key):
                self._worth.add(weight_s)
        return self._worth.samples

    def samples(self) -> tuple[Sample, ...]:
        """All of them, thread by thread, in order of time within each; file names are absolute.

        The coroutines of the harness that runs the trials are cut, and its own waiting is left out.
        """
        samples: dict[str, list[Sample]] = {TASKS: [], BACKGROUND: []}
        for key, weight_s in tuple(self._recorded):
            if stack := self._stack_of(key):
                thread = self._seen[key][0]
                samples[thread].append(Sample(thread, stack, weight_s))
        return (*samples[TASKS], *samples[BACKGROUND])

    def _stack_of(self, key: Key) -> Stack:
        """Empty where nothing but the harness waits."""
        if key not in self._stacks:
            self._stacks[key] = _stack(*self._seen[key][1:])
        return self._stacks[key]

    def _look(self) -> None:
        start_s = time.perf_counter()
        cpu_before_s, watched_before_s = self.cpu_s, self.watched_s

        def account() -> None:
            self.cpu_s = cpu_before_s + time.thread_time()
            self.watched_s = watched_before_s + time.perf_counter() - start_s

        put_off = False
        while not self._over.wait(max(0.0, self._due_s - self.watched_s)):
            account()
            used_s = time.thread_time()
            try:
                number = len(asyncio.all_tasks(self._loop)) + LOOK_TASKS
                affordable_s = (self.cpu_s + number * self._task_cpu_s) / CPU_SHARE
                if not put_off and affordable_s > self.watched_s + self.interval_s:  # there are more by now
                    self._due_s, put_off = affordable_s, True
                    continue
                self._look_once(self.watched_s - self._looked_s)
            except RuntimeError:  # tasks come and go too fast: what they wait for is seen at the next look
                pass
            else:
                self._looked_s = self.watched_s
                self._task_cpu_s = (time.thread_time() - used_s) / number
            put_off = False
            account()
            cost_s = time.thread_time() - used_s
            self._due_s = max(
                # At random, so as not to keep step with what is looked at.
                self.watched_s + self.interval_s * self._random.uniform(0.5, 1.5),
                # Lest all that cheap looks have saved be spent at once.
                self.watched_s + cost_s * (1 / CPU_SHARE - 1),
                # The next is paid for before it is taken.
                (self.cpu_s + cost_s) / CPU_SHARE,
            )
        account()

    def _look_once(self, elapsed_s: float) -> None:
        seen: Counter[Key] = Counter()
        for one in waiting(self._loop):
            thread = TASKS
            if one.task in self._standing:
                if self._standing[one.task] is one.waiter is not None:
                    continue  # a wait from before: nobody here has asked for what it waits for
                thread = BACKGROUND
            # By identity: the hash of a code is made anew from all of it each time.
            key = (thread, one.word, *map(id, one.codes))
            self._seen.setdefault(key, (thread, one.codes, one.word))
            seen[key] += 1
        self._recorded.extend((key, round(count * elapsed_s, 6)) for key, count in seen.items())


def await_profile(
    sampler: AwaitSampler, *, locations: Locations, on: frozenset[str], workload_digest: str
) -> Profile:
    """What tasks waited for while the sampler was started."""
    return Profile(
        ProfilerName.AWAIT_SAMPLER,
        Mode.AWAIT,
        sampler.interval_s,
        locations.shortened(sampler.samples()),
        on,
        workload_digest,
        caveats=CAVEATS,
    )


def _current_task() -> Task | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def _stack(codes: Codes, word: str) -> Stack:
    """Outermost first; empty where nothing but the harness waits."""
    kept = beside_harness([code.co_filename for code in codes])
    if kept is None:
        return ()
    frames = [
        Frame(_name(code), code.co_filename, code.co_firstlineno) for code in (codes[at] for at in kept)
    ]
    return (*frames, Frame(word, "", 0)) if word else tuple(frames)


def _name(code: CodeType) -> str:
    """With its class where it has one, unless it was renamed, as the frames of agents are."""
    qualified = code.co_qualname
    return qualified if qualified.rpartition(".")[2] == code.co_name else code.co_name
