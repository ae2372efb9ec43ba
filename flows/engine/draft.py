"""The scratch pad of one turn: collects what is said and decided, and becomes a `Turn` at the end.

Rules of this room: a Draft lives inside one call of `advance`; nothing else may hold one. One turn says at most one
message.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.lists import format_list

from flows.answers import Answer
from flows.calendar import next_allowed, zone_of
from flows.definition.flow import Flow
from flows.effects import CancelPending, CancelTimers, CloseQuestion, Effect, Finish, Give, Record, Say, SetTimer
from flows.messages import Message, MessageKind, Prompt
from flows.scene import Scene
from flows.state import State
from flows.texts import Value
from flows.turn import Turn
from flows.values import altered
from flows.words import ERASED, STOPPED, Channel

PART_OF_FLOW = frozenset({"!which-most"})
"""Questions of the engine's own that the flow goes on from: after an interruption they are asked again."""

REFUSALS = frozenset({STOPPED, ERASED})
"""Outcomes that no other one takes the place of."""


@dataclass(slots=True)
class Draft:
    """One turn in the making.

    `state` is a copy that nobody else holds: a turn changes it often, so it is changed in place, through its `__dict__`
    (tests/flows/engine/test_draft.py holds that only fields of a state are written). `proactive` is true
    while Holdback speaks first (a timer, a fallback), false for replies; `gives` that an offer is granted.
    """

    flow: Flow
    state: State
    scene: Scene
    now: datetime
    proactive: bool = field(default=False, init=False)
    note: str = field(default="ok", init=False)
    kind: MessageKind | None = field(default=None, init=False)
    paragraphs: list[str] = field(default_factory=list, init=False)
    effects: list[Effect] = field(default_factory=list, init=False)
    gives: bool = field(default=False, init=False)
    code: str | None = field(default=None, init=False)
    url: str | None = field(default=None, init=False)
    url_label: str | None = field(default=None, init=False)
    shows_prompt: bool = field(default=False, init=False)

    def update(self, **changes: Any) -> None:
        """Change fields of the state: this draft's own copy, frozen for everybody else once it is handed out."""
        self.state.__dict__.update(changes)

    def do(self, effect: Effect) -> None:
        """Add an effect."""
        self.effects.append(effect)

    def text(self, message_id: str, attribute: str | None = None, **values: Value) -> str:
        """A text in the conversation's language, with the facts every text may use."""
        language = self.state.language
        constant = self.flow.texts.constant(language, message_id, attribute)
        if constant is not None:
            return constant
        person = self.scene.person
        values.setdefault("shop", self.scene.shop.name)
        values.setdefault("product", person.product or "")
        values.setdefault("known", "yes" if person.product else "no")
        values.setdefault("name", person.first_name or "")
        return self.flow.texts.say(language, message_id, attribute, **values)

    def say(self, message_id: str, attribute: str | None = None, **values: Value) -> None:
        """Add a paragraph, if the flow has this text in any form."""
        self.paragraphs.append(self.text(message_id, attribute, **values))

    def listed(self, words: Iterable[str]) -> str:
        """Several things in one sentence, put together as the conversation's language does it."""
        return format_list(list(words), locale=self.state.language)

    def open_prompt(self, prompt: Prompt) -> None:
        """Make this the open question, in place of any other; it is shown at the end of this turn's message."""
        if self.state.prompt is not None:
            self.close_question(None)
        self.update(prompt=prompt, asked_at=self.now, misses=0, rung=0, pending_text=None, status="asking")
        self.update(put_off_to=None)
        self.shows_prompt = True

    def ask(self, prompt: Prompt) -> None:
        """As `open_prompt`, for a question that counts against the flow's promise."""
        self.state.__dict__["questions"] += 1
        self.open_prompt(prompt)

    def close_question(self, mark: str | None) -> None:
        """The open question, if there is one, is closed: edited in place, with the answer as its mark."""
        if self.state.prompt is not None:
            said = self._mark(mark) if mark else None
            self.effects.append(CloseQuestion(self.state.prompt.visit, said))
            self.state.__dict__["prompt"] = None

    def _mark(self, label: str) -> str:
        return self.flow.marks.get((self.state.language, label)) or self.text("answered-mark", label=label)

    def put_aside(self, mark: str | None = None) -> None:
        """Close the open question; if it belongs to the flow's way, it is the one to come back to."""
        prompt = self.state.prompt
        if prompt is not None and (not prompt.step.startswith("!") or prompt.step in PART_OF_FLOW):
            self.update(interrupted=prompt.step)
        self.close_question(mark)

    def keep_answer(self, answer: Answer) -> None:
        """Keep an answer, in the state and as an effect; its barriers come first from now on, and no words wait."""
        known = self.state.barriers
        if answer.barriers:
            known = (*answer.barriers, *(barrier for barrier in known if barrier not in answer.barriers))
        self.update(answers=(*self.state.answers, answer), barriers=known, pending_text=None)
        self.effects.append(Record(answer))

    def give(self, grant: Give) -> None:
        """Grant an offer."""
        self.gives = True
        self.update(granted=(*self.state.granted, grant.offer))
        self.do(grant)

    @property
    def zone(self) -> ZoneInfo:
        """The prospect's time zone, else the shop's."""
        return zone_of(self.scene.person.timezone) or zone_of(self.scene.shop.timezone) or ZoneInfo("UTC")

    def allowed_after(self, span: timedelta) -> datetime:
        """The first moment after a while when the prospect may be written to (UTC)."""
        shop, moment = self.scene.shop, self.now + span
        if shop.quiet is None:
            return moment
        return next_allowed(moment, zone=self.scene.person.timezone, shop_zone=shop.timezone, quiet=shop.quiet)

    def set_timer(self, name: str, after: timedelta) -> datetime:
        """Wake this conversation after a while, at an hour when the prospect may be written to: returns when (UTC)."""
        due = self.allowed_after(after)
        self.state.__dict__["timer"] = (name, self.state.turn)
        self.effects.append(SetTimer(name, due))
        return due

    def cancel_timers(self) -> None:
        """No timer of this conversation fires any more."""
        if self.state.timer is not None:
            self.update(timer=None)
        self.do(CancelTimers())

    def finish(self, outcome: str) -> None:
        """End the conversation. Whoever asked us to stop has asked it, whatever else happens later.

        Only a silent end keeps its question open: an answer that comes late is still welcome.
        """
        if self.state.outcome in REFUSALS and outcome not in REFUSALS:
            outcome = self.state.outcome
        self.cancel_timers()
        if outcome != "silent":
            self.close_question(None)
        self.update(status="ended", outcome=outcome, interrupted=None, held_by=None)
        self.do(Finish(outcome))

    def drop_pending(self, reason: str) -> None:
        """Whatever is not yet handed to a sender is not sent any more."""
        self.do(CancelPending(reason))

    def speak_on(self) -> Channel | None:
        """The channel for this turn's message: where the prospect is, or the first that can be written to."""
        here = self.state.channel
        if here == "web" and not self.proactive:
            return "web"
        return self.scene.push_channel(here)

    def turn(self) -> Turn:
        """The finished turn, its message last among the effects."""
        channel = self.speak_on() if self.paragraphs else None
        if channel is not None:
            self.state.__dict__["channel"] = channel
            self.effects.append(Say(self._message(), channel, self.proactive))
        if self.state.status == "asking" and (self.shows_prompt or self.state.timer is None):
            self._keep_waiting()
        return Turn(self.state, tuple(self.effects), self.note)

    def _message(self) -> Message:
        prompt = self.state.prompt if self.shows_prompt else None
        kind = self.kind or self._kind_of_turn(prompt)
        message = altered(self._paper(), kind=kind, paragraphs=tuple(self.paragraphs), prompt=prompt)
        if self.code or self.url:
            return altered(message, code=self.code, url=self.url, url_label=self.url_label)
        return message

    def _paper(self) -> Message:
        """A message on which nothing stands yet but the subject and preheader of an email, where the flow has them."""
        texts, language = self.flow.texts, self.state.language
        kept = self.flow.papers.get(language)
        if kept is not None:
            return kept
        subject = self.text("subject") if texts.has(language, "subject") else None
        preheader = self.text("preheader") if texts.has(language, "preheader") else None
        paper = Message("reply", language, (), subject=subject, preheader=preheader)
        if (subject, preheader) == (texts.constant(language, "subject"), texts.constant(language, "preheader")):
            self.flow.papers[language] = paper
        return paper

    def _kind_of_turn(self, prompt: Prompt | None) -> MessageKind:
        if self.gives or self.code:
            return "offer"
        if self.state.status == "ended":
            return "closing"
        return "question" if prompt is not None else "reply"

    def _keep_waiting(self) -> None:
        """A question that is shown anew waits anew; no open one waits without an end, however high the rung."""
        ladder, prompt, own = self.flow.definition.silence, self.state.prompt, self.flow.silences
        if prompt is not None and prompt.step in own:
            self.set_timer("silence", own[prompt.step])
        elif ladder:
            rung = self.state.rung
            self.set_timer("silence", ladder[rung if rung < len(ladder) else -1].after)
