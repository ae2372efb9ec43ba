"""The first words of a mail: a greeting with the name, but never two greetings."""

from collections.abc import Callable
from typing import Final

from bot.runtime.ports import Outgoing

_END_MARKS: Final = " ,:;!.،。、！\u00a0\u202f"
_LONGEST_NAME: Final = 40


def greet(outgoing: Outgoing, say: Callable[..., str]) -> tuple[str | None, tuple[str, ...]]:
    """The greeting line, or None, and the paragraphs.

    Where the message greets by itself ("Hello, this is ..."), the name goes in there ("Hello Anna, this is ...").
    A person's letter is never reworded.
    """
    paragraphs = outgoing.paragraphs()
    name = usable_name(outgoing.name)
    plain = say("email-greeting", has_name="no", name="")
    named = say("email-greeting", has_name="yes", name=name) if name else plain
    opening = plain.rstrip(_END_MARKS)
    if not paragraphs or not _opens_with(paragraphs[0], opening):
        addressed = bool(name) and bool(paragraphs) and name in paragraphs[0][:_LONGEST_NAME]
        return (None if addressed else named), paragraphs
    if outgoing.message.kind == "staff" or not name:
        return None, paragraphs
    first = named.rstrip(_END_MARKS) + paragraphs[0][len(opening) :]
    return None, (first, *paragraphs[1:])


def usable_name(given: str | None) -> str:
    """The name if it can be one, else "": an address or markup sent in as a name would stand in the shop's own mail."""
    name = " ".join((given or "").split())
    plausible = name.isprintable() and len(name) <= _LONGEST_NAME and not any(mark in name for mark in "/@<>\\{}")
    return name if plausible else ""


def _opens_with(paragraph: str, opening: str) -> bool:
    after = paragraph[len(opening) : len(opening) + 1]
    return paragraph.casefold().startswith(opening.casefold()) and not after.isalnum()
