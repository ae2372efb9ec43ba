"""The playbook: for each barrier what staff should know, and replies that lie ready; a shop's own words over ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import model_validator

from flows.fields import Strict
from flows.offers.catalogue import OfferKind
from flows.texts import Texts
from flows.words import BARRIERS, Barrier

Part = Literal["means", "ask", "say", "avoid"]
PARTS: Final[tuple[Part, ...]] = ("means", "ask", "say", "avoid")
"""What a guide says: what it usually means, what to ask, what to say, what not to do."""

PLACEHOLDERS: Final = ("name", "product", "shop")
"""What stands in braces in a shop's own replies, and is filled in when one is used."""

MOST_REPLIES: Final = 4
LONGEST: Final = 1000
"""Own replies of one entry, and signs of each."""


class GuideEntry(Strict):
    """One barrier of `playbook.yaml`: kinds of offer that fit, the likeliest first, and the ids of its replies."""

    barrier: Barrier
    offers: tuple[OfferKind, ...] = ()
    replies: tuple[str, ...]


class PlaybookFile(Strict):
    """A whole `playbook.yaml`: every barrier once."""

    format: Literal[1]
    entries: tuple[GuideEntry, ...]

    @model_validator(mode="after")
    def _whole(self) -> "PlaybookFile":
        named = sorted(one.barrier for one in self.entries)
        if named != sorted(BARRIERS):
            raise ValueError("every barrier stands here once; add the one that is missing, or take the second away")
        return self


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that lies ready. `id` is what its use is noted by; `own` when the shop wrote it."""

    id: str
    text: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands beside a conversation: a guide in four parts, kinds of offer that fit, replies ready to be sent."""

    barrier: str
    offers: tuple[str, ...]
    guide: Mapping[Part, str]
    replies: tuple[Reply, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Playbook:
    """The shipped playbook: its file and its texts in all languages."""

    file: PlaybookFile
    texts: Texts

    def entry(
        self,
        barrier: str,
        language: str,
        values: Mapping[str, str | None],
        own: Sequence[Mapping[str, Any]] = (),
        *,
        reader: str = "en",
    ) -> Entry:
        """The entry for a barrier (`other` for one that is unknown), with replies in the prospect's language.

        `values` fill in name, product and shop. `own` are the shop's entries, the most specific first; the first that
        has a part says it. `reader` is the language of staff. Own replies stand before the shipped ones.
        """
        guide = next((one for one in self.file.entries if one.barrier == barrier), self.file.entries[-1])
        written = [reply for one in own for reply in one.get("replies", ()) if one.get("language") == language]
        replies = [Reply(str(one["id"]), fill(str(one["text"]), values), own=True) for one in written]
        replies += [Reply(name, self._reply(name, language, values)) for name in guide.replies]
        parts: dict[Part, str] = {}
        for part in PARTS:
            said = (str(one[part]) for one in own if one.get(part))
            parts[part] = next(said, None) or self._guide(guide.barrier, part, reader)
        return Entry(guide.barrier, guide.offers, parts, tuple(replies), own=bool(own))

    def _guide(self, barrier: str, part: Part, reader: str) -> str:
        known = reader if reader in self.texts.languages and self.texts.has(reader, f"guide-{barrier}", part) else "en"
        return self.texts.say(known, f"guide-{barrier}", part)

    def _reply(self, name: str, language: str, values: Mapping[str, str | None]) -> str:
        spoken = language if language in self.texts.languages else "en"
        product = values.get("product") or self.texts.say(spoken, "product-unknown")
        return self.texts.say(spoken, f"reply-{name}", product=product, shop=values.get("shop") or "")


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """A shop's own reply with {name}, {product} and {shop} filled in; all other braces stay as they are written."""
    for name in PLACEHOLDERS:
        text = text.replace("{" + name + "}", values.get(name) or "")
    return text.replace(" ,", ",").strip()
