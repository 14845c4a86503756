"""What is supposed, in words that the terminal and the page share."""

from __future__ import annotations

from ..scenarios.wording import listed
from .figures import points
from .what_if_record import Supposition, WhatIfRecord


def supposed_words(record: WhatIfRecord) -> str:
    """persistence took no time"""
    what = listed([concern.value for concern in record.concerns], "and") if record.concerns else ""
    match record.supposition:
        case Supposition.NO_TIME:
            return f"{what} took no time"
        case Supposition.ONE_COMMIT:
            return f"{what} took the time of one commit"
        case Supposition.BY_NEEDS:
            return "each step started as soon as those it needs had ended"


def difference_words(record: WhatIfRecord) -> str:
    """3.2 points more: how the prediction lies beside the measurement. Empty where there is none."""
    apart = record.difference_points
    return "" if apart is None else f"{points(abs(apart))} {'more' if apart > 0 else 'less'}"
