"""A whole house on a real database, with a wire instead of Telegram: what proofs of delivery are judged on.

What people received is what the wire was handed; what is remembered is what the database says. Nothing else counts.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr
from sqlalchemy import select, text

from bot.channels.telegram.keeping import raw_input
from bot.house import House, open_house
from bot.runtime import envelopes
from bot.runtime.arrivals import AnsweredOnPage
from bot.runtime.clock import VirtualClock
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.intake import RawInput
from bot.runtime.ports import Deferred, Delivered, Outgoing, Receipt, Refused, button_data
from bot.settings import Settings
from flows.messages import Prompt
from storage import inbox, links, outbox, prospects, shelf
from storage.database import Tx
from storage.tables import conversations, identities
from tests.bench import updates
from tests.bench.corridor import TOKEN
from tests.storage.world import NOW

POOLS = ("discount_10", "free_shipping")


class Killed(BaseException):
    """The process ends here, whatever it was doing."""


@dataclass
class Wire:
    """Telegram, and everybody's chat in it. `fate`: what becomes of the next calls, else all goes well."""

    name: Literal["telegram", "email"] = "telegram"
    handed: list[Outgoing] = field(default_factory=list)
    chats: dict[str, dict[str, Outgoing]] = field(default_factory=dict)
    fate: list[Receipt | BaseException] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Receipt:
        """What is handed over arrives, even where the house does not learn of it; not what is put off or refused."""
        remote = outgoing.edits_remote_id or str(1000 + len(self.handed))
        if self.fate and isinstance(self.fate[0], Deferred | Refused):
            return self.fate.pop(0)  # type: ignore[return-value]  # it was looked at just now
        self.handed.append(outgoing)
        self.chats.setdefault(outgoing.address, {})[remote] = outgoing
        fate = self.fate.pop(0) if self.fate else Delivered(remote)
        if isinstance(fate, BaseException):
            raise fate
        return fate

    def messages(self, user: int) -> list[Outgoing]:
        """What somebody received, without the edits."""
        return [one for one in self.handed if one.address == str(user) and one.kind != "edit"]

    def buttons(self, user: int) -> list[tuple[str, str]]:
        """What can be tapped in the chat as it stands: option and data, the newest message last."""
        found = []
        for outgoing in self.chats.get(str(user), {}).values():
            if outgoing.message.prompt is not None and outgoing.nonce is not None:
                shown = outgoing.message.prompt.buttons
                found += [(one.option, button_data(outgoing.nonce, at)) for at, one in enumerate(shown)]
        return found

    def prompt(self, user: int, data: str) -> Prompt:
        """The question whose button somebody received with this data."""
        asked = {one.nonce: one.message.prompt for one in self.handed if one.address == str(user)}
        found = asked[data.partition(":")[0]]
        assert found is not None, "it has buttons"
        return found


class Town:
    """The house, its people by their Telegram ids, and what they do."""

    def __init__(self, house: House, clock: VirtualClock, wire: Wire) -> None:
        self.house, self.clock, self.wire, self._number = house, clock, wire, 10_000
        self.start_dispatcher()

    def start_dispatcher(self) -> None:
        """A sender that remembers nothing of one before it."""
        house = self.house
        self.dispatcher = Dispatcher(
            house.database,
            self.clock,
            house.bells,
            house.context,
            {self.wire.name: self.wire},
            {},
            house.addresses,
            house.presence,
        )

    # What comes in.

    def next(self) -> int:
        """A number that nothing had before."""
        self._number += 1
        return self._number

    def says(self, user: int, words: str) -> RawInput:
        """Somebody writes."""
        number = self.next()
        return raw_input(updates.message(number, user, words))

    def taps(self, user: int, option: str, *, of: Sequence[tuple[str, str]] | None = None) -> RawInput:
        """Somebody taps an option in their chat as it stands, or as it stood when `of` was looked at."""
        shown = dict(of if of is not None else self.wire.buttons(user))
        return raw_input(updates.tap(self.next(), user, shown[option]))

    def buys(self, user: int, order: str | None = None) -> RawInput:
        """The shop reports a purchase."""
        order = order or f"order-{self.next()}"
        data = {"order_id": order, "amount": "20.00", "currency": "EUR"}
        document = {"kind": "purchase", "identities": {"external": f"c-{user}"}, "data": data}
        payload = json.dumps({**document, "at": self.clock.now().isoformat()})
        return RawInput("shop", f"purchase:{order}", f"shop:c-{user}", payload)

    def blocks(self, user: int) -> RawInput:
        """Somebody blocks the bot."""
        number = self.next()
        body = {**updates.private(user), "date": number, "new_chat_member": {"status": "kicked"}}
        return raw_input({"update_id": number, "my_chat_member": body})

    async def posts(self, user: int, option: str | None, words: str | None = None) -> RawInput:
        """Somebody answers the open question on their page."""
        prospect, talk, _, visit = await self.talk(user)

        async def link(tx: Tx) -> int:
            secret, now = self.house.secret, self.clock.now()
            token = await links.token_for(tx, secret, "survey", prospect, talk, now)
            found = await links.find(tx, token, "survey", now)
            assert found is not None
            return int(found.id)

        number = await self.house.database.transact(link)
        payload = envelopes.page_answer(AnsweredOnPage(number, visit, option, words, "web"))
        return RawInput("page", f"post:{self.next()}", f"link:{number}", payload)

    async def staff(self, user: int, action: Literal["take", "say", "release"], words: str | None = None) -> RawInput:
        """A person of the shop takes somebody's conversation over, writes, or hands it back."""
        uid = (await self.talk(user))[2]
        payload = envelopes.staff_action(uid, action, "staff@shop.example", words)
        return RawInput("staff", f"staff:{self.next()}", f"conversation:{uid}", payload)

    async def talk(self, user: int) -> tuple[int, int, str, int]:
        """Somebody's newest conversation: prospect, conversation, its uid, the visit of its open question (or 0)."""
        async with self.house.database.read() as tx:
            query = (
                select(conversations.c.prospect_id, conversations.c.id, conversations.c.uid, conversations.c.state)
                .join(identities, identities.c.prospect_id == conversations.c.prospect_id)
                .where(identities.c.kind == "telegram", identities.c.value == str(user))
                .order_by(conversations.c.id.desc())
            )
            row = (await tx.execute(query)).first()
        assert row is not None, f"nobody is {user}"
        prompt = json.loads(row.state)["state"]["prompt"]
        return row.prospect_id, row.id, row.uid, prompt["visit"] if prompt else 0

    # What happens.

    async def put(self, *items: RawInput) -> None:
        """All of this comes in at once; nobody looks at it yet."""
        await self.house.intake.put_many(list(items))

    async def settle(self) -> None:
        """Every turn that is due is taken, every message that may go is sent, until nothing is left."""
        sent = True
        while sent:
            await self.house.settle()
            sent = bool(await self.dispatcher.send_waiting())

    async def live(self, *items: RawInput) -> None:
        """All of this comes in at once, and everything that follows from it happens."""
        await self.put(*items)
        await self.settle()

    async def wait(self, by: timedelta) -> None:
        """Time passes, in steps, so that what becomes due on the way happens in its order."""
        until = self.clock.now() + by
        while self.clock.now() < until:
            self.clock.set(min(until, self.clock.now() + timedelta(hours=1)))
            await self.settle()

    async def start_again(self) -> None:
        """The process has died, and another one takes its place: what `serve` does first is done."""
        await self.house.database.transact(inbox.release_leases)
        await self.house.database.transact(outbox.park_interrupted)
        self.start_dispatcher()

    async def arrive(self, *users: int) -> None:
        """These people start the bot by themselves, and are asked; the shop knows each as `c-<id>`."""
        await self.live(*(self.says(user, "/start") for user in users))

        async def know(tx: Tx) -> None:
            for user in users:
                (who,) = await prospects.find(tx, {"telegram": str(user)})
                await prospects.bind(tx, who, "external", f"c-{user}", via="shop", now=NOW)

        await self.house.database.transact(know)

    # What is remembered.

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query of the proof's own."""

        async def look(tx: Tx) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await tx.execute(text(query), values)]

        return await self.house.database.look(look)

    async def found(self, query: str) -> dict[int, list[tuple[Any, ...]]]:
        """The rows of a query by the Telegram id in their first column."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        for user, *rest in await self.rows(query):
            found.setdefault(int(user), []).append(tuple(rest))
        return found


WHO = "JOIN identities AS i ON i.prospect_id = {table}.prospect_id AND i.kind = 'telegram'"
STOOD = "SELECT i.value, c.status, c.outcome, c.barrier, c.language FROM conversations AS c " + WHO.format(table="c")
STANDING = (
    "SELECT i.value, a.step, a.value, a.verbatim FROM answers AS a "
    + WHO.format(table="a")
    + " WHERE a.superseded_at IS NULL ORDER BY a.step, a.value"
)
GIVEN = "SELECT i.value, g.offer FROM grants AS g " + WHO.format(table="g") + " ORDER BY g.offer"
Came = Mapping[int, tuple[Any, ...]]
"""What it came to, by Telegram id."""


async def came_to(town: Town) -> Came:
    """Of everybody: their conversations, the answers that stand, and what they were given."""
    stood, standing, given = [await town.found(query) for query in (STOOD, STANDING, GIVEN)]
    return {user: (stood[user], standing.get(user, []), given.get(user, [])) for user in stood}


TWICE = {
    "an answer to one question of a visit twice": "SELECT count(*) FROM answers GROUP BY conversation_id, visit"
    " HAVING count(*) > 1 AND sum(CASE WHEN superseded_at IS NULL THEN 1 ELSE 0 END) > 1",
    "an offer twice": "SELECT count(*) FROM grants WHERE prospect_id IS NOT NULL GROUP BY prospect_id, offer"
    " HAVING count(*) > 1",
    "a code twice": "SELECT count(*) FROM grants WHERE code IS NOT NULL GROUP BY code HAVING count(*) > 1",
    "two live conversations": "SELECT count(*) FROM conversations WHERE ended_at IS NULL GROUP BY prospect_id"
    " HAVING count(*) > 1",
    "an input not done": "SELECT count(*) FROM inbox WHERE state <> 'done' HAVING count(*) > 0",
}
"""What must never be in the database: a query that finds it."""


async def broken(town: Town) -> list[str]:
    """What is wrong with what is remembered and received; nothing is on its way."""
    wrong = [what for what, query in TWICE.items() if await town.rows(query)]
    said = [one.id for one in town.wire.handed if one.kind != "edit"]
    if len(set(said)) < len(said):
        wrong.append("a message was sent twice")
    known = {row for (row,) in await town.rows("SELECT id FROM outbox WHERE state IN ('sent', 'unknown')")}
    if not set(said) <= known and not await town.rows("SELECT 1 FROM conversations WHERE outcome = 'erased'"):
        wrong.append("a message was received of which nothing is known")
    for user in {one.address for one in town.wire.handed}:
        prompts = [one.message.prompt for one in town.wire.chats[user].values() if one.message.prompt]
        if len({prompt.visit for prompt in prompts}) > 1:
            wrong.append(f"two questions are open in the chat {user}")
    return wrong


@asynccontextmanager
async def open_town(database_url: str, folder: Path, codes: int = 200, **changes: Any) -> AsyncIterator[Town]:
    """A town with codes in its pools; its time stands at NOW, and there are no quiet hours."""
    wanted: dict[str, Any] = {"telegram_token": SecretStr(TOKEN), "quiet_hours": "", "messages_per_week": 0} | changes
    settings = Settings(home_dir=folder, database_url=SecretStr(database_url), **wanted)
    clock = VirtualClock(NOW)
    async with open_house(settings, server=True, clock=clock) as house:

        async def fill(tx: Tx) -> None:
            for offer in POOLS:
                for number in range(codes):
                    await shelf.import_code(tx, offer, f"{offer.upper()}-{number:04}", None, NOW)

        await house.database.transact(fill)
        yield Town(house, clock, Wire())
