"""Which functions a profile's time is spent in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..scenarios.concerns import Concern
from .concerns import concerns_of
from .profile import Profile, Stack

Key = tuple[str, str, Concern]


@dataclass(frozen=True, slots=True)
class FunctionShare:
    """Of one function working for one concern. Shares are of the whole profile's weight, 0 to 1.

    `self_share` is what it did itself, `total_share` with all that it called, and `samples` how many of them
    caught it at it itself.
    """

    function: str
    file: str
    concern: Concern
    self_share: float
    total_share: float
    samples: int


def functions(profile: Profile) -> list[FunctionShare]:
    """All functions, that with the largest share of its own first. A recursive one counts once in a stack."""
    own_s: Counter[Key] = Counter()
    total_s: Counter[Key] = Counter()
    samples: Counter[Key] = Counter()
    keys_of: dict[Stack, tuple[Key, ...]] = {}
    for sample in profile.samples:
        keys = keys_of.get(sample.stack)
        if keys is None:
            named = zip(sample.stack, concerns_of(sample.stack), strict=True)
            keys = keys_of[sample.stack] = tuple((one.function, one.file, concern) for one, concern in named)
        if keys:
            own_s[keys[-1]] += sample.weight_s  # type: ignore[assignment]
            samples[keys[-1]] += 1
            for key in set(keys):
                total_s[key] += sample.weight_s  # type: ignore[assignment]
    whole_s = profile.total_s
    shares = [
        FunctionShare(
            *key,
            self_share=_share(own_s[key], whole_s),
            total_share=_share(weight_s, whole_s),
            samples=samples[key],
        )
        for key, weight_s in total_s.items()
    ]
    return sorted(shares, key=lambda one: (-one.self_share, -one.total_share, one.file, one.function))


def concern_shares(profile: Profile) -> dict[Concern, float]:
    """Self time by concern, 0 to 1, all concerns in the order of reports."""
    shares = dict.fromkeys(Concern, 0.0)
    for one in functions(profile):
        shares[one.concern] += one.self_share
    return shares


def _share(weight_s: float, whole_s: float) -> float:
    return weight_s / whole_s if whole_s else 0.0
