"""The closing words say what the figures say, and no more."""

from collections.abc import Callable
from typing import Any

import pytest

from agentperf.analysis.verdicts import Verdict
from agentperf.reports.closing import closing_remarks
from agentperf.reports.document import Document
from agentperf.reports.fragments import plain_sentence

Documents = Callable[[str], Document]


def said(document: Document) -> dict[str, str]:
    return {remark.topic: plain_sentence(remark.fragments) for remark in closing_remarks(document)}


def edited(document: Document, edit: Callable[[dict[str, Any]], object]) -> Document:
    data = document.model_dump()
    edit(data)
    return Document.model_validate(data)


def test_a_whole_run(documents: Documents) -> None:
    assert said(documents("six_switches")) == {
        "Turn on first": "parallelism: as the first step it saves 37.6 % [36.0, 39.2].",
        "Enough": "parallelism, batched_persistence and websocket_suppression:"
        " together this saves 60.5 % [59.4, 61.5], within 5 % of the best.",
        "Everything on": "saves 60.7 % [59.8, 61.6].",
        "May add nothing more": "lazy_validation and async_monitoring:"
        " not shown to help once all the others are on.",
        "Makes it slower": "async_monitoring: costs 5.2 % [4.4, 6.0] on average.",
        "Noise": "one trial scatters by 3.1 % (standard deviation);"
        " 1.2 % of the trials were outliers, and clipped.",
        "Time scale": "0.01: overhead weighs 100 times more here than in life,"
        " so the percentages are not those of full scale.",
    }


def test_equivalent_last_adds_nothing(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["effects"][2]["last"] |= {"verdict": Verdict.EQUIVALENT}

    words = said(edited(documents("realistic"), edit))
    assert words["Adds nothing more"] == (
        "lazy_validation: within 1.0 % of no change once all the others are on."
    )
    assert words["Inconclusive"] == "lazy_validation on average: more blocks would narrow the interval."


def test_a_first_step_that_may_be_nothing_is_no_advice(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["plan"][0].update({"cumulative_improvement_percent": 1.0, "low": -0.5, "high": 2.5})

    assert said(edited(documents("realistic"), edit))["Turn on first"] == (
        "no switch stands out; the best candidate is parallelism, which saves 1.0 % [-0.5, 2.5]."
    )


def test_one_step_can_be_enough(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        for number, step in enumerate(data["plan"]):
            step["enough"] = number == 0

    words = said(edited(documents("realistic"), edit))
    assert words["Turn on first"].endswith(": enough, within 5 % of the best.")
    assert "Enough" not in words


def test_without_a_plan_the_largest_gain_that_was_shown(documents: Documents) -> None:
    words = said(documents("screening"))
    assert words["Turn on first"] == "parallelism, which saves 36.0 % [33.4, 38.5]."

    def nothing_shown(data: dict[str, Any]) -> None:
        for record in data["effects"]:
            record["alone"]["verdict"] = Verdict.INCONCLUSIVE

    words = said(edited(documents("screening"), nothing_shown))
    assert words["Turn on first"] == "no switch was shown to make it faster."
    assert said(documents("one_value"))["Turn on first"] == "too few blocks to say."


def test_work_that_is_only_put_off(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        settled = [record | {"average": dict(record["average"])} for record in data["effects"]]
        settled[0]["average"] |= {
            "verdict": Verdict.SLOWER,
            "improvement_percent": -2.0,
            "improvement_low": -3.0,
            "improvement_high": -1.5,
        }
        data["settled_effects"] = settled

    assert said(edited(documents("realistic"), edit))["Until all is settled"] == (
        "parallelism is faster when the answer is returned, but slower when the last write,"
        " frame and record is done: there it costs 2.0 % [1.5, 3.0] on average."
    )


def test_outliers_that_matter_are_told(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["effects"][0]["average"]["unclipped_improvement_percent"] = 20.0
        data["effects"][1]["average"]["unclipped_improvement_percent"] = 25.5

    assert said(edited(documents("realistic"), edit))["Outliers matter"] == (
        "parallelism saves 36.2 % [35.3, 37.2] on average;"
        " with the outliers left as they were the estimate would be 20.0 %."
    )


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        (1, "1: latencies as the scenario has them."),
        (0.5, "0.5: overhead weighs 2 times more here than in life,"),
        (10, "10: overhead weighs 10 times less here than in life,"),
    ],
)
def test_time_scale(documents: Documents, scale: float, words: str) -> None:
    document = documents("realistic").model_copy(update={"time_scale": scale})
    assert said(document)["Time scale"].startswith(words)


def test_drift_is_told(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["noise"]["lag1_autocorrelation"] = 0.64

    words = said(edited(documents("realistic"), edit))
    assert "successive blocks are alike (correlation 0.64)" in words["Noise"]


def test_runs_that_did_not_end_well(documents: Documents) -> None:
    assert said(documents("unfinished")) == {"No result yet": "5 trials ended, but no block is complete."}
    assert said(documents("failed"))["Failed trials"] == "1 of 81. The first said: ValueError: no"

    def interrupt(data: dict[str, Any]) -> None:
        data["design"]["stop_reason"] = "interrupted"

    assert said(edited(documents("realistic"), interrupt))["Interrupted"] == (
        "this rests on 10 complete blocks; --resume 20261122-154621-7f3a goes on."
    )
