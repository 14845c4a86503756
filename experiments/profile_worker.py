"""A worker process under a profiler: runs one combination again and again until there are enough samples.

It reads a ProfileJob as timed trials' workers read their Job, and leaves what it found out in the job's
answer file, as py-spy, which may be its parent, prints on standard output too. First comes the turn of the
CPU, then that of what tasks wait for; the two never look at the same trial.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
import traceback
from dataclasses import asdict
from typing import Any, NoReturn

from ..agents import extension
from ..profilers.await_sampler import AwaitSampler, await_profile
from ..profilers.codec import profile_to_json
from ..profilers.locations import Locations
from ..profilers.profile import Profile
from ..profilers.pyinstrument_profiler import PyinstrumentProfiler, wall_profile
from ..profilers.window import WindowedLoop
from .combination import Combination
from .profile_choices import CpuProfiler
from .profile_job import ProfileJob
from .profile_trials import ProfileTrials, WarmUpFailed
from .worker import TRACEBACK_CHARACTERS, Orders, one_line

NOTHING_S = 2.0  # a workload that has not waited by then, to be seen, will not


def main() -> None:
    orders = Orders()
    os.dup2(2, 1)  # what is printed goes to standard error, as in timed trials
    told = orders.job()
    if told is None:
        return
    job = ProfileJob.from_json(told)
    threading.Thread(target=orders.watch, name="orders", daemon=True).start()
    extension.make_importable(job.modules)
    inside = None
    if job.profiler is CpuProfiler.PYINSTRUMENT:
        inside = PyinstrumentProfiler()
        inside.start()  # here, as it is to see every task of the loop
    windowed = WindowedLoop()
    windowed.run(_work(job, windowed, inside))


async def _work(job: ProfileJob, windowed: WindowedLoop, inside: PyinstrumentProfiler | None) -> NoReturn:
    """Leaves the answer, whole or not at all, and ends: nothing that a user's code left behind, as a thread,
    is waited for."""
    answer = await _answer(job, windowed, inside)
    written = job.answer.with_suffix(".part")
    written.write_text(json.dumps(answer))
    written.replace(job.answer)
    os._exit(0)


async def _answer(
    job: ProfileJob, windowed: WindowedLoop, inside: PyinstrumentProfiler | None
) -> dict[str, Any]:
    try:
        if inside is None:
            profiles = await _beside_py_spy(job, windowed)
        else:
            profiles = await _under_pyinstrument(job, windowed, inside)
    except extension.ExtensionError as error:
        return {"invalid": one_line(error)}
    except WarmUpFailed as failed:
        return _fault(failed.__cause__ or failed, failed.on)
    except (Exception, SystemExit) as error:
        return _fault(error)
    return {"profiles": list(map(profile_to_json, profiles)), "cpu": asdict(windowed.cpu)}


def _fault(error: BaseException, warming_up: Combination | None = None) -> dict[str, Any]:
    return {
        "error": one_line(error),
        "traceback": "".join(traceback.format_exception(error))[-TRACEBACK_CHARACTERS:],
        "warming_up": None if warming_up is None else sorted(warming_up),
    }


async def _beside_py_spy(job: ProfileJob, windowed: WindowedLoop) -> list[Profile]:
    """It samples all the time; by the frame of the window its samples are told apart."""
    wanted_s = job.effort.samples / job.effort.rate_hz

    def enough() -> bool:
        return windowed.cpu.loop_s + windowed.cpu.others_s >= wanted_s

    async with ProfileTrials.opened(job) as trials:
        await trials.run_until(enough, windowed.window)
        return [await _awaited(job, trials)]


async def _under_pyinstrument(
    job: ProfileJob, windowed: WindowedLoop, inside: PyinstrumentProfiler
) -> list[Profile]:
    """While the loop waits it takes no samples, but one that weighs as much."""
    wanted_s = job.effort.samples * inside.interval_s
    async with ProfileTrials.opened(job) as trials:
        await trials.run_until(lambda: windowed.cpu.loop_s >= wanted_s, windowed.window)
        inside.stop()
        seen = wall_profile(inside, locations=_locations(job), on=job.on, workload_digest=job.workload_digest)
        return [seen, await _awaited(job, trials)]


async def _awaited(job: ProfileJob, trials: ProfileTrials) -> Profile:
    """Outside of the window, which py-spy would see the sampler in."""
    sampler = AwaitSampler(asyncio.get_running_loop())
    nothing_s = trials.window_s + NOTHING_S

    def enough() -> bool:
        # Their weights differ with the looks, and by so much fewer they are worth: as `thin` judges them.
        number = sampler.effective_samples
        return number >= job.effort.samples or (not number and trials.window_s >= nothing_s)

    await trials.run_until(enough, looking=sampler)
    return await_profile(sampler, locations=_locations(job), on=job.on, workload_digest=job.workload_digest)


def _locations(job: ProfileJob) -> Locations:
    return Locations([job.modules] if job.modules else [])


if __name__ == "__main__":
    main()
