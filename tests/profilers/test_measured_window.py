"""The window is a call frame: who is in it and who is not. The loop is in order whatever happens inside."""

from __future__ import annotations

import asyncio
import inspect
import selectors
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from agentperf.profilers.profile import Frame, Sample
from agentperf.profilers.window import (
    FILE,
    OUTSIDE_FUNCTION,
    WINDOW_FUNCTION,
    WindowedLoop,
    cut_to_window,
    measured_window,
    outside_of_the_window,
)


def inside() -> bool:
    """Whether a profiler would find this call in the window."""
    frame = inspect.currentframe()
    functions = set()
    while frame:
        functions.add(frame.f_code.co_name)
        frame = frame.f_back
    assert (WINDOW_FUNCTION in functions) != (OUTSIDE_FUNCTION in functions)
    return WINDOW_FUNCTION in functions


def test_names() -> None:
    assert measured_window.__name__ == WINDOW_FUNCTION
    assert outside_of_the_window.__name__ == OUTSIDE_FUNCTION
    assert measured_window.__code__.co_filename.replace("\\", "/").endswith(FILE)


class CallbackStop(asyncio.SelectorEventLoop):
    """Stops as uvloop does: by a callback, so that others of the same turn still run before it ends."""

    def stop(self) -> None:
        self.call_soon(super().stop)


LOOPS = pytest.mark.parametrize("loop_factory", [None, CallbackStop])


@LOOPS
def test_moves_in_and_out(loop_factory: Callable[[], asyncio.AbstractEventLoop] | None) -> None:
    windowed = WindowedLoop(loop_factory)
    seen = []

    async def main() -> str:
        for _ in range(3):
            seen.append(inside())
            async with windowed.window():
                seen.append(inside())
                await asyncio.sleep(0.001)
                seen.append(inside())
                async with windowed.window():
                    seen.append(inside())
                seen.append(inside())
        await asyncio.sleep(0)
        seen.append(inside())
        return "done"

    assert windowed.run(main()) == "done"
    assert seen == [False, True, True, True, True] * 3 + [False]


@LOOPS
def test_the_last_of_several_tasks_closes_the_window(
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None,
) -> None:
    windowed = WindowedLoop(loop_factory)

    async def stay(entered: asyncio.Event, leave: asyncio.Event) -> None:
        async with windowed.window():
            assert inside()
            entered.set()
            await leave.wait()
            assert inside()

    async def main() -> None:
        events = [(asyncio.Event(), asyncio.Event()) for _ in range(2)]
        tasks = [asyncio.create_task(stay(*pair)) for pair in events]
        for entered, _ in events:
            await entered.wait()
        assert inside()
        for task, (_, leave) in zip(tasks, events, strict=True):
            assert inside()
            leave.set()
            await task
        assert not inside()

    windowed.run(main())


def test_an_exception_leaves_the_window() -> None:
    windowed = WindowedLoop()

    async def main() -> None:
        with pytest.raises(ValueError):
            async with windowed.window():
                raise ValueError
        assert not inside()
        raise LookupError("from main")

    with pytest.raises(LookupError, match="from main"):
        windowed.run(main())


@pytest.mark.parametrize("turns", range(5))
def test_cancelled_at_any_moment(turns: int) -> None:
    windowed = WindowedLoop()

    async def stay() -> None:
        async with windowed.window():
            await asyncio.sleep(0)

    async def main() -> None:
        task = asyncio.create_task(stay())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        await asyncio.sleep(0)
        assert not inside()
        async with windowed.window():
            assert inside()
        assert not inside()

    windowed.run(main())


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_cleans_up(error: type[BaseException]) -> None:
    windowed = WindowedLoop()
    left: list[str] = []

    async def other() -> None:
        try:
            async with windowed.window():
                await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # the loop still runs
            left.append("other")

    async def main() -> None:
        waiting = asyncio.create_task(other())
        async with windowed.window():
            await asyncio.sleep(0)
            assert not waiting.done()
            raise error

    with pytest.raises(error):
        windowed.run(main())
    assert left == ["other"]


def test_it_ends_as_asyncio_run_does() -> None:
    windowed = WindowedLoop()
    ended: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("task")

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            ended.append("generator")

    async def main() -> asyncio.AbstractEventLoop:
        main.task = asyncio.create_task(forever())  # type: ignore[attr-defined]
        main.numbers = numbers()  # type: ignore[attr-defined]
        assert await anext(main.numbers) == 1  # type: ignore[attr-defined]
        await asyncio.to_thread(lambda: None)
        return asyncio.get_running_loop()

    loop = windowed.run(main())
    assert ended == ["task", "generator"]
    assert loop.is_closed()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("asyncio_")]


def test_another_run_after_a_failed_one() -> None:
    windowed = WindowedLoop()

    async def fail() -> None:
        async with windowed.window():
            raise KeyboardInterrupt

    async def main() -> bool:
        return inside()

    with pytest.raises(KeyboardInterrupt):
        windowed.run(fail())
    assert windowed.run(main()) is False


def test_someone_else_stops_the_loop() -> None:
    async def main() -> None:
        asyncio.get_running_loop().stop()
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="stopped"):
        WindowedLoop().run(main())


async def test_on_a_loop_of_someone_elses_it_does_nothing() -> None:
    async with WindowedLoop().window():
        await asyncio.sleep(0)


def test_it_runs_on_other_selectors() -> None:
    windowed = WindowedLoop(lambda: asyncio.SelectorEventLoop(selectors.SelectSelector()))

    async def main() -> bool:
        async with windowed.window():
            await asyncio.sleep(0.001)
            return inside()

    assert windowed.run(main())


def test_the_cpu_time_of_windows_is_told() -> None:
    windowed = WindowedLoop()

    def burn() -> None:
        for _ in range(200_000):
            pass

    async def main() -> None:
        async with windowed.window():
            burn()
            await asyncio.to_thread(burn)
        before = windowed.cpu
        burn()
        assert windowed.cpu == before
        assert before.loop_s > 0
        assert before.others_s > 0

    windowed.run(main())


# What is kept of samples


def stack(*functions: str) -> tuple[Frame, ...]:
    files: dict[str, str] = {WINDOW_FUNCTION: f"/x/{FILE}", OUTSIDE_FUNCTION: f"/x/{FILE}"}
    return tuple(Frame(function, files.get(function, f"/own/{function}.py"), 1) for function in functions)


def samples(thread: str, *stacks: tuple[Frame, ...]) -> list[Sample]:
    return [Sample(thread, one, 0.005) for one in stacks]


def functions(cut: tuple[Sample, ...]) -> list[str]:
    return [" > ".join(frame.function for frame in one.stack) for one in cut]


def test_only_the_window_remains_without_what_runs_it() -> None:
    cut = cut_to_window(
        samples(
            "MainThread",
            stack("module"),
            stack("module", OUTSIDE_FUNCTION, "loop", "set_up"),
            stack("module", WINDOW_FUNCTION, "loop", "work"),
            stack("module", OUTSIDE_FUNCTION, "loop", "tear_down"),
        )
    )
    assert functions(cut) == ["loop > work"]


def test_a_stack_without_its_beginning_is_where_those_around_it_are() -> None:
    cut = cut_to_window(
        samples(
            "MainThread",
            stack("import"),
            stack("module", WINDOW_FUNCTION, "loop", "call"),
            stack("greenlet"),
            stack("call", "deeper"),
            stack("module", WINDOW_FUNCTION, "loop", "call"),
            stack("greenlet"),
            stack("module", OUTSIDE_FUNCTION, "loop"),
            stack("greenlet"),
        )
    )
    assert functions(cut) == ["loop > call", "greenlet", "loop > call > deeper", "loop > call"]


def test_threads_without_a_loop_are_kept() -> None:
    cut = cut_to_window([*samples("MainThread", stack("import")), *samples("worker", stack("work"))])
    assert functions(cut) == ["work"]


def test_a_function_of_the_same_name_elsewhere_is_no_window() -> None:
    own = (Frame(WINDOW_FUNCTION, "/own/window.py", 1),)
    cut = cut_to_window(samples("MainThread", (*stack(OUTSIDE_FUNCTION), *own)))
    assert cut == ()


def test_the_harness_is_cut() -> None:
    from agentperf.experiments import load

    def harness(function: str) -> Frame:
        return Frame(function, load.__file__, 1)

    window = stack(WINDOW_FUNCTION, "loop")
    library = Frame("sleep", asyncio.sleep.__code__.co_filename, 1)
    cut = cut_to_window(
        samples(
            "MainThread",
            (*window, harness("drive"), harness("answer"), *stack("run_session", "work")),
            (*window, harness("drive")),
            (*window, harness("drive"), library),
        )
    )
    assert functions(cut) == ["loop > run_session > work"]
