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
    words: dict[str, str] = {}
    for remark in closing_remarks(document):
        words[remark.topic] = f"{words.get(remark.topic, '')} {plain_sentence(remark.fragments)}".lstrip()
    return words


def edited(document: Document, edit: Callable[[dict[str, Any]], object]) -> Document:
    data = document.model_dump()
    edit(data)
    return Document.model_validate(data)


def test_a_whole_run(documents: Documents) -> None:
    assert said(documents("six_switches")) == {
        "Turn on first": "parallelism: as the first step it saves 37.6 % [36.0, 39.2].",
        "Why it saves": "parallelism: the same counts of work, in less time."
        " batched_persistence: commits 24 -> 1, connections 24 -> 8, fsyncs 40 -> 24."
        " websocket_suppression: frames 120 -> 0, bytes sent 61,440 -> 0.",
        "Enough": "parallelism, batched_persistence and websocket_suppression:"
        " together this saves 60.5 % [59.4, 61.5], within 5 % of the best;"
        " lazy_validation, pooling and async_monitoring can add little to it.",
        "Everything on": "saves 60.7 % [59.8, 61.6].",
        "May add nothing more": "lazy_validation and async_monitoring:"
        " not shown to help once all the others are on.",
        "Makes it slower": "async_monitoring: costs 5.2 % [4.4, 6.0] on average.",
        "Where time goes": "with nothing on: agent work 60.0 % of a session,"
        " connections 12.0 %, persistence 10.0 %, notifications 5.0 %."
        " with everything on: agent work 60.0 % of a session,"
        " connections 12.0 %, persistence 10.0 %, notifications 5.0 %.",
        "Claims": "1 confirmed, 1 understated, 3 overstated, 1 refuted, 2 inconclusive.",
        "Precision": "every effect on average, and alone, is known to within 1.9 points (5.0 points asked).",
        "Noise": "one trial scatters by 3.1 % (standard deviation);"
        " 1.2 % of the trials were outliers, and clipped.",
        "Time scale": "0.01: overhead weighs 100 times more here than in life,"
        " so the percentages are not those of full scale.",
    }


def test_ties_and_other_sets_that_are_enough(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["plan"][0]["ties"] = ("pooling", "lazy_validation")
        data["sufficient_sets"] = (("parallelism", "pooling"), ("pooling", "lazy_validation"))

    words = said(edited(documents("realistic"), edit))
    assert words["Turn on first"].endswith(
        ". Or pooling or lazy_validation: the data cannot tell them apart."
    )
    assert words["Enough as well"] == "pooling + lazy_validation."


def test_many_ties_are_counted(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["plan"][0]["ties"] = data["design"]["factors"][1:]

    words = said(edited(documents("six_switches"), edit))["Turn on first"]
    assert words.endswith("[36.0, 39.2]. Or any of 5 others: the data cannot tell them apart.")


def test_many_sets_that_are_enough_are_counted(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        names = data["design"]["factors"]
        data["sufficient_sets"] = [(name, other) for name in names for other in names if name < other]

    assert said(edited(documents("six_switches"), edit))["Enough as well"].endswith(
        ", or 10 more sets of that size."
    )


def test_no_step_was_shown_to_be_enough(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        for step in data["plan"]:
            step["enough"] = False
        data["sufficient_sets"] = ()

    assert said(edited(documents("realistic"), edit))["Enough"].startswith("not shown of any of these steps")


def test_a_design_without_the_single_switch_compares_the_nearest_combinations(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["combinations"] = [
            record for record in data["combinations"] if len(record["on"]) not in (0, 1, 2)
        ]

    words = said(edited(documents("six_switches"), edit))["Why it saves"]
    assert "batched_persistence: commits 24 -> 1" in words


def test_a_count_that_hardly_changes_explains_nothing(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        for record in data["combinations"]:
            record["counters"]["bytes_written"] = 877_104 if "parallelism" in record["on"] else 877_112

    words = said(edited(documents("realistic"), edit))["Why it saves"]
    assert words.startswith("parallelism: the same counts of work, in less time.")


def test_a_runtime_that_counts_nothing_explains_nothing(documents: Documents) -> None:
    assert "Why it saves" not in said(documents("hostile"))


def test_a_trend_through_blocks_is_told(documents: Documents) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["noise"] |= {"trend_percent": 4.2, "trend_low": 3.0, "trend_high": 5.4}

    assert "trials get 4.2 % slower through a block" in said(edited(documents("realistic"), edit))["Noise"]


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
