"""Which offers there are, which fits, and why."""
