"""The report of a selftest in a terminal."""

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..scenarios.wording import counted
from .figures import bracket, percent
from .fragments import Fragment, joined, plain_sentence
from .remark import Remark
from .remark_grid import remark_grid
from .selftest_record import PROMISED_RATE, Family, RelabelledRecord, SelftestDocument

_MEANINGS = {
    Family.AVERAGE: "over all combinations",
    Family.ALONE: "against nothing",
    Family.LAST: "on top of all others",
    Family.INTERACTIONS: "of two switches",
}


def selftest_report(document: SelftestDocument) -> RenderableType:
    """What was found where there is nothing to be found, and what could have been seen."""
    parts: list[RenderableType] = [_heading(document)]
    if any(family.questions for family in document.families):
        parts += ["", Text("False alarms of this run", "bold"), "", _table(document)]
    parts += ["", Text("In short", "bold"), "", remark_grid(remarks(document))]
    return Group(*parts)


def _heading(document: SelftestDocument) -> Text:
    started = document.created_at.strftime("%Y-%m-%d %H:%M %Z").rstrip()
    return Text.assemble(
        ("selftest", "bold"),
        (f"  {started}", "dim"),
        f"\n{document.switches} switches that change nothing, {document.combinations} combinations, "
        f"{counted(document.blocks, 'block')}, {document.elapsed_s:.0f} s",
    )


def _table(document: SelftestDocument) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("effects", overflow="fold")
    table.add_column("asked", justify="right")
    table.add_column("false alarms", justify="right", overflow="fold")
    table.add_column("which", overflow="fold")
    for record in document.families:
        names: list[Fragment] = []
        for switches in record.false_alarms:
            names += [*([", "] if names else []), *joined(switches, " x ")]
        table.add_row(
            Text.assemble((record.family.value, "bold"), (f" {_MEANINGS[record.family]}", "dim")),
            str(record.questions),
            str(len(record.false_alarms)),
            plain_sentence(names),
        )
    return table


def remarks(document: SelftestDocument) -> Iterator[Remark]:
    """What the figures mean, for somebody who has never heard of a p value."""
    if document.relabelled:
        yield Remark("False alarms", (_rate(document.relabelled),))
    else:
        yield Remark("No result", ("two complete blocks are the least to tell anything from.",))
    if document.noise.trial_sd_percent is not None:
        clipped = percent(100 * (document.noise.clipped_share or 0))
        yield Remark(
            "Noise",
            (
                f"trials of the same work scatter by {percent(document.noise.trial_sd_percent)} "
                f"(standard deviation); {clipped} were outliers, and clipped.",
            ),
        )
    if (smallest := document.smallest_visible) and smallest.average_percent is not None:
        alone = smallest.alone_percent
        or_alone = "" if alone is None else f", or {percent(alone)} alone"
        yield Remark(
            "Smallest effect",
            (
                "a minute of such trials shows, in four runs out of five, that a switch acts if it saves "
                f"{percent(smallest.average_percent)} on average{or_alone}. "
                "To see half of that takes four minutes.",
            ),
        )


def _rate(found: RelabelledRecord) -> str:
    drawn = (
        f"the same trials were analysed {found.analyses:,} times, their combinations drawn by lot. "
        f"In {percent(100 * found.rate)} {bracket(100 * found.rate_low, 100 * found.rate_high)} of these a "
        f"switch seemed to act on average. {percent(100 * PROMISED_RATE)} are promised"
    )
    if found.rate_low > PROMISED_RATE:
        return f"{drawn}: this is more, do not trust the intervals of this machine."
    return f"{drawn}."
