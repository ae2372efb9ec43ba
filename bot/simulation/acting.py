"""Carrying out what people planned: each act becomes the raw input that it would be."""

from datetime import datetime, timedelta

from bot.house import House
from bot.runtime.intake import RawInput
from bot.runtime.ports import button_data
from bot.simulation.actor import Act, Actor, Plan, Shown
from bot.simulation.sayings import words
from bot.simulation.watch import Watch
from flows.codec import decode_state
from flows.definition.flow import Flow
from flows.messages import Prompt
from flows.scene import Granted
from storage import conversations, links, prospects, shelf
from storage.database import Tx

COMMANDS = ("/help", "/why", "/privacy", "/mydata", "/limit", "/language")
WRITTEN = ("3", "prospect@example.com", "+36 20 555 0123", "2026-05-04", "as soon as possible")
"""What is written where a question asks for an answer in words: some fit, some have to be asked back."""


class Acting:
    """Knows how each act is done in this house."""

    def __init__(self, house: House, flow: Flow, watch: Watch, plan: Plan) -> None:
        """Nobody has done anything."""
        self._house, self._flow, self._watch, self._plan = house, flow, watch, plan

    async def do(self, actor: Actor, act: Act, now: datetime) -> list[RawInput]:
        """What comes in because of this act; nothing when its moment has passed."""
        if actor.erased or (act != "buy" and actor.done):
            return []
        found = await self._inputs(actor, act, now)
        if found:
            self._watch.acted(actor, now)
        return found

    async def _inputs(self, actor: Actor, act: Act, now: datetime) -> list[RawInput]:
        match act:
            case "reply":
                return self._reply(actor, now)
            case "page":
                return await self._page(actor, now)
            case "chat":
                return self._move_to_chat(actor, now)
            case "consider":
                return await self._consider(actor, now)
            case "buy":
                return await self._buy(actor, now)
            case "block":
                actor.blocked = True
                self._watch.silenced(actor, now, "blocked the bot")
                return [actor.doors.blocks(now)]
            case "look":
                return [actor.doors.shop_tells("viewed", now, {})]
            case _:
                return []

    def _reply(self, actor: Actor, now: datetime) -> list[RawInput]:
        """In the chat: to the newest question that has buttons, now and then to an earlier one."""
        actor.answered()
        earlier = [one for one in actor.shown if one.remote == "gone"]
        live = [one for one in actor.shown if one.remote != "gone"]
        if earlier and actor.dice.random() < actor.habits.changes_mind:
            return self._press(actor, earlier[-1], now)
        if not live:
            return []
        text = self._own_words(actor, live[-1].prompt)
        if text is not None:
            if text == "/stop":
                self._stops(actor, now)
            self._watch.heard_from(actor, now, text)
            return [actor.doors.writes(text, now)]
        return self._press(actor, live[-1], now)

    def _press(self, actor: Actor, shown: Shown, now: datetime) -> list[RawInput]:
        option = self._choice(actor, shown.prompt)
        if option is None:
            return []
        index = [button.option for button in shown.prompt.buttons].index(option)
        if option == "!stop" and shown.remote != "gone":
            self._stops(actor, now)
        if option == "!delete" and shown.remote != "gone":
            actor.erased = True
            self._watch.silenced(actor, now, "asked to be deleted")
        self._watch.heard_from(actor, now, f"[{shown.prompt.buttons[index].label}]")
        return [actor.doors.taps(button_data(shown.nonce, index), now)]

    async def _page(self, actor: Actor, now: datetime) -> list[RawInput]:
        """On the page: what it asks now, as the conversation says."""
        actor.answered()
        link = await self._link(actor.link, "survey", now)
        if link is None:
            return []
        prompt = await self._house.database.look(lambda tx: self._prompt(tx, link))
        if prompt is None:
            return []
        actor.goes_on(now)
        from_mail, actor.from_mail = actor.from_mail, False
        text = self._own_words(actor, prompt)
        if text == "/stop":
            return await self._unsubscribe(actor, now)
        option = self._choice(actor, prompt) if text is None else None
        if text is None and option is None:
            return []
        if option == "!stop":
            self._stops(actor, now)
        if option == "!delete":
            actor.erased = True
            self._watch.silenced(actor, now, "asked to be deleted")
        self._watch.heard_from(actor, now, text or f"[{prompt.label_of(option or '')}]")
        return [actor.doors.posts(link, prompt.visit, option, text, from_mail=from_mail and option is not None)]

    async def _unsubscribe(self, actor: Actor, now: datetime) -> list[RawInput]:
        link = await self._link(actor.preferences, "preferences", now)
        if link is None:
            return []
        self._stops(actor, now)
        self._watch.heard_from(actor, now, "[unsubscribe]")
        return [actor.doors.wishes(link, "stop")]

    def _stops(self, actor: Actor, now: datetime) -> None:
        actor.silent = True
        self._watch.silenced(actor, now, "stopped")

    def _move_to_chat(self, actor: Actor, now: datetime) -> list[RawInput]:
        actor.answered()
        self._watch.heard_from(actor, now, "/start")
        return [actor.doors.writes(f"/start {actor.start}", now)] if actor.start else []

    def _own_words(self, actor: Actor, prompt: Prompt) -> str | None:
        """What they write instead of tapping; None: they tap."""
        options = [button for button in prompt.buttons if not button.option.startswith("!")]
        language = actor.person.language
        if not options and not prompt.step.startswith("!"):
            return actor.dice.choice(WRITTEN)
        acts = actor.habits.acts
        act = actor.dice.choices(list(acts), list(acts.values()))[0]
        match act:
            case "tap":
                return None
            case "words":
                return words(actor.dice, language, actor.person.barrier) if prompt.own_words else None
            case "stop":
                return "/stop" if actor.dice.random() < 0.5 else words(actor.dice, language, "stop")
            case "command":
                return actor.dice.choice(COMMANDS) if actor.in_chat else words(actor.dice, language, "question")
            case _:
                return words(actor.dice, language, act)

    def _choice(self, actor: Actor, prompt: Prompt) -> str | None:
        """The option they tap."""
        options = [button.option for button in prompt.buttons]
        flow = [option for option in options if not option.startswith("!")]
        if prompt.several and prompt.picks and "!done" in options and actor.dice.random() < 0.6:
            return "!done"
        if actor.person.barrier in flow and actor.dice.random() < 0.93:
            return actor.person.barrier
        if actor.dice.random() < 0.02 or not flow:
            return actor.dice.choice(options) if options else None
        return actor.dice.choice(flow)

    async def _consider(self, actor: Actor, now: datetime) -> list[RawInput]:
        """Whether they will buy now that they have an offer: more likely when it removes what held them back."""
        grants = await self._house.database.look(lambda tx: self._grants(tx, actor))
        fits = any(self._removes(grant.offer, actor.person.barrier) for grant in grants)
        share = actor.habits.buys_helped if fits else actor.habits.buys_otherwise
        if actor.dice.random() < share:
            self._plan(now + timedelta(hours=1 + actor.dice.expovariate(1 / 30)), actor, "buy")
        return []

    def _removes(self, offer_id: str, barrier: str) -> bool:
        offer = self._flow.catalogue.offer(offer_id)
        return offer is not None and offer.kind != "nothing" and barrier in offer.removes

    async def _buy(self, actor: Actor, now: datetime) -> list[RawInput]:
        if actor.bought:
            return []
        grants = await self._house.database.look(lambda tx: self._grants(tx, actor))
        code = next((grant.code for grant in grants if grant.code and (grant.expires_at or now) >= now), None)
        actor.bought = True
        self._watch.buys(actor, now)
        data = {"order_id": f"{actor.person.external_id}-1", "amount": str(actor.person.cart), "code": code,
                "currency": self._flow.catalogue.currency}  # fmt: skip
        return [actor.doors.shop_tells("purchase", now, data)]

    async def _grants(self, tx: Tx, actor: Actor) -> tuple[Granted, ...]:
        found = await prospects.find(tx, {"external": actor.person.external_id})
        return (await shelf.granted_to(tx, found)).get(found[0], ()) if found else ()

    async def _link(self, token: str | None, purpose: links.Purpose, now: datetime) -> int | None:
        if token is None:
            return None
        row = await self._house.database.look(lambda tx: links.find(tx, token, purpose, now))
        return int(row.id) if row is not None else None

    async def _prompt(self, tx: Tx, link_id: int) -> Prompt | None:
        """The question that the page shows."""
        link = await links.get(tx, link_id)
        talk = await conversations.live(tx, link.prospect_id) if link is not None else None
        row = await conversations.get(tx, talk) if talk is not None else None
        state = decode_state(row.state) if row is not None else None
        return state.prompt if state is not None and state.status in ("asking", "snoozed") else None
