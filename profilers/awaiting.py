"""What the tasks of a loop wait for at one moment: their chains of coroutines, joined from task to task."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import CodeType, CoroutineType
from typing import Any

READY = "ready to run"
THREAD = "a thread"
SOCKET = "a socket"
TASK = "a task"
FUTURE = "a future"

Task = asyncio.Task[Any]
Codes = tuple[CodeType, ...]

# Coroutines, generators and asynchronous generators: what they run, and what that waits for.
_LINKS = (("cr_code", "cr_await"), ("gi_code", "gi_yieldfrom"), ("ag_code", "ag_await"))
_ASYNCIO = str(Path(asyncio.__file__).parent)
_DRIVERS = {"aiosqlite": THREAD, "asyncpg": SOCKET, "websockets": SOCKET}
_MAX_DEPTH = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that waits for something other than tasks.

    `codes` go from the outermost coroutine of the first task that waits for it, task by task, to its own
    innermost. `word` says for what, or is empty where the innermost coroutine does.
    """

    task: Task
    waiter: object
    codes: Codes
    word: str


def waiting(loop: asyncio.AbstractEventLoop) -> Iterator[Waiting]:
    """Every task of the loop that waits, but those that wait for others: these stand for them.

    May be called from any thread. Raises RuntimeError when tasks come and go too fast to list them.
    """
    tasks = asyncio.all_tasks(loop)
    waiters = {task: getattr(task, "_fut_waiter", None) for task in tasks}
    waits = {id(waiter): task for task, waiter in waiters.items() if waiter is not None}
    parents = {task: parent for task in tasks if (parent := _parent(task, waits)) is not None}
    with_children = set(parents.values())
    beginnings: dict[Task, Codes] = {}
    for task in tasks:
        if task in with_children:
            continue
        codes = _chain(task)
        if codes is None:
            continue  # it runs
        before = _beginning(task, parents, beginnings)
        waiter = waiters[task]
        if getattr(task, "_fut_waiter", None) is waiter:  # else it has gone on while it was looked at
            yield Waiting(task, waiter, before + codes, _word(codes, waiter))


def _beginning(task: Task, parents: dict[Task, Task], known: dict[Task, Codes]) -> Codes:
    """The codes from the first of the tasks that wait for this one to where it is awaited."""
    if task in known:
        return known[task]
    parent = parents.get(task)
    known[task] = ()  # should tasks wait for each other
    if parent is not None:
        before = _beginning(parent, parents, known)
        codes = list(_chain(parent) or ())
        while codes and is_asyncio(codes[-1].co_filename):
            codes.pop()  # gather, TaskGroup.__aexit__, …: how it waits for its tasks tells nothing
        known[task] = before + tuple(codes)
    return known[task]


def _parent(task: Task, waits: dict[int, Task]) -> Task | None:
    """The task that goes on when this one is done."""
    for future in _leads_to(task):
        parent = waits.get(id(future))
        if parent is not None and parent is not task:
            return parent
    return None


def _leads_to(task: Task) -> Iterator[object]:
    """The futures that are done when the task is: itself, and what its callbacks hold.

    These are methods of a TaskGroup, the closures of gather, wait and shield, and wait_for's partial.
    """
    yield task
    for callback, _ in getattr(task, "_callbacks", None) or ():
        if isinstance(callback, partial):
            yield from callback.args
        if group := getattr(callback, "__self__", None):
            yield getattr(group, "_on_completed_fut", None)
        for cell in getattr(callback, "__closure__", None) or ():
            try:
                yield cell.cell_contents
            except ValueError:  # empty
                continue


def _chain(task: Task) -> Codes | None:
    """The codes from the task's own coroutine to the innermost that can be seen; None for one that runs."""
    awaited: object = task.get_coro()
    if getattr(awaited, "cr_running", False):
        return None
    codes: list[CodeType] = []
    while awaited is not None and len(codes) < _MAX_DEPTH:
        if type(awaited) is CoroutineType:  # nearly all of them, and this is done for every task
            codes.append(awaited.cr_code)
            awaited = awaited.cr_await
            continue
        if type(awaited).__name__ == "FutureIter":  # of asyncio, in C: the end
            break
        if not _has_code(awaited):
            awaited = next(filter(_has_code, _held(awaited)), None)
        for code, link in _LINKS:
            found = getattr(awaited, code, None)
            if isinstance(found, CodeType):
                codes.append(found)
                awaited = getattr(awaited, link, None)
                break
        else:
            break
    return tuple(codes)


def _has_code(found: object) -> bool:
    """By its class: what an object itself answers may be a user's code, which must not run in this thread."""
    kind = type(found)
    return any(hasattr(kind, code) for code, _ in _LINKS)


def _held(awaited: object) -> Iterator[object]:
    """What an object that is awaited keeps: Python's wrappers of coroutines and generators lead on in no
    other way, nor does a library's own class of awaitables."""
    if not isinstance(awaited, asyncio.Future):  # tasks have been joined
        yield from gc.get_referents(awaited)
        yield from getattr(awaited, "__dict__", {}).values()


def _word(codes: Codes, waiter: Any) -> str:
    if waiter is None or waiter.done():
        return READY
    if isinstance(waiter, asyncio.Task):
        return TASK
    for callback, _ in getattr(waiter, "_callbacks", None) or ():
        if getattr(callback, "__qualname__", "").startswith("_chain_future."):
            return THREAD
    if codes and (driver := _driver(codes[-1].co_filename)):
        return driver
    return "" if codes and is_asyncio(codes[-1].co_filename) else FUTURE


@cache
def is_asyncio(file: str) -> bool:
    """Whether it is the standard library's: sleep, Lock.acquire, Queue.get, …"""
    return file.startswith(_ASYNCIO)


@cache
def _driver(file: str) -> str | None:
    parts = Path(file).parts
    return next((word for name, word in _DRIVERS.items() if name in parts), None)
