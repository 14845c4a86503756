"""What a browser may do with the page: run and show what is in it, and ask nobody for anything."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256


def content_security_policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """The policy that admits just these inline scripts and styles, by their hashes (CSP level 2)."""
    directives = (
        "default-src 'none'",
        " ".join(["script-src", *map(source_of, scripts)]),
        " ".join(["style-src", *map(source_of, styles)]),
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(directives)


def source_of(text: str) -> str:
    """'sha256-…' of an element's text."""
    digest = b64encode(sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"
