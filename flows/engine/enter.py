"""Entering a step: one function per step kind. The flow runs on until it asks, hands over or ends."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import assert_never

from babel.dates import format_date
from babel.numbers import format_currency

from flows.definition.calls import Subflow
from flows.definition.steps import Ask, Branch, Capture, Choose, End, Handover, Offer, Question, Split, Tell, Wait
from flows.effects import CallPerson, Give
from flows.engine import ways
from flows.engine.draft import Draft
from flows.engine.keyboard import SKIP, keys_of, prompt_of
from flows.errors import EngineMisuse
from flows.messages import Button, Prompt
from flows.offers.catalogue import OfferDefinition
from flows.offers.policy import Choice, choose_offer, expiry, face_value

MAX_STEPS = 50
"""Steps entered in one turn before the flow is taken for a loop."""


def run(draft: Draft, step_id: str) -> None:
    """Enter this step and whatever follows, until something waits.

    Raises EngineMisuse for a loop without a question.
    """
    following: str | None = step_id
    for _ in range(MAX_STEPS):
        if following is None:
            return
        spared = _past(draft, following) if following in draft.scene.enough else None
        following = spared or enter(draft, following)
    raise EngineMisuse(
        f"flow {draft.flow.name!r} loops at step {following!r} without asking; run `holdback flow check`"
    )


def _past(draft: Draft, step_id: str) -> str | None:
    """Where the flow goes on when enough is known to spare this question; None when it is asked."""
    step = draft.flow.step(step_id)
    return step.quota.next if isinstance(step, Question) and step.quota is not None else None


def go_on(draft: Draft, step_id: str | None) -> None:
    """Go on after a pause, as one who writes first; without a channel to write on, the conversation ends in peace."""
    draft.proactive = True
    draft.update(status="asking")
    if step_id is None or draft.scene.push_channel(draft.state.channel) is None:
        draft.finish("unreachable" if step_id is not None else "answered")
        return
    run(draft, step_id)


def enter(draft: Draft, step_id: str) -> str | None:  # noqa: C901 - one arm for each kind of step
    """Enter one step; returns the step to go on with, or None when the flow waits or is over."""
    step = draft.flow.step(step_id)
    draft.update(step=step_id)
    match step:
        case Choose():
            _ask_unless_spared(draft, step_id, step)
            return None
        case Tell():
            draft.say(step_id)
            return step.next
        case Ask() | Capture():
            return ask_words(draft, step_id, step)
        case Branch():
            return ways.way_of_branch(draft, step)
        case Split():
            return ways.way_of_split(draft, step_id, step)
        case Wait():
            ways.rest(draft, step)
            return None
        case Subflow():
            return step.first or step.next
        case Offer():
            return enter_offer(draft, step)
        case Handover():
            draft.say(step_id)
            hand_over(draft, step.reason)
            return None
        case End():
            if draft.flow.texts.has(draft.state.language, step_id):
                draft.say(step_id)
            draft.finish(step.outcome)
            return None
        case _:
            assert_never(step)


def _ask_unless_spared(draft: Draft, step_id: str, step: Choose) -> None:
    if step.optional and draft.state.questions >= draft.flow.definition.questions:
        # The promise is kept on every way, also on one that words have opened: this question can be spared.
        draft.finish("answered")
        return
    for text in step.say:
        draft.say(text)
    ask_choice(draft, step_id, step)


def ask_again(draft: Draft, step_id: str) -> None:
    """Ask this question anew, however much is known by now: they have been asked before. Other steps are entered."""
    step = draft.flow.step(step_id)
    if isinstance(step, Choose):
        ask_choice(draft, step_id, step)
    elif isinstance(step, Ask | Capture):
        draft.update(step=step_id)
        following = ask_words(draft, step_id, step)
        if following is not None:
            run(draft, following)
    else:
        run(draft, step_id)


def ask_choice(
    draft: Draft, step_id: str, step: Choose, *, only: tuple[str, ...] = (), text: str | None = None
) -> None:
    """Open the question of a `choose` step. `only` narrows its options; `text` is asked instead of the step's own."""
    keys = keys_of(draft, step_id, step)
    draft.paragraphs.append(keys.asked if keys.asked and text is None else draft.text(text or step_id))
    draft.ask(prompt_of(draft, keys, step, only))


def ask_words(draft: Draft, step_id: str, step: Ask | Capture) -> str | None:
    """Open a question in words; or go on with the returned step when the promise is used up and it can be spared."""
    if step.optional and draft.state.questions >= draft.flow.definition.questions:
        return step.next
    for text in step.say:
        draft.say(text)
    draft.say(step_id)
    skips = step.optional and draft.flow.texts.has(draft.state.language, "button-skip")
    skip = (Button(SKIP, draft.text("button-skip")),) if skips else ()
    grades = range(1, step.scale + 1) if isinstance(step, Ask) and step.answer == "rating" else ()
    shown = (*(Button(str(grade), str(grade)) for grade in grades), *skip)
    draft.ask(Prompt(step_id, draft.state.turn, shown))
    return None


def hand_over(draft: Draft, reason: str) -> None:
    """Put the conversation in a person's hands: the flow is silent until it is handed back."""
    draft.cancel_timers()
    draft.put_aside()
    draft.update(status="held", held_by=None)
    draft.do(CallPerson(reason))


def enter_offer(draft: Draft, step: Offer) -> str:
    """Give the offer that fits the main barrier, or show again the one that was given before."""
    barrier, arm = draft.state.main_barrier, draft.state.arm
    choice, note = choose_offer(draft.flow.catalogue, barrier, draft.scene, arm, draft.now)
    if note is not None:
        draft.do(note)
    if choice is None:
        return step.none
    offer = choice.offer
    code, until = _grant(draft, choice)
    draft.code = code
    draft.say(
        offer.id,
        code=code or "",
        percent=offer.percent or 0,
        value=_money(offer.value or Decimal(0), draft.flow.catalogue.currency, draft.state.language),
        until=until,
    )
    _link(draft, offer)
    if offer.calls is not None and choice.earlier is None:
        draft.do(CallPerson(offer.calls))
        return step.calls or step.next
    return step.none if offer.kind == "nothing" else step.next


def _grant(draft: Draft, choice: Choice) -> tuple[str | None, str]:
    """Grant the chosen offer unless it was granted earlier; returns its code and its expiry in the prospect's words."""
    if choice.earlier is not None:
        return choice.earlier.code, _date(draft, choice.earlier.expires_at)
    assert choice.stock is not None  # noqa: S101 - a new grant always comes from the shelf (see Choice)
    ends = expiry(choice.offer, choice.stock, draft.now, draft.zone)
    value = face_value(choice.offer, draft.scene.person, draft.flow.catalogue.currency)
    draft.give(
        Give(
            offer=choice.offer.id,
            kind=choice.offer.kind,
            barrier=draft.state.main_barrier,
            code=choice.stock.code,
            value=value,
            currency=draft.flow.catalogue.currency if value is not None else None,
            expires_at=ends,
        )
    )
    return choice.stock.code, _date(draft, ends)


def _date(draft: Draft, moment: datetime | None) -> str:
    """A day in the prospect's zone and language, e.g. "November 24, 2026"; empty when there is none."""
    if moment is None:
        return ""
    # Midnight ends the day before: "until March 7" must not be read as including March 8.
    last = moment.astimezone(draft.zone) - timedelta(microseconds=1)
    return _day(last.date(), draft.state.language)


@lru_cache(maxsize=512)
def _day(day: date, language: str) -> str:
    return format_date(day, "long", locale=language)


@lru_cache(maxsize=512)
def _money(amount: Decimal, currency: str, language: str) -> str:
    return format_currency(amount, currency, locale=language)


def _link(draft: Draft, offer: OfferDefinition) -> None:
    """Where the offer leads: its own page, else the product's, else the shop's."""
    url = offer.url or draft.scene.person.product_url or draft.scene.shop.url
    if url and draft.flow.texts.has(draft.state.language, offer.id, "link"):
        draft.url, draft.url_label = url, draft.text(offer.id, "link")
