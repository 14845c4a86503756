"""The process that plays the subscribers: in one of its own, so that reading is not billed to the runtime.

It obeys one JSON object a line on standard input, answers each with one on standard output, and ends with
its input. `{"attend": port, "token": text, "subscribers": n}` connects or tells why not, `{"leave": true}`
waits until the server has closed every connection and answers how many frames each subscriber received.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException


async def receive(connection: ClientConnection) -> int:
    """Frames until the server closes the connection."""
    frames = 0
    async for _ in connection:
        frames += 1
    return frames


async def attend(port: int, token: str) -> ClientConnection:
    """A connection to the server on loopback that takes messages of any size."""
    return await connect(
        f"ws://127.0.0.1:{port}",
        additional_headers={"Authorization": f"Bearer {token}"},
        compression=None,
        max_size=None,
        proxy=None,
        ping_interval=None,
    )


async def obey() -> None:
    receiving: list[asyncio.Task[int]] = []
    while line := await asyncio.to_thread(sys.stdin.readline):
        order: dict[str, Any] = json.loads(line)
        answer: dict[str, Any]
        if "attend" in order:
            attending = (attend(order["attend"], order["token"]) for _ in range(order["subscribers"]))
            try:
                connections = await asyncio.gather(*attending)
            except (OSError, WebSocketException) as failure:
                answer = {"failure": str(failure)}
            else:
                receiving = [asyncio.create_task(receive(connection)) for connection in connections]
                answer = {"attending": len(receiving)}
        else:
            frames = await asyncio.gather(*receiving, return_exceptions=True)
            answer = {"frames": [count if isinstance(count, int) else None for count in frames]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(obey())
