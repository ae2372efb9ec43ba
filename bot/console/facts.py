"""Facts: which are kept about people and why, of how many each is known, and correcting what is known of one."""

from collections.abc import Iterator
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console import person
from bot.console.editing import FIXED
from bot.console.gate import Visit
from bot.data.cells import Moments
from bot.data.columns import prospects_kind
from bot.data.errors import CellRefused
from bot.data.table import column_key
from bot.data.writing import csv_line
from flows.audience.attributes import AttributeDefinition, Attributes, Written, sounds_sensitive
from storage import audit, prospect_facts, prospects
from storage.database import Tx
from storage.prospect_facts import NewFact
from storage.reads import known_facts, people
from storage.reads.known_facts import Coverage

CATEGORIES: Final = ("demographic", "geographic", "behavioural", "interest", "company", "contact")


async def show(visit: Visit) -> Response:
    """What is kept and why: the register that people may ask for, with how often each is known."""
    known, counted = visit.house.attributes, await _counted(visit)
    groups = [(category, _rows(known, counted, category)) for category in CATEGORIES]
    return visit.show(
        "facts.html",
        groups=[(category, rows) for category, rows in groups if rows],
        free=[(name, number, _declaration(name), sounds_sensitive(name)) for name, number in counted.free.items()],
        counted=counted,
    )


async def download(visit: Visit) -> Response:
    """The same as CSV."""
    counted = await _counted(visit)
    await visit.house.database.transact(lambda tx: audit.note(tx, visit.staff.email, "exported", "facts", visit.now))
    headers = {"content-disposition": 'attachment; filename="facts.csv"'}
    text = "".join(_lines(visit.house.attributes, counted))
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


async def save(visit: Visit) -> Response:
    """Correct a fact, or with an empty value take it away. Who did it is noted; the newer word of the person stays."""
    name, text = visit.said("name", limit=64), visit.said("value", limit=2000)
    attribute = visit.house.attributes.get(name)
    if attribute is None or name in FIXED:
        raise HTTPException(422)
    try:
        value = _read(visit, attribute, text) if text else None
    except CellRefused as refused:
        reason = str(refused)
        return await person.show(visit, status=422, editing=attribute, typed=text, mistake=reason)
    uid = visit.path("uid")

    async def work(tx: Tx) -> bool:
        prospect_id = await people.find(tx, uid)
        if prospect_id is None:
            return False
        await _write(tx, visit, prospect_id, attribute, value)
        await audit.note(tx, visit.staff.email, "fact changed", f"{uid} {name}", visit.now)
        return True

    if not await visit.house.database.transact(work):
        raise HTTPException(404)
    visit.house.bells.scores.ring()
    return visit.go(f"/console/people/{uid}#facts")


def _read(visit: Visit, attribute: AttributeDefinition, text: str) -> Any:
    """The value by the rules of a file: the same word means the same wherever it is written. Raises CellRefused."""
    moments = Moments(visit.house.settings.timezone, visit.now)
    return prospects_kind(moments, visit.house.attributes).columns[attribute.column](text)


async def _write(tx: Tx, visit: Visit, prospect_id: int, attribute: AttributeDefinition, value: Any) -> None:
    name, now = attribute.id, visit.now
    if isinstance(value, Written):
        await prospect_facts.put(tx, [NewFact(prospect_id, name, value, "staff", now)], now)
    elif not attribute.builtin:
        await prospect_facts.forget(tx, prospect_id, name, now)
    elif name.startswith("company."):
        await prospects.set_company(tx, prospect_id, name.removeprefix("company."), value, now, said_by="staff")
    else:
        await prospects.change(tx, prospect_id, now, said_by="staff", **{name: value})


async def _counted(visit: Visit) -> Coverage:
    async with visit.house.database.read() as tx:
        return await known_facts.coverage(tx, visit.house.attributes)


def _rows(known: Attributes, counted: Coverage, category: str) -> list[dict[str, Any]]:
    return [
        {
            "attribute": one,
            "label": known.label(name, "en"),
            "purpose": known.purpose(name, "en"),
            "n": counted.known.get(name, 0),
            "share": counted.known.get(name, 0) / counted.people if counted.people else None,
        }
        for name, one in known.definitions.items()
        if one.category == category
    ]


def _lines(known: Attributes, counted: Coverage) -> Iterator[str]:
    yield csv_line(["column", "label", "type", "category", "purpose", "sensitive", "known", "of"])
    for name, one in known.definitions.items():
        figures = [counted.known.get(name, 0), counted.people]
        words = [known.label(name, "en"), one.type, one.category, known.purpose(name, "en")]
        yield csv_line([one.column, *words, "yes" if one.sensitive else "no", *figures])
    for name, number in counted.free.items():
        yield csv_line([name, name, "text", "not declared", "", "", number, counted.people])


def _declaration(name: str) -> str:
    """The lines that would declare a free attribute."""
    column = column_key(name)
    usable = column.isascii() and column[:1].isalpha()
    lines = [
        f"- id: {column if usable else 'a_short_name'}",
        "  type: text",
        "  category: interest",
        "  purpose: help",
        f"  label: {{en: {name if name.replace(' ', '').isalnum() else repr(name)}}}",
    ]
    return "\n".join([*lines, *(["  sensitive: true"] if sounds_sensitive(name) else [])])
