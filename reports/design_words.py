"""What kind of design it was, and what it can and cannot tell, in words."""

from collections.abc import Sequence

from ..scenarios.choices import DesignKind, Inference
from .design_record import DesignRecord

PAIRS_TOLD_APART = 5  # the resolution from which on
_ROMAN = {2: "II", 3: "III", 4: "IV", 5: "V", 6: "VI", 7: "VII", 8: "VIII"}


def design_words(design: DesignRecord) -> str:
    """full design; fractional design of resolution IV (screening only)"""
    match design.kind:
        case DesignKind.EXPLICIT:
            words = "a list of combinations"
        case DesignKind.FRACTIONAL if design.resolution is not None:
            words = f"fractional design of resolution {roman(design.resolution)}"
        case _:
            words = f"{design.kind} design"
    return f"{words} (screening only)" if design.screening else words


def row_unit(kind: DesignKind) -> str:
    """What a row of the analysis is called."""
    return "rotation" if kind is DesignKind.ROTATING else "block"


def counted_rows(kind: DesignKind, number: int, adjective: str = "") -> str:
    """10 blocks; 1 complete rotation"""
    return f"{number} {adjective}{row_unit(kind)}{'' if number == 1 else 's'}"


def roman(resolution: int | None) -> str:
    """IV"""
    return _ROMAN.get(resolution or 0, str(resolution))


def block_words(design: DesignRecord) -> str:
    """10 blocks; 5 rotations; 10 blocks of 80 trials, where combinations are repeated"""
    words = counted_rows(design.kind, design.blocks)
    trials = design.trials_per_block
    return words if trials is None or trials <= design.combinations else f"{words} of {trials} trials"


def interval_note(design: DesignRecord) -> str:
    """What stands in the brackets of every table."""
    unit = f"{row_unit(design.kind)}s"
    if design.inference is Inference.ANYTIME:
        return (
            f"In brackets: 95 % intervals, by the scatter between {unit}. They hold whenever one looks"
            " and stops, and are wider for it."
        )
    return (
        f"In brackets: 95 % intervals, by the scatter between {unit}; a verdict also heeds how many switches"
        " were asked about."
    )


def screening_note(design: DesignRecord) -> str | None:
    """What a design that only screens leaves open; None for one that does not."""
    match design.kind:
        case DesignKind.FULL | DesignKind.ROTATING:
            return None
        case DesignKind.FRACTIONAL if design.resolution is not None and design.resolution >= PAIRS_TOLD_APART:
            return (
                "Screening: what three switches or more do to each other is taken for nothing. Sweep the"
                " switches that matter by --flags in a full design."
            )
        case DesignKind.FRACTIONAL:
            return (
                "Screening: a figure holds what it is not told apart from, too. Sweep the switches that"
                " matter by --flags in a full design."
            )
        case _:
            return (
                "Screening: few combinations were run, so that switches acting on each other go unseen. Sweep"
                " the switches that matter by --flags in a full design."
            )


def aliases(design: DesignRecord, at_most: int) -> tuple[Sequence[str], int]:
    """The first lines of what cannot be told apart, and how many more there are."""
    return design.aliases[:at_most], max(0, len(design.aliases) - at_most)
