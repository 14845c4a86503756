"""`python -m agentperf` is the same program as `agentperf`."""

from .cli.main import main

if __name__ == "__main__":
    main()
