"""What `--fail-on` and `--strict` make of a run or of a comparison: a line for each, and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .exit_code import ExitCode
from .terminal import terminal

if TYPE_CHECKING:
    from ..experiments.design import Design
    from ..reports.document import Document
    from ..reports.expectation import EffectExpectation, Judgement
    from ..reports.fragments import Fragment


@dataclass(frozen=True, slots=True)
class Expected:
    """What a run is to show: effects, and with `strict` that it leaves nothing open."""

    effects: tuple[EffectExpectation, ...] = ()
    strict: bool = False

    @classmethod
    def of(cls, fail_on: Sequence[str], *, strict: bool) -> Expected:
        """From the command line of `run`. Raises RequestError."""
        from ..reports.expectation import effect_expectation

        return cls(tuple(map(effect_expectation, fail_on)), strict)

    def check(self, design: Design) -> None:
        """Raises RequestError for what this design can't tell, before anything is measured."""
        from ..reports.expectation import check_estimable

        check_estimable(self.effects, design)

    def judge(self, document: Document) -> list[Judgement]:
        """What the run says of each."""
        from ..reports.expectation_judgement import judge_effect

        return [judge_effect(document, one) for one in self.effects]

    def code(self, document: Document, judgements: Sequence[Judgement]) -> ExitCode:
        """How the run ends."""
        from ..reports.strictness import left_open

        return code_of(judgements, left_open(document, judgements) if self.strict else ())


def say(judgements: Sequence[Judgement]) -> None:
    """One line each; those that are not met also to quiet users."""
    from ..reports.expectation import Outcome
    from ..reports.expectation_judgement import reason

    for one in judgements:
        line = f"{one.expectation} {one.outcome}: {reason(one)}"
        match one.outcome:
            case Outcome.MET:
                terminal.say(line)
            case Outcome.INCONCLUSIVE:
                terminal.warn(line)
            case Outcome.FAILED:
                terminal.error(line)


def code_of(judgements: Sequence[Judgement], left_open: Sequence[Fragment]) -> ExitCode:
    """REGRESSION where one failed; INCONCLUSIVE, and a line that says why, where something is left open."""
    from ..reports.expectation import Outcome
    from ..reports.fragments import plain_sentence

    if any(one.outcome is Outcome.FAILED for one in judgements):
        return ExitCode.REGRESSION
    if left_open:
        terminal.error(f"--strict: {plain_sentence(left_open)}")
        return ExitCode.INCONCLUSIVE
    return ExitCode.DONE
