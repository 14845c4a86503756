"""Changes as people read them: above 0 is slower."""

from collections.abc import Iterable

from .comparison_record import ChangeRecord, SavingRecord
from .figures import bracket, percent


def signed(value: float) -> str:
    """+10.2 %, -3.0 %, 0.0 %"""
    text = percent(value)
    return text if text.startswith(("-", "0.0 ")) else f"+{text}"


def ends(change: ChangeRecord) -> str:
    """[8.0, 12.4], or nothing where there is no interval."""
    if change.change_low is None or change.change_high is None:
        return ""
    return bracket(change.change_low, change.change_high)


def change_words(change: ChangeRecord) -> str:
    """10.2 % slower [8.0, 12.4]; where it may be either: changed by +1.2 % [-0.5, 3.0]."""
    low, high = change.change_low, change.change_high
    if low is None or high is None:
        return f"changed by {signed(change.change_percent)}"
    if low > 0:
        return f"{percent(change.change_percent)} slower {bracket(low, high)}"
    if high < 0:
        return f"{percent(-change.change_percent)} faster {bracket(-high, -low)}"
    return f"changed by {signed(change.change_percent)} {bracket(low, high)}"


def from_to(base: SavingRecord, new: SavingRecord) -> str:
    """30.1 % -> 20.4 %"""
    return f"{percent(base.improvement_percent)} -> {percent(new.improvement_percent)}"


def widest(texts: Iterable[str]) -> int:
    """For aligning figures in a column."""
    return max(map(len, texts), default=0)
