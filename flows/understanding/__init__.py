"""Free text in seven languages -> what is meant, offline and in plain Python.

Safety words first (stop, delete my data, a person, please): they act at once. Everything else is scored by a small
linear model whose weights ship with the package: barriers and an intent. Beside it stand small readers for what a
conversation needs besides answers: a time somebody names, an answer they take back, a question the shop has answered
before. The same text always gives the same result, and nothing raises.
"""

from __future__ import annotations

from flows.understanding.corrections import Correction, find_correction
from flows.understanding.decide import Understanding, shows_full_list, understand
from flows.understanding.embedding import use_embedding
from flows.understanding.faq import Faq, FaqEntry, FaqMatch, find_entry
from flows.understanding.moments import Moment, find_moment, moment_words
from flows.understanding.safety import LANGUAGES, is_stop_word

__all__ = [
    "LANGUAGES",
    "Correction",
    "Faq",
    "FaqEntry",
    "FaqMatch",
    "Moment",
    "Understanding",
    "find_correction",
    "find_entry",
    "find_moment",
    "is_stop_word",
    "moment_words",
    "shows_full_list",
    "understand",
    "use_embedding",
]
