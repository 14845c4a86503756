"""The reference runtime, with a switch of its own: what does it save to record no spans?"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agentperf.agents.audience import Audience
from agentperf.agents.draws import Draws
from agentperf.agents.runtime import ReferenceRuntime
from agentperf.agents.runtime import open_runtime as open_reference
from agentperf.agents.site import Site
from agentperf.scenarios.optimizations import DEFAULT_SWEEP
from agentperf.scenarios.schema import Scenario

FIXED = {"nothing": frozenset[str](), "everything": frozenset(map(str, DEFAULT_SWEEP))}
DRAWS = Draws(seed=0, block=os.getpid())  # the same for all trials of a block, which is a process
audiences: dict[asyncio.AbstractEventLoop, tuple[AbstractAsyncContextManager[Audience], Audience]] = {}


@asynccontextmanager
async def open_runtime(
    enabled: frozenset[str], parameters: Mapping[str, Any], scenario: Scenario
) -> AsyncIterator[ReferenceRuntime]:
    """With `parameters["on"]`, nothing or everything, switched on of what the reference runtime knows."""
    with TemporaryDirectory(dir=".") as directory:
        site = Site(Path(directory), DRAWS, await _audience())
        async with open_reference(FIXED[parameters["on"]], {}, scenario, site=site) as run:
            if "unrecorded" in enabled:
                vars(run)["sessions_traced"] = 0
            yield run


async def _audience() -> Audience:
    """One for all trials of a block: it ends with the process."""
    loop = asyncio.get_running_loop()
    if loop not in audiences:
        starting = Audience.started()
        audiences[loop] = starting, await starting.__aenter__()
    return audiences[loop][1]
