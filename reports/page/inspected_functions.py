"""The functions an inspection is about: those with the largest share, or whose share changed most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...profilers.difference import Change, largest_changes
from ...profilers.profile import Incomparable, Mode, Profile
from ...profilers.self_time import functions
from ..changes_table import CHANCE, change_words
from ..combination_names import Combination, swept_part
from ..document import Document
from ..figures import percent
from ..functions_table import functions_table
from ..profile_terminal import TITLES, sample_words
from ..waits_table import waits_table

_MOST = 10
_HARDLY_ANY = 0.0005  # 0.0 points say nothing
_ARROW = "\N{RIGHTWARDS ARROW}"


@dataclass(frozen=True, slots=True)
class InspectedFunction:
    """`figures` are a change and both shares, or a function's own share and its total, or a wait's."""

    figures: tuple[str, ...]
    tone: str
    function: str
    concern: str
    file: str


@dataclass(frozen=True, slots=True)
class InspectedFunctions:
    """Of one mode. `fault` says why there are no rows, `note` how little is known."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[InspectedFunction, ...]
    note: str = ""
    fault: str = ""
    is_of_functions: bool = True


def inspected_functions(
    document: Document, profiles: Sequence[Profile], on: Combination, against: Combination | None
) -> tuple[InspectedFunctions, ...]:
    """One for each mode that was profiled, the CPU first."""
    new = _by_mode(document, profiles, on)
    if against is None:
        return tuple(_largest(profile) for profile in new.values() if profile.samples)
    old = _by_mode(document, profiles, against)
    return tuple(_changes(new[mode], old[mode]) for mode in new if mode in old)


def _by_mode(document: Document, profiles: Sequence[Profile], on: Combination) -> dict[Mode, Profile]:
    found = {one.mode: one for one in profiles if frozenset(swept_part(document, one.on)) == on}
    return {mode: found[mode] for mode in Mode if mode in found}


def _largest(profile: Profile) -> InspectedFunctions:
    is_of_functions = profile.mode is not Mode.AWAIT
    table = functions_table(functions(profile)) if is_of_functions else waits_table(profile)
    rows = (
        InspectedFunction(
            tuple(map(_share, one.parts)), "", " in ".join(one.names), one.concern.value, one.file
        )
        for one in table.shares[:_MOST]
    )
    return InspectedFunctions(
        TITLES[profile.mode],
        table.parts,
        tuple(rows),
        sample_words(profile),
        is_of_functions=is_of_functions,
    )


def _changes(new: Profile, old: Profile) -> InspectedFunctions:
    title, headings = TITLES[new.mode], ("change", "self share")
    try:
        changes = [one for one in largest_changes(new, old, _MOST) if abs(one.change) >= _HARDLY_ANY]
    except Incomparable as error:
        return InspectedFunctions(title, headings, (), fault=str(error))
    return InspectedFunctions(
        title,
        headings,
        tuple(map(_row, changes)),
        " ".join(_notes(new, old, changes)),
        is_of_functions=new.mode is not Mode.AWAIT,
    )


def _row(change: Change) -> InspectedFunction:
    both = f"{_share(change.old_share)} {_ARROW} {_share(change.new_share)}"
    return InspectedFunction(
        (change_words(change), both), _tone(change), change.function, change.concern.value, change.file
    )


def _tone(change: Change) -> str:
    if not change.sure:
        return "unclear"
    if not change.old_share:
        return "new"
    return "more" if change.change > 0 else "less"


def _notes(new: Profile, old: Profile, changes: Sequence[Change]) -> Iterator[str]:
    if new.thin or old.thin:
        few = min(new.effective_samples, old.effective_samples)
        yield f"Thin: only {few:,} samples on one side."
    if not all(change.sure for change in changes):
        yield CHANCE


def _share(share: float) -> str:
    return percent(100 * share).replace(" ", "\N{NO-BREAK SPACE}")
