"""What a trial keeps of the spans of its sessions: a ledger always, the spans of one session now and then."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from agentperf.agents.draws import Draws
from agentperf.agents.recorder import SPANS_RECORDED, Recorder
from agentperf.agents.session import Session
from agentperf.experiments.combination import Combination
from agentperf.experiments.design import full_factorial, one_at_a_time, rotating
from agentperf.experiments.executor import Listener
from agentperf.experiments.job import Job, OnError
from agentperf.experiments.kept_spans import kept_spans
from agentperf.experiments.local_executor import LocalExecutor
from agentperf.experiments.measurement import SESSIONS_TRACED, measure
from agentperf.experiments.run import Run
from agentperf.experiments.trial import Trial
from agentperf.scenarios.bundled import bundled
from agentperf.scenarios.choices import Isolation
from agentperf.scenarios.concerns import Concern
from agentperf.scenarios.loader import load
from agentperf.scenarios.schema import Scenario

UNATTRIBUTED = 0.05
ATTEMPTS = 3  # a busy machine may stop the process anywhere
NOTHING: Combination = frozenset()
BOTH = frozenset("ab")

Conduct = Callable[..., Any]
Prepared = Callable[..., Run]


def own_document(sessions: int = 1, **parameters: Any) -> dict[str, Any]:
    return {
        "name": "traced",
        "runtime": {
            "uses": "traced:open_runtime",
            "optimizations": ["a", "b"],
            "parameters": {"says": True} | parameters,
        },
        "load": {"sessions": sessions},
        "measure": {"blocks": 2, "warmup": 0, "seed": 7},
    }


class Talkative:
    """Records a span in each session."""

    def __init__(self) -> None:
        self.recorders: list[Recorder | None] = []

    async def __call__(self, session: Session) -> None:
        self.recorders.append(session.recorder)
        with session.span("search"):
            pass


class Modest(Talkative):
    sessions_traced = 2


async def measured(runtime: Talkative, sessions: int) -> Trial:
    @asynccontextmanager
    async def open_runtime(on: Combination) -> AsyncIterator[Talkative]:
        yield runtime

    scenario = Scenario.model_validate(own_document(sessions))
    return await measure(open_runtime, Trial(0, 0, NOTHING, "here"), scenario, Draws(1, 0))


@pytest.mark.parametrize(
    ("runtime", "sessions", "traced"),
    [
        (Talkative(), 3, 3),
        (Talkative(), SESSIONS_TRACED + 5, SESSIONS_TRACED),
        (Modest(), 1, 1),
        (Modest(), 5, 2),
    ],
)
async def test_so_many_sessions_are_traced_and_no_more(
    runtime: Talkative, sessions: int, traced: int
) -> None:
    trial = await measured(runtime, sessions)
    assert [one is not None for one in runtime.recorders] == [number < traced for number in range(sessions)]
    assert trial.ledger is not None
    ends = [one.spans()[0].end_s for one in runtime.recorders if one]
    assert sum(trial.ledger.values()) == pytest.approx(math.fsum(ends) / traced)
    assert [span.name for span in trial.spans] == ["invoke_workflow traced", "search"]


class Wild(Talkative):
    """Opens more spans than are kept in its second session only."""

    def __init__(self, spans: int) -> None:
        super().__init__()
        self.spans = spans

    async def __call__(self, session: Session) -> None:
        for _ in range(self.spans if session.index == 1 else 1):
            with session.span("search"):
                pass


@pytest.mark.parametrize(("too_many", "warned"), [(0, 0), (1, 1)])
async def test_a_session_of_too_many_spans_is_warned_of(too_many: int, warned: int) -> None:
    trial = await measured(Wild(SPANS_RECORDED - 1 + too_many), sessions=3)
    assert len(trial.warnings) == warned
    assert all("more than 20,000 spans" in warning for warning in trial.warnings)


def test_own_runtimes_are_traced_as_far_as_they_tell(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(own_document()))
    assert not conducted.failures
    for trial in conducted.trials:
        assert list(trial.ledger) == list(Concern)
        assert trial.ledger["agent work"] > 0 and trial.ledger["connections"] > 0
        kept = trial.block == 0 or trial.on in (NOTHING, BOTH)
        names = ["invoke_workflow traced", "search", "cache"] if kept else []
        assert [span.name for span in trial.spans] == names


@pytest.mark.parametrize("silent", [{"says": False}, {"traced": 0}])
def test_of_runtimes_that_tell_nothing_nothing_is_kept(
    prepared: Prepared, conduct: Conduct, silent: Mapping[str, Any]
) -> None:
    conducted = conduct(prepared(own_document(**silent)))
    assert not conducted.failures
    assert {(trial.ledger, trial.spans) for trial in conducted.trials} == {(None, ())}


def test_a_negative_number_of_sessions_traces_none(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(own_document(traced=-1)))
    assert not conducted.failures
    assert {trial.ledger for trial in conducted.trials} == {None}


def test_trials_of_a_process_each_keep_what_a_block_would(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(own_document(), isolation=Isolation.TRIAL))
    kept = {(trial.block, trial.on) for trial in conducted.trials if trial.spans}
    assert kept == {(0, frozenset(on)) for on in ("", "a", "b", "ab")} | {(1, NOTHING), (1, BOTH)}


def test_a_trial_that_fails_keeps_nothing(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(does="fail", flags=[], hold=["a"]), OnError.CONTINUE)
    assert [(trial.ledger, trial.spans) for trial in conducted.trials] == [(None, ())]


def test_the_first_row_keeps_each_combination_once() -> None:
    full = full_factorial("ab")
    order = tuple(map(frozenset, ("a", "ab", "", "b", "a", "", "ab")))
    assert kept_spans(order, 0, full) == {0, 1, 2, 3}
    assert kept_spans(order, 1, full) == {1, 2}

    turning = rotating("abcde")
    for block, part in enumerate(turning.parts * 2):
        all_kept = range(len(part))
        extremes = {place for place in all_kept if part[place] in (NOTHING, frozenset("abcde"))}
        assert kept_spans(part, block, turning) == (set(all_kept) if block < len(turning.parts) else extremes)

    repeated = one_at_a_time("ab")
    once = kept_spans(repeated.columns, 0, repeated)
    assert {repeated.columns[place] for place in once} == set(repeated.combinations)
    assert len(once) == len(repeated.combinations)


@pytest.mark.parametrize("name", bundled())
async def test_where_the_time_goes_is_known_of_every_bundled_scenario(name: str, tmp_path: Path) -> None:
    """The ledger leaves less than 5 % to "other", with nothing and with everything on."""
    loaded = load(name)
    job = Job(
        document=loaded.document,
        seed=1,
        block=0,
        first=0,
        combinations=(NOTHING, frozenset(loaded.scenario.factors)),
        discarded=(),
        held=frozenset(),
        workspace=tmp_path,
        modules=None,
        on_error=OnError.STOP,
        keep_spans=frozenset({1}),
    )
    unattributed = [1.0, 1.0]
    for _ in range(ATTEMPTS):
        trials = await LocalExecutor(Isolation.BLOCK).run(
            job, Listener(lambda trial, traceback: None, lambda line: None)
        )
        shares = []
        for trial in trials:
            assert trial.ledger is not None and trial.metrics is not None
            session_s = sum(trial.ledger.values())
            assert 0 < session_s <= trial.metrics.wall_s
            shares.append(trial.ledger["other"] / session_s)
        assert [len(trial.spans) > 10 for trial in trials] == [False, True]
        unattributed = list(map(min, unattributed, shares))
        if max(unattributed) < UNATTRIBUTED:
            break
    assert max(unattributed) < UNATTRIBUTED
