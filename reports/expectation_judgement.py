"""Whether an expectation holds: met or failed where the whole 95 % interval says so, else inconclusive."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..analysis.verdicts import SIGNIFICANCE
from .change_figures import change_words
from .combination_names import words_among
from .comparison_document import ComparisonDocument
from .comparison_effects_table import Question, asked, weightiest_first
from .comparison_record import ChangeRecord, EffectChangeRecord, ExpectationRecord
from .document import Document
from .expectation import EffectExpectation, Judgement, Outcome, RegressionExpectation
from .figures import effect_saving, percent
from .fragments import Fragment, Name, plain_sentence

_NAMED = 4


def judge_effect(document: Document, expectation: EffectExpectation) -> Judgement:
    """Of a run: what the switch saves on average."""
    name = expectation.optimization
    records = [record for record in document.effects if record.optimization == name]
    effect = records[0].average if records else None
    if effect is None:
        reason: tuple[Fragment, ...] = ("what ", Name(name), " saves on average could not be estimated")
        return Judgement(expectation.written, Outcome.INCONCLUSIVE, reason)
    if effect.improvement_low >= expectation.min_percent:
        outcome = Outcome.MET
    elif effect.improvement_high < expectation.min_percent:
        outcome = Outcome.FAILED
    else:
        outcome = Outcome.INCONCLUSIVE
    return Judgement(expectation.written, outcome, (Name(name), f" {effect_saving(effect)} on average"))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that may have become slower."""

    what: tuple[Fragment, ...]
    change: ChangeRecord


def judge_regression(document: ComparisonDocument, expectation: RegressionExpectation) -> Judgement:
    """Of a comparison: the overall time, what each switch does, and each combination.

    A failure needs the whole interval beyond the limit, and a p under 0.05 that is adjusted for all that is
    looked at (Holm within each family, Bonferroni over the families): of many intervals, some lie anywhere by
    chance. The same code twice then fails in 1 to 2 % of simulated comparisons with a limit of 0 %.
    """
    limit = expectation.max_percent
    findings = list(_findings(document))
    families = len(asked(document)) + bool(document.overall) + bool(document.combinations)
    failed = [finding for finding in findings if _is_slower(finding.change, limit, families)]
    if failed:
        return Judgement(expectation.written, Outcome.FAILED, _listed(failed))
    unclear = [finding for finding in findings if not _is_within(finding.change, limit)]
    if unclear or not findings:
        worst = sorted(unclear, key=lambda finding: -(finding.change.change_high or float("inf")))
        more = f" may be slower by more than {percent(limit)}"
        reason = (*_listed(worst), more) if worst else ("nothing could be compared",)
        return Judgement(expectation.written, Outcome.INCONCLUSIVE, reason)
    return Judgement(
        expectation.written, Outcome.MET, (f"nothing became slower by more than {percent(limit)}",)
    )


def off_side_faster(effect: EffectChangeRecord) -> bool:
    """Whether a switch leaves more time only because what it is compared with became faster.

    Shown to be so: the time without it is shorter, and the time with it is not shown to be longer.
    """
    if effect.with_it is None or effect.without_it is None:
        return False
    without_high, with_low = effect.without_it.change_high, effect.with_it.change_low
    return without_high is not None and with_low is not None and without_high < 0 and with_low <= 0


def off_side_slower(effect: EffectChangeRecord) -> bool:
    """The reverse: whether a switch leaves less time only because what it is compared with became slower."""
    if effect.with_it is None or effect.without_it is None:
        return False
    without_low, with_high = effect.without_it.change_low, effect.with_it.change_high
    return without_low is not None and with_high is not None and without_low > 0 and with_high >= 0


def _findings(document: ComparisonDocument) -> Iterator[Finding]:
    """What is judged, in the order to name it: switches, then the whole, then combinations."""
    for question in weightiest_first(document):
        for record in document.effects:
            effect = question.effect(record)
            if effect and not off_side_faster(effect):
                yield Finding((Name(record.optimization), *_how(document, question)), effect.change)
    if document.overall:
        yield Finding(("overall time",), document.overall)
    for combination in document.combinations:
        on = words_among(document.factors, combination.on)
        yield Finding(("combination ", *on), combination.change)


def _how(document: ComparisonDocument, question: Question) -> tuple[str, ...]:
    """Of a single switch, what it does alone, on average and last is the same."""
    return () if len(document.factors) == 1 else (f" {question.words}",)


def _is_slower(change: ChangeRecord, limit: float, families: int) -> bool:
    if change.change_low is None or change.p_adjusted is None:
        return False
    return change.change_low > limit and families * change.p_adjusted < SIGNIFICANCE


def _is_within(change: ChangeRecord, limit: float) -> bool:
    return change.change_high is not None and change.change_high <= limit


def _listed(findings: Sequence[Finding]) -> tuple[Fragment, ...]:
    """The first few with their figures, and how many more."""
    fragments: list[Fragment] = []
    for finding in findings[:_NAMED]:
        fragments += [", " if fragments else "", *finding.what, f" {change_words(finding.change)}"]
    more = len(findings) - _NAMED
    return (*fragments, f" and {more} more" if more > 0 else "")


def with_expectations(document: ComparisonDocument, judgements: Sequence[Judgement]) -> ComparisonDocument:
    """The document with what came of the expectations."""
    records = tuple(
        ExpectationRecord(expectation=one.expectation, outcome=one.outcome, reason=reason(one))
        for one in judgements
    )
    return document.model_copy(update={"expectations": records})


def reason(judgement: Judgement) -> str:
    """The figures as a terminal shows them."""
    return plain_sentence(judgement.fragments)
