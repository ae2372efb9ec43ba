"""A rehearsal for people: blocks for the page that can be sent around, and lines for the terminal."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from bot.report.blocks import Bars, Block, Heading, Paragraph, Points, Subheading, Table, Verdict
from bot.report.html import page_of
from bot.report.numbers import percent
from bot.report.words import barrier_name, money, offer_name, step_name, whole
from bot.simulation.habits import USUAL
from bot.web.texts import Texts
from flows.words import LANGUAGE_NAMES

ROOM: Final = Path(__file__).parent
SHOWN: Final = 20
"""Broken rules that are shown one by one."""

Document = dict[str, Any]


@lru_cache(maxsize=1)
def _texts() -> Texts:
    return Texts([ROOM / "texts"])


def say(text_id: str, **arguments: object) -> str:
    """A text of this room, in English. Raises KeyError when there is none."""
    return _texts().say("en", f"rehearsal-{text_id}", arguments)


def as_html(found: Document, shop: str, command: str) -> str:
    """The whole file. `command` replays it."""
    about = say("about", prospects=whole(found["prospects"]), days=found["days"], start=found["start"])
    head = (say("title", campaign=found["campaign"]), about, say("made", seed=str(found["seed"])))
    return page_of(head, tuple(blocks(found, command)), shop)


def blocks(found: Document, command: str) -> Iterator[Block]:
    """The report in order: whether it behaved, people, messages, offers, cost, staff, and what was assumed."""
    yield Paragraph(say("not-real"))
    yield from _rules(found, command)
    yield from _people(found)
    yield from _messages(found)
    yield from _offers(found)
    yield from _staff(found)
    for name in ("language", "channel"):
        yield Heading(say(name))
        yield _groups(found[f"by_{name}"], say(name))
    yield Heading(say("assumed"))
    yield Points(tuple(_assumed()))
    yield Paragraph(say("assumed-note"), quiet=True)
    yield Paragraph(say("again", command=command), quiet=True)


def _rules(found: Document, command: str) -> Iterator[Block]:
    broken = found["broken"]
    said = say("broken", n=len(broken)) if broken else say("kept")
    yield Verdict(say("rules-question"), said, "bad" if broken else "good")
    yield Paragraph(say("rules"), quiet=True)
    if broken:
        heads = (say("rule"), say("prospect"), say("broken-heads-what"))
        rows = [(one["rule"], str(one["prospect"] or "–"), f"{one['at']}: {one['what']}") for one in broken[:SHOWN]]
        yield Table(say("rule"), heads, tuple(rows), left=3)
        yield Paragraph(say("again", command=replay(command, broken[0]["prospect"])), quiet=True)


def replay(command: str, number: int | None) -> str:
    """The command that shows this prospect again."""
    return command if number is None else f"{command} --only {number}"


def _people(found: Document) -> Iterator[Block]:
    people = found["people"]
    yield Heading(say("people"))
    names = ("enrolled", "reached", "answered", "silent", "still_open", "bought")
    of = people["enrolled"] or 1
    rows = tuple(
        (say(name.replace("_", "-")), people[name] / of, f"{whole(people[name])} · {percent(people[name] / of)}")
        for name in names
    )
    yield Bars(say("people"), rows)
    yield Subheading(say("funnel"))
    heads = (say("funnel-heads-step"), say("reached"), say("answered"), say("left"), say("share"))
    steps = [
        (step_name(one["step"]), *(whole(one[name]) for name in ("reached", "answered", "left")), percent(one["share"]))
        for one in found["funnel"]
    ]
    yield Table(say("funnel"), heads, tuple(steps))
    yield Subheading(say("outcomes"))
    yield Table(say("outcomes"), (say("outcome"), say("number")), tuple(_named(found["outcomes"])))
    if found["barriers"]:
        yield Subheading(say("barriers"))
        every = sum(found["barriers"].values())
        yield Bars(
            say("barriers"),
            tuple(
                (barrier_name(name), n / every, f"{whole(n)} · {percent(n / every)}")
                for name, n in found["barriers"].items()
            ),
        )


def _named(counts: dict[str, int]) -> list[tuple[str, str]]:
    return [(name.replace("_", " ").capitalize(), whole(number)) for name, number in counts.items()]


def _messages(found: Document) -> Iterator[Block]:
    said = found["messages"]
    yield Heading(say("messages"))
    figures = {name: str(said[name] if said[name] is not None else "–") for name in ("mean", "p95", "most")}
    yield Paragraph(say("messages-line", sent=whole(said["sent"]), **figures))
    yield Paragraph(say("quiet-kept") if said["quiet_hours_kept"] else say("quiet-broken"))
    heads = (say("hour"), say("all"), say("unasked"))
    hours = zip(range(24), said["by_local_hour"], said["unasked_by_local_hour"], strict=True)
    rows = tuple((f"{hour:02d}:00", whole(every), whole(unasked)) for hour, every, unasked in hours if every)
    yield Table(say("hours"), heads, rows)
    yield Paragraph(say("hours-note"), quiet=True)


def _offers(found: Document) -> Iterator[Block]:
    cost, currency = found["cost"], found["cost"]["currency"]
    yield Heading(say("offers"))
    heads = tuple(say(name) for name in ("offer", "given", "used", "codes", "cost", "limit"))
    rows = tuple(
        (offer_name(one["offer"]), whole(one["given"]), whole(one["used"]),
         whole(one["codes_needed"]) if one["codes_used"] else "–", money(Decimal(one["cost"]), currency),
         whole(one["limit"]))
        for one in found["offers"]
    )  # fmt: skip
    if rows:
        yield Table(say("offers"), heads, rows)
    else:
        yield Paragraph(say("no-offers"))
    for one in found["offers"]:
        if one["ran_out"]:
            yield Paragraph(say("ran-out", offer=offer_name(one["offer"])))
    amounts = {name: money(Decimal(cost[name]), currency) for name in ("total", "low", "high")}
    yield Paragraph(say("cost-line", **amounts, most=money(Decimal(cost["promised_at_most"]), currency)))
    yield Paragraph(say("cost-how", source=cost["interval_from"]), quiet=True)


def _staff(found: Document) -> Iterator[Block]:
    staff = found["staff"]
    weeks = ", ".join(str(number) for number in staff["per_week"])
    yield Heading(say("staff"))
    yield Paragraph(say("staff-line", calls=staff["calls"], weeks=weeks, open=staff["open_at_most"]))
    if staff["reasons"]:
        yield Table(say("staff"), (say("outcome"), say("number")), tuple(_named(staff["reasons"])))


def _groups(groups: Sequence[Document], caption: str) -> Table:
    heads = (caption, say("enrolled"), say("answered"), say("share"), say("sent"), say("bought"))
    rows = tuple(
        (str(LANGUAGE_NAMES.get(one["name"], one["name"])), whole(one["enrolled"]), whole(one["answered"]),
         percent(one["answered_share"]), whole(one["messages"]), whole(one["bought"]))
        for one in groups
    )  # fmt: skip
    return Table(caption, heads, rows)


def _assumed() -> Iterator[str]:
    habits = USUAL
    first, second, third = (percent(share) for share in habits.answers)
    yield say("assumed-answers", first=first, second=second, third=third, on=percent(habits.goes_on))
    yield say("assumed-delay", chat=int(habits.chat_minutes), mail=int(habits.mail_minutes),
              late=percent(habits.much_later))  # fmt: skip
    yield say("assumed-ways", chats=percent(habits.chats), no=percent(habits.no_consent),
              bounces=percent(habits.bounces), blocks=percent(habits.blocks))  # fmt: skip
    yield say("assumed-buying", anyway=percent(habits.buys_anyway), fits=percent(habits.buys_helped),
              other=percent(habits.buys_otherwise))  # fmt: skip


def lines(found: Document, command: str) -> Iterator[str]:
    """The same as plain text, without what was assumed."""
    yield say("title", campaign=found["campaign"])
    yield say("about", prospects=whole(found["prospects"]), days=found["days"], start=found["start"])
    for block in blocks(found, command):
        match block:
            case Heading(text="What was assumed"):
                break
            case Heading(text=text) | Subheading(text=text):
                yield from ("", text)
            case Verdict(text=text):
                yield from ("", text)
            case Paragraph(text=text, quiet=False):
                yield f"  {text}"
            case Table(heads=heads, rows=rows):
                yield from _columns((heads, *rows), block.left)
            case Bars(rows=bars):
                yield from _columns([(label, figures) for label, _, figures in bars], 1)
            case _:
                pass


def _columns(rows: Sequence[Sequence[str]], left: int) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"  {'  '.join(cells)}".rstrip()
