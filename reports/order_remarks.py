"""What to turn on, in words: first, until it is enough, and all of it."""

from collections.abc import Iterator, Sequence

from ..analysis.verdicts import Verdict
from .document import Document
from .figures import effect_saving, saving
from .fragments import Fragment, Name, joined, listed
from .plan_table import tied_names
from .remark import Remark

_SETS_SHOWN = 5


def first(document: Document) -> Iterator[Remark]:
    """The switch to begin with, and whether that is the end of it."""
    topic = "Turn on first"
    if not document.plan:
        yield Remark(topic, _first_without_plan(document))
        return
    step, *_ = document.plan
    saved = saving(step.cumulative_improvement_percent, step.low, step.high)
    if step.low <= 0:
        yield Remark(
            topic, ("no switch stands out; the best candidate is ", Name(step.add), f", which {saved}.")
        )
        return
    ending = ": enough, within 5 % of the best." if step.enough else "."
    ties: tuple[Fragment, ...] = ()
    if step.ties:
        ties = (" Or ", *tied_names(step, " or "), ": the data cannot tell them apart.")
    yield Remark(topic, (Name(step.add), f": as the first step it {saved}{ending}", *ties))


def enough(document: Document) -> Iterator[Remark]:
    """Up to where the recommended order is worth going, and other sets that do as well."""
    if not document.plan or document.plan[0].low <= 0:
        return
    names = [step.add for step in document.plan]
    number = next((number for number, step in enumerate(document.plan, start=1) if step.enough), None)
    if number is None:
        yield Remark("Enough", ("not shown of any of these steps yet: more blocks would tell.",))
    elif number > 1:
        step = document.plan[number - 1]
        together = saving(step.cumulative_improvement_percent, step.low, step.high)
        words = f": together this {together}, within 5 % of the best"
        rest = names[number:]
        ending = ("; ", *listed(rest), " can add little to it.") if rest else (".",)
        yield Remark("Enough", (*listed(names[:number]), words, *ending))
    others = [one for one in document.sufficient_sets if set(one) != set(names[:number])]
    if others:
        yield Remark("Enough as well", _sets(others))


def everything(document: Document) -> Iterator[Remark]:
    """What all the swept switches save together."""
    factors = set(document.design.factors)
    for combination in document.combinations:
        value, low, high = (
            combination.improvement_percent,
            combination.improvement_low,
            combination.improvement_high,
        )
        if len(factors) > 1 and factors <= set(combination.on) and value is not None:
            assert low is not None and high is not None
            yield Remark("Everything on", (f"{saving(value, low, high)}.",))


def _first_without_plan(document: Document) -> tuple[Fragment, ...]:
    if not any(record.alone or record.average or record.last for record in document.effects):
        return ("too few blocks to say.",)
    gains = [
        (effect.improvement_percent, record.optimization, effect)
        for record in document.effects
        if (effect := record.alone or record.average) and effect.verdict is Verdict.FASTER
    ]
    if not gains:
        return ("no switch was shown to make it faster.",)
    _, name, effect = max(gains, key=lambda gain: gain[0])
    return (Name(name), f", which {effect_saving(effect)}.")


def _sets(sets: Sequence[Sequence[str]]) -> tuple[Fragment, ...]:
    fragments: list[Fragment] = []
    for number, names in enumerate(sets[:_SETS_SHOWN]):
        fragments += [", or " if number else "", *joined(names, " + ")]
    hidden = len(sets) - _SETS_SHOWN
    return (*fragments, f", or {hidden} more sets of that size." if hidden > 0 else ".")
