"""The HTML report: one file that opens without a network, and says in its first lines what to do."""
