"""Trials of a full factorial, simulated with a fixed seed: the same numbers on every machine."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations as subsets
from random import Random

from agentperf.reports.trial_record import Counters, SurroundingsRecord, TrialMetrics, TrialRecord

BLOCKS = 10
SEED = 7
STARTED_AT = 1_795_362_381.0
UNSWITCHED_S = 0.412

Combination = frozenset[str]
Logs = Mapping[Combination, Sequence[float]]


def everything_of(factors: Sequence[str]) -> list[Combination]:
    return [frozenset(on) for size in range(len(factors) + 1) for on in subsets(factors, size)]


def simulated_trials(
    gains: Mapping[str, float], cells: Sequence[Combination], slowdown: float
) -> Sequence[TrialRecord]:
    random = Random(SEED)
    trials = []
    for block in range(BLOCKS):
        speed = random.gauss(0, 0.07)
        order = random.sample(range(len(cells)), len(cells))
        for cell, place in zip(cells, order, strict=True):
            log = speed + sum(gains[switch] for switch in cell) + random.gauss(0, 0.03)
            if {"pooling", "batched_persistence"} <= cell:
                log -= 0.9 * gains["pooling"]
            trials.append(trial(cell, tuple(gains), block, place, UNSWITCHED_S * slowdown * math.exp(log)))
    return trials


def trial(cell: Combination, factors: Sequence[str], block: int, place: int, wall_s: float) -> TrialRecord:
    writes = 8 if "batched_persistence" in cell else 24
    return TrialRecord(
        block=block,
        order=place,
        on=tuple(factor for factor in factors if factor in cell),
        metrics=TrialMetrics(
            wall_s=wall_s,
            settled_s=wall_s * 1.04,
            cpu_s=wall_s * 0.31,
            latency_p50_s=wall_s,
            latency_p95_s=wall_s * 1.2,
            latency_p99_s=wall_s * 1.3,
            throughput_per_s=1 / wall_s,
            peak_memory_bytes=52_000_000 + block,
            loop_lag_max_s=0.0021,
        ),
        counters=Counters(
            commits=writes // 8 if "batched_persistence" in cell else writes,
            rows_written=192,
            bytes_written=1_204_992,
            connections_opened=1 if "pooling" in cell else writes,
            frames_sent=0 if "websocket_suppression" in cell else 120,
            bytes_sent=0 if "websocket_suppression" in cell else 61_440,
            validations=9 if "lazy_validation" in cell else 40,
            monitoring_records=16,
            fsyncs=16 + writes,
        ),
        worker="pid 4711",
        surroundings=SurroundingsRecord(
            started_at=STARTED_AT + 60 * block + place, load_average_1min=0.3, cpu_mhz=2400.0, spin_s=0.00104
        ),
    )
