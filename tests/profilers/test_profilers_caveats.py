"""What each profiler says it can't see: plain sentences, in a terminal as on a page."""

from __future__ import annotations

import pytest

from agentperf.profilers import await_sampler, py_spy, pyinstrument_profiler

MODULES = (await_sampler, py_spy, pyinstrument_profiler)
SENTENCES = [
    sentence
    for module in MODULES
    for name, said in vars(module).items()
    if name.endswith(("CAVEAT", "CAVEATS"))
    for sentence in ([said] if isinstance(said, str) else said)
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_caveat_is_a_sentence_without_markup(sentence: str) -> None:
    assert sentence[0].isupper() and sentence.endswith(".")
    assert not set("`*_<>[]") & set(sentence)


def test_each_profiler_has_some() -> None:
    assert len(SENTENCES) >= 10
