"""`holdback flow play`: a chat in the terminal on the real engine, with a clock that only moves when told."""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, get_args

import typer

from flows.codec import encode_state
from flows.definition.flow import Flow
from flows.effects import Effect, Say
from flows.fields import parse_duration
from flows.rehearsal.acts import Act
from flows.rehearsal.describe import describe
from flows.rehearsal.session import Session, rehearse
from flows.rehearsal.transcript import Exchange, Transcript, dump, exchange_of, take
from flows.words import CHANNELS, Channel, ShopEvent

HELP: Final = (
    "Type an answer, or the number of a button. /time +2d lets time pass, /silence jumps to the next timer. "
    "/open web goes on elsewhere, /bounce makes the channel unreachable, /happens viewed is news from the shop, "
    "/buy a purchase; /take, /staff TEXT and /back play a person of the shop. /state shows the state, /quit ends. "
    "Other commands (/help, /stop, /language hu, ...) go to the conversation."
)
COMMANDS: Final = frozenset(
    {"stop", "help", "privacy", "why", "person", "forget", "language", "limit", "mydata", "pause", "resume"}
)
"""What a prospect may command (see flows.events.Commanded)."""

CHOICES: Final[dict[str, tuple[str, ...]]] = {"open": CHANNELS, "happens": get_args(ShopEvent)}
"""Commands that need one of some words behind them."""


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
        act = self._happening(name, rest)
        if act is not None:
            self._act(act)
        elif name in CHOICES:
            self._note(f"/{name} needs one of {', '.join(CHOICES[name])}")
        elif name == "staff":
            self._note("/staff needs the words that the person writes")
        else:
            self._note(f"there is no command /{name}. {HELP}")

    def _happening(self, name: str, rest: str) -> Act | None:
        """What a command makes happen; None when it is none, or lacks what it needs."""
        match name:
            case "take" | "back":
                return Act(take=True) if name == "take" else Act(give_back=True)
            case "staff":
                return Act(staff_says=rest) if rest else None
            case "buy":
                return Act(buy=rest or "1001")
            case "bounce":
                here = self._session.state.channel or "telegram"
                return Act.model_validate({"unreachable": rest if rest in CHANNELS else here})
            case "open" | "happens":
                return Act.model_validate({name: rest}) if rest in CHOICES[name] else None
            case _:
                return Act(command=name, argument=rest or None) if name in COMMANDS else None

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
        # A wait is written in whole seconds, long ones in minutes, so the jump must not end just before the timer.
        left = alarm.due - self._session.now
        unit = timedelta(minutes=1) if left > timedelta(days=1) else timedelta(seconds=1)
        self._act(Act(wait=max(0, -(-left // unit)) * unit))

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
