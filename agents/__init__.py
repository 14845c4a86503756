"""What is measured: the reference agent runtime, one file per concern, the slow way and the fast way side by side."""
