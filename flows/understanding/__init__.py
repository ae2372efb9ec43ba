"""Free text in seven languages -> barriers and intent, offline and in plain Python.

Safety words first (stop, delete my data, a person, please): they act at once. Everything else is scored by a small
linear model whose weights ship with the package. The same text always gives the same result, and nothing raises.
"""

from __future__ import annotations

from flows.understanding.decide import Understanding, shows_full_list, understand
from flows.understanding.safety import LANGUAGES, is_stop_word

__all__ = ["LANGUAGES", "Understanding", "is_stop_word", "shows_full_list", "understand"]
