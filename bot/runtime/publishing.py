"""Publishing a flow, and what becomes of the conversations that run on an earlier version of it.

A move is planned before it is made, and made one conversation a transaction: a crash leaves each of them moved or not,
and doing it again finishes. What a plan calls safe is judged anew in the transaction, for people answer meanwhile.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.runtime.clock import Clock
from bot.runtime.failpoints import failpoint
from bot.runtime.flowshelf import FlowShelf
from flows.codec import decode_state
from flows.definition.build import build_flow
from flows.definition.flow import Flow
from flows.definition.moving import VERDICTS, Names, Verdict, judge, moved
from flows.definition.sources import FlowSources
from flows.errors import FlowError
from flows.state import State
from storage import flowbook, moving
from storage.database import Database, Record, Tx


@dataclass(frozen=True, slots=True)
class Place:
    """Where conversations stand: the version, the step (None before the first), how, and whether they can be moved."""

    version: int
    step: str | None
    status: str
    verdict: Verdict
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing would mean. `version` is the one to come, or the newest when nothing has changed (`new` false).

    `places` counts the live conversations on other versions, by where they stand: in the order of the flow.
    """

    flow: str
    version: int
    new: bool
    places: tuple[tuple[Place, int], ...] = ()

    def count(self, verdict: Verdict) -> int:
        """How many live conversations have this verdict."""
        return sum(number for place, number in self.places if place.verdict == verdict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a move came to: how many conversations were moved, and how many stay on their version."""

    moved: int
    kept: int


@dataclass
class Publisher:
    """Publishes flows and moves conversations, in one process. `by` is who does it, for the journal."""

    database: Database
    clock: Clock
    shelf: FlowShelf
    by: str
    names: Names = field(default_factory=dict)

    async def publish(self, sources: FlowSources) -> tuple[str, int, bool]:
        """Publish a flow after every check: its name, its version, and whether that is new. Raises FlowInvalid."""
        flow = build_flow(sources, 1)
        document, digest = sources.to_json(), sources.digest()
        version, new = await self.database.transact(
            lambda tx: flowbook.publish(tx, flow.name, digest, document, self.clock.now())
        )
        return flow.name, version, new

    async def plan(self, sources: FlowSources) -> Plan:
        """What publishing these sources would mean for the live conversations. Changes nothing.

        Raises FlowInvalid when they cannot be published, FlowError for a mapping that leads nowhere.
        """
        flow = build_flow(sources, 1)
        async with self.database.read() as tx:
            known = await flowbook.newest(tx, flow.name)
            new = known is None or known.digest != sources.digest()
            version = (known.version if known is not None else 0) + (1 if new else 0)
            target = replace(flow, version=version)
            await self._check_names(tx, target)
            counted: Counter[Place] = Counter()
            async for row in _standing(tx, flow.name, version):
                state = decode_state(row.state)
                old = await self.shelf.get(tx, flow.name, row.flow_version)
                counted[_place(old, target, state, self.names)] += 1
        return Plan(flow.name, version, new, _in_order(counted, flow))

    async def move(self, name: str, version: int, progress: Callable[[int, int], None] | None = None) -> Outcome:
        """Move every live conversation that can be moved to this published version, each in its own transaction."""
        async with self.database.read() as tx:
            target = await self.shelf.get(tx, name, version)
            await self._check_names(tx, target)
            waiting = [row.id async for row in _standing(tx, name, version)]
        done = 0
        for number, conversation_id in enumerate(waiting, start=1):
            done += await self.database.transact(lambda tx, one=conversation_id: self._move(tx, one, target))  # type: ignore[misc]
            failpoint("moving.moved")
            if progress is not None:
                progress(number, len(waiting))
        async with self.database.read() as tx:
            kept = [row.id async for row in _standing(tx, name, version)]
        return Outcome(done, len(kept))

    async def _move(self, tx: Tx, conversation_id: int, target: Flow) -> bool:
        row = await moving.live(tx, conversation_id)
        if row is None or row.flow_version == target.version:
            return False
        state = decode_state(row.state)
        old = await self.shelf.get(tx, state.flow, state.version)
        if judge(old, target, state, self.names).verdict != "safe":
            return False
        after = moved(target, state, self.names)
        await moving.move(tx, row, after, names=self.names, by=self.by, now=self.clock.now())
        failpoint("moving.before_commit")
        return True

    async def _check_names(self, tx: Tx, target: Flow) -> None:
        """A mapping must lead from a step of some published version to one of the new version."""
        for old, new in self.names.items():
            if new not in target.definition.steps:
                raise FlowError(f"there is no step {new!r} in the new version; give {old}= another one")
        unknown = set(self.names)
        for version in await flowbook.versions(tx, target.name) if unknown else ():
            if version != target.version:
                unknown -= set((await self.shelf.get(tx, target.name, version)).definition.steps)
        for old in sorted(unknown):
            raise FlowError(f"no earlier version has a step {old!r}; correct the mapping {old}={self.names[old]}")


def read_names(pairs: Sequence[str]) -> Names:
    """A mapping as it is typed: `old=new` each. Raises FlowError for anything else."""
    found: dict[str, str] = {}
    for pair in pairs:
        old, sign, new = (part.strip() for part in pair.partition("="))
        if not (old and sign and new):
            raise FlowError(f"{pair!r} is no mapping; write old=new, such as --map price=cost")
        if found.setdefault(old, new) != new:
            raise FlowError(f"the step {old!r} is mapped twice; give one of {old}={found[old]} and {old}={new}")
    return found


async def _standing(tx: Tx, name: str, version: int) -> AsyncIterator[Record]:
    after = 0
    while rows := await moving.standing(tx, name, version, after=after):
        for row in rows:
            yield row
        after = rows[-1].id


def _place(old: Flow, new: Flow, state: State, names: Mapping[str, str]) -> Place:
    judged = judge(old, new, state, names)
    step = state.step
    if state.status != "resting" and state.prompt is not None and not state.prompt.step.startswith("!"):
        step = state.prompt.step
    return Place(old.version, state.interrupted or step, state.status, judged.verdict, judged.reasons)


def _in_order(counted: Counter[Place], flow: Flow) -> tuple[tuple[Place, int], ...]:
    order = {step_id: number for number, step_id in enumerate(flow.definition.steps)}

    def rank(place: Place) -> tuple[object, ...]:
        here = order.get(place.step or "", len(order)) if place.step else -1
        return (here, place.step or "", place.version, place.status, VERDICTS.index(place.verdict), place.reasons)

    return tuple(sorted(counted.items(), key=lambda item: rank(item[0])))
