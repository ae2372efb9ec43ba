"""Turns and what belongs to them, in one process: against peers in memory, against the disk alone, and in a crowd."""

from pathlib import Path

from bot.house import open_house
from tests.bench import checking, corridor, engine, heavier, ptb, smaller, sums
from tests.bench.measure import Goal, Part, Rounds, Sizes, fdatasync_us, per_second, per_second_async
from tests.bench.updates import TURNS

PTB, FLOOR, DURABLE = "PTB in memory", "sqlite3 alone, same rows", "durable turns"

GOALS = (
    Goal("G1  durable turns, 32 at once, against PTB in memory", DURABLE, PTB, 5, "turns/s"),
    Goal("G2  durable turns against PTB with SQLite at each update", DURABLE, "PTB, SQLite", 10, "turns/s"),
    Goal("G2  durable turns against PTB pickling 1,000 conversations", DURABLE, "PTB, pickle", 100, "turns/s"),
    Goal("G3  durable turns against sqlite3 alone, same rows in groups", DURABLE, FLOOR, 0.5, "turns/s"),
    Goal("    the engine alone, the same five questions, against PTB in memory", "five questions", PTB, 20, "turns/s"),
    Goal("    the engine alone, the shipped flow, against PTB in memory", "engine", PTB, None, "turns/s"),
    Goal("    the engine with its state as JSON against PTB in memory", "engine with JSON", PTB, None, "turns/s"),
    Goal("G7  reading a message against PTB's own parsing", "read message", "read message, PTB", 30, "updates/s"),
    Goal("G7  reading a tap against PTB's own parsing", "read tap", "read tap, PTB", 30, "updates/s"),
    Goal("G13 import with all checks against executemany, same rows", "import", "import, executemany", 0.3, "rows/s"),
    Goal("G14 what holds back in a year, from sums against an index", "bars", "bars, covering index", 100, "times/s"),
    Goal("G14 keeping the sums, share of turns that answer", "keeping sums", None, 0.25, "", at_most=True),
    Goal(
        "G5  slow disk: all at once against one transaction a turn", "slow disk", "slow disk, one by one", 10, "turns/s"
    ),
    Goal("    checking a flow of 500 steps in seven languages, seconds", "check", None, 1, "s", at_most=True),
    Goal("    checking it against reading its YAML alone", "check", "check, YAML alone", 3, "s", at_most=True),
    Goal("G12 an idle poll of inbox and timers, microseconds", "idle poll", None, 100, "us", at_most=True),
)

CROWD_GOALS = (
    Goal(
        "G11 a turn with a million people against a thousand",
        "turn, million",
        "turn, thousand",
        1.2,
        "us",
        at_most=True,
    ),
    Goal(
        "G12 claim of 100 due at a million against a thousand",
        "claim, million",
        "claim, thousand",
        1.3,
        "us",
        at_most=True,
    ),
)


async def measure_turns(rounds: Rounds, sizes: Sizes, folder: Path) -> None:
    """Every comparison, so many rounds, each with the disk's own time."""
    flow, five = engine.shipped(), engine.five()
    application = await ptb.open_survey()
    keeping = heavier.Keeping(folder, min(sizes.answers, 1000))
    await keeping.open()
    counted = await sums.built(folder, sizes.answers)
    async with open_house(corridor.settings(folder), server=True) as house:
        for number in range(sizes.rounds + 1):
            noted = rounds if number else Rounds()  # the first round warms up and does not count
            first = 1_000_000 * (number + 1)
            turns = sizes.surveys * TURNS
            noted.note("fdatasync", fdatasync_us(folder))
            updates = ptb.payloads(first, sizes.surveys)
            noted.note(PTB, await per_second_async(turns, lambda: ptb.survey(application, updates)))  # noqa: B023
            many = engine.MANY * sizes.surveys  # a turn of the engine alone is so short that few of them measure noise
            noted.note("five questions", per_second(many * TURNS, lambda: engine.five_turns(five, many)))  # noqa: B023
            for name, as_json in (("engine", False), ("engine with JSON", True)):
                noted.note(name, per_second(turns, lambda: engine.survey(flow, sizes.surveys, as_json=as_json)))  # noqa: B023
            ours, floor, written = await corridor.survey(house, first, sizes.surveys)
            noted.note(DURABLE, ours)
            noted.note(FLOOR, floor)
            noted.note("PTB, SQLite", await keeping.sqlite(updates))
            noted.note("PTB, pickle", await keeping.pickled(updates[: sizes.pickled]))
            slow, one_by_one = await heavier.on_slow_disk(house, first + 500, sizes.surveys)
            noted.note("slow disk", slow)
            noted.note("slow disk, one by one", one_by_one)
            noted.note("statements a turn", written.statements / turns)
            noted.note("commits a turn", written.commits / turns)
            for name, figure in (
                *smaller.parsing(sizes.updates).items(),
                *checking.checking(sizes.steps, number).items(),
            ):
                noted.note(name, figure)
            ours, floor = await smaller.importing(house, folder, first, sizes.rows)
            noted.note("import", ours)
            noted.note("import, executemany", floor)
            ours, floor = await sums.reading(counted)
            noted.note("bars", ours)
            noted.note("bars, covering index", floor)
            noted.note("keeping sums", await sums.keeping(counted, sizes.surveys))
            noted.note("idle poll", await smaller.idle_poll_us(house, sizes.polls))
    await application.shutdown()
    await keeping.close()


async def measure_crowds(rounds: Rounds, sizes: Sizes, folder: Path) -> None:
    """What it costs that there are many people, each round in both houses."""
    few = folder / "few"
    few.mkdir()
    thousand, million = await sums.built(few, min(sizes.answers, 1000)), await sums.built(folder, sizes.answers)
    async with heavier.crowded(few, thousand) as small, heavier.crowded(folder, million) as large:
        for number in range(sizes.rounds + 1):
            noted, first = rounds if number else Rounds(), 900_000_000 + 1000 * number
            for name, house in (("thousand", small), ("million", large)):
                noted.note(f"turn, {name}", await heavier.turn_us(house, first, sizes.surveys))
                noted.note(f"claim, {name}", await heavier.claim_us(house, 10))


PARTS = (Part("turns", GOALS, measure_turns), Part("crowds", CROWD_GOALS, measure_crowds))
"""What `make bench` measures of it."""
