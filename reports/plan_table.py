"""The recommended order, as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .advice_record import PlanStep
from .document import Document
from .figures import bracket, percent, whole_percent
from .fitting import Fitting
from .fragments import Fragment, joined, plain_sentence
from .saving_bar import SavingBar
from .visible_text import short_label, wrapped

PLAN_NOTE = "Estimated from all combinations together, so not the same as the figures of each switch."
SHARE_NOTE = "Share: a switch's part of what all save, averaged over every order of adding them (Shapley)."

_TIES_NAMED = 3
_NAME_WIDTH = 40
_NARROW_NAME_WIDTH = 18
_BAR_WIDTHS = (30, 20, 12)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of the plan in words and figures, for every way of printing it."""

    number: int
    step: PlanStep
    share: str
    """Of what all save; empty where that is not known."""
    remark: str

    @property
    def saved(self) -> str:
        """With all steps up to this one."""
        return percent(self.step.cumulative_improvement_percent)

    @property
    def interval(self) -> str:
        return bracket(self.step.low, self.step.high)

    @property
    def ties(self) -> tuple[Fragment, ...]:
        """Empty, or: or pooling, parallelism."""
        return ("or ", *tied_names(self.step, ", ")) if self.step.ties else ()


def tied_names(step: PlanStep, before_last: str) -> tuple[Fragment, ...]:
    """pooling, parallelism; or how many they are, where they are many."""
    if len(step.ties) > _TIES_NAMED:
        return (f"any of {len(step.ties)} others",)
    return joined(step.ties, ", ", before_last=before_last)


def plan_lines(document: Document) -> Sequence[PlanLine]:
    """The steps in order; what comes after the one that is enough is told to bring little."""
    shares = {record.optimization: record.share_percent for record in document.shares}
    lines = []
    settled = False
    for number, step in enumerate(document.plan, start=1):
        share = shares.get(step.add)
        remark = "enough" if step.enough else "little more" if settled else ""
        lines.append(PlanLine(number, step, "" if share is None else whole_percent(share), remark))
        settled = settled or step.enough
    return lines


def plan_notes(document: Document) -> str:
    """What the figures of the plan are."""
    shared = any(record.share_percent is not None for record in document.shares)
    return f"{PLAN_NOTE} {SHARE_NOTE}" if shared else PLAN_NOTE


def plan_table(document: Document) -> RenderableType:
    """One line for each step, with what all steps up to it save together."""
    lines = plan_lines(document)
    if not lines:
        return Text("No order can be recommended yet.", "dim")
    return Group(Fitting(list(_layouts(lines))), Text(plan_notes(document), "dim"))


def _layouts(lines: Sequence[PlanLine]) -> Iterator[RenderableType]:
    """The bar gets shorter, then names are broken, before the bar goes, the share, and the line for all."""
    for bar_width in _BAR_WIDTHS:
        yield _table(lines, bar_width, _NAME_WIDTH)
    for bar_width in (_BAR_WIDTHS[-1], 0):
        yield _table(lines, bar_width, _NARROW_NAME_WIDTH)
    unshared = [replace(line, share="") for line in lines]
    yield _table(unshared, 0, _NARROW_NAME_WIDTH)
    yield _table(unshared, 0, _NARROW_NAME_WIDTH, before_interval="\n")


def _table(lines: Sequence[PlanLine], bar_width: int, name_width: int, before_interval: str = " ") -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("turn on", no_wrap=True)
    table.add_column("saves so far", no_wrap=True)
    if bar_width:
        table.add_column("", width=bar_width, no_wrap=True)
    shared = any(line.share for line in lines)
    if shared:
        table.add_column("share", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    longest = max(line.step.high for line in lines)
    width = 0 if before_interval == "\n" else max(len(line.saved) for line in lines)
    for line in lines:
        step = line.step
        saved = Text(f"{line.saved:>{width}}{before_interval}{line.interval}")
        cells: list[RenderableType] = [str(line.number), _name(line, name_width), saved]
        if bar_width:
            estimate = step.cumulative_improvement_percent
            cells.append(SavingBar(estimate, step.low, step.high, longest, bar_width))
        if shared:
            cells.append(line.share)
        table.add_row(*cells, line.remark, style="dim" if line.remark == "little more" else None)
    return table


def _name(line: PlanLine, width: int) -> Text:
    name = Text("\n".join(wrapped(short_label(line.step.add), width)), "bold")
    if line.ties:
        name.append("\n" + "\n".join(wrapped(plain_sentence(line.ties), width)), "not bold dim")
    return name
