"""The desk: the list of conversations, one of them whole, and the person it is with."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.gate import Visit
from bot.console.side import play_box, task_box
from bot.console.talk import Thread, masked, thread_of
from flows.evidence.lot import ARMS
from flows.words import BARRIERS, CHANNELS, LANGUAGES
from storage import audit, putting_right
from storage.database import Record, Tx
from storage.ids import new_uid
from storage.reads import beside, inbox_view, transcript
from storage.reads.common import read_cursor
from storage.reads.inbox_view import VIEWS, Chosen

PAGE = 40


def chosen_by(visit: Visit) -> Chosen:
    """Which conversations the address asks for. What is not on a list is left out, never an error."""
    view = visit.asked("view")
    return Chosen(
        view=next((known for known in VIEWS if known == view), "needs"),
        unread=visit.asked("unread") == "yes",
        channel=_one_of(visit.asked("channel"), CHANNELS),
        language=_one_of(visit.asked("language"), LANGUAGES),
        barrier=_one_of(visit.asked("barrier"), BARRIERS),
        product=visit.asked("product"),
        source=visit.asked("source"),
        campaign=visit.asked("campaign"),
        arm=_one_of(visit.asked("arm"), ARMS),
        offer=visit.asked("offer"),
        search=visit.asked("q"),
    )


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else ""


def query_of(chosen: Chosen, **other: str) -> str:
    """The same choice as an address, with some of it changed."""
    words = {"q" if key == "search" else key: value for key, value in asdict(chosen).items()}
    words["unread"] = "yes" if chosen.unread else ""
    words |= other
    return urlencode({key: value for key, value in words.items() if value})


async def _list(visit: Visit) -> dict[str, Any]:
    chosen = chosen_by(visit)
    cursor = read_cursor(visit.asked("after"))
    async with visit.house.database.read() as tx:
        listed = await inbox_view.page(tx, chosen, cursor=cursor, limit=PAGE)
    following = query_of(chosen, after=str(listed.following)) if listed.following else None
    return {
        "chosen": chosen,
        "rows": listed.rows,
        "following": following,
        "first": query_of(chosen) if cursor else None,
        "query": query_of(chosen, after=str(cursor) if cursor else ""),
        "query_of": query_of,
        "filtered": bool(query_of(chosen, view="")),
        "views": VIEWS,
        "channels": CHANNELS,
        "languages": LANGUAGES,
    }


async def show_list(visit: Visit) -> Response:
    """The list alone, nothing opened yet."""
    return visit.show("desk.html", **await _list(visit), head=None, open=None)


async def rows(visit: Visit) -> Response:
    """The rows of the list as they are now; asked by the page every few seconds."""
    return visit.show("rows.html", **await _list(visit), head=None, current=visit.asked("current"))


async def show(visit: Visit, *, revealed: int | None = None) -> Response:
    """One conversation. That somebody looked is noted."""
    head, context = await _opened(visit, revealed)
    open_part = "side" if visit.asked("open") == "side" or revealed is not None else "read"
    work = audit.note
    await visit.house.database.transact(
        lambda tx: work(tx, visit.staff.email, "transcript viewed", head.uid, visit.now)
    )
    return visit.show("desk.html", **await _list(visit), **context, open=open_part)


async def thread(visit: Visit) -> Response:
    """The transcript as it is now; 204 when nothing has changed since the page was told its `pulse`."""
    head = await _head(visit)
    async with visit.house.database.read() as tx:
        pulse = await _pulse(tx, head)
        if pulse == visit.asked("pulse", limit=2000):
            return Response(status_code=204)
        found = await transcript.read(tx, head.id, head.uid)
        play = await play_box(tx, visit, head)
    changed = (head.held_by or "") != visit.asked("holder", limit=400)
    talk = _talk(visit, head, pulse, thread_of(found, visit, frozenset()))
    return visit.show("thread.html", **talk, **play, foot_changed=changed)


async def _pulse(tx: Tx, head: Record) -> str:
    """Changes with everything that the middle column shows."""
    said = await transcript.pulse(tx, head.id, head.uid)
    return f"{said}|{head.status}|{head.held_by}|{head.needs_person}|{head.unread}"


async def _head(visit: Visit) -> Record:
    async with visit.house.database.read() as tx:
        head = await transcript.head(tx, visit.path("uid"))
    if head is None:
        raise HTTPException(404)
    return head


async def _opened(visit: Visit, revealed: int | None) -> tuple[Record, dict[str, Any]]:
    head = await _head(visit)
    async with visit.house.database.read() as tx:
        pulse = await _pulse(tx, head)
        found = await transcript.read(tx, head.id, head.uid)
        known = await beside.read(tx, head.prospect_id, head.id)
        righted = await putting_right.history(tx, [head.id])
        back = f"/console/conversations/{head.uid}?open=side"
        play = await play_box(tx, visit, head)
        to_do = await task_box(tx, visit, head.prospect_id, ("conversation", head.uid), back)
    shown = frozenset(grant.code for grant in known.grants if grant.id == revealed and grant.code)
    talk = _talk(visit, head, pulse, thread_of(found, visit, shown))
    beside_it = {"known": known, "revealed": revealed, "masked": masked, "hide": hide, "righted": righted}
    return head, talk | to_do | play | beside_it | {"currency": visit.house.catalogue.currency}


def _talk(visit: Visit, head: Record, pulse: str, thread: Thread) -> dict[str, Any]:
    """What the middle column shows. `form_id` numbers its forms: the same one sent twice counts once."""
    query = query_of(chosen_by(visit))
    return {
        "head": head,
        "thread": thread,
        "form_id": new_uid(),
        "back_query": query,
        "side_query": query + "&open=side",
        "pulse_query": query + "&" + urlencode({"pulse": pulse, "holder": head.held_by or ""}),
    }


def hide(address: str) -> str:
    """An address as viewers see it: enough to recognise, not enough to write to."""
    name, at, host = address.partition("@")
    return f"{name[:1]}•••{at}{host}" if at else f"{address[:2]}•••"
