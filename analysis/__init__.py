"""Pure functions from log times to effects, plan and verdicts: arrays in, frozen records out, no I/O."""
