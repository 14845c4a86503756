"""Two ways to hold a session's state: one object materialised whole at every access, or section by section.

Both show a step only what its ancestors merged, and both let the step of the highest rank win a section,
so that the order in which steps happen to finish can't leak into an outcome.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .counters import Counters
from .graph import StepGraph
from .recorder import span
from .sections import Section, section, section_name, state_model, transcript
from .spans import STATE_VIEW

Plain = dict[str, Any]
INITIAL = -1  # the "rank" of what a section held before any step


@dataclass(frozen=True, slots=True)
class InitialState:
    """What a session starts from: its sections as plain data and as the JSON text they were stored as."""

    plain: tuple[Plain, ...]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, sections: int, section_size_bytes: int) -> InitialState:
        plain = tuple(section("intake", 0, transcript(section_size_bytes), {}) for _ in range(sections))
        return cls(plain, tuple(Section.model_validate(one).model_dump_json() for one in plain))


class State(ABC):
    """A session's state. Sections are told apart by index, their versions by the rank of who merged."""

    def __init__(self, graph: StepGraph, initial: InitialState, counters: Counters) -> None:
        self._graph = graph
        self._initial = initial
        self._counters = counters
        self._merged: dict[int, Plain] = {}
        self._writers = [INITIAL] * len(initial.plain)

    @property
    def revision(self) -> int:
        """How many steps have merged."""
        return len(self._merged)

    def plain(self, rank: int) -> dict[str, Plain]:
        """Every section as the step of that rank may see it, unvalidated."""
        visible = self._graph.visible[rank]
        return {
            section_name(index): self._version(index, visible.get(index, INITIAL))
            for index in range(len(self._writers))
        }

    def merged(self, rank: int) -> Plain:
        """What the step of that rank merged."""
        return self._merged[rank]

    def plain_now(self) -> dict[str, Plain]:
        """Every section as it is now, unvalidated."""
        return {
            section_name(index): self._version(index, writer) for index, writer in enumerate(self._writers)
        }

    def merge(self, rank: int, merged: Plain) -> None:
        """Take over what the step of that rank made of its section."""
        self._merged[rank] = merged
        index = self._graph.section[rank]
        if index >= 0:
            self._writers[index] = max(rank, self._writers[index])

    @abstractmethod
    def view(self, rank: int) -> Mapping[str, Section]:
        """The validated sections, by name, as the step of that rank may see them."""

    @abstractmethod
    def snapshot(self) -> str:
        """The whole state as it is now, as JSON."""

    def _version(self, index: int, writer: int) -> Plain:
        return self._initial.plain[index] if writer == INITIAL else self._merged[writer]


class EagerState(State):
    """Slow way: every access materialises and validates the whole state."""

    def view(self, rank: int) -> Mapping[str, Section]:
        whole = self._materialise(self.plain(rank))
        return {name: value for name, value in whole if value is not None}

    def merge(self, rank: int, merged: Plain) -> None:
        super().merge(rank, merged)
        self._materialise(self.plain_now())

    def snapshot(self) -> str:
        text: str = self._materialise(self.plain_now()).model_dump_json()
        return text

    def _materialise(self, plain: dict[str, Plain]) -> Any:
        self._counters.validations += 1
        return state_model(len(plain)).model_validate(plain)


class LazyState(State):
    """Fast way: a section is validated when it is first touched, and written out only when it changed."""

    def __init__(self, graph: StepGraph, initial: InitialState, counters: Counters) -> None:
        super().__init__(graph, initial, counters)
        self._loaded: dict[tuple[int, int], Section] = {}
        self._texts: dict[int, str] = {}

    def view(self, rank: int) -> Mapping[str, Section]:
        return _TouchedSections(self, self._graph.visible[rank], len(self._writers))

    def snapshot(self) -> str:
        parts = (
            f'"{section_name(index)}":{self._text(index, writer)}'
            for index, writer in enumerate(self._writers)
        )
        return "{" + ",".join(parts) + "}"

    def load(self, index: int, writer: int) -> Section:
        """The section as `writer` left it, validated once."""
        loaded = self._loaded.get((index, writer))
        if loaded is None:
            self._counters.validations += 1
            with span(STATE_VIEW):
                loaded = self._loaded[index, writer] = Section.model_validate(self._version(index, writer))
        return loaded

    def _text(self, index: int, writer: int) -> str:
        if writer == INITIAL:
            return self._initial.texts[index]
        text = self._texts.get(writer)
        if text is None:
            text = self._texts[writer] = self.load(index, writer).model_dump_json()
        return text


class _TouchedSections(Mapping[str, Section]):
    """The sections a step may see, each loaded when it is looked up."""

    def __init__(self, state: LazyState, visible: Mapping[int, int], sections: int) -> None:
        self._state = state
        self._visible = visible
        self._sections = sections

    def __getitem__(self, name: str) -> Section:
        digits = name.removeprefix("section_")
        index = int(digits) if digits.isdecimal() else -1
        if not 0 <= index < self._sections or section_name(index) != name:
            raise KeyError(name)
        return self._state.load(index, self._visible.get(index, INITIAL))

    def __iter__(self) -> Iterator[str]:
        return map(section_name, range(self._sections))

    def __len__(self) -> int:
        return self._sections
