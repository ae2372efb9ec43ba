"""What a person wrote in answer to a mail: the new words, and all of it for staff."""

import re
from dataclasses import dataclass
from typing import Final

from bot.channels.email.html_text import CUT, html_text
from bot.channels.email.parts import Parts
from bot.channels.email.quotes import Cut, new_words

LONGEST: Final = 4000
"""Characters of an answer; more is cut off, and stands in the whole mail."""

LONGEST_WHOLE: Final = 16_000
"""Characters of the whole mail that staff are shown."""

_KEYS: Final = re.compile(r"(/[su]/|[?&]start=)[A-Za-z0-9_-]{12,}")
"""What opens the person's own pages, in the mail that is quoted."""


@dataclass(frozen=True, slots=True)
class Written:
    """`words`: what is new, "" for nothing. `whole`: the mail as it was written, with what it quotes, without keys."""

    words: str
    whole: str


def written(parts: Parts) -> Written:
    """What a mail says. Its plain text counts; its HTML where that alone shows what is quoted, or is all there is."""
    html = html_text(parts.html) if parts.html else ""
    cut = new_words(parts.plain) if parts.plain.strip() else Cut("", found=False)
    if html and not cut.found:
        by_html = new_words(html)
        cut = by_html if by_html.found or not cut.text else cut
    whole = parts.plain.strip() or html.replace(CUT, "").strip()
    whole = _KEYS.sub(r"\1…", whole.replace("\r\n", "\n"))
    return Written(cut.text[:LONGEST].strip(), whole[:LONGEST_WHOLE])
