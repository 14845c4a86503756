"""What was claimed stands beside what was measured."""

import json
import re
from collections.abc import Callable

from rich.console import RenderableType

from agentperf.reports.claim_record import ClaimedOrderRecord, ClaimRecord
from agentperf.reports.claim_remarks import VERDICT_WORDS, order_verdict, verdict_words
from agentperf.reports.claims_table import claims_table
from agentperf.reports.document import Document
from agentperf.reports.enumerations import ClaimVerdict
from agentperf.reports.fragments import plain_sentence
from agentperf.reports.json_export import export_json
from agentperf.reports.terminal import terminal_report

Documents = Callable[[str], Document]
Printed = Callable[[RenderableType, int], str]
INTERVAL = re.compile(r"\[(-?[\d.]+), (-?[\d.]+)\]")


def test_claims_equal_the_json(documents: Documents, printed: Printed) -> None:
    document = documents("six_switches")
    records = json.loads(export_json(document))["claims"]
    for width in (140, 80, 50):
        table = printed(claims_table(document), width).partition("The claimed order")[0]
        assert INTERVAL.findall(table) == [(f"{one['low']:.1f}", f"{one['high']:.1f}") for one in records]
        assert [word for word in re.findall(r"\w+", table) if word in set(ClaimVerdict)] == [
            one["verdict"] for one in records
        ]
        assert "80 to 90 %" in table and "10 to 12.5 %" in table


def test_a_wide_terminal_says_what_a_verdict_means(documents: Documents, printed: Printed) -> None:
    document = documents("six_switches")
    text = printed(claims_table(document), 140)
    assert all(f"{record.verdict}: {verdict_words(record)}" in text for record in document.claims)
    assert {record.verdict for record in document.claims} == set(ClaimVerdict)
    assert VERDICT_WORDS[ClaimVerdict.REFUTED] not in printed(claims_table(documents("six_switches")), 80)


def test_an_inconclusive_claim_may_still_be_too_high() -> None:
    def words(low: float, high: float) -> str:
        return verdict_words(
            ClaimRecord(
                claim="pooling",
                claimed_low=10,
                claimed_high=10,
                measured_percent=(low + high) / 2,
                low=low,
                high=high,
                time_scale=1,
                verdict=ClaimVerdict.INCONCLUSIVE,
            )
        )

    assert words(-1, 4.9) == "less, if anything"
    assert words(-1, 5.1) == "the data cannot say"


def test_a_set_that_was_not_run_is_no_verdict(documents: Documents, printed: Printed) -> None:
    text = printed(claims_table(documents("fractional")), 140)
    assert text.count("inconclusive: was not measured") == len(documents("fractional").claims)


def test_the_time_scale_stands_above_and_below(documents: Documents, printed: Printed) -> None:
    text = printed(terminal_report(documents("six_switches")), 140)
    assert "What was claimed, at time scale 0.01" in text
    assert "the time scale it was measured at, 0.01." in text
    assert "What was claimed" not in printed(terminal_report(documents("older")), 140)


def test_the_claimed_order_in_words() -> None:
    def words(verdict: ClaimVerdict, **found: object) -> str:
        record = ClaimedOrderRecord.model_validate({"order": ("a", "b"), "verdict": verdict} | found)
        return plain_sentence(order_verdict(record))

    assert words(ClaimVerdict.CONFIRMED) == (
        "The claimed order, a, b, is confirmed:"
        " at no step would another switch leave a time over 5 % shorter."
    )
    assert words(ClaimVerdict.INCONCLUSIVE).startswith("The claimed order, a, b, is inconclusive: ")
    refuted = {
        "step": 2,
        "better": "c",
        "advantage_percent": 9.0,
        "advantage_low": 6.0,
        "advantage_high": 12.0,
    }
    assert words(ClaimVerdict.REFUTED, **refuted) == (
        "The claimed order, a, b, is refuted at step 2:"
        " there c leaves a time 9.0 % [6.0, 12.0] shorter than b."
    )
