"""What the soak calls grown has grown, and lost is lost; a short one of everything is played in `make sweep`."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.crash.ledgers import Ledgers, Said
from tests.edge.databases import BOTH
from tests.soak.chaos import TROUBLES
from tests.soak.flatness import Sample, lines, slope
from tests.soak.run import Plan, soak
from tests.soak.verdict import grown, in_vain
from tests.soak.visitors import PATIENCE, Wait

RUN = 600.0
BEGAN = datetime(2026, 3, 2, 12, tzinfo=UTC)


def memory(of: str, growing: float, since: float = 0.0, until: float = RUN) -> list[Sample]:
    """A process that takes 100 MiB, some noise, and so many MiB more each minute."""
    moments = [10.0 * number for number in range(int(since / 10), int(until / 10) + 1)]
    return [Sample(at, of, "memory", 100 + at % 30 / 10 + growing * at / 60) for at in moments]


def test_a_leak_is_seen_and_noise_is_none() -> None:
    (leaking,) = lines(memory("leaking", 8), RUN)
    (steady,) = lines(memory("steady", 0.1), RUN)
    assert not leaking.flat and 38 < leaking.growth < 42
    assert steady.flat and grown([steady]) == []
    assert grown([leaking])[0].startswith("not flat: memory of leaking: +40.")


def test_lines_that_are_under_way_are_no_leak_and_what_is_never_given_back_is() -> None:
    """Telegram's lines are opened as they are needed, up to sixty-four, and all closed while it is away."""

    def descriptors(of: str, kept: float) -> list[Sample]:
        busy = [Sample(at, of, "descriptors", 31 + min(64, at / 6) + kept * at / 60) for at in range(0, 601, 10)]
        return [Sample(one.at, of, one.what, 31 + kept * one.at / 60) if one.at % 50 == 0 else one for one in busy]

    (steady,), (leaking,) = lines(descriptors("steady", 0), RUN), lines(descriptors("leaking", 4), RUN)
    assert steady.flat and steady.growth == 0 and steady.highest == 95
    assert not leaking.flat and 18 < leaking.growth < 22


def test_the_log_of_postgresql_may_breathe_below_its_limit_and_not_above_it() -> None:
    def log(highest: float) -> list[Sample]:
        return [Sample(at, "database", "pg_wal", min(highest, 100 + 2 * at)) for at in range(0, 601, 10)]

    (breathing,), (kept,) = lines(log(1000), RUN), lines(log(1100), RUN)
    assert breathing.flat and breathing.growth > 100
    assert not kept.flat and grown([kept])[0].endswith("highest 1100.0 (at most 1024 MiB in all)")


def test_only_who_lives_through_the_second_half_is_judged() -> None:
    died, came_late = memory("died", 50, until=500), memory("came late", 50, since=400)
    assert lines([*died, *came_late], RUN) == []
    assert lines(memory("too short to say", 50)[::30], RUN) == []


def test_the_line_goes_through_the_points() -> None:
    assert slope([(0, 1), (1, 3), (2, 5)]) == pytest.approx(2)
    assert slope([(3, 1), (3, 9)]) == 0


def waited(chat: str, after: float) -> Wait:
    """Somebody waited in vain, so many seconds after the beginning."""
    since = BEGAN + timedelta(seconds=after)
    return Wait(chat, "What held you back?", since, since + timedelta(seconds=PATIENCE))


def lost(number: int, chat: str, after: float, state: str = "unknown") -> Said:
    return Said(number, "telegram", chat, "Thank you.", state, None, BEGAN + timedelta(seconds=after))


def judged(waits: list[Wait], said: list[Said]) -> list[str]:
    """Who waited in vain, and nothing explains it: the first words of each."""
    ledgers = Ledgers(received={}, kept=[], answers=[], given=[], codes_used=0, said=said, got=[])
    return [one.partition(" waited")[0] for one in in_vain(ledgers, waits)]


def test_what_is_unknown_explains_the_wait_in_which_it_was_made_and_no_other() -> None:
    assert judged([waited("7", 10)], [lost(1, "7", 11)]) == []
    assert judged([waited("7", 10)], []) == ["message lost or late: 7"]
    assert judged([waited("7", 10)], [lost(1, "8", 11)]) == ["message lost or late: 7"]
    assert judged([waited("7", 10)], [lost(1, "7", 11, "sent")]) == []
    assert judged([waited("7", 200)], [lost(1, "7", 11)]) == ["message lost or late: 7"]
    assert judged([waited("7", 10)], [lost(1, "7", 111)]) == ["message lost or late: 7"]
    assert judged([waited("7", 10), waited("7", 100)], [lost(1, "7", 11)]) == ["message lost or late: 7"]
    assert judged([waited("7", 10), waited("7", 100)], [lost(1, "7", 11), lost(2, "7", 101)]) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", BOTH)
async def test_with_trouble_all_the_time_nothing_is_lost_or_doubled(kind: str) -> None:
    every = 2.0
    seconds = every * (len(TROUBLES[kind]) + 2) * 2
    outcome = await soak(Plan(kind, seconds, every, pace=1, full=3, hurry=0.1, at_once=6))
    assert outcome.findings == [] and outcome.people > 6
    assert outcome.troubles.total() > len(TROUBLES[kind]), "each kind has come"
