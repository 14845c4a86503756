"""Which databases a scenario may name, and how their passwords are kept out of sight."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from .invalid import InvalidValue
from .wording import quoted

FRESH_SQLITE = "sqlite+aiosqlite://"
HIDDEN = "***"
_HIDDEN_IN_QUERY = re.compile(r"([?&]password=)[^&]*", re.IGNORECASE)
_REMEDY = "write sqlite+aiosqlite:// (a fresh file for each trial), sqlite+aiosqlite:///path or postgresql+asyncpg://…"


def check_database_url(url: str) -> str:
    """`url` itself if a runtime can use it. Errors name only its scheme: the rest may hold a password."""
    scheme, separator, rest = url.partition("://")
    if not separator or not url.isprintable() or " " in url:
        raise InvalidValue("is not a database URL", _REMEDY)
    match scheme:
        case "sqlite+aiosqlite":
            return _check_sqlite(url, rest)
        case "postgresql+asyncpg":
            return url
        case "sqlite" | "postgresql" | "postgres":
            driver = "sqlite+aiosqlite" if scheme == "sqlite" else "postgresql+asyncpg"
            raise InvalidValue(f"{quoted(scheme)} names no asynchronous driver", f"write {driver}://…")
        case _:
            raise InvalidValue(f"the database {quoted(scheme)} is not supported", _REMEDY)


def _check_sqlite(url: str, rest: str) -> str:
    if not rest:
        return url
    if not rest.startswith("/"):
        raise InvalidValue("an SQLite URL has no host", "write three slashes before the path")
    path, _, query = rest.removeprefix("/").partition("?")
    decoded = unquote(path).lower()
    if decoded in ("", "file:") or ":memory:" in decoded or "mode=memory" in unquote(query).lower():
        raise InvalidValue(
            "an in-memory database is refused, since a connection without a pool would see an empty one",
            _REMEDY,
        )
    return url


def without_password(url: str) -> str:
    """`url` with its password, if it holds one, replaced by HIDDEN: fit to be saved and shown."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    user, colon, password_and_host = authority.partition(":")
    password, at, host = password_and_host.rpartition("@")
    if colon and at and password:
        authority = f"{user}:{HIDDEN}@{host}"
    return _HIDDEN_IN_QUERY.sub(rf"\g<1>{HIDDEN}", f"{scheme}{separator}{authority}{slash}{path}")


def hide_password(document: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario's document as it may be saved and shown."""
    persistence = document.get("persistence")
    if not isinstance(persistence, Mapping) or "database" not in persistence:
        return dict(document)
    return {**document, "persistence": {**persistence, "database": without_password(persistence["database"])}}
