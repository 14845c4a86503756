"""Which profile the flame graph viewer opens with, and against which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...profilers.profile import Mode, Profile
from ..combination_names import Combination, swept_part
from ..document import Document


def opening(
    profiles: Sequence[Profile], ids: Sequence[str], document: Document | None
) -> Mapping[str, str | None]:
    """`profile` and `against`, as ids: what the run looks into, against what it is held up to.

    Of an experiment nothing on, since where the time goes is asked before what changed. Of CPU time where
    there is some; where what is wished was not profiled, the first that was.
    """
    places: dict[tuple[Mode, Combination], str] = {}
    for profile, name in zip(profiles, ids, strict=True):
        on = profile.on if document is None else swept_part(document, profile.on)
        places.setdefault((profile.mode, frozenset(on)), name)
    subject = document.subject if document and document.subject else ((),)
    wished, *others = map(frozenset, subject)
    for mode in Mode:
        if found := places.get((mode, wished)):
            return {"profile": found, "against": places.get((mode, others[0])) if others else None}
    first = (name for mode in Mode for (other, _), name in places.items() if other is mode)
    return {"profile": next(first, None), "against": None}
