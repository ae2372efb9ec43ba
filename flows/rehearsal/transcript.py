"""Golden transcripts: a conversation with everything it led to, as a file. Playing it again must give the same.

    about: One tap to an offer.
    flow: barriers
    language: en
    seed: 1
    stage: {email: none}          # what is special about the scene; see Stage
    steps:
      - in: {start: telegram}     # what happens; see Act
        note: started             # what the engine says about it
        out: [...]                # every effect, in order; see describe

The first play fills in `note` and `out` (`holdback flow test --update`, or pytest --update-transcripts).
"""

from dataclasses import dataclass
from datetime import UTC, timedelta
from io import StringIO
from typing import Any, Final, Literal

from pydantic import AwareDatetime, Field
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString, SingleQuotedScalarString

from flows.definition.flow import Flow
from flows.definition.parse import locate
from flows.fields import Identifier, Strict
from flows.rehearsal.acts import Act
from flows.rehearsal.describe import describe
from flows.rehearsal.session import Moments, Session, rehearse
from flows.rehearsal.stage import START, Stage

_LOOK_LIKE_SWITCHES: Final = frozenset({"yes", "no", "on", "off"})
"""Option ids that older YAML takes for true or false; quoted, so that no reader stumbles."""


class Exchange(Strict):
    """One act and what came of it."""

    act: Act = Field(alias="in")
    note: str = ""
    out: tuple[Any, ...] = ()


class Transcript(Strict):
    """A whole transcript."""

    about: str
    flow: Identifier
    language: str = "en"
    seed: int = 1
    arm: Literal["offer", "control"] = "offer"
    start: AwareDatetime = START
    stage: Stage = Stage()
    steps: tuple[Exchange, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a played conversation left its transcript: the step (from 1), what was expected and what came."""

    step: int
    expected: str
    came: str


def parse_transcript(text: str, place: str) -> Transcript:
    """A transcript file. Raises FlowInvalid with every problem found."""
    return locate(text, place, Transcript).value


def replay(flow: Flow, transcript: Transcript) -> Transcript:
    """The same acts on this flow, with what they lead to now."""
    session = rehearse(
        flow,
        language=transcript.language,
        seed=transcript.seed,
        arm=transcript.arm,
        stage=transcript.stage,
        start=transcript.start,
    )
    steps: list[Exchange] = []
    for step in transcript.steps:
        session, exchange = perform(session, step.act)
        steps.append(exchange)
    return transcript.model_copy(update={"steps": tuple(steps)})


def perform(session: Session, act: Act) -> tuple[Session, Exchange]:
    """One act, and the exchange that it makes."""
    session, turns = take(session, act)
    return session, exchange_of(act, turns)


def take(session: Session, act: Act) -> tuple[Session, Moments]:
    """One act, and the turns it led to: none or several when time passes, else one."""
    if act.wait is not None:
        return session.wait(act.wait)
    session, turn = session.play(act.event(session.state))
    return session, ((turn, session.now),)


def exchange_of(act: Act, turns: Moments) -> Exchange:
    """An act and the turns it led to, as a transcript keeps them."""
    notes = ", ".join(turn.note for turn, _ in turns) or "nothing happened"
    lines = [describe(effect, now) for turn, now in turns for effect in turn.effects]
    return Exchange.model_validate({"in": act, "note": notes, "out": lines})


def differences(expected: Transcript, played: Transcript) -> tuple[Difference, ...]:
    """Every step whose note or effects are not the expected ones."""
    found: list[Difference] = []
    for number, (wanted, came) in enumerate(zip(expected.steps, played.steps, strict=True), start=1):
        if (wanted.note, wanted.out) != (came.note, came.out):
            found.append(Difference(number, dump_steps([wanted]), dump_steps([came])))
    return tuple(found)


def dump(transcript: Transcript) -> str:
    """The transcript as its file."""
    head: dict[str, Any] = {"about": transcript.about, "flow": transcript.flow, "language": transcript.language}
    head["seed"] = transcript.seed
    if transcript.arm != "offer":
        head["arm"] = transcript.arm
    if transcript.start != START:
        head["start"] = f"{transcript.start.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
    stage = transcript.stage.model_dump(mode="json", exclude_defaults=True)
    if stage:
        head["stage"] = stage
    return _yaml(head) + "steps:\n" + dump_steps(transcript.steps)


def dump_steps(steps: tuple[Exchange, ...] | list[Exchange]) -> str:
    """The steps alone, as they stand in a file."""
    return _yaml([{"in": _act(step.act), "note": step.note, "out": list(step.out)} for step in steps])


def _act(act: Act) -> dict[str, Any]:
    shown = act.model_dump(exclude_defaults=True)
    if act.wait is not None:
        shown["wait"] = _duration(act.wait)
    return shown


def _duration(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, size in (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _yaml(value: Any) -> str:
    yaml = YAML(pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 4096  # a text stays on its line, so that it can be searched for
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(_blocks(value), out)
    return out.getvalue()


def _blocks(value: Any) -> Any:
    """Texts of several lines as blocks, so that a transcript reads like the conversation it is."""
    if isinstance(value, dict):
        return {_blocks(key): _blocks(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_blocks(item) for item in value]
    if isinstance(value, str) and "\n" in value:
        return LiteralScalarString(value)
    if isinstance(value, str) and value in _LOOK_LIKE_SWITCHES:
        return SingleQuotedScalarString(value)
    return value
