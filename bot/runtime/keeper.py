"""Keeping scores up: whoever something happened to, or for whom time has changed something, is judged again soon after.

In groups, apart from the turns: nobody who answers waits for a score. Everything is judged by the rules in force; when
they change, everybody is judged again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.failpoints import failpoint
from bot.runtime.loops import LOOK
from bot.runtime.supervisor import Supervisor
from flows.audience.judgement import Judgement, judge
from flows.audience.past import History
from flows.audience.population import Population
from flows.audience.profile import Profile, Stage
from flows.audience.qualification import expected_value
from flows.audience.reading import amount
from flows.audience.scoring import Rules
from flows.calendar import next_working_day
from storage import conversations, deliveries, facts, journeys, past, population, profiles, rulebook, scores, tasks
from storage.database import Database, Tx

GROUP: Final = 200
"""Prospects judged in one transaction."""

GATHER: Final = 0.25
"""Seconds between a bell and the work: what happens together is judged together."""

STEP: Final = 20_000
"""Row ids marked in one transaction when the rules have changed."""

JUDGED_BY: Final = "scores_judged_by"
"""The fact that keeps the digest of the rules that everybody was judged by."""

BY: Final = "scores"
"""Who opened a task, when it was nobody of the staff."""


class Keeper:
    """Judges prospects in one process."""

    def __init__(
        self, database: Database, clock: Clock, bells: Bells, shipped: Rules, currency: str, zone: str
    ) -> None:
        """`shipped`: the rules of the file, until others are saved in the console. `zone` is the shop's."""
        self._database, self._clock, self._bells = database, clock, bells
        self._shipped, self._saved = shipped, (0, shipped)
        self._currency, self._zone = currency, zone

    async def rules(self, tx: Tx) -> Rules:
        """The rules in force: those saved last in the console, else those of the file."""
        version = await rulebook.newest_number(tx, rulebook.SCORING)
        if version and self._saved[0] != version:
            row = await rulebook.get(tx, rulebook.SCORING, version)
            assert row is not None  # noqa: S101 - versions are never deleted
            self._saved = (version, Rules.model_validate(row.definition))
        return self._saved[1] if version else self._shipped

    async def population(self) -> Population:
        """The figures of all prospects together, measured again when they are too old."""
        now = self._clock.now()
        async with self._database.read() as tx:
            known = await population.known(tx, now, self._currency)
            measured = known or await population.measure(tx, now, self._currency)
        if known is None:
            await self._database.transact(lambda tx: population.keep(tx, measured, now, self._currency))
        return measured

    async def keep_up(self, limit: int | None = None) -> int:
        """Judge everybody who is due now, at most `limit` (a whole group more at the end); returns how many it was."""
        async with self._database.read() as tx:
            rules = await self.rules(tx)
            changed = await facts.get(tx, JUDGED_BY) != digest(rules, self._currency)
            if not changed and not await scores.has_due(tx, self._clock.now()):
                return 0
        if changed:
            await self._everybody(rules)
        known, done = await self.population(), 0
        while limit is None or done < limit:
            judged = await self._database.transact(lambda tx: self._group(tx, rules, known))
            done += judged
            if judged < GROUP:
                break
        return done

    async def watch(self, supervisor: Supervisor) -> None:
        """Keep up until the house stops: when the bell rings, and by itself every second."""
        while not supervisor.stopping.is_set():
            if await self.keep_up(GROUP) < GROUP:
                await self._bells.scores.wait(LOOK)
                await supervisor.unless_stopping(self._clock.sleep(GATHER))

    async def look(self, tx: Tx, prospect_ids: Sequence[int]) -> dict[int, tuple[Profile, Judgement]]:
        """How these prospects stand this moment, whether or not it was written down yet. Writes nothing."""
        now, rules, known = self._clock.now(), await self.rules(tx), await self._population_of(tx)
        loaded = await self.profiles(tx, prospect_ids)
        return {row: (profile, judge(profile, rules, known, now)) for row, profile in loaded.items()}

    async def compare(
        self, tx: Tx, prospect_ids: Sequence[int], others: Rules
    ) -> dict[int, tuple[Judgement, Judgement]]:
        """How these prospects stand by the rules in force, and how they would by others. Writes nothing."""
        now, known = self._clock.now(), await self._population_of(tx)
        return {
            row: (one, judge(profile, others, known, now))
            for row, (profile, one) in (await self.look(tx, prospect_ids)).items()
        }

    async def profiles(self, tx: Tx, prospect_ids: Sequence[int]) -> dict[int, Profile]:
        """What is known about these prospects, with the furthest stage that the history knows of."""
        return (await self._load(tx, prospect_ids, self._clock.now()))[0]

    async def histories(self, tx: Tx, prospect_ids: Sequence[int]) -> dict[int, History]:
        """The same with its times, to know these prospects as they were."""
        return await past.histories(tx, prospect_ids, self._clock.now(), self._currency)

    async def _population_of(self, tx: Tx) -> Population:
        now = self._clock.now()
        return await population.known(tx, now, self._currency) or await population.measure(tx, now, self._currency)

    async def _everybody(self, rules: Rules) -> None:
        """Mark everybody, some row ids at a time, and note last that it was done: killed half way, it begins again."""
        after: int | None = 0
        while after is not None:
            start = after
            failpoint("scores.marked")
            after = await self._database.transact(
                lambda tx, start=start: scores.mark_from(tx, start, STEP, self._clock.now())  # type: ignore[misc]
            )
        await self._database.transact(lambda tx: facts.put(tx, JUDGED_BY, digest(rules, self._currency)))

    async def _load(
        self, tx: Tx, ids: Sequence[int], now: datetime
    ) -> tuple[dict[int, Profile], dict[int, dict[Stage, datetime]]]:
        """Profiles with the furthest stage that the history knows of, and that history."""
        loaded = await profiles.load(tx, ids, now, self._currency)
        before = await scores.reached(tx, ids)
        for row, profile in loaded.items():
            stage = scores.furthest(before.get(row, {}))
            at = before.get(row, {}).get(stage)
            loaded[row] = replace(profile, scores=replace(profile.scores, stage=stage, stage_at=at))
        return loaded, before

    async def _group(self, tx: Tx, rules: Rules, known: Population) -> int:
        now = self._clock.now()
        ids = await scores.due(tx, now, GROUP)
        if not ids:
            return 0
        loaded, before = await self._load(tx, ids, now)
        judged = {row: judge(profile, rules, known, now) for row, profile in loaded.items()}
        new = await scores.save(tx, judged, loaded, before, now)
        await journeys.note(tx, ids, self._currency)
        await self._tell(tx, new, judged, now)
        for row, one in judged.items():
            if one.action == "call" and loaded[row].scores.qualification != "hot":
                await self._call(tx, row, loaded[row], one, now)
        failpoint("scores.before_commit")
        return len(ids)

    async def _tell(
        self, tx: Tx, new: Mapping[int, Sequence[Stage]], judged: Mapping[int, Judgement], now: datetime
    ) -> None:
        """Who listens hears of everybody who is qualified for the first time."""
        for row, stages in new.items():
            if "qualified" in stages:
                one = judged[row]
                data = {
                    "qualification": one.scores.qualification,
                    "grade": one.scores.grade,
                    "stage": one.scores.stage,
                    "reasons": list(one.reasons["qualification"]),
                }
                await deliveries.announce(tx, "lead.qualified", data, row, str(row), now)

    async def _call(self, tx: Tx, row: int, profile: Profile, one: Judgement, now: datetime) -> None:
        """Who becomes hot is a task for a person, within one working day."""
        worth = expected_value(profile)
        note = "; ".join(one.reasons["qualification"]) + (f"; worth {amount(worth)} {self._currency}" if worth else "")
        heat = one.scores.engaged_at.date().isoformat() if one.scores.engaged_at else ""
        await tasks.open_once(
            tx,
            prospect_id=row,
            conversation_id=await conversations.latest(tx, row),
            kind="hot_lead",
            due_at=next_working_day(now, self._zone),
            note=note,
            dedupe_key=f"hot_lead:{row}:{heat}",
            by=BY,
            now=now,
        )


def digest(rules: Rules, currency: str) -> str:
    """The rules, and the currency that amounts are added up in, in a few signs: the same for the same."""
    document = json.dumps([rules.model_dump(mode="json"), currency], sort_keys=True)
    return hashlib.sha256(document.encode()).hexdigest()[:32]
