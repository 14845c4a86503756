"""What kind of design it was, and what it leaves open."""

from collections.abc import Callable

import pytest
from rich.console import RenderableType

from agentperf.reports.combinations_table import Detail
from agentperf.reports.design_record import DesignRecord
from agentperf.reports.design_words import block_words, design_words, interval_note, screening_note
from agentperf.reports.document import Document
from agentperf.reports.terminal import terminal_report
from agentperf.scenarios.choices import DesignKind, Inference

Documents = Callable[[str], Document]
Printed = Callable[[RenderableType, int], str]


def design(kind: DesignKind, **fields: object) -> DesignRecord:
    return DesignRecord.model_validate(
        {
            "kind": kind,
            "factors": ("a", "b"),
            "held": (),
            "combinations": 4,
            "blocks": 10,
            "stop_reason": None,
        }
        | fields
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (DesignKind.FULL, "full design"),
        (DesignKind.ROTATING, "rotating design"),
        (DesignKind.FRACTIONAL, "fractional design of resolution IV (screening only)"),
        (DesignKind.ONE_AT_A_TIME, "one-at-a-time design (screening only)"),
        (DesignKind.EXPLICIT, "a list of combinations (screening only)"),
    ],
)
def test_what_only_screens_says_so(kind: DesignKind, words: str) -> None:
    record = design(kind, resolution=4)
    assert design_words(record) == words
    assert bool(screening_note(record)) == ("screening" in words) == record.screening


def test_what_a_fraction_mixes_depends_on_its_resolution() -> None:
    notes = {
        resolution: screening_note(design(DesignKind.FRACTIONAL, resolution=resolution)) or ""
        for resolution in (3, 4, 5, 7)
    }
    assert notes[3] == notes[4] != notes[5] == notes[7]
    assert "three switches or more" in notes[5]


def test_blocks_are_counted_as_what_they_are() -> None:
    assert block_words(design(DesignKind.FULL, blocks=1)) == "1 block"
    assert block_words(design(DesignKind.ROTATING, trials_per_block=4)) == "10 rotations"
    assert block_words(design(DesignKind.FULL, trials_per_block=16)) == "10 blocks of 16 trials"


def test_an_anytime_interval_is_named_where_intervals_are_explained() -> None:
    assert "whenever" not in interval_note(design(DesignKind.FULL))
    assert "whenever one looks and stops" in interval_note(
        design(DesignKind.FULL, inference=Inference.ANYTIME)
    )


def test_aliases_stand_below_the_effects(documents: Documents, printed: Printed) -> None:
    document = documents("fractional")
    text = printed(terminal_report(document), 100)
    assert "Not told apart:\n  parallelism = pooling x lazy_validation\n" in text
    lines = tuple(f"{number} = 1 x 2" for number in range(20))
    many = document.model_copy(update={"design": document.design.model_copy(update={"aliases": lines})})
    assert "-v shows 12 more." in printed(terminal_report(many), 100)
    assert "19 = 1 x 2" in printed(terminal_report(many, Detail.ALL), 100)
