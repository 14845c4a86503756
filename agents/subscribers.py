"""The process that plays the subscribers: in one of its own, so that reading is not billed to the runtime.

It obeys one JSON object a line on standard input, answers each with one on standard output, and ends with its
input. `{"attend": port, "token": text, "subscribers": n}` connects, `{"leave": true}` waits until the server has
closed every connection and answers how many frames each subscriber received.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from websockets.asyncio.client import ClientConnection, connect


async def receive(connection: ClientConnection) -> int:
    """Frames until the server closes the connection."""
    frames = 0
    async for _ in connection:
        frames += 1
    return frames


async def obey() -> None:
    receiving: list[asyncio.Task[int]] = []
    while line := await asyncio.to_thread(sys.stdin.readline):
        order: dict[str, Any] = json.loads(line)
        if "attend" in order:
            connections = await asyncio.gather(
                *(
                    connect(
                        f"ws://127.0.0.1:{order['attend']}",
                        additional_headers={"Authorization": f"Bearer {order['token']}"},
                        compression=None,
                        proxy=None,
                        ping_interval=None,
                    )
                    for _ in range(order["subscribers"])
                )
            )
            receiving = [asyncio.create_task(receive(connection)) for connection in connections]
            answer: dict[str, Any] = {"attending": len(receiving)}
        else:
            frames = await asyncio.gather(*receiving, return_exceptions=True)
            answer = {"frames": [count if isinstance(count, int) else None for count in frames]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(obey())
