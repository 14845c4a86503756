"""Claims in words: how many held, and what became of the claimed order."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ..analysis.claims import TOLERANCE_POINTS
from .claim_record import ClaimedOrderRecord, ClaimRecord
from .document import Document
from .enumerations import ClaimVerdict
from .figures import bracket, percent
from .fragments import Fragment, Name, joined
from .remark import Remark

VERDICT_WORDS = {
    ClaimVerdict.CONFIRMED: "within 5 points of the claim",
    ClaimVerdict.UNDERSTATED: "it saves more",
    ClaimVerdict.OVERSTATED: "it saves less",
    ClaimVerdict.REFUTED: "it saves nothing",
    ClaimVerdict.INCONCLUSIVE: "the data cannot say",
}


def claims_in_short(document: Document) -> Iterator[Remark]:
    """1 confirmed, 2 overstated."""
    verdicts = Counter(record.verdict for record in document.claims)
    if verdicts:
        words = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in ClaimVerdict if verdicts[verdict])
        yield Remark("Claims", (f"{words}.",))


def claim_name(record: ClaimRecord) -> tuple[Fragment, ...]:
    """pooling + parallelism; or everything that was swept."""
    if record.claim == "all":
        return ("all",)
    return joined([part.strip() for part in record.claim.split("+")], " + ")


def claimed(record: ClaimRecord) -> str:
    """50 %; 80 to 90 %"""
    if record.claimed_low == record.claimed_high:
        return f"{record.claimed_low:g} %"
    return f"{record.claimed_low:g} to {record.claimed_high:g} %"


def verdict_words(record: ClaimRecord) -> str:
    """it saves less; and of an inconclusive claim what can be said all the same."""
    if record.high is None:
        return "was not measured"
    if record.verdict is ClaimVerdict.INCONCLUSIVE and record.high < record.claimed_low - TOLERANCE_POINTS:
        return "less, if anything"
    return VERDICT_WORDS[record.verdict]


def claims_note(document: Document) -> str:
    """What a claim is held against."""
    return (
        "Time saved against nothing on, with a tolerance of 5 points;"
        f" holds for the time scale it was measured at, {document.time_scale:g}."
    )


def order_verdict(record: ClaimedOrderRecord) -> Sequence[Fragment]:
    """What became of the claimed order, in a sentence."""
    start = ("The claimed order, ", *joined(record.order, ", "), ", is ")
    match record.verdict:
        case ClaimVerdict.CONFIRMED:
            return (*start, "confirmed: at no step would another switch leave a time over 5 % shorter.")
        case ClaimVerdict.REFUTED if record.step and record.better:
            claimed_next = record.order[record.step - 1]
            return (
                *(*start, f"refuted at step {record.step}: there ", Name(record.better)),
                *(f" leaves a time {_advantage(record)} shorter than ", Name(claimed_next), "."),
            )
        case _:
            return (*start, f"{record.verdict}: the data neither show a better step nor rule one out.")


def _advantage(record: ClaimedOrderRecord) -> str:
    low, value, high = record.advantage_low, record.advantage_percent, record.advantage_high
    if low is None or value is None or high is None:
        return "over 5 %"
    return f"{percent(value)} {bracket(low, high)}"
