"""Data that a page unpacks when it is looked at."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode


def packed_bytes(data: bytes) -> str:
    """Base64 of the data zlib-deflated, which a browser's DecompressionStream("deflate") takes."""
    return b64encode(zlib.compress(data, 9)).decode("ascii")


def packed_json(value: object) -> str:
    """The same of a value's JSON."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return packed_bytes(text.encode("ascii"))
