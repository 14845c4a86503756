"""The WebSocket server of a trial, with real subscribers: some read, some don't, some are gone."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
import signal
import socket
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from agentperf.agents import broadcast
from agentperf.agents.broadcast import Broadcast
from agentperf.agents.counters import Counters
from agentperf.agents.notifications import EveryUpdate, InteractiveOnly

LARGE = "x" * 8_000_000  # more than the buffers between server and client hold
TEXT, PING, PONG = 0x81, 0x89, 0x8A  # first bytes of frames, RFC 6455 section 5.2


@asynccontextmanager
async def reader(sender: Broadcast, port: int) -> AsyncIterator[ClientConnection]:
    """A subscriber that reads when it is asked to."""
    headers = {"Authorization": f"Bearer {sender.token}"}
    async with connect(
        f"ws://127.0.0.1:{port}", additional_headers=headers, max_size=None, compression=None, proxy=None
    ) as connection:
        yield connection


@asynccontextmanager
async def raw_client(sender: Broadcast, port: int) -> AsyncIterator[socket.socket]:
    """A subscriber that is nothing but a socket: what nobody receives from it stays unread, pings too."""
    loop = asyncio.get_running_loop()
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.setblocking(False)
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: Bearer {sender.token}\r\n\r\n"
        )
        await loop.sock_sendall(client, request.encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += await loop.sock_recv(client, 1)
        assert answer.startswith(b"HTTP/1.1 101")
        yield client


async def receive_exactly(client: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        received += await asyncio.get_running_loop().sock_recv(client, size - len(received))
    return received


async def receive_frame(client: socket.socket) -> tuple[int, bytes]:
    """A short frame: its first byte and its payload."""
    first, size = await receive_exactly(client, 2)
    return first, await receive_exactly(client, size)


@asynccontextmanager
async def subscriber_process() -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "agentperf.agents.subscribers", stdin=PIPE, stdout=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def tell(process: Process, **order: Any) -> dict[str, Any]:
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps(order).encode() + b"\n")
    answer: dict[str, Any] = json.loads(await process.stdout.readline())
    return answer


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("agentperf")]


async def test_every_subscriber_of_the_process_receives_every_message() -> None:
    counters = Counters()
    sender = Broadcast(counters)
    async with subscriber_process() as process:
        async with sender.serving() as port:
            assert await tell(process, attend=port, token=sender.token, subscribers=3) == {"attending": 3}
            for number in range(50):
                await sender.send(f"message {number}")
            await sender.flush()
        assert await tell(process, leave=True) == {"frames": [50, 50, 50]}
    assert counters.frames_sent == 150
    assert counters.bytes_sent == 3 * sum(len(f"message {number}") for number in range(50))


async def test_concurrent_messages_all_arrive() -> None:
    sender = Broadcast(Counters())
    async with sender.serving() as port, reader(sender, port) as one, reader(sender, port) as other:
        async with asyncio.TaskGroup() as group:
            for number in range(100):
                group.create_task(sender.send(str(number)))
        for client in (one, other):
            assert sorted([int(await client.recv()) for _ in range(100)]) == list(range(100))


async def test_bytes_are_counted_not_characters() -> None:
    counters = Counters()
    sender = Broadcast(counters)
    async with sender.serving() as port, reader(sender, port) as client:
        await sender.send("über")
        assert await client.recv() == "über"
    assert (counters.frames_sent, counters.bytes_sent) == (1, 5)


async def test_large_messages_reach_the_process(caplog: pytest.LogCaptureFixture) -> None:
    sender = Broadcast(Counters())
    async with subscriber_process() as process:
        async with sender.serving() as port:
            await tell(process, attend=port, token=sender.token, subscribers=1)
            await sender.send("x" * 3_000_000)
            await sender.flush()
        assert await tell(process, leave=True) == {"frames": [1]}
    assert warnings(caplog) == []


async def test_nobody_there_is_no_reason_to_wait() -> None:
    counters = Counters()
    sender = Broadcast(counters)
    await sender.send("to nobody")
    await sender.flush()
    assert counters == Counters()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer ünïcode"},
        [("Authorization", "Bearer wrong"), ("Authorization", "Bearer wrong")],
    ],
)
async def test_a_stranger_is_refused(headers: Any, caplog: pytest.LogCaptureFixture) -> None:
    counters = Counters()
    sender = Broadcast(counters)
    async with sender.serving() as port:
        with pytest.raises(InvalidStatus) as refused:
            async with connect(f"ws://127.0.0.1:{port}", additional_headers=headers, proxy=None):
                raise AssertionError
        assert refused.value.response.status_code == 401
        await sender.send("not for strangers")
    assert counters.frames_sent == 0
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_the_token_of_another_trial_is_refused() -> None:
    sender, other = Broadcast(Counters()), Broadcast(Counters())
    assert sender.token != other.token
    async with sender.serving() as port, other.serving():
        with pytest.raises(InvalidStatus):
            async with reader(other, port):
                raise AssertionError


async def test_only_loopback_is_bound() -> None:
    sender = Broadcast(Counters())
    async with sender.serving() as port:
        async with reader(sender, port):
            pass
        with pytest.raises(OSError):  # a server bound to every address would answer on this one too
            socket.create_connection(("127.0.0.2", port), timeout=5)


async def test_flush_waits_for_the_last_frame() -> None:
    """The client acknowledges by the answer to a ping, which comes after the message."""
    sender = Broadcast(Counters())
    async with sender.serving() as port, raw_client(sender, port) as client:
        await sender.send("last")
        flush = asyncio.create_task(sender.flush())
        assert await receive_frame(client) == (TEXT, b"last")
        first, payload = await receive_frame(client)
        assert first == PING
        assert not flush.done()
        unmasked = struct.pack("!BB4x", PONG, 0x80 | len(payload)) + payload
        await asyncio.get_running_loop().sock_sendall(client, unmasked)
        await flush
        await sender.send("still there")
        assert await receive_frame(client) == (TEXT, b"still there")


async def test_who_does_not_read_is_dropped_after_the_deadline(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "SEND_DEADLINE_S", 0.1)
    counters = Counters()
    sender = Broadcast(counters)
    async with sender.serving() as port, raw_client(sender, port):
        async with asyncio.TaskGroup() as group:  # several wait for the same one
            for _ in range(3):
                group.create_task(sender.send(LARGE))
        assert warnings(caplog) == ["a subscriber was dropped: took no message for 0.1 s"]
        await sender.send("to nobody")
        await sender.flush()
    assert counters.frames_sent == 0


async def test_who_does_not_read_delays_no_other_subscriber(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "SEND_DEADLINE_S", 60)
    counters = Counters()
    sender = Broadcast(counters)
    async with sender.serving() as port, reader(sender, port) as client:
        async with raw_client(sender, port):
            sending = asyncio.create_task(sender.send(LARGE))
            assert await client.recv() == LARGE
            assert not sending.done()
        await sending  # the other one has gone away
        assert len(warnings(caplog)) == 1
        await sender.send("still there")
        assert await client.recv() == "still there"
    assert counters.frames_sent == 2


async def test_who_acknowledges_nothing_is_dropped_by_flush(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "SEND_DEADLINE_S", 0.1)
    sender = Broadcast(Counters())
    async with sender.serving() as port, raw_client(sender, port):
        await sender.send("fits into the buffers")
        await sender.flush()
        assert warnings(caplog) == ["a subscriber was dropped: acknowledged nothing in time"]


async def test_a_killed_process_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    sender = Broadcast(Counters())
    async with subscriber_process() as process, sender.serving() as port, reader(sender, port) as client:
        await tell(process, attend=port, token=sender.token, subscribers=2)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await sender.send("to the living")
        assert await client.recv() == "to the living"
        await sender.flush()
        assert len(warnings(caplog)) == 2


async def test_a_process_that_hangs_is_dropped(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "SEND_DEADLINE_S", 0.1)
    sender = Broadcast(Counters())
    async with subscriber_process() as process, sender.serving() as port:
        await tell(process, attend=port, token=sender.token, subscribers=2)
        process.send_signal(signal.SIGSTOP)
        await sender.send(LARGE)
        assert warnings(caplog) == ["a subscriber was dropped: took no message for 0.1 s"] * 2


async def test_a_cancelled_send_leaves_nothing_behind() -> None:
    sender = Broadcast(Counters())
    async with sender.serving() as port, reader(sender, port) as client, raw_client(sender, port):
        before = asyncio.all_tasks()
        sending = asyncio.create_task(sender.send(LARGE))
        await client.recv()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert asyncio.all_tasks() <= before


async def test_the_slow_way_tells_everybody_and_the_fast_way_only_who_watches() -> None:
    sender = Broadcast(Counters())
    async with sender.serving() as port, reader(sender, port) as client:
        await InteractiveOnly(sender, interactive=False).publish({"told": "never"})
        await EveryUpdate(sender).publish({"told": "slow"})
        await InteractiveOnly(sender, interactive=True).publish({"told": "fast"})
        assert [json.loads(await client.recv())["told"] for _ in range(2)] == ["slow", "fast"]
