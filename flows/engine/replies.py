"""The engine's own questions and replies: what works at every step, whatever the flow is.

Own options start with `!`. An own question interrupts the flow's: `state.interrupted` names the step to come back to.
"""

from datetime import timedelta

from flows.definition.faq import text_name
from flows.effects import CallPerson, EraseProspect, SetLanguage, Withdraw
from flows.engine import asking, enter, keyboard, moves, retrace, several
from flows.engine.draft import PART_OF_FLOW, Draft
from flows.events import Commanded
from flows.messages import Button, Prompt
from flows.understanding.faq import find_entry
from flows.understanding.moments import Moment, moment_words
from flows.words import ERASED, LANGUAGE_NAMES, LANGUAGES, SAYS_BOUGHT

SNOOZE = timedelta(days=3)
"""How long "later" puts the question off, unless a time was named."""

LONGEST_PAUSE = timedelta(days=366)
"""No question comes back after more than a year."""


CONFIRM_STOP, CONFIRM_DELETE, CHOOSE_LANGUAGE = "!confirm-stop", "!confirm-delete", "!language-choose"
LINK_PREFERENCES, LINK_PRIVACY = "link:preferences", "link:privacy"
"""Placeholders that a channel replaces with the prospect's own link when it renders the message."""


def ask_own(draft: Draft, step_id: str, buttons: tuple[Button, ...]) -> None:
    """Ask an own question; the flow's open question waits behind it, its buttons away."""
    draft.put_aside()
    draft.say(step_id.removeprefix("!"))
    status, put_off_to = draft.state.status, draft.state.put_off_to
    draft.open_prompt(Prompt(step_id, draft.state.turn, buttons, own_words=True))
    draft.update(status=status, put_off_to=put_off_to)
    draft.kind = "reply"


def ask_again(draft: Draft, step_id: str | None) -> None:
    """Ask the flow's question of this step anew, as a new visit."""
    if step_id == several.MAIN:
        draft.update(interrupted=None, outcome=None)
        several.ask_main_again(draft)
        return
    draft.update(interrupted=None)
    if step_id is None:
        return
    draft.update(outcome=None, questions=max(0, draft.state.questions - 1))
    enter.ask_again(draft, step_id)


def confirm_stop(draft: Draft) -> None:
    """Unsure whether they want to stop: ask, with two buttons, and offer nothing meanwhile."""
    yes, no = draft.text("confirm-stop", "yes"), draft.text("confirm-stop", "no")
    ask_own(draft, CONFIRM_STOP, (Button("!stop", yes), Button("!go-on", no)))
    draft.note = "asked whether to stop"


def confirm_delete(draft: Draft) -> None:
    """Deleting cannot be undone: ask, with two buttons."""
    yes, no = draft.text("confirm-delete", "yes"), draft.text("confirm-delete", "no")
    ask_own(draft, CONFIRM_DELETE, (Button("!delete", yes), Button("!go-on", no)))
    draft.note = "asked whether to delete"


def choose_language(draft: Draft) -> None:
    """Show the languages, each in its own name."""
    languages = [language for language in LANGUAGES if language in draft.flow.texts.languages]
    ask_own(draft, CHOOSE_LANGUAGE, tuple(Button(f"!language-{lang}", LANGUAGE_NAMES[lang]) for lang in languages))
    draft.note = "asked for the language"


def own_option(draft: Draft, option: str, label: str) -> None:  # noqa: C901 - one arm for each own option
    """An own option was tapped."""
    match option:
        case "!stop":
            moves.stop(draft, draft.state.channel or "web", "button")
        case "!person":
            person(draft, label)
        case keyboard.DONE:
            several.done(draft, draft.state.channel or "web")
        case _ if option.startswith(several.WEIGHS):
            several.weighs_most(draft, option.removeprefix(several.WEIGHS), label)
        case keyboard.SKIP:
            asking.skip(draft, label)
        case "!change":
            retrace.take_back(draft)
        case "!go-on":
            draft.close_question(label)
            draft.say("go-on")
            if draft.state.status != "held":
                ask_again(draft, draft.state.interrupted)
            draft.note = "went on"
        case "!delete":
            erase(draft)
        case _ if option.startswith("!language-"):
            set_language(draft, option.removeprefix("!language-"))
        case _:
            draft.note = "not offered"


def person(draft: Draft, label: str | None = None) -> None:
    """They want to talk to a person: called, and the flow is silent from here."""
    draft.put_aside(label)
    draft.say("handed-over")
    draft.kind = "reply"
    enter.hand_over(draft, "asked")
    draft.note = "handed over"


def erase(draft: Draft) -> None:
    """They confirmed: one last word, then everything about them is deleted."""
    draft.drop_pending("erased")
    draft.say("deleting")
    draft.kind = "closing"
    draft.finish(ERASED)
    draft.do(Withdraw(draft.state.channel or "web", "erasure"))
    draft.do(EraseProspect())
    draft.note = "erase"


def set_language(draft: Draft, language: str) -> None:
    """Go on in another language; the open question is asked again in it."""
    if language not in draft.flow.texts.languages:
        choose_language(draft)
        return
    prompt, interrupted = draft.state.prompt, draft.state.interrupted
    own = prompt is None or (prompt.step.startswith("!") and prompt.step not in PART_OF_FLOW)
    step = interrupted if prompt is None or own else prompt.step
    draft.close_question(None)
    draft.update(language=language)
    draft.do(SetLanguage(language))
    draft.say("language-set")
    draft.kind = "reply"
    draft.note = "language set"
    if draft.state.status in ("asking", "snoozed"):
        draft.kind = None
        ask_again(draft, step)


def later(draft: Draft, moment: Moment | None) -> None:
    """Put the question off: it stays open, and is asked again at the moment they named, or in three days.

    What is said back is when it will be asked indeed: quiet hours are kept.
    """
    due = draft.set_timer("snooze", moment.at - draft.now if moment is not None else SNOOZE)
    language = draft.state.language
    if moment is not None and draft.flow.texts.has(language, "later-until"):
        now = draft.now.astimezone(draft.zone)
        draft.say("later-until", when=moment_words(due.astimezone(draft.zone), language, now))
    else:
        draft.say("later")
    draft.kind = "reply"
    draft.update(status="snoozed", put_off_to=due)
    draft.note = "snoozed"


def pause_length(days: str | None) -> timedelta:
    """How long a pause of so many days is: as long as "later" without a number, and never longer than a year."""
    return min(timedelta(days=int(days[:4])), LONGEST_PAUSE) if days is not None and days.isdecimal() else SNOOZE


def pause(draft: Draft, days: str | None) -> None:
    """They want to hear nothing from us for so many days: an open question stays open, and comes again afterwards.

    One that they have put off for longer themselves comes when they have asked for it.
    """
    length = pause_length(days)
    if draft.state.status in ("asking", "snoozed") and draft.state.prompt is not None:
        draft.set_timer("snooze", max(length, _left_of_own(draft)))
        draft.update(status="snoozed")
    language, now = draft.state.language, draft.now.astimezone(draft.zone)
    if draft.flow.texts.has(language, "paused"):  # a flow published before has no such text
        ends = draft.allowed_after(length).astimezone(draft.zone)
        draft.say("paused", when=moment_words(ends, language, now))
    draft.kind = "reply"
    draft.note = "paused"


def resume(draft: Draft) -> None:
    """They have ended the pause: the question that it put off comes again at the next hour when they may be written to.

    Never before the moment that they have put it off to themselves.
    """
    draft.note = "resumed"
    put_off = draft.state.timer is not None and draft.state.timer[0] == "snooze"
    if put_off and draft.state.status in ("asking", "snoozed"):
        draft.set_timer("snooze", _left_of_own(draft))


def _left_of_own(draft: Draft) -> timedelta:
    """How long it is until the moment that they have put the open question off to themselves."""
    wished = draft.state.put_off_to
    return max(timedelta(0), wished - draft.now) if wished is not None else timedelta(0)


def known_question(draft: Draft, text: str) -> str | None:
    """The text that answers this question, or None when the shop has not answered it before in this language."""
    found = find_entry(draft.flow.faq, text, draft.state.language) if draft.flow.faq is not None else None
    name = text_name(found.entry) if found is not None else ""
    return name if name and draft.flow.texts.has(draft.state.language, name) else None


def answer_question(draft: Draft, text: str) -> bool:
    """A question back that the shop has answered before: its answer, and the open question again. False: it has not."""
    name = known_question(draft, text)
    if name is None:
        return False
    draft.say(name)
    moves.repeat(draft)
    draft.kind = "reply"
    draft.note = "answered a question"
    return True


def pass_question(draft: Draft) -> None:
    """A question back: passed to a person; the flow's question stays open where it is."""
    draft.say("question-passed")
    draft.kind = "reply"
    draft.do(CallPerson("question"))
    draft.note = "question passed"


def says_bought(draft: Draft) -> None:
    """They say they have bought already: thanked, and not asked again."""
    draft.drop_pending("says bought")
    draft.close_question(None)
    draft.say("says-bought")
    draft.finish(SAYS_BOUGHT)
    draft.note = "says bought"


def commanded(draft: Draft, event: Commanded) -> None:  # noqa: C901 - one arm for each command
    """A command. Each works in every state; none loses the open question."""
    draft.update(channel=moves.place(event.channel))
    draft.note = event.name
    match event.name:
        case "stop":
            moves.stop(draft, event.channel, "command")
        case "person":
            person(draft)
        case "forget":
            confirm_delete(draft)
        case "language":
            if event.argument:
                set_language(draft, event.argument)
            else:
                choose_language(draft)
        case "limit":
            draft.say("limited")
            moves.stop(draft, event.channel, "limit")
        case "pause":
            pause(draft, event.argument)
        case "resume":
            resume(draft)
        case _:
            information(draft, event.name)


def information(draft: Draft, name: str) -> None:
    """/help, /privacy, /why, /mydata and a wrong link: an answer, and nothing changes."""
    draft.kind = "reply"
    match name:
        case "privacy":
            draft.say("privacy")
            draft.say("privacy-link", url=LINK_PRIVACY)
        case "why":
            draft.say("why")
            if draft.flow.texts.has(draft.state.language, "why-facts"):  # a flow published before has no such text
                draft.say("why-facts", url=LINK_PREFERENCES)
        case "mydata":
            draft.say("mydata-link", url=LINK_PREFERENCES)
        case "link-invalid":
            draft.say("link-invalid")
        case _:
            draft.say("help")
            draft.say("help-commands")
