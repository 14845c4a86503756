"""What a profile says, in a terminal: no browser needed. Nothing here prints: the command line does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from ..profilers.difference import largest_changes
from ..profilers.profile import Incomparable, Mode, Profile, ProfilerName
from ..profilers.self_time import concern_shares, functions
from ..scenarios.wording import printable
from .changes_table import changes_table
from .combination_names import Combination
from .combinations_table import Detail
from .document import Document
from .dossier import Dossier
from .figures import count, percent, points, time_scale_of
from .functions_table import functions_table
from .ledger_table import ledger_table
from .profile_names import combination_title, concern_names
from .prose import Prose
from .visible_text import shortened
from .waits_table import waits_table

NO_LEDGER = "No ledger: this runtime records no spans; one of your own does by session.span (docs/spans.md)."
SHARES = "Shares, not times: a profiler slows what it looks at."
TITLES = {
    Mode.CPU: "What the CPU does",
    Mode.WALL: "What the main thread does",
    Mode.AWAIT: "What tasks wait for",
}
_CHANGES = {Detail.TOP: 10, Detail.ALL: 40}
_CONCERNS_FROM = 0.005
_TITLE_WIDTH = 60


@dataclass(frozen=True, slots=True)
class View:
    """Which combination is looked into, and which it is held up to."""

    on: Combination
    against: Combination | None = None


def profile_report(dossier: Dossier, view: View, detail: Detail = Detail.TOP) -> RenderableType:
    """The ledger, the profiles of the combination and, where there is another, what changed."""
    sections = [*_ledger(dossier, view), *_profiles(dossier, view, detail), *_changes(dossier, view, detail)]
    titled = [part for title, body in sections for part in ("", Text(title, "bold"), "", body)]
    return Group(_heading(dossier, view), *titled)


def attached_report(profile: Profile, name: str, detail: Detail = Detail.TOP) -> RenderableType:
    """The profile of a process that was attached to; `name` says of which."""
    body = Group(*_body(profile, detail))
    return Group(Text(printable(name), "bold"), "", body)


def _heading(dossier: Dossier, view: View) -> Text:
    document = dossier.document
    started = document.created_at.strftime("%Y-%m-%d %H:%M %Z").rstrip()
    subject = combination_title(document, view.on)
    if view.against is not None:
        subject = f"{subject}, against {combination_title(document, view.against)}"
    return Text.assemble(
        (shortened(printable(document.scenario.name), 60), "bold"),
        (f"  {printable(document.run_id)}  {started}", "dim"),
        f"\n{subject}",
        *_wall_times(document, view),
    )


def _wall_times(document: Document, view: View) -> Iterator[str]:
    """How long it took without a profiler: what no profile says."""
    medians = {frozenset(one.on): one.metrics.wall_s for one in document.combinations}
    wall = [medians.get(on) for on in (view.on, view.against) if on is not None]
    known = [one.median for one in wall if one is not None]
    if known and len(known) == len(wall):
        scale = time_scale_of(known)
        took = [f"{scale(median)} {scale.unit}" for median in known]
        yield f"\nA trial took {', against '.join(took)}, measured without a profiler."


def _ledger(dossier: Dossier, view: View) -> Iterator[tuple[str, RenderableType]]:
    shown = [on for on in (view.against, view.on) if on is not None]
    title = "Where a session's time goes, measured without a profiler"
    if dossier.document.ledgers_by_combination.keys() & set(shown):
        yield title, ledger_table(dossier.document, shown)
    elif any(_was_measured(dossier.document, on) for on in shown):
        yield title, Prose(Text(NO_LEDGER, "dim"))


def _was_measured(document: Document, on: Combination) -> bool:
    """Whether there is a trial that could have recorded spans."""
    return any(frozenset(one.on) == on and one.metrics.wall_s for one in document.combinations)


def _profiles(dossier: Dossier, view: View, detail: Detail) -> Iterator[tuple[str, RenderableType]]:
    name = shortened(combination_title(dossier.document, view.on), _TITLE_WIDTH)
    for profile in _of(dossier, view.on):
        yield f"{TITLES[profile.mode]}: {name}", Group(*_body(profile, detail))


def _body(profile: Profile, detail: Detail) -> Iterator[RenderableType]:
    yield Prose(Text.assemble(f"{SHARES} ", (sample_words(profile), "yellow" if profile.thin else "dim")))
    if not profile.samples:
        return
    if by_concern := _by_concern(profile):
        yield Prose(by_concern)
    yield ""
    if profile.mode is Mode.AWAIT:
        yield waits_table(profile, detail)
    else:
        yield functions_table(functions(profile), detail, concern_names([profile]))
    yield ""
    for caveat in profile.caveats:
        yield Prose(Text(printable(caveat), "dim"))


def sample_words(profile: Profile) -> str:
    """1,234 samples by py-spy, one every 2 ms; and how little that is, where it is little.

    Of samples that do not all weigh the same it says how many would tell as much, and how many there were.
    """
    number, taken = profile.effective_samples, len(profile.samples)
    every_ms = 1000 * profile.interval_s
    samples = "1 sample" if number == 1 else f"{count(number)} samples"
    worth = f"{samples} by {_WHO[profile.profiler]}, one every {every_ms:g} ms"
    if taken != number:
        worth = f"worth {worth} ({count(taken)} were taken, of unequal weight)"
    if not profile.thin:
        return f"{worth[0].upper()}{worth[1:]}."
    if not number:
        seen = "waited" if profile.mode is Mode.AWAIT else "ran"
        return f"Not one sample: nothing {seen} long enough to be seen."
    known = 100 / math.sqrt(number)  # two standard errors of a share of a half, by the binomial
    return f"Thin: only {worth}, so a share is known to within {points(known)} at best."


_WHO = {
    ProfilerName.PY_SPY: "py-spy",
    ProfilerName.PYINSTRUMENT: "pyinstrument",
    ProfilerName.AWAIT_SAMPLER: "the await sampler",
}


def _by_concern(profile: Profile) -> Text | None:
    """The concerns, the largest first; none of a program with no more than its own code to tell of."""
    names = concern_names([profile])
    shares = sorted(concern_shares(profile).items(), key=lambda item: -item[1])
    told = [
        f"{names[concern]} {percent(100 * share)}" for concern, share in shares if share >= _CONCERNS_FROM
    ]
    if len(told) == 1 and profile.workload_digest is None:
        return None
    return Text.assemble(("By concern: ", "bold"), ", ".join(told))


def _changes(dossier: Dossier, view: View, detail: Detail) -> Iterator[tuple[str, RenderableType]]:
    if view.against is None:
        return
    old = {profile.mode: profile for profile in _of(dossier, view.against)}
    names = (combination_title(dossier.document, on) for on in (view.against, view.on))
    before, after = (shortened(name, _TITLE_WIDTH) for name in names)
    for new in _of(dossier, view.on):
        if new.mode not in old:
            continue
        title = f"{TITLES[new.mode]}: from {before} to {after}"
        try:
            changes = largest_changes(new, old[new.mode], _CHANGES[detail])
        except Incomparable as error:
            yield title, Text(printable(str(error)), "yellow")
            continue
        notes = [Prose(Text(SHARES + " A smaller share can be of a shorter time.", "dim"))]
        if new.thin or old[new.mode].thin:
            few = min(new.effective_samples, old[new.mode].effective_samples)
            notes.append(Prose(Text(f"Thin: only {count(few)} samples on one side.", "yellow")))
        yield title, Group(*notes, "", changes_table(changes))


def _of(dossier: Dossier, on: Combination) -> Sequence[Profile]:
    """What a combination was profiled for: the CPU first."""
    order = list(Mode)
    found = [profile for profile in dossier.profiles if profile.on == on]
    return sorted(found, key=lambda profile: order.index(profile.mode))
