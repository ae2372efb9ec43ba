"""The conversation engine: what is said and decided. Pure: no await, no clock, no randomness, no I/O."""

from flows.engine import advance, begin

__all__ = ["advance", "begin"]
