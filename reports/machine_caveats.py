"""Warnings about the machine: others that use it, and a speed that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import median

from ..experiments.surroundings import Surroundings
from .evidence import Evidence

OWN_LOAD = 1.0  # a trial keeps one CPU busy itself
LOAD_TO_SPARE = 0.5  # of a CPU: a machine is never quite idle
SPEED_CHANGE = 0.10  # between blocks: processes on a quiet machine differ by 7 to 8 % anyway
TAIL = 0.1  # of the blocks at each end, which may be chance


def loaded_machine(evidence: Evidence) -> Iterator[str]:
    """More that wants to run than there are CPUs for it beside the trials."""
    environment = evidence.run.environment
    cpus = environment.get("cpus_usable") or environment.get("cpu_count")
    if not cpus:
        return
    at_start = environment.get("load_average_1min")
    during = [
        trial.surroundings.load_average_1min
        for trial in evidence.trials
        if trial.surroundings and trial.surroundings.load_average_1min is not None
    ]
    advice = "close what else is running, or compare on a machine of its own"
    on_cpus = f"on {cpus} CPU{'' if cpus == 1 else 's'}"
    if at_start is not None and at_start + OWN_LOAD > cpus + LOAD_TO_SPARE:
        yield f"the machine was busy when the run began (load average {at_start:.1f} {on_cpus}): {advice}"
    elif during and median(during) > cpus + LOAD_TO_SPARE:
        yield f"the machine was busy during the run (load average {median(during):.1f} {on_cpus}): {advice}"


def changing_speed(evidence: Evidence) -> Iterator[str]:
    """By the fixed computation before each trial, or where that says nothing by the clock rate."""
    steady = "a fixed CPU frequency (governor 'performance', no power saving) makes it steady"
    for words, reading in (("a fixed computation", _spin_s), ("the CPU's clock rate", _cpu_mhz)):
        change = _change(evidence, reading)
        if change > SPEED_CHANGE:
            yield (
                f"the machine changed its speed: {words} varied by {change:.0%} between blocks; ratios stand,"
                f" but seconds hold for this run only; {steady}"
            )
            return


def _spin_s(surroundings: Surroundings) -> float | None:
    return surroundings.spin_s


def _cpu_mhz(surroundings: Surroundings) -> float | None:
    return surroundings.cpu_mhz


def _change(evidence: Evidence, reading: Callable[[Surroundings], float | None]) -> float:
    """Between the slower and the faster of the blocks' medians, a tenth at each end left out; 0 for one."""
    blocks: dict[int, list[float]] = {}
    for trial in evidence.trials:
        value = reading(trial.surroundings) if trial.surroundings else None
        if value:
            blocks.setdefault(trial.block, []).append(value)
    typical = sorted(map(median, blocks.values()))
    inner = _inner(typical)
    return inner[-1] / inner[0] - 1 if inner else 0.0


def _inner(values: Sequence[float]) -> Sequence[float]:
    left_out = int(TAIL * len(values))
    return values[left_out : len(values) - left_out]
