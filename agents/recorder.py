"""Records the spans of a session, cheaply enough to stay on while time is taken.

The open span is kept in a context variable. Tasks that a session starts inherit it, so that what they do
becomes its child, and the parts of a runtime need not be told for whom they work.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Protocol, Self

from .spans import Kind, Span, session_kind

SPANS_RECORDED = 20_000  # of a session; a loop that goes wild must not fill the memory


class Recorder:
    """The spans of one session, for which the time is told by `now_ns`."""

    def __init__(self, scenario: str, now_ns: Callable[[], int] = time.perf_counter_ns) -> None:
        self.now_ns = now_ns
        self.begun: list[_Recorded] = []
        self.is_cut = False
        """Whether the session opened more spans than are kept."""
        self._kind = session_kind(scenario)
        self._session: _Outer | None = None

    def session(self) -> OpenSpan:
        """The span that contains all others; to be entered once."""
        self._session = _Outer(self, self._kind, None)
        return self._session

    def span(self, kind: Kind) -> OpenSpan:
        """A span of this session, whoever asks for it: a child of the open one, if that is this session's."""
        parent = _open.get()
        if parent is None or parent.recorder is not self:
            if self._session is None:
                return UNRECORDED
            parent = self._session
        return _Outer(self, kind, parent)

    def cut(self) -> None:
        """A span is not kept: what it holds counts as its parent's own time, while there is a session."""
        self.is_cut |= self._session is not None and self._session.end_ns is None

    def spans(self) -> tuple[Span, ...]:
        """All that began during the session, in that order, the session first; none of one that never began.

        What still goes on when the session ends is cut off there.
        """
        if self._session is None or self._session.end_ns is None:
            return ()
        start_ns, session_end_ns = self._session.start_ns, self._session.end_ns
        spans: list[Span] = []
        for one in self.begun:
            if one.start_ns > session_end_ns:
                continue
            one.index = len(spans)
            parent = one.parent
            end_ns = session_end_ns if one.end_ns is None else min(one.end_ns, session_end_ns)
            spans.append(
                Span(
                    name=one.kind.name,
                    concern=one.kind.concern,
                    hold=one.kind.hold,
                    parent=-1 if parent is None else parent.index,
                    start_s=(one.start_ns - start_ns) / 1e9,
                    end_s=(end_ns - start_ns) / 1e9,
                    due_s=None if one.due_ns is None else (one.due_ns - start_ns) / 1e9,
                    agent=one.kind.agent or (None if parent is None else spans[parent.index].agent),
                )
            )
        return tuple(spans)


def span(kind: Kind) -> OpenSpan:
    """A span of the session that this task works for, in which no other begins: a child of the open one.

    Costs next to nothing where the session is not recorded.
    """
    parent = _open.get()
    return UNRECORDED if parent is None else _Recorded(parent.recorder, kind, parent)


def outer_span(kind: Kind) -> OpenSpan:
    """The same, for what may contain other spans."""
    parent = _open.get()
    return UNRECORDED if parent is None else _Outer(parent.recorder, kind, parent)


class OpenSpan(Protocol):
    """A span while it lasts; to be entered once."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def due_in(self, wait_s: float) -> None:
        """From now on it waits, and should end in `wait_s`."""


class _Recorded:
    __slots__ = ("due_ns", "end_ns", "index", "kind", "parent", "recorder", "start_ns")

    index: int  # set when all is over

    def __init__(self, recorder: Recorder, kind: Kind, parent: _Outer | None) -> None:
        self.recorder = recorder
        self.kind = kind
        self.parent = parent
        self.due_ns: int | None = None
        self.end_ns: int | None = None

    def __enter__(self) -> Self:
        recorder = self.recorder
        self.start_ns = recorder.now_ns()
        if len(recorder.begun) < SPANS_RECORDED:
            recorder.begun.append(self)
        else:
            recorder.cut()
        return self

    def __exit__(self, *_: object) -> None:
        self.end_ns = self.recorder.now_ns()

    def due_in(self, wait_s: float) -> None:
        self.due_ns = self.recorder.now_ns() + round(wait_s * 1e9)


class _Outer(_Recorded):
    """To keep the open span in the context costs half as much again: only those pay for it that must."""

    __slots__ = ()

    def __enter__(self) -> Self:
        recorder = self.recorder
        self.start_ns = recorder.now_ns()
        if len(recorder.begun) < SPANS_RECORDED:
            recorder.begun.append(self)
        else:
            recorder.cut()
        _open.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _open.set(self.parent)
        self.end_ns = self.recorder.now_ns()


class _Unrecorded:
    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def due_in(self, wait_s: float) -> None:
        pass


UNRECORDED = _Unrecorded()
_open: ContextVar[_Outer | None] = ContextVar("the open span", default=None)
