"""agentperf: measures what each optimization brings to an agent runtime, and what it costs."""

from importlib.metadata import version

__version__ = version("agentperf-lab")
