"""What a run left open, as --strict sees it."""

from typing import Any

import pytest

from agentperf.reports.comparability import Refusals
from agentperf.reports.comparison_assembly import Named, compare_documents
from agentperf.reports.comparison_document import ComparisonDocument
from agentperf.reports.document import Document
from agentperf.reports.expectation import Judgement, Outcome
from agentperf.reports.fragments import plain_sentence
from agentperf.reports.strictness import left_open, left_open_between

from .simulated_documents import REALISTIC, simulated
from .simulated_reruns import rerun

MET = Judgement("effect:pooling:5%", Outcome.MET, ())
UNCLEAR = Judgement("effect:pooling:26%", Outcome.INCONCLUSIVE, ())
BASE = simulated(REALISTIC)


def with_design(**changes: Any) -> Document:
    return Document.model_validate(BASE.model_dump() | {"design": BASE.design.model_dump() | changes})


NOTHING_ASKED = with_design(precision_percent=None)
PRECISE = with_design(precision_percent=5.0, precision_reached_percent=1.9)
WIDE = with_design(precision_percent=1.0, precision_reached_percent=1.9)
UNKNOWN = with_design(precision_percent=1.0, precision_reached_percent=None)


@pytest.mark.parametrize(
    ("document", "judgements", "words"),
    [
        (PRECISE, [], ""),
        (WIDE, [], "the asked precision of 1.0 points was not reached: 1.9 points"),
        (UNKNOWN, [MET], "the asked precision of 1.0 points was not reached: not known"),
        (PRECISE, [MET, UNCLEAR], "effect:pooling:26%: the data can't say"),
        (NOTHING_ASKED, [MET], ""),
        (NOTHING_ASKED, [], "lazy_validation: inconclusive"),
    ],
)
def test_what_was_asked_is_what_counts(document: Document, judgements: list[Judgement], words: str) -> None:
    assert plain_sentence(left_open(document, judgements)) == words


def test_a_run_without_a_complete_block_answers_nothing() -> None:
    plain = NOTHING_ASKED.model_dump()
    empty = {"design": plain["design"] | {"blocks": 0}, "effects": (), "combinations": (), "trials": ()}
    document = Document.model_validate(plain | empty)
    assert plain_sentence(left_open(document, [])) == "nothing was measured: no block is complete"


def test_of_a_comparison_the_overall_time_and_every_average_are_asked() -> None:
    def compared(noise: float) -> ComparisonDocument:
        new = rerun(BASE, noise=noise, seed=BASE.seed)
        return compare_documents(Named("main", BASE), Named("head", new), Refusals.ENFORCED)

    noisy, quiet = compared(0.2), compared(0.0005)
    assert plain_sentence(left_open_between(noisy, [])).startswith("overall time, parallelism, ")
    assert left_open_between(quiet, []) == ()
    assert left_open_between(noisy, [MET]) == ()
    words = plain_sentence(left_open_between(quiet, [MET, UNCLEAR]))
    assert words == "effect:pooling:26%: the data can't say"


def test_without_an_average_the_effect_alone_counts() -> None:
    effects = [record.model_dump() | {"average": None, "last": None} for record in BASE.effects]
    document = Document.model_validate(NOTHING_ASKED.model_dump() | {"effects": effects})
    alone = {
        record.optimization
        for record in BASE.effects
        if record.alone and record.alone.verdict == "inconclusive"
    }
    words = plain_sentence(left_open(document, []))
    assert alone and all(name in words for name in alone)
