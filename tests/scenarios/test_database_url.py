"""A password in a database URL is used, and never saved or shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentperf.scenarios.database_url import HIDDEN, hide_password, without_password


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite+aiosqlite://", "sqlite+aiosqlite://"),
        ("sqlite+aiosqlite:///a:b@c.db", "sqlite+aiosqlite:///a:b@c.db"),
        ("postgresql+asyncpg://host/db", "postgresql+asyncpg://host/db"),
        ("postgresql+asyncpg://user@host:5432/db", "postgresql+asyncpg://user@host:5432/db"),
        ("postgresql+asyncpg://user:secret@host:5432/db", f"postgresql+asyncpg://user:{HIDDEN}@host:5432/db"),
        ("postgresql+asyncpg://user:a@b:c@host/db", f"postgresql+asyncpg://user:{HIDDEN}@host/db"),
        (
            "postgresql+asyncpg://host/db?password=secret&x=1",
            f"postgresql+asyncpg://host/db?password={HIDDEN}&x=1",
        ),
    ],
)
def test_only_the_password_is_hidden(url: str, shown: str) -> None:
    assert without_password(url) == shown
    assert without_password(shown) == shown


@given(st.text(alphabet=st.characters(blacklist_characters="/?#&", min_codepoint=33), min_size=4))
def test_no_password_is_left_in_a_document(password: str) -> None:
    url = f"postgresql+asyncpg://user:{password}@host/db"
    hidden = hide_password({"name": "n", "persistence": {"database": url, "writes_per_step": 1}})
    assert hidden["persistence"] == {
        "database": f"postgresql+asyncpg://user:{HIDDEN}@host/db",
        "writes_per_step": 1,
    }


def test_a_document_without_a_database_stays_as_it_is() -> None:
    assert hide_password({"name": "n"}) == {"name": "n"}
    assert hide_password({"persistence": {"writes_per_step": 1}}) == {"persistence": {"writes_per_step": 1}}
