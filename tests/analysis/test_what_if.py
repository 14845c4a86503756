from __future__ import annotations

import pytest

from agentperf.analysis.segments import Order, RecordedSession, RecordedStep, Segment
from agentperf.analysis.what_if import Replays, mean_with_interval, work_s
from agentperf.scenarios.choices import Inference
from agentperf.scenarios.concerns import Concern

WORK, SAVE = Concern.AGENT_WORK, Concern.PERSISTENCE


def session(work_s: float, save_s: float) -> RecordedSession:
    """Two steps that do not need each other, each with both."""
    segments = (Segment(WORK, work_s), Segment(SAVE, save_s))
    steps = (RecordedStep("a", (), segments), RecordedStep("b", (), segments))
    return RecordedSession(2 * (work_s + save_s), (), steps, ())


def test_a_concern_that_takes_no_time_saves_its_share() -> None:
    replays = Replays([session(3, 1), session(4, 1), session(2, 1)], Order.ONE_BY_ONE)
    saved = replays.shortening({SAVE: 0.0})
    assert saved.percent == pytest.approx((25 + 20 + 100 / 3) / 3)
    assert saved.low is not None and saved.high is not None
    assert saved.low < saved.percent < saved.high
    assert replays.shortening({SAVE: 1.0}).percent == 0
    assert replays.error_percent == 0


def test_another_order_saves_what_can_be_done_at_the_same_time() -> None:
    assert Replays([session(3, 1)], Order.ONE_BY_ONE).shortening({}, Order.BY_NEEDS).percent == 50
    assert Replays([session(3, 1)], Order.BY_NEEDS).shortening({}, Order.ONE_BY_ONE).percent == -100


def test_the_error_of_a_replay_is_the_worst_of_all_blocks() -> None:
    longer = RecordedSession(10.0, (), session(3, 1).steps, ())
    assert Replays([session(3, 1), longer], Order.ONE_BY_ONE).error_percent == pytest.approx(-20)


def test_one_block_has_no_interval_and_equal_ones_have_a_narrow_one() -> None:
    assert mean_with_interval([5.0]).low is None
    assert mean_with_interval([5.0, 5.0, 5.0]).low == 5.0
    assert mean_with_interval([1.0, 2.0], Inference.ANYTIME).high is None
    # t of 0.975 with 3 degrees of freedom is 3.182; the standard error of 1, 2, 3, 4 is 0.6455
    interval = mean_with_interval([1.0, 2.0, 3.0, 4.0])
    assert (interval.low, interval.high) == pytest.approx((2.5 - 2.0542, 2.5 + 2.0542), abs=1e-3)


def test_the_work_of_all_steps_counts_whether_or_not_at_the_same_time() -> None:
    assert {concern: seconds for concern, seconds in work_s(session(3, 1)).items() if seconds} == {
        WORK: 6,
        SAVE: 2,
    }


def test_a_session_that_took_no_time_is_not_shortened() -> None:
    nothing = RecordedSession(0.0, (), (), ())
    assert Replays([nothing], Order.ONE_BY_ONE).shortening({SAVE: 0.0}).percent == 0
