"""A profile as the results store keeps it: compressed JSON."""

from __future__ import annotations

import json
import zlib

from ..profilers.codec import NotAProfile, profile_from_json, profile_to_json
from ..profilers.profile import Profile


def packed(profile: Profile) -> bytes:
    """A hundredth of what the samples would take one by one."""
    return zlib.compress(json.dumps(profile_to_json(profile), separators=(",", ":")).encode())


def unpacked(record: bytes) -> Profile:
    """The reverse of `packed`. Raises NotAProfile."""
    try:
        document = json.loads(zlib.decompress(record))
    except (zlib.error, ValueError, TypeError) as error:
        raise NotAProfile(f"not a profile: {error}") from error
    return profile_from_json(document)
