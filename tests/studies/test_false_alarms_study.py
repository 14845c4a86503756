"""Nothing differs: how often does a tool say that something does?

In the same minutes, again and again: `agentperf selftest`, and hyperfine and pyperf on two commands that are
the same. Each tool by its own defaults and by its own criterion:

agentperf: a main effect (then: any of another family) with an adjusted p under 0.05. Each selftest asks 33
questions, the others ask one.
hyperfine: "A ran 1.05 ± 0.03 times faster than B", the ratio being more than its ± above 1. The ± is the
standard deviation of single runs, carried over to the ratio (sharkdp/hyperfine#523), so that as many runs as
one likes don't make it smaller. For a test its authors point to scripts/welch_ttest.py, which is
`scipy.stats.ttest_ind(…, equal_var=False)` on the exported times: counted beside it.
pyperf: `compare_to` calls the difference significant.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from agentperf.analysis.layout import FloatArray, Layout
from agentperf.analysis.relabelling import relabelled_false_alarms, wilson
from agentperf.experiments.observations import observations
from agentperf.experiments.store import Store

ROUNDS = 20
RELABELLINGS = 1000
BLOCKS = 10
SAME_WORK = Path(__file__).with_name("same_work.py")
Show = Callable[[str, Sequence[str], Sequence[Sequence[object]]], None]
Command = Callable[..., str]


def selftest(command: Command, store: Path) -> list[str]:
    """The families with a false alarm."""
    printed = command("agentperf", "selftest", "--blocks", str(BLOCKS), "--store", store, "--json")
    families = json.loads(printed)["families"]
    return [f"agentperf, {one['family']}" for one in families if one["false_alarms"]]


def hyperfine(command: Command, folder: Path) -> list[str]:
    """Its criteria that were met."""
    from scipy.stats import ttest_ind  # type: ignore[import-untyped]  # scipy ships no types

    same, exported = f"{sys.executable} -I {SAME_WORK}", folder / "hyperfine.json"
    command("hyperfine", "-N", "--warmup", "3", "--export-json", exported, "-n", "a", same, "-n", "b", same)
    one, other = json.loads(exported.read_text())["results"]
    found = []
    fast, slow = sorted((one, other), key=lambda result: float(result["mean"]))
    ratio = slow["mean"] / fast["mean"]
    plus_minus = ratio * math.hypot(slow["stddev"] / slow["mean"], fast["stddev"] / fast["mean"])
    if ratio - plus_minus > 1:
        found.append("hyperfine, ratio more than its ± above 1")
    if ttest_ind(one["times"], other["times"], equal_var=False).pvalue < 0.05:
        found.append("hyperfine, welch_ttest.py")
    return found


def pyperf(command: Command, folder: Path) -> list[str]:
    """Whether it calls the difference significant."""
    files = [folder / f"{name}.json" for name in "ab"]
    for file in files:
        file.unlink(missing_ok=True)
        command(
            "pyperf", "command", "-q", "-o", file, "--name", "same", "--", sys.executable, "-I", SAME_WORK
        )
    printed = command("pyperf", "compare_to", "-v", *files)
    significant = "Significant (t=" in printed
    assert significant or "not significant" in printed.lower(), printed
    return ["pyperf, compare_to"] if significant else []


CRITERIA = (
    "agentperf, average",
    "agentperf, alone",
    "agentperf, last",
    "agentperf, interactions",
    "hyperfine, ratio more than its ± above 1",
    "hyperfine, welch_ttest.py",
    "pyperf, compare_to",
)


async def stored(store: Path) -> tuple[Layout, FloatArray]:
    """The log times of all blocks in the store."""
    async with Store.open(store) as opened:
        runs = [await opened.run(entry.id) for entry in await opened.entries()]
        seen = [observations(run, await opened.trials(run.id), run.metric).log_times for run in runs]
    design = runs[0].design
    return Layout.of(design.columns, design.factors, design.strata), np.concatenate(seen)


def relabelled(layout: Layout, pool: FloatArray) -> int:
    """In how many analyses, each of ten blocks out of all and relabelled, a main effect is a false alarm."""
    rng = np.random.default_rng(1)
    return sum(
        relabelled_false_alarms(
            layout, rng.choice(pool, size=BLOCKS, replace=False, shuffle=False), relabellings=1, seed=number
        ).with_alarm
        for number in range(RELABELLINGS)
    )


def interval(hits: int, trials: int) -> str:
    low, high = wilson(hits, trials)
    return f"[{low:.1%}, {high:.1%}]"


@pytest.mark.skipif(shutil.which("hyperfine") is None, reason="needs hyperfine")
def test_false_alarms(tmp_path: Path, runs: Callable[[int], int], command: Command, show: Show) -> None:
    rounds = runs(ROUNDS)
    store = tmp_path / "pooled.db"
    alarms: Counter[str] = Counter()
    took_s = {"agentperf": 0.0, "hyperfine": 0.0, "pyperf": 0.0}
    tools: list[tuple[str, Callable[[], list[str]]]] = [
        ("agentperf", lambda: selftest(command, store)),
        ("hyperfine", lambda: hyperfine(command, tmp_path)),
        ("pyperf", lambda: pyperf(command, tmp_path)),
    ]
    for _ in range(rounds):
        for name, measure in random.sample(tools, len(tools)):
            began = time.monotonic()
            alarms.update(measure())
            took_s[name] += time.monotonic() - began
    layout, pool = asyncio.run(stored(store))
    relabelled_alarms = relabelled(layout, pool)

    rows: list[list[object]] = [
        [
            criterion,
            rounds,
            alarms[criterion],
            f"{alarms[criterion] / rounds:.0%}",
            interval(alarms[criterion], rounds),
        ]
        for criterion in CRITERIA
    ]
    rows.append(
        [
            f"agentperf, average, relabelled ({BLOCKS} of {len(pool)} stored blocks each)",
            RELABELLINGS,
            relabelled_alarms,
            f"{relabelled_alarms / RELABELLINGS:.1%}",
            interval(relabelled_alarms, RELABELLINGS),
        ]
    )
    show(
        f"False alarms in {rounds} rounds, {sum(took_s.values()) / 60:.1f} minutes",
        ["tool and criterion", "comparisons", "false alarms", "rate", "95 % interval of the rate"],
        rows,
    )
    show(
        "Machine time",
        ["tool", "seconds a comparison"],
        [[name, f"{took_s[name] / rounds:.0f}"] for name, _ in tools],
    )

    assert wilson(relabelled_alarms, RELABELLINGS)[0] <= 0.05
    assert wilson(alarms["agentperf, average"], rounds)[0] <= 0.05
