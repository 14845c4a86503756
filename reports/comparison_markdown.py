"""A comparison in Markdown: for a pull request, and the summary of a workflow."""

from collections.abc import Sequence

from .change_figures import ends, from_to, signed
from .combination_names import words_among
from .comparison_closing import comparison_remarks
from .comparison_combinations_table import by_change, changed_most, hidden_note, times
from .comparison_document import ComparisonDocument
from .comparison_effects_table import asked, worst_first
from .comparison_record import ChangeRecord, CombinationChangeRecord, ComparedRun, EffectChangeRecord
from .comparison_terminal import measured
from .expectation import Judgement
from .expectation_markdown import expectations_markdown
from .markdown_text import bullet, code, sentence, table
from .visible_text import switch_label


def comparison_markdown(document: ComparisonDocument, judgements: Sequence[Judgement] = ()) -> str:
    """Expectations first, then what each switch saved and saves, what changed, and what it all says."""
    parts = [
        f"### {code(document.new.scenario.name)}: {_run(document.base)} against {_run(document.new)}",
        measured(document),
        *expectations_markdown(judgements),
    ]
    if asked(document):
        parts += [
            "What each switch saved -> saves, and by how much more (+) time it leaves:",
            _effects(document),
        ]
    if document.combinations:
        parts += _combinations(document)
    parts.append("\n".join(map(bullet, comparison_remarks(document))))
    parts += [f"> Note: {code(note)}" for note in document.notes]
    parts += [f"> Warning: {code(warning)}" for warning in document.warnings]
    return "\n\n".join(parts) + "\n"


def _run(run: ComparedRun) -> str:
    return code(run.run_id) if run.name == run.run_id else f"{code(run.name)} ({code(run.run_id)})"


def _effects(document: ComparisonDocument) -> str:
    questions = asked(document)
    heads = ("switch", *(f"{question.title}, {question.meaning}" for question in questions))
    rows = [
        (
            code(switch_label(record.optimization)),
            *(_effect(question.effect(record)) for question in questions),
        )
        for record in worst_first(document)
    ]
    return table(heads, rows)


def _effect(effect: EffectChangeRecord | None) -> str:
    if effect is None:
        return "n/a"
    return f"{from_to(effect.base, effect.new)}<br>{_change(effect.change)}"


def _change(change: ChangeRecord) -> str:
    return f"{signed(change.change_percent)} {ends(change)} **{change.verdict}**"


def _combinations(document: ComparisonDocument) -> Sequence[str]:
    most = changed_most(document)
    parts = ["The combinations that changed:", _rows(document, most)] if most else []
    if hidden_note(document, most):
        summary = f"<details><summary>all {len(document.combinations)} combinations</summary>"
        parts += [summary, _rows(document, by_change(document)), "</details>"]
    return parts


def _rows(document: ComparisonDocument, records: Sequence[CombinationChangeRecord]) -> str:
    scale, figures = times(document, records)
    rows = [
        (sentence(words_among(document.factors, record.on)), before, after, _change(record.change))
        for record, (before, after) in zip(records, figures, strict=True)
    ]
    return table(("combination", f"base ({scale.unit})", f"new ({scale.unit})", "change"), rows)
