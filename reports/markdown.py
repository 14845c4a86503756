"""Markdown for GitHub: pull requests, issues, and the summary of a workflow."""

import re
from collections.abc import Sequence

from ..scenarios.wording import printable
from .closing import Remark, closing_remarks
from .combination_columns import counter_columns, gain_column, ranked, time_columns
from .combination_names import combination_words
from .combination_record import CombinationRecord
from .combinations_table import top
from .document import Document
from .effect_record import EffectRecord
from .effects_table import any_estimate, sorted_effects
from .figures import bracket, percent
from .fragments import Fragment, Name, Quote
from .heading import measured
from .plan_table import PLAN_NOTE
from .visible_text import switch_label


def export_markdown(document: Document) -> str:
    """Effects, the best combinations with the rest folded away, the order, and what it all says."""
    parts = [
        f"### {_code(document.scenario.name)}",
        f"{_sentence(measured(document))}; run {_code(document.run_id)}",
    ]
    if any_estimate(document):
        parts += ["What each switch saves, with 95 % intervals:", _effects(document)]
    if document.combinations and document.design.blocks:
        parts += _combinations(document)
    if document.plan:
        parts += ["In which order:", _plan(document), PLAN_NOTE]
    parts.append("\n".join(f"- {_remark(remark)}" for remark in closing_remarks(document)))
    parts += [f"> Warning: {_code(warning)}" for warning in document.warnings]
    return "\n\n".join(parts) + "\n"


def _effects(document: Document) -> str:
    heads = (
        "switch",
        "alone, against nothing",
        "average, over all combinations",
        "last, on top of all others",
    )
    rows = [
        (_code(switch_label(record.optimization)), *map(_effect, (record.alone, record.average, record.last)))
        for record in sorted_effects(document)
    ]
    return _table(heads, rows)


def _effect(effect: EffectRecord | None) -> str:
    if effect is None:
        return "n/a"
    interval = bracket(effect.improvement_low, effect.improvement_high)
    return f"{percent(effect.improvement_percent)} {interval} **{effect.verdict}**"


def _combinations(document: Document) -> Sequence[str]:
    every = ranked(document)
    best = top(document, every)
    parts = ["The combinations, best first:", _combination_rows(document, best)]
    if len(best) < len(every):
        summary = f"<details><summary>all {len(every)} combinations</summary>"
        parts += [summary, _combination_rows(document, every), "</details>"]
    return parts


def _combination_rows(document: Document, records: Sequence[CombinationRecord]) -> str:
    median, _ = time_columns(document, records)
    columns = [gain_column(document, records), median, *counter_columns(document, records)]
    names = [_sentence(combination_words(document, record.on)) for record in records]
    return _table(
        ("combination", *(column.heading for column in columns)),
        list(zip(names, *(column.cells for column in columns), strict=True)),
    )


def _plan(document: Document) -> str:
    rows = [
        (
            str(number),
            _code(switch_label(step.add)),
            f"{percent(step.cumulative_improvement_percent)} {bracket(step.low, step.high)}",
            "enough" if step.enough else "",
        )
        for number, step in enumerate(document.plan, start=1)
    ]
    return _table(("", "turn on", "saves so far", ""), rows)


def _remark(remark: Remark) -> str:
    return f"**{remark.topic}:** " + _sentence(remark.fragments)


def _sentence(fragments: Sequence[Fragment]) -> str:
    return "".join(map(_fragment, fragments))


def _fragment(fragment: Fragment) -> str:
    match fragment:
        case Name(text):
            return _code(switch_label(text))
        case Quote(text):
            return _code(text)
        case str():
            return fragment


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A pipe ends a cell even in a code span, so that every one is escaped here."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.strip().replace("|", r"\|") for cell in cells) + " |"

    rule = "| :-- " + "| --: " * (len(heads) - 1) + "|"
    return "\n".join([line(heads), rule, *map(line, rows)])


def _code(text: str) -> str:
    """A code span, in which nothing is HTML, a link, a mention or emphasis. No ` in the text ends it."""
    shown = printable(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    blank = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{blank}{shown}{blank}{fence}"
