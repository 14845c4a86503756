"""Dossiers whose profiles and timelines are known: what the tests of exports are held against."""

from __future__ import annotations

from agentperf.agents.spans import Hold, Span
from agentperf.experiments.traces import SessionTrace
from agentperf.profilers.profile import ENOUGH_SAMPLES, Frame, Mode, Profile, ProfilerName, Sample
from agentperf.reports.dossier import Dossier
from agentperf.scenarios.concerns import Concern

from .kinds_of_documents import HOSTILE_NAMES, hostile
from .simulated_documents import REALISTIC, simulated

INTERVAL_S = 0.002
MAIN, WORKER = "MainThread", "asyncio_0"
SESSION = Frame("invoke_workflow", "agentperf/agents/work.py", 40)
WRITER = Frame("invoke_agent writer", "agentperf/agents/agent.py", 12)
COMMIT = Frame("commit", "sqlalchemy/engine/base.py", 2_600)
NATIVE = Frame("sqlite3_step", "", 0)
ALL = frozenset(REALISTIC)
POOLING = frozenset({"pooling"})
HOSTILE = (
    *HOSTILE_NAMES,
    "f;g 12",
    "leaf 3.5",
    ";",
    " ",
    "",
    "\u2067rtl\u2069\x00\x01\x85\u2028",
    "n" * 10_000,
)


def profile(on: frozenset[str], mode: Mode = Mode.CPU, samples: int = ENOUGH_SAMPLES) -> Profile:
    """A quarter of the samples in `commit`, under the writer; an eighth in another thread."""
    stacks = ((SESSION, WRITER, COMMIT, NATIVE), (SESSION, WRITER), (SESSION,), (SESSION, WRITER, COMMIT))
    return Profile(
        ProfilerName.AWAIT_SAMPLER if mode is Mode.AWAIT else ProfilerName.PY_SPY,
        mode,
        INTERVAL_S,
        tuple(
            Sample(WORKER if number % 8 == 7 else MAIN, stacks[number // 2 % 4], INTERVAL_S)
            for number in range(samples)
        ),
        on,
        caveats=("nothing is known of native code",),
    )


def spans() -> tuple[Span, ...]:
    """A session of 10 ms: two agents at once, the second of which overlaps with itself."""
    return (
        Span("invoke_workflow realistic", Concern.OTHER, Hold.NOTHING, -1, 0.0, 0.010),
        Span("invoke_agent writer", Concern.AGENT_WORK, Hold.NOTHING, 0, 0.001, 0.006, agent="writer"),
        Span("chat gpt-4", Concern.AGENT_WORK, Hold.NOTHING, 1, 0.001, 0.004, 0.0035, "writer"),
        Span("invoke_agent critic", Concern.AGENT_WORK, Hold.NOTHING, 0, 0.001, 0.009, agent="critic"),
        Span("execute_tool search", Concern.AGENT_WORK, Hold.LOOP, 3, 0.0012345678, 0.005, agent="critic"),
        Span("agentperf.save", Concern.PERSISTENCE, Hold.WRITER, 3, 0.004, 0.008, agent="critic"),
    )


def planted() -> Dossier:
    """Both modes with nothing and everything on, and a profile that is thin; timelines of two blocks."""
    on = (frozenset[str](), ALL)
    whole = (profile(one, mode) for one in on for mode in (Mode.CPU, Mode.AWAIT))
    return Dossier(
        simulated(REALISTIC),
        (*whole, profile(POOLING, samples=99)),
        (
            *(SessionTrace(one, block, spans()) for block in (0, 1) for one in on),
            SessionTrace(POOLING, 0, spans()),
        ),
    )


def hostile_dossier() -> Dossier:
    """Every name in it wants to be something else."""
    document = hostile()
    switches = frozenset(document.design.factors)
    frames = [Frame(name, file, line) for name in HOSTILE for file in HOSTILE for line in (0, 7)]
    samples = tuple(
        Sample(HOSTILE[number % len(HOSTILE)], (frame, frames[-number]), INTERVAL_S)
        for number, frame in enumerate(frames)
    )
    whole = Span("invoke_workflow", Concern.OTHER, Hold.NOTHING, -1, 0.0, 1.0)
    inner = [
        Span(f"{operation} {name}", Concern.STATE, Hold.NOTHING, 0, 0.1, 0.2 + len(agent) / 1e6, None, agent)
        for operation in ("chat", "execute_tool", "invoke_agent")
        for name, agent in zip(HOSTILE, reversed(HOSTILE), strict=True)
    ]
    return Dossier(
        document,
        (Profile(ProfilerName.PY_SPY, Mode.CPU, INTERVAL_S, samples, switches, caveats=HOSTILE),),
        (SessionTrace(switches, 0, (whole, *inner)),),
    )
