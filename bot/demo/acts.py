"""What the people of the sample do, as the raw input that the doors would have kept."""

import json
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from bot.demo.people import Persona
from bot.house import House
from bot.runtime.arrivals import AnsweredOnPage
from bot.runtime.envelopes import page_answer, staff_action
from bot.runtime.intake import RawInput
from bot.runtime.ports import button_data
from flows.codec import decode_message, decode_state
from flows.state import State
from storage import consents, conversations, prospects
from storage.database import Record, Tx
from storage.links import find
from storage.reads.latest import latest_prompt
from storage.shelf import granted_to

STAFF = "mira@shop.example"

REPLIES = {
    "en": "Hello, this is Mira from the shop. I have looked into it and can help: what would you like to know?",
    "es": "Hola, soy Mira, de la tienda. Lo he mirado y puedo ayudarle: ¿qué le gustaría saber exactamente?",
    "fr": "Bonjour, ici Mira, de la boutique. J'ai regardé et je peux vous aider : que souhaitez-vous savoir ?",
    "ja": "お店のミラです。確認いたしましたのでお力になれます。どのような点が気になりますか。",
    "ar": "مرحبًا، معكم ميرا من المتجر. راجعت الأمر ويمكنني المساعدة: ما الذي تودون معرفته بالتحديد؟",
    "hu": "Üdvözlöm, Mira vagyok az üzletből. Utánanéztem, és szívesen segítek: mit szeretne pontosan tudni?",
    "cs": "Dobrý den, tady Mira z obchodu. Podívala jsem se na to a ráda pomohu: co přesně byste chtěli vědět?",
}

Later = Callable[[datetime, Callable[[], Awaitable[None]]], None]


class Acts:
    """Carries out what people do, in the order in which the plan says so."""

    def __init__(self, house: House, dice: random.Random, later: Later) -> None:
        """`later(at, act)` plans something that follows from an act."""
        self._house, self._dice, self._later = house, dice, later

    async def press_start(self, persona: Persona) -> None:
        """They followed the shop's link to the bot some time before."""
        now = self._house.clock.now()

        async def bind(tx: Tx) -> None:
            found = await prospects.find(tx, {"external": persona.external_id})
            await prospects.bind(tx, found[0], "telegram", persona.chat_id, via="deep link", now=now)
            await consents.record(tx, found[0], "telegram", granted=True, way="deep link", now=now)

        await self._house.database.transact(bind)

    async def leave_cart(self, persona: Persona) -> None:
        """They left a cart behind, and the shop reports it."""
        await self._report(persona, "cart_abandoned", {})
        if persona.answers:
            self._later(self._now + timedelta(hours=1) + persona.delay, lambda: self.answer(persona))

    async def answer(self, persona: Persona) -> None:
        """They answer the open question, if it has reached them; at night it has to wait, and so do they."""
        row = await self._conversation(persona)
        if row is None or row.status in ("ended", "held"):
            return
        state = decode_state(row.state)
        if state.prompt is None or row.status == "waiting":
            self._later(self._now + timedelta(hours=3), lambda: self.answer(persona))
            return
        said = await self._say(persona, row, state)
        if said:
            self._later(self._now + timedelta(seconds=20 + 70 * self._dice.random()), lambda: self.after(persona))

    async def after(self, persona: Persona) -> None:
        """What follows an answer: the next one, a purchase, or a person of the shop who steps in."""
        row = await self._conversation(persona)
        if row is None:
            return
        if row.status == "held" and row.held_by is None and self._dice.random() < 0.6:
            self._later(self._now + timedelta(minutes=10 + 90 * self._dice.random()), lambda: self.step_in(persona))
        elif row.status == "ended" and persona.buys is not None:
            self._later(self._now + persona.buys, lambda: self.buy(persona))
        elif row.status == "asking":
            await self.answer(persona)

    async def step_in(self, persona: Persona) -> None:
        """A person of the shop takes over and writes."""
        row = await self._conversation(persona)
        if row is None or row.status != "held":
            return
        for payload in (
            staff_action(row.uid, "take", STAFF),
            staff_action(row.uid, "say", STAFF, REPLIES[row.language]),
        ):
            await self._put("staff", f"conversation:{row.uid}", payload)
        if self._dice.random() < 0.5:
            self._later(self._now + timedelta(hours=2), lambda: self.hand_back(persona))

    async def hand_back(self, persona: Persona) -> None:
        """The person hands the conversation back."""
        row = await self._conversation(persona)
        if row is not None and row.status == "held":
            await self._put("staff", f"conversation:{row.uid}", staff_action(row.uid, "release", STAFF))

    async def buy(self, persona: Persona) -> None:
        """They buy after all; with their code, if they were given one."""
        code = await self._house.database.transact(lambda tx: self._code(tx, persona))
        order = f"S-{self._dice.randrange(10_000, 99_999)}"
        data = {"order_id": order, "amount": persona.worth, "currency": persona.currency, "code": code}
        await self._report(persona, "purchase", data)

    async def _say(self, persona: Persona, row: Record, state: State) -> bool:
        """Say what this persona says at this step; False for silence."""
        prompt = state.prompt
        assert prompt is not None  # noqa: S101 - the caller has looked
        options = [button.option for button in prompt.buttons if not button.option.startswith("!")]
        if prompt.step == "barrier":
            if persona.words and state.misses == 0 and not state.pending_text:
                await self._speak(persona, row, persona.words)
                return True
            option = persona.barrier if persona.barrier in options else options[-1]
        elif prompt.step == "solved":
            if persona.solved is None:
                return False
            option = persona.solved
        elif not options:
            # A question in words: how a person of the shop may reach them.
            await self._speak(persona, row, f"customer{persona.external_id[1:]}@example.com")
            return True
        else:
            option = self._dice.choice(options)
        await self._tap(persona, row, prompt.visit, option)
        return True

    async def _tap(self, persona: Persona, row: Record, visit: int, option: str) -> None:
        if not persona.chats:
            link_id = await self._link(row)
            await self._put(
                "page", f"link:{link_id}", page_answer(AnsweredOnPage(link_id, visit, option, None, "email"))
            )
            return
        async with self._house.database.read() as tx:
            prompt = await latest_prompt(tx, row.id, visit)
        if prompt is None:
            return
        buttons = decode_message(prompt.message).prompt
        index = next(i for i, button in enumerate(buttons.buttons if buttons else ()) if button.option == option)
        await self._telegram(persona, {"callback_query": self._press(persona, button_data(prompt.nonce, index))})

    async def _speak(self, persona: Persona, row: Record, words: str) -> None:
        if persona.chats:
            await self._telegram(persona, {"message": self._message(persona, words)})
            return
        link_id = await self._link(row)
        payload = page_answer(AnsweredOnPage(link_id, decode_state(row.state).turn, None, words, "email"))
        await self._put("page", f"link:{link_id}", payload)

    async def _link(self, row: Record) -> int:
        links = await self._house.links(row.prospect_id, row.id)
        token = links["survey"].rsplit("/", 1)[1]
        async with self._house.database.read() as tx:
            link = await find(tx, token, "survey", self._now)
        assert link is not None  # noqa: S101 - made just now
        return int(link.id)

    async def _telegram(self, persona: Persona, content: dict[str, Any]) -> None:
        await self._put("telegram", f"telegram:{persona.chat_id}", json.dumps({"update_id": 1, **content}))

    def _person(self, persona: Persona) -> dict[str, Any]:
        return {"id": int(persona.chat_id), "is_bot": False, "first_name": "", "language_code": persona.language}

    def _message(self, persona: Persona, text: str | None = None) -> dict[str, Any]:
        chat = {"id": int(persona.chat_id), "type": "private"}
        date = int(self._now.timestamp())
        return {"message_id": 1, "date": date, "chat": chat, "from": self._person(persona), "text": text or ""}

    def _press(self, persona: Persona, data: str) -> dict[str, Any]:
        return {"id": str(self._dice.getrandbits(60)), "from": self._person(persona), "data": data,
                "message": self._message(persona), "chat_instance": "1"}  # fmt: skip

    async def _report(self, persona: Persona, kind: str, data: dict[str, Any]) -> None:
        identities = {"external": persona.external_id}
        payload = {"kind": kind, "identities": identities, "at": self._now.isoformat(), "data": data}
        await self._put("shop", f"shop:{persona.external_id}", json.dumps(payload))

    async def _put(self, source: str, lane: str, payload: str) -> None:
        key = f"sample:{self._dice.getrandbits(64):x}"
        await self._house.intake.put_many([RawInput(source, key, lane, payload)])

    async def _conversation(self, persona: Persona) -> Record | None:
        async with self._house.database.read() as tx:
            found = await prospects.find(tx, {"external": persona.external_id})
            newest = await conversations.latest(tx, found[0])
            return await conversations.get(tx, newest) if newest is not None else None

    async def _code(self, tx: Tx, persona: Persona) -> str | None:
        found = await prospects.find(tx, {"external": persona.external_id})
        granted = (await granted_to(tx, found)).get(found[0], ())
        return next((grant.code for grant in granted if grant.code), None)

    @property
    def _now(self) -> datetime:
        return self._house.clock.now()
