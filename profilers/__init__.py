"""Where time goes: py-spy, pyinstrument and the await sampler, behind one model."""
