"""What was run, in two lines above the tables."""

from rich.text import Text

from ..experiments.run import StopReason
from ..scenarios.wording import counted, printable
from .design_words import block_words, design_words
from .document import Document
from .fragments import Fragment, joined, plain_sentence
from .visible_text import shortened

_STOPPED = {
    StopReason.PRECISION: "asked precision reached",
    StopReason.BUDGET: "time budget spent",
    StopReason.BLOCKS: "all blocks run",
    StopReason.MAX_BLOCKS: "largest number of blocks reached",
    StopReason.INTERRUPTED: "interrupted",
    StopReason.FAILED: "stopped by a failure",
    None: "not finished",
}


def heading(document: Document) -> Text:
    """Name, run and date; then what was measured, how often, and why no more."""
    started = document.created_at.strftime("%Y-%m-%d %H:%M %Z").rstrip()
    return Text.assemble(
        (shortened(printable(document.scenario.name), 60), "bold"),
        (f"  {printable(document.run_id)}  {started}", "dim"),
        "\n",
        plain_sentence(measured(document)),
    )


def _design(document: Document) -> str:
    match document.subject:
        case ():
            return design_words(document.design)
        case (_,):
            return "profiled"
        case _:
            return "one profiled against the other"


def measured(document: Document) -> tuple[Fragment, ...]:
    """wall time, 8 combinations of 3 switches, 10 blocks, full design, all blocks run"""
    design = document.design
    combinations = counted(design.combinations, "combination")
    switches = counted(len(design.factors), "switch", "switches")
    held = (", ", *joined(design.held, ", ", before_last=" and "), " held on") if design.held else ()
    what = f"{document.metric.words}, {combinations} of {switches}"
    return (
        f"{what}, {block_words(design)}, {_design(document)}",
        *held,
        f", {_STOPPED[design.stop_reason]}",
    )
