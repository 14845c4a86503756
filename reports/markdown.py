"""Markdown for GitHub: pull requests, issues, and the summary of a workflow."""

from collections.abc import Sequence

from .claim_record import ClaimRecord
from .claim_remarks import claim_name, claimed, claims_note, order_verdict, verdict_words
from .closing import closing_remarks
from .combination_columns import counter_columns, gain_column, ranked, time_columns
from .combination_names import combination_words
from .combination_record import CombinationRecord
from .combinations_table import top
from .design_words import interval_note, screening_note
from .document import Document
from .effect_record import EffectRecord
from .effects_table import any_estimate, sorted_effects
from .figures import bracket, percent
from .fragments import joined
from .heading import measured
from .interaction_words import interaction_sentences
from .markdown_text import bullet, code, sentence, table
from .plan_table import plan_lines, plan_notes
from .visible_text import switch_label
from .what_if_record import WhatIfRecord
from .what_if_words import NOTE, difference_words, supposed_words, what_ifs_by_combination


def export_markdown(document: Document) -> str:
    """The tables of the terminal with what is long folded away, and what it all says."""
    parts = [
        f"### {code(document.scenario.name)}",
        f"{sentence(measured(document))}; run {code(document.run_id)}",
    ]
    if any_estimate(document):
        parts += ["What each switch saves:", _effects(document), *_notes(document)]
    if document.combinations and document.design.blocks:
        parts += _combinations(document)
    if document.plan:
        parts += ["In which order:", _plan(document), plan_notes(document)]
    parts += _interactions(document)
    parts += _claims(document)
    parts += _what_if(document)
    parts.append("\n".join(map(bullet, closing_remarks(document))))
    parts += [f"> Warning: {code(warning)}" for warning in document.warnings]
    return "\n\n".join(parts) + "\n"


def _effects(document: Document) -> str:
    heads = (
        "switch",
        "alone, against nothing",
        "average, over all combinations",
        "last, on top of all others",
    )
    rows = [
        (code(switch_label(record.optimization)), *map(_effect, (record.alone, record.average, record.last)))
        for record in sorted_effects(document)
    ]
    return table(heads, rows)


def _effect(effect: EffectRecord | None) -> str:
    if effect is None:
        return "n/a"
    interval = bracket(effect.improvement_low, effect.improvement_high)
    return f"{percent(effect.improvement_percent)} {interval} **{effect.verdict}**"


def _notes(document: Document) -> Sequence[str]:
    notes = [interval_note(document.design)]
    if screening := screening_note(document.design):
        notes.append(screening)
    lines = [f"- {code(line)}" for line in document.design.aliases]
    return notes + (_folded(f"not told apart: {len(lines)}", "\n".join(lines)) if lines else [])


def _combinations(document: Document) -> Sequence[str]:
    every = ranked(document)
    best = top(document, every)
    parts = ["The combinations, best first:", _combination_rows(document, best)]
    if len(best) < len(every):
        parts += _folded(f"all {len(every)} combinations", _combination_rows(document, every))
    return parts


def _combination_rows(document: Document, records: Sequence[CombinationRecord]) -> str:
    median, _ = time_columns(document, records)
    columns = [gain_column(document, records), median, *counter_columns(document, records)]
    names = [sentence(combination_words(document, record.on)) for record in records]
    return table(
        ("combination", *(column.heading for column in columns)),
        list(zip(names, *(column.cells for column in columns), strict=True)),
    )


def _plan(document: Document) -> str:
    rows = []
    for line in plan_lines(document):
        ties = f" {sentence(line.ties)}" if line.ties else ""
        name = f"{code(switch_label(line.step.add))}{ties}"
        saved = f"{line.saved} {line.interval}"
        rows.append((f"{line.number}. {name}", saved, line.share, line.remark))
    return table(("turn on", "saves so far", "share", ""), rows)


def _interactions(document: Document) -> Sequence[str]:
    sentences = interaction_sentences(document)
    if not sentences:
        return ()
    rows = [
        (
            sentence(joined(record.optimizations, " and ")),
            f"{record.ratio:.3f} [{record.ratio_low:.3f}, {record.ratio_high:.3f}]",
            f"{record.p_adjusted:.3f}",
        )
        for record in document.interactions
    ]
    every = table(("pair", "ratio of ratios (1: they multiply)", "adjusted p"), rows)
    told = "\n".join(f"- {sentence(one)}" for one in sentences)
    return ["How switches act on each other:", told, *_folded(f"all {len(rows)} pairs", every)]


def _claims(document: Document) -> Sequence[str]:
    parts = []
    if document.claims:
        rows = [
            (
                sentence(claim_name(record)),
                claimed(record),
                _measured_saving(record),
                f"**{record.verdict}**: {verdict_words(record)}",
            )
            for record in document.claims
        ]
        parts += [
            f"What was claimed, at time scale {document.time_scale:g}:",
            table(("claim", "claimed", "measured", "verdict"), rows),
            claims_note(document),
        ]
    if document.claimed_order:
        parts.append(sentence(order_verdict(document.claimed_order)))
    return parts


def _what_if(document: Document) -> Sequence[str]:
    """Folded away, as the longest of what explains and decides nothing."""
    parts = []
    for on, records in what_ifs_by_combination(document).items():
        heads: list[str] = ["if", "saves"]
        columns = [[supposed_words(record) for record in records], list(map(_predicted, records))]
        if any(record.optimization for record in records):
            heads += ["switch", "saves alone", "prediction"]
            names = [code(switch_label(one.optimization)) if one.optimization else "" for one in records]
            columns += [names, list(map(_alone, records)), list(map(difference_words, records))]
        error = percent(max((record.replay_error_percent for record in records), key=abs))
        note = f"A replay that changes nothing is off by {error}. {NOTE}"
        body = f"{table(heads, list(zip(*columns, strict=True)))}\n\n{note}"
        parts += _folded(f"what if, from {'everything' if on else 'nothing'} on", body)
    return parts


def _predicted(record: WhatIfRecord) -> str:
    low, high = record.predicted_low, record.predicted_high
    interval = "" if low is None or high is None else f" {bracket(low, high)}"
    return f"{percent(record.predicted_percent)}{interval}"


def _alone(record: WhatIfRecord) -> str:
    value, low, high = record.measured_percent, record.measured_low, record.measured_high
    return "" if value is None or low is None or high is None else f"{percent(value)} {bracket(low, high)}"


def _measured_saving(record: ClaimRecord) -> str:
    value, low, high = record.measured_percent, record.low, record.high
    if value is None or low is None or high is None:
        return "n/a"
    return f"{percent(value)} {bracket(low, high)}"


def _folded(summary: str, body: str) -> list[str]:
    return [f"<details><summary>{summary}</summary>", body, "</details>"]
