"""Data and scripts within a page."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from agentperf.reports.page.content_security import content_security_policy, source_of
from agentperf.reports.page.embedded_json import embedded_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_it_reads_back_and_holds_nothing_that_ends_a_script(value: object) -> None:
    text = embedded_json(value)
    assert json.loads(text) == value
    assert not set(text) & set("<>&\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}")


def test_half_a_character_does_not_stop_the_report() -> None:
    embedded_json("\ud800").encode()


def test_a_source_is_the_hash_of_the_text() -> None:
    assert b64decode(source_of("f('ä')")[8:-1]) == sha256("f('ä')".encode()).digest()
    policy = content_security_policy(["a"], ["b"])
    assert policy.count("sha256-") == 2
    assert policy.startswith("default-src 'none'; ")
