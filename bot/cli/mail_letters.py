"""Every mail that a flow can send: it is walked through on the real engine, and what it says is kept."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from bot.runtime.ports import Outgoing
from bot.runtime.products import Product
from flows.definition.flow import Flow
from flows.effects import Give, Say
from flows.messages import Message
from flows.rehearsal.acts import Act
from flows.rehearsal.session import Moments, Session, rehearse
from flows.rehearsal.stage import START, Stage
from flows.rehearsal.transcript import take
from flows.scene import Shop

COMMANDS: Final = ("help", "privacy", "why", "mydata", "limit", "forget", "stop")
"""What a prospect may ask at every step; each has an answer."""

LETTER: Final = "The base is steel, so it works on induction.\n\nMaria"
"""What a person of the shop might write."""

SAMPLE_PICTURE: Final = "https://shop.example/lamp-7.jpg"
PRODUCT: Final = Product("Aurora desk lamp", Decimal("89.00"), "EUR", "https://shop.example/lamp-7", SAMPLE_PICTURE)
"""What the rehearsed person looked at."""

DRAWING: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 88 88'%3E%3Crect width='88' height='88' "
    "fill='%23e9e4da'/%3E%3Cpath d='M30 22h28l8 22H22z' fill='%23c9963b'/%3E%3Cpath d='M42 44h4v20h-4zM32 64h24v4H32z' "
    "fill='%235a4a32'/%3E%3C/svg%3E"
)
"""A lamp, which stands in a preview for the picture that is not there."""

AGREED: Final = START - timedelta(days=2)
WRITTEN: Final = START


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail to look at; `name` can be a file's name, `kind` is what the row of the outbox would be."""

    name: str
    message: Message
    kind: str


def samples(flow: Flow, language: str, shop: Shop) -> tuple[Sample, ...]:
    """Every message of the flow in this language, each once, in the order in which it is first met.

    What is said on the page is among them: where somebody can no longer be reached elsewhere, it goes by mail.
    """
    found: dict[tuple[str, ...], Sample] = {}
    taken: dict[str, int] = {}
    for name, message in _met(flow, language, shop):
        if (message.kind, *message.paragraphs) in found:
            continue
        taken[name] = taken.get(name, 0) + 1
        several = f"-{taken[name]}" if taken[name] > 1 else ""
        found[message.kind, *message.paragraphs] = Sample(f"{name}{several}", message, message.kind)
    return tuple(found.values())


def outgoing(sample: Sample, base_url: str, *, bot: bool) -> Outgoing:
    """The sample as a row of the outbox to somebody called Alex, with links that lead nowhere; `bot` adds Telegram."""
    links = {purpose: f"{base_url}/{path}" for purpose, path in _PATHS.items()}
    if bot:
        links["telegram"] = "https://t.me/your_bot?start=preview"
    message = sample.message
    return Outgoing(
        id=1,
        address="alex@example.com",
        kind=sample.kind,
        message=message,
        nonce=None,
        edits_remote_id=None,
        created_at=WRITTEN,
        name="Alex",
        consent_at=AGREED,
        links=links,
        product=PRODUCT,
    )


_PATHS: Final = {"confirm": "c/preview", "survey": "s/preview", "preferences": "u/preview", "privacy": "privacy"}


def _met(flow: Flow, language: str, shop: Shop) -> Iterator[tuple[str, Message]]:
    """Each answer of each question is given once, each silence waited for once: (name, message)."""
    session = rehearse(flow, language=language, stage=Stage(telegram="none", first="email"))
    session = replace(session, scene=replace(session.scene, shop=shop))
    session, turns = take(session, Act(start="email"))
    yield from _said(turns)
    first, waiting, done = session, [session], set[tuple[str, str]]()
    while waiting:
        session = waiting.pop(0)
        prompt, alarm = session.state.prompt, session.next_alarm()
        step = prompt.step if prompt else session.state.step or ""
        for option in [button.option for button in prompt.buttons] if prompt else ():
            if (step, option) not in done:
                done.add((step, option))
                after, turns = take(session, Act(tap=option))
                yield from _said(turns)
                waiting.append(after)
        if alarm is not None and (step, f"after {alarm.name}") not in done:
            done.add((step, f"after {alarm.name}"))
            after, turn = session.ring(alarm)
            yield from _said(((turn, after.now),))
            waiting.append(after)
    yield from _beside(first)


def _beside(first: Session) -> Iterator[tuple[str, Message]]:
    """What stands beside every flow: answers to commands, and a person's letter."""
    for command in COMMANDS:
        _, turns = take(first, Act(command=command))
        for _, message in _said(turns):
            yield f"{message.kind}-{command}", message
    _, turns = take(first, Act(staff_says=LETTER))
    for _, message in _said(turns):
        yield "staff-letter", message


def _said(turns: Moments) -> Iterator[tuple[str, Message]]:
    for turn, _ in turns:
        offers = [effect.offer for effect in turn.effects if isinstance(effect, Give)]
        for effect in turn.effects:
            if isinstance(effect, Say):
                prompt = effect.message.prompt
                where = "-".join(offers) or (prompt.step if prompt else turn.state.step or "end")
                yield f"{effect.message.kind}-{where}".replace("_", "-"), effect.message
