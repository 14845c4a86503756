"""The scenarios that come with agentperf."""

from importlib.resources import files
from pathlib import Path

_SUFFIX = ".yaml"
_LIBRARY = Path(str(files(__package__) / "library"))


def bundled() -> tuple[str, ...]:
    """Names of the bundled scenarios, sorted."""
    return tuple(sorted(path.stem for path in _LIBRARY.glob(f"*{_SUFFIX}")))


def bundled_path(name: str) -> Path:
    """The file of a bundled scenario. Raises KeyError for an unknown name."""
    if name not in bundled():
        raise KeyError(name)
    return _LIBRARY / f"{name}{_SUFFIX}"
