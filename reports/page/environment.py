"""Where and how it was run, as a list of terms."""

from __future__ import annotations

from collections.abc import Iterator

from ..document import Document
from ..fragments import plain_sentence
from ..heading import measured
from ..visible_text import shortened

_WIDTH = 120
_WORDS = {
    "hostname": "host",
    "system": "operating system",
    "machine": "architecture",
    "cpu_model": "CPU",
    "cpu_count": "CPUs",
    "python_version": "Python",
    "python_implementation": "implementation",
}


def environment(document: Document) -> Iterator[tuple[str, str]]:
    """What was run, then the machine; what is not known is left out."""
    yield "run", document.run_id
    yield "started", document.created_at.strftime("%Y-%m-%d %H:%M %Z").rstrip()
    yield "measured", plain_sentence(measured(document))
    yield "time scale", f"{document.time_scale:g}"
    yield "seed", str(document.seed)
    yield "workload", f"{document.scenario.workload_digest[:16]}"
    yield "agentperf", document.agentperf_version
    for field, value in document.environment.model_dump().items():
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            shown = f"{round(value, 2):g}" if isinstance(value, float) else str(value)
            yield _WORDS.get(field, field.replace("_", " ")), shortened(shown, _WIDTH)
