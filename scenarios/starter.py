"""The commented file that `agentperf scenario new` writes."""

import json
import re
from importlib.resources import files

_NAME = "name: my-system"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_YAML_WORDS = {"null", "true", "false"}


def starter(name: str) -> str:
    """A complete and valid scenario called `name`, every key explained."""
    text = files(__package__).joinpath("starter.yaml").read_text("utf-8")
    plain = _PLAIN.fullmatch(name) and name.lower() not in _YAML_WORDS
    # a JSON string is a YAML string too
    written = name if plain else json.dumps(name, ensure_ascii=False)
    return text.replace(_NAME, f"name: {written}", 1)
