"""Which switches change what another one saves, in words."""

import math
from collections.abc import Sequence

from ..analysis.verdicts import SIGNIFICANCE
from .document import Document
from .effect_record import ConditionalRecord, InteractionRecord
from .figures import percent, time_scale_of
from .fragments import Fragment, Name

INTERACTIONS_SHOWN = 5
ABOUT_THE_SAME = 0.2  # of the larger of two savings in seconds: well within what both are known to


def strong_interactions(document: Document) -> Sequence[InteractionRecord]:
    """Those shown to be beyond the threshold, the strongest first."""
    margin = document.threshold_percent / 100
    strong = [
        record
        for record in document.interactions
        if record.p_adjusted < SIGNIFICANCE
        and (record.ratio_low > 1 + margin or record.ratio_high < 1 - margin)
    ]
    return sorted(strong, key=lambda record: -abs(math.log(record.ratio)))


def interaction_sentences(document: Document) -> Sequence[Sequence[Fragment]]:
    """pooling saves 36.0 % (12 ms) without batched_persistence and 1.2 % (0.1 ms) with it.

    At most five, and how many there are beside them. Empty where no pair could be estimated.
    """
    if not any(record.conditionals for record in document.interactions):
        return ()
    strong = strong_interactions(document)
    if not strong:
        return [("No switch was shown to change what another one saves by more than the threshold.",)]
    sentences: list[Sequence[Fragment]] = [
        _sentence(record) for record in strong[:INTERACTIONS_SHOWN] if record.conditionals
    ]
    hidden = len(strong) - INTERACTIONS_SHOWN
    if hidden > 0:
        pairs = "1 more pair acts" if hidden == 1 else f"{hidden} more pairs act"
        sentences.append((f"{pairs} on each other, less than these.",))
    return sentences


def _sentence(record: InteractionRecord) -> Sequence[Fragment]:
    told = min(record.conditionals, key=_largest_effect)
    without, with_ = _savings(told)
    both_save = told.without_percent >= 0 and told.with_percent >= 0
    return (
        Name(told.optimization),
        f" {_verb(told.without_percent)} {without} without ",
        Name(told.given),
        f" and {with_ if both_save else _verb(told.with_percent) + ' ' + with_} with it",
        "; in time that is about the same, so the two add up." if _adds_up(told) else ".",
    )


def _largest_effect(one: ConditionalRecord) -> float:
    """Both directions change by the same factor; where the effects are small, the change means most."""
    return max(abs(one.without_percent), abs(one.with_percent))


def _verb(saved_percent: float) -> str:
    return "saves" if saved_percent >= 0 else "costs"


def _savings(one: ConditionalRecord) -> tuple[str, str]:
    """36.0 % (12.0 ms), in one unit for both."""
    shares = one.without_percent, one.with_percent
    if one.saved_without_s is None or one.saved_with_s is None:
        return percent(abs(shares[0])), percent(abs(shares[1]))
    seconds = one.saved_without_s, one.saved_with_s
    scale = time_scale_of([max(map(abs, seconds))])
    without, with_ = (
        f"{percent(abs(share))} ({scale(saved_s if share >= 0 else -saved_s)} {scale.unit})"
        for share, saved_s in zip(shares, seconds, strict=True)
    )
    return without, with_


def _adds_up(one: ConditionalRecord) -> bool:
    without_s, with_s = one.saved_without_s, one.saved_with_s
    if without_s is None or with_s is None or min(without_s, with_s) <= 0:
        return False
    return abs(without_s - with_s) <= ABOUT_THE_SAME * max(without_s, with_s)
