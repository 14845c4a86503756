"""Some trials of supervisor-pipeline, nothing on: first in windows, then under the await sampler.

`pipeline.py FILE` leaves the await profile in the file and prints the CPU time of the windows.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

from agentperf.agents.draws import Draws
from agentperf.experiments.load import drive
from agentperf.experiments.worker import opener
from agentperf.profilers.await_sampler import AwaitSampler, await_profile
from agentperf.profilers.codec import profile_to_json
from agentperf.profilers.locations import Locations
from agentperf.profilers.profile import Profile
from agentperf.profilers.window import WindowedLoop
from agentperf.scenarios.loader import load

TRIALS = 3


async def main(windowed: WindowedLoop, workspace: Path) -> Profile:
    scenario = load("supervisor-pipeline").scenario
    draws = Draws(1, 0)
    sampler = AwaitSampler(asyncio.get_running_loop())
    async with opener(scenario, draws, workspace) as open_runtime:

        async def trial(looking: AbstractContextManager[object] | None = None) -> None:
            async with open_runtime(frozenset()) as run:
                if looking is None:
                    async with windowed.window():
                        await drive(run, scenario.load, scenario.measure.time_scale, draws)
                else:
                    with looking:
                        await drive(run, scenario.load, scenario.measure.time_scale, draws)

        for _ in range(TRIALS):
            await trial()
            await trial(sampler)
    return await_profile(sampler, locations=Locations(), on=frozenset(), workload_digest="w")


if __name__ == "__main__":
    windowed = WindowedLoop()
    with tempfile.TemporaryDirectory() as workspace:
        profile = windowed.run(main(windowed, Path(workspace)))
    Path(sys.argv[1]).write_text(json.dumps(profile_to_json(profile)))
    print(json.dumps(asdict(windowed.cpu)))
