"""What is measured: the reference agent runtime, one file per concern, slow way and fast way side by side."""
