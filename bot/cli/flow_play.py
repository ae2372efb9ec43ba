"""`holdback flow play`: a chat in the terminal on the real engine, with a clock that only moves when told."""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import typer

from flows.codec import encode_state
from flows.definition.flow import Flow
from flows.effects import Effect, Say
from flows.fields import parse_duration
from flows.rehearsal.acts import Act
from flows.rehearsal.describe import describe
from flows.rehearsal.session import Session, rehearse
from flows.rehearsal.transcript import Exchange, Transcript, dump, exchange_of, take
from flows.words import Channel

HELP: Final = (
    "Type an answer, or the number of a button. /time +2d lets time pass, /silence jumps to the next timer, "
    "/take, /staff TEXT and /back play the shop, /buy is a purchase, /state shows the state, /quit ends. "
    "Other commands (/help, /stop, /language hu, ...) go to the conversation."
)
COMMANDS: Final = frozenset({"stop", "help", "privacy", "why", "person", "forget", "language", "limit", "mydata"})
"""What a prospect may command (see flows.events.Commanded)."""


class Player:
    """One session at the terminal. Keeps every act, so that the session can be printed as a transcript."""

    def __init__(self, flow: Flow, language: str, *, seed: int, arm: str) -> None:
        self._session: Session = rehearse(flow, language=language, seed=seed, arm=arm)
        self._head = {"flow": flow.name, "language": language, "seed": seed, "arm": arm}
        self._steps: list[Exchange] = []

    def run(self, channel: Channel) -> None:
        """Begin on this channel and play until /quit or the end of the input."""
        self._note(HELP)
        self._act(Act(start=channel))
        for line in _lines():
            if line in ("/quit", "/exit"):
                return
            if line:
                self._take(line)

    def transcript(self) -> str:
        """The session as a golden transcript."""
        head = {"about": "Played by hand.", **self._head, "steps": tuple(self._steps)}
        return dump(Transcript.model_validate(head))

    def _take(self, line: str) -> None:
        if not line.startswith("/"):
            self._act(self._answer(line))
            return
        name, _, rest = line[1:].partition(" ")
        match name:
            case "time":
                self._let_pass(rest)
            case "silence":
                self._jump()
            case "state":
                self._note(encode_state(self._session.state))
            case _:
                self._command(name, rest.strip())

    def _answer(self, line: str) -> Act:
        prompt = self._session.state.prompt
        number = int(line) if line.isascii() and line.isdigit() and len(line) <= 2 else 0
        if prompt and 1 <= number <= len(prompt.buttons):
            return Act(tap=prompt.buttons[number - 1].option)
        return Act(say=line)

    def _command(self, name: str, rest: str) -> None:
        match name:
            case "take":
                self._act(Act(take=True))
            case "staff" if rest:
                self._act(Act(staff_says=rest))
            case "back":
                self._act(Act(give_back=True))
            case "buy":
                self._act(Act(buy=rest or "1001"))
            case _ if name in COMMANDS:
                self._act(Act(command=name, argument=rest or None))
            case _:
                self._note(f"there is no command /{name}. {HELP}")

    def _let_pass(self, span: str) -> None:
        try:
            wait = parse_duration(span.strip().removeprefix("+"))
        except ValueError as error:
            self._note(f"{error}, as in /time +2d")
            return
        self._act(Act(wait=wait))

    def _jump(self) -> None:
        alarm = self._session.next_alarm()
        if alarm is None:
            self._note("no timer is set")
            return
        # A wait is written in whole seconds, so the jump must not end just before the timer.
        seconds = max(0, int((alarm.due - self._session.now).total_seconds())) + 1
        self._act(Act(wait=timedelta(seconds=seconds)))

    def _act(self, act: Act) -> None:
        self._session, turns = take(self._session, act)
        exchange = exchange_of(act, turns)
        self._steps.append(exchange)
        for turn, now in turns:
            for effect in turn.effects:
                self._show(effect, now)
        if exchange.note not in ("started", "answered"):
            self._note(exchange.note)

    def _show(self, effect: Effect, now: datetime) -> None:
        if not isinstance(effect, Say):
            self._note(str(describe(effect, now)))
            return
        message = effect.message
        typer.echo()
        typer.secho(f"{effect.channel}, {now:%a %d %b %H:%M} UTC", dim=True)
        typer.echo(message.text)
        if message.url:
            typer.echo(f"{message.url_label}: {message.url}")
        for number, button in enumerate(message.prompt.buttons if message.prompt else (), start=1):
            typer.secho(f"  {number:>2}  {button.label}", fg="cyan")

    def _note(self, text: str) -> None:
        typer.secho(f"· {text}", dim=True)


def _lines() -> Iterator[str]:
    """What is typed, line by line; at a terminal after a prompt."""
    asks = sys.stdin.isatty()
    while True:
        if asks:
            typer.echo("> ", nl=False)
        try:
            line = sys.stdin.readline()
        except (KeyboardInterrupt, UnicodeDecodeError):
            return
        if not line:
            return
        yield line.strip()
