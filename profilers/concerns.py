"""What each frame of a stack is about: one table of places, and how callers decide where a place does not."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from ..scenarios.concerns import Concern
from .awaiting import READY
from .locations import ELSEWHERE, OWN
from .profile import Frame, Stack


class Weight(Enum):
    """How much a place says."""

    SURE = "sure"
    """Always: the place is made for one thing. Holds for what it calls, too."""
    ORCHESTRATION = "orchestration"
    """Always, and nothing of what it calls."""
    CALLERS = "callers"
    """Never: it is wrapped around what others do."""
    CONNECTING = "connecting"
    """Connections, be it for persistence; but an agent that connects somewhere is at work."""
    LIBRARY = "library"
    """Where no caller is sure."""
    OWN = "own"
    """A user's own code. Libraries below it say what they are for."""
    LOOP = "loop"
    """The event loop at the root of a stack; below something else it works for that."""


_AGENTS = "agentperf/agents/"

# The first row decides whose file begins the frame's, and whose functions, if any, hold the frame's.
_TABLE: tuple[tuple[str, frozenset[str], Concern, Weight], ...] = (
    *(
        (_AGENTS + file, frozenset(functions.split()), concern, Weight.SURE)
        for file, functions, concern in (
            ("agent.py", "", Concern.AGENT_WORK),
            ("context.py", "", Concern.AGENT_WORK),
            ("persistence.py", "", Concern.PERSISTENCE),
            ("dialects.py", "", Concern.PERSISTENCE),
            (
                "database.py",
                "connection connect_each_time connect_pooled open_database on_connect "
                "_kept_open _set_synchronous _count_into",
                Concern.CONNECTIONS,
            ),
            ("database.py", "", Concern.PERSISTENCE),
            ("notifications.py", "", Concern.NOTIFICATIONS),
            ("broadcast.py", "", Concern.NOTIFICATIONS),
            ("audience.py", "", Concern.NOTIFICATIONS),
            ("subscribers.py", "", Concern.NOTIFICATIONS),
            ("validation.py", "", Concern.VALIDATION),
            ("monitoring.py", "", Concern.MONITORING),
            ("state.py", "", Concern.STATE),
            ("sections.py", "", Concern.STATE),
        )
    ),
    *(
        (_AGENTS + file, frozenset[str](), Concern.OTHER, Weight.CALLERS)
        for file in ("passage.py", "recorder.py", "spans.py", "clock.py", "counters.py")
    ),
    (_AGENTS + "labelled.py", frozenset(), Concern.AGENT_WORK, Weight.ORCHESTRATION),
    ("agentperf/", frozenset(), Concern.OTHER, Weight.ORCHESTRATION),
    *(
        (file, frozenset(functions.split()), Concern.CONNECTIONS, Weight.CONNECTING)
        for file, functions in (
            ("sqlalchemy/pool/", ""),
            ("sqlalchemy/engine/create.py", ""),
            ("sqlalchemy/engine/base.py", "__init__ connect raw_connection close __exit__"),
            ("sqlalchemy/engine/default.py", "connect do_ping do_close do_terminate _do_ping_w_event"),
            ("sqlalchemy/ext/asyncio/engine.py", "start connect close get_raw_connection __aexit__"),
            ("sqlalchemy/dialects/sqlite/aiosqlite.py", "connect close on_connect terminate"),
            ("sqlalchemy/dialects/postgresql/asyncpg.py", "connect close on_connect ping terminate"),
            ("aiosqlite/core.py", "connect connector close _connect __aenter__ __aexit__ __await__ stop"),
            ("asyncpg/connect_utils.py", ""),
            ("asyncpg/connection.py", "connect close"),
            ("asyncpg/pool.py", ""),
        )
    ),
    *(
        (file, frozenset[str](), concern, Weight.LIBRARY)
        for concern, files in (
            (Concern.PERSISTENCE, "sqlite3/ aiosqlite/ sqlalchemy/ asyncpg/ psycopg/ redis/ pymongo/ motor/"),
            (Concern.NOTIFICATIONS, "websockets/ starlette/websockets.py"),
            (Concern.VALIDATION, "pydantic/ pydantic_core/ jsonschema/ marshmallow/"),
            (Concern.MONITORING, "logging/ opentelemetry/ structlog/ prometheus_client/ sentry_sdk/"),
        )
        for file in files.split()
    ),
    *(
        (file, frozenset[str](), Concern.EVENT_LOOP, Weight.LOOP)
        for file in (
            "asyncio/", "uvloop/", "selectors.py", "ssl.py", "socket.py", "concurrent/futures/",
            "threading.py", "queue.py", "contextlib.py",
        )
    ),
)  # fmt: skip

Place = tuple[Concern, Weight] | None


def concerns_of(stack: Stack) -> tuple[Concern, ...]:
    """One for each frame. What is known of no place is about what its caller is about."""
    sure: Concern | None = None
    caller = Concern.OTHER
    concerns: list[Concern] = []
    for frame in stack:
        place = _place(frame)
        if place is not None:
            concern, weight = place
            caller = _decide(concern, weight, sure, caller)
            if weight is Weight.SURE or (weight is Weight.CONNECTING and caller is concern):
                sure = concern
        concerns.append(caller)
    return tuple(concerns)


def _decide(concern: Concern, weight: Weight, sure: Concern | None, caller: Concern) -> Concern:
    match weight:
        case Weight.CALLERS:
            return caller
        case Weight.CONNECTING:
            return concern if sure in (None, Concern.PERSISTENCE) else caller
        case Weight.LIBRARY:
            return concern if sure is None else caller
        case Weight.LOOP:
            return concern if caller is Concern.OTHER else caller
        case _:
            return concern


def _place(frame: Frame) -> Place:
    if not frame.file:
        return (Concern.EVENT_LOOP, Weight.SURE) if frame.function == READY else None
    return _found(frame.file, frame.function.rpartition(".")[2])


@lru_cache(maxsize=1 << 14)
def _found(file: str, function: str) -> Place:
    if file.startswith((OWN, ELSEWHERE)) and file.endswith((".py", ".pyx")):
        return Concern.AGENT_WORK, Weight.OWN
    for beginning, functions, concern, weight in _TABLE:
        if file.startswith(beginning) and (not functions or function in functions):
            return concern, weight
    return None
