"""A runtime that does what a test asks of it: the parameter `does` names one of the functions below."""

from __future__ import annotations

import asyncio
import ctypes
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from agentperf.agents.session import Session

Parameters = Mapping[str, Any]
Deed = Callable[[frozenset[str], Parameters, Session], Awaitable[Any]]


@asynccontextmanager
async def open_runtime(
    enabled: frozenset[str], parameters: Parameters
) -> AsyncIterator[Callable[[Session], Awaitable[Any]]]:
    deed: Deed = globals()[parameters["does"]]
    yield lambda session: deed(enabled, parameters, session)


def _run(*command: str, **streams: Any) -> str | None:
    ran: str | None = subprocess.run(command, check=True, text=True, **streams).stdout
    return ran


def _start(*command: str) -> int:
    child = subprocess.Popen(command)
    child.returncode = 0  # or Popen would complain that nobody waited for it
    return child.pid


def _stall(seconds: float) -> None:
    time.sleep(seconds)


async def answer(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    return {"index": session.index, "drawn": session.rng.random()}


async def say_nothing(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    return None


async def differ(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    return sorted(enabled & {"b"})


async def answer_at_random(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    return os.urandom(8).hex()


async def answer_with_a_set(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    return {1, 2}


async def fail(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    if parameters.get("when", "a") in enabled:
        raise ValueError("no such\ncustomer")


async def fail_in_a_group(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    async with asyncio.TaskGroup() as group:
        group.create_task(fail(frozenset("a"), parameters, session))


async def fail_at_length(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    raise ValueError("x" * 20_000_000)


async def cancel_itself(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    raise asyncio.CancelledError


async def call_sys_exit(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    sys.exit(3)


async def leave(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    print("about to leave", file=sys.stderr)
    os._exit(0)


async def crash(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    ctypes.string_at(0)


async def speak(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    """To every stream there is, from this process and another; the last line has no end."""
    print('{"finished": true}')
    os.write(1, b"to the descriptor\n")
    _run(sys.executable, "-Ic", "print('from a child')")
    print("40 %\r80 %\r", file=sys.stderr)
    print("y" * 100_000)
    print("without an end", end="", file=sys.stderr)


async def read(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    return {"read": sys.stdin.read(), "by a child": _run("cat", stdout=subprocess.PIPE)}


async def leave_a_child(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    """One that holds on to standard error."""
    print("child", _start("sleep", "600"))


async def leave_a_thread(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    """One that a Python process waits for before it ends."""
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 600)


async def allocate(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    if "a" in enabled:
        bytes(bytearray(b"\1") * 50_000_000)


async def block_the_loop(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    if "a" in enabled:
        _stall(0.03)


async def compute(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    if "a" in enabled:
        until = time.process_time() + 0.03
        while time.process_time() < until:
            pass


async def compute_and_wait(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    await compute(frozenset("a"), parameters, session)
    await asyncio.sleep(0.02)


async def knock(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    """Tells the test that a trial is running, and goes on as soon as the test says so, or stops listening."""
    with suppress(OSError):
        reader, writer = await asyncio.open_unix_connection(parameters["door"])
        try:
            writer.write(f"{os.getpid()}\n".encode())
            await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()


async def tell_imports(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    print(sorted({"sqlalchemy", "websockets", "numpy", "rich"} & set(sys.modules)) or "none of them")


async def tell_switches(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    print(*sorted(enabled) or ["nothing"])


async def say_hostile_words(enabled: frozenset[str], parameters: Parameters, session: Session) -> Any:
    words = "\x1b[31m[red]x[/red]\x1b[2J\u202e"
    print(words)
    raise ValueError(words)
