"""The commented file that `agentperf scenario new` writes."""

from importlib.resources import files


def starter() -> str:
    """A complete and valid scenario in which every key is explained."""
    return files(__package__).joinpath("starter.yaml").read_text("utf-8")
