"""Runs the experiment: design, blocks, trials, worker processes and the results store."""
