"""agentperf: measures what each optimization brings to an agent runtime, and what it costs."""


def __getattr__(name: str) -> str:
    """`__version__`, looked up when asked for: to read package metadata is a quarter of the start-up."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("agentperf-lab")
