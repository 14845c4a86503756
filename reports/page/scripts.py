"""The page's scripts and styles, in the order in which they stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

OF_THE_REPORT = (
    *("packed_data.js", "table_sort.js", "combination_filter.js"),
    *("timeline_drawing.js", "timeline.js"),
)
STYLES = ("page.css", "tables.css", "charts.css", "timeline.css")
_FLAME = "flame_"
_LAST = ("main.js",)
_LAST_STYLES = ("narrow.css", "print.css")


def scripts() -> tuple[str, ...]:
    """Their texts; each is a function that leaves what it offers in `agentperf`, main.js starts them."""
    return _texts([*OF_THE_REPORT, *_viewer(".js"), *_LAST])


def styles() -> tuple[str, ...]:
    """Their texts; the later one counts, so that paper and narrow screens come last."""
    return _texts([*STYLES, *_viewer(".css"), *_LAST_STYLES])


def _viewer(suffix: str) -> Iterator[str]:
    """The flame graph viewer's own."""
    names = sorted(file.name for file in files("agentperf.reports").joinpath("page").iterdir())
    return (name for name in names if name.startswith(_FLAME) and name.endswith(suffix))


def _texts(names: Sequence[str]) -> tuple[str, ...]:
    folder = files("agentperf.reports").joinpath("page")
    return tuple(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
