"""Two agents of our own: a coroutine takes the context and returns what it found out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from agentperf.agents.context import AgentContext

SHELVES = {"billing": 3, "shipping": 5, "returns": 2}


async def answer(context: AgentContext) -> Mapping[str, Any]:
    """Looks through a shelf of documents, as long as a seeded search takes, and tells subscribers so."""
    shelf = context.rng.choice(sorted(SHELVES))
    await context.notify({"searching": shelf})
    await asyncio.sleep(context.rng.uniform(0.002, 0.006))
    return {"shelf": shelf, "documents": SHELVES[shelf]}


async def edit(context: AgentContext) -> Mapping[str, Any]:
    """Puts together what the agents before it found out."""
    found = context.inputs["answerer"]
    text = f"{found['documents']} documents about {found['shelf']}"
    return {"text": text, "sources": sorted(context.inputs)}
