"""What taking a turn needs besides the transaction: facts of this installation that do not change while it runs."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.runtime.flowshelf import FlowShelf
from bot.runtime.warm_up import WarmUp
from flows.audience.attributes import Attributes
from flows.audience.scoring import Rules
from flows.offers.catalogue import Catalogue
from flows.scene import Shop
from flows.texts import Texts
from storage.tactics import StrategyShelf


@dataclass(frozen=True)
class Context:
    """Facts of this installation.

    `languages`: those in use, the default first. `secret` keys hashes and links. `flows` keeps built flows,
    `strategies` those that are or were live.
    Without a bot (`has_bot`) nobody can be written to in Telegram, whatever they agreed to. `attributes`: what is kept
    about prospects. `scoring`: the rules of the file, until others are saved in the console. `checkout_silence`: a
    connected shop's checkout of which so long nothing is heard was abandoned. `messages_per_week`: how often at most
    somebody is written to first in seven days, over all channels and campaigns; 0: as often as flows say. `warm_up`:
    how many mails may go on each of the first days. `texts`: what is said outside of any flow.
    """

    shop: Shop
    catalogue: Catalogue
    languages: tuple[str, ...]
    secret: bytes
    flows: FlowShelf
    has_bot: bool = True
    attributes: Attributes = field(default_factory=Attributes)
    scoring: Rules = field(default_factory=Rules)
    strategies: StrategyShelf = field(default_factory=StrategyShelf)
    checkout_silence: timedelta = timedelta(hours=1)
    messages_per_week: int = 0
    warm_up: WarmUp | None = None
    texts: Texts = field(default_factory=lambda: Texts({}))

    def language(self, wanted: str | None) -> str:
        """The language in use that is nearest to the one wanted: `pt-BR` -> `pt` if in use, else the default."""
        primary = (wanted or "").lower().replace("_", "-").split("-")[0]
        return primary if primary in self.languages else self.languages[0]
