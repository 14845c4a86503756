"""Which switches act on each other, in words that a reader can check against the figures."""

from collections.abc import Callable, Sequence
from typing import Any

from agentperf.reports.document import Document
from agentperf.reports.fragments import plain_sentence
from agentperf.reports.interaction_words import INTERACTIONS_SHOWN, interaction_sentences

Documents = Callable[[str], Document]


def sentences(document: Document) -> Sequence[str]:
    return [plain_sentence(one) for one in interaction_sentences(document)]


def with_pair(document: Document, **changes: object) -> Document:
    """Only the first pair acts; its second direction is made out of interest."""
    data: dict[str, Any] = document.model_dump()
    for record in data["interactions"]:
        record |= {"ratio": 1.0, "ratio_low": 0.99, "ratio_high": 1.01, "p_adjusted": 1.0}
    first = data["interactions"][0]
    first |= {"ratio": 2.0, "ratio_low": 1.9, "ratio_high": 2.1, "p_adjusted": 0.001}
    first["conditionals"] = [
        first["conditionals"][0]
        | {"without_percent": 36.0, "without_low": 30.0, "without_high": 40.0}
        | {"with_percent": 1.2, "with_low": 0.0, "with_high": 3.0}
        | {"saved_without_s": 0.012, "saved_with_s": 0.0001}
        | changes
    ]
    return Document.model_validate(data)


def test_without_and_with(documents: Documents) -> None:
    assert sentences(with_pair(documents("realistic"))) == [
        "parallelism saves 36.0 % (12.0 ms) without pooling and 1.2 % (0.1 ms) with it."
    ]


def test_what_saves_and_then_costs(documents: Documents) -> None:
    document = with_pair(
        documents("realistic"), with_percent=-3.0, with_low=-4.0, with_high=-2.0, saved_with_s=-0.001
    )
    assert sentences(document) == [
        "parallelism saves 36.0 % (12.0 ms) without pooling and costs 3.0 % (1.0 ms) with it."
    ]


def test_savings_that_add_up_in_time(documents: Documents) -> None:
    document = with_pair(documents("realistic"), saved_with_s=0.011)
    assert sentences(document)[0].endswith("with it; in time that is about the same, so the two add up.")


def test_seconds_may_be_unknown(documents: Documents) -> None:
    document = with_pair(documents("realistic"), saved_without_s=None, saved_with_s=None)
    assert sentences(document) == ["parallelism saves 36.0 % without pooling and 1.2 % with it."]


def test_only_what_was_shown_beyond_the_threshold(documents: Documents) -> None:
    document = with_pair(documents("realistic"))
    assert len(sentences(document.model_copy(update={"threshold_percent": 95.0}))) == 1
    assert sentences(document.model_copy(update={"threshold_percent": 95.0}))[0].startswith("No switch was")
    assert sentences(documents("fractional")) == sentences(documents("older")) == []


def test_the_five_strongest_first(documents: Documents) -> None:
    document = documents("six_switches")
    strong = [
        record.model_copy(update={"ratio": ratio, "ratio_low": ratio, "ratio_high": ratio, "p_adjusted": 0.0})
        for ratio, record in zip((1.1, 0.5, 1.2, 1.3, 1.4, 1.6, 1.5), document.interactions, strict=False)
    ]
    told = sentences(document.model_copy(update={"interactions": tuple(strong)}))
    assert len(told) == INTERACTIONS_SHOWN + 1
    assert all(name in told[0] for name in strong[1].optimizations)
    assert all(name in told[1] for name in strong[5].optimizations)
    assert told[-1] == "2 more pairs act on each other, less than these."
