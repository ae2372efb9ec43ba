"""Proving what helps: groups by lot, intervals, verdicts in words, returns, and the quality of the asking."""
