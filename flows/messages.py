"""What is said: finished texts with, at most, one question. Channels render them; they decide nothing."""

from dataclasses import dataclass
from typing import Literal

MessageKind = Literal["question", "reminder", "offer", "closing", "reply", "staff"]
"""`question` asks, `reminder` asks again, `offer` carries a grant, `closing` ends.

`reply` answers a command, `staff` is a person's.
"""


@dataclass(frozen=True, slots=True)
class Button:
    """One answer that can be tapped.

    `option` is the id recorded; ids starting with `!` are the engine's own (see `replies`).
    """

    option: str
    label: str


@dataclass(frozen=True)
class Prompt:
    """The open question of a message.

    `visit` is the number of the turn that asked it: a button or a timer made for another visit is stale. `own_words`
    says whether a free text is welcome as an answer. `several` says that options are ticked and `picks` which ones are.
    """

    step: str
    visit: int
    buttons: tuple[Button, ...]
    own_words: bool = True
    several: bool = False
    picks: tuple[str, ...] = ()

    def label_of(self, option: str) -> str | None:
        """The label of an option of this prompt, or None when it was not offered."""
        for button in self.buttons:
            if button.option == option:
                return button.label
        return None


@dataclass(frozen=True)
class Message:
    """One message to a prospect, whole: paragraphs in order, the question last, its buttons in `prompt`.

    `subject` and `preheader` are for email. `code` is the coupon code that stands in one of the paragraphs (shown so
    that it can be copied); `url` with `url_label` a link that belongs to the message.
    """

    kind: MessageKind
    language: str
    paragraphs: tuple[str, ...]
    prompt: Prompt | None = None
    subject: str | None = None
    preheader: str | None = None
    code: str | None = None
    url: str | None = None
    url_label: str | None = None

    @property
    def text(self) -> str:
        """All paragraphs, with an empty line between them."""
        return "\n\n".join(self.paragraphs)
