"""Data that a page unpacks when it is looked at."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode


def packed_json(value: object) -> str:
    """Base64 of zlib-deflated JSON, which a browser's DecompressionStream("deflate") takes."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii")
