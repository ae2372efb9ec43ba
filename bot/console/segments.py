"""Segments in the console: the list with live counts, the builder, saving, renaming, deleting."""

import re
import unicodedata
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.builder import GROUPS, ROWS, Form, asked_of, document_of, fields_of, form_of, read_form
from bot.console.gate import Visit
from flows.audience import contradictions
from flows.audience.conditions import ConditionInvalid, describe, dump_condition
from flows.audience.segments import NAME, Checked, Segment, check_segment
from flows.definition.dumping import write_yaml
from flows.definition.problems import refuse
from flows.definition.reader import read_yaml
from flows.errors import FlowInvalid
from storage import audit, segments
from storage.database import Tx
from storage.errors import SegmentApproved, SegmentInUse, SegmentNameTaken, SegmentSensitive
from storage.reads import people

AT_ONCE: Final = 20_000
"""Up to so many prospects, every count stands in the page at once; with more, each comes by itself."""


async def show(visit: Visit) -> Response:
    """Every segment: who is in it, in words, and how many now."""
    return await _listed(visit)


async def _listed(visit: Visit, *, status: int = 200, in_use: SegmentInUse | None = None) -> Response:
    async with visit.house.database.read() as tx:
        saved = await segments.load_all(tx)
        total = await people.total(tx)
        quick = total <= AT_ONCE
        numbers = {one.name: await segments.count(tx, one.condition, visit.now) if quick else None for one in saved}
        named = await segments.used_by(tx)
    return visit.show(
        "segments.html",
        status=status,
        in_use=_told(in_use) if in_use is not None else None,
        saved=saved,
        numbers=numbers,
        used={one.name: named.get(one.name, []) for one in saved},
        total=total,
        many=people.MANY,
        who={one.name: describe(one.condition) for one in saved},
    )


async def number(visit: Visit) -> Response:
    """How many people are in a segment now: a part of the list, asked for when the page has come."""
    async with visit.house.database.read() as tx:
        segment = await segments.get(tx, visit.path("name"))
        if segment is None:
            raise HTTPException(404)
        found = await segments.count(tx, segment.condition, visit.now)
    return visit.show("segment_count.html", number=found)


async def build(visit: Visit) -> Response:
    """The builder: the address holds its rows, or names the segment to change."""
    declared = visit.house.library.fields()
    name = visit.asked("name")
    async with visit.house.database.read() as tx:
        segment = await segments.get(tx, name) if name else None
    form: Form | None = read_form(visit.asked, declared)
    if segment is not None and not visit.asked("g0.match"):
        form = form_of(segment.condition)
        where = _yaml(dump_condition(segment.condition)) if form is None else None
    else:
        where = None
    document = document_of(form, declared) if form is not None else None
    wanted = {"name": segment.name if segment else "draft", "label": "", "where": document}
    return await _built(visit, form=form, segment=segment, document=wanted, where=where)


async def save(visit: Visit) -> Response:
    """Check what was written, and with `do=save` keep it; under another name, it is renamed."""
    label, name, old = visit.said("label", limit=200), visit.said("name", limit=100), visit.said("old", limit=100)
    where = visit.said("where", limit=20_000)
    async with visit.house.database.read() as tx:
        segment = await segments.get(tx, old) if old else None
    try:
        document = {"name": name or _slug(label), "label": label, "where": _read(where)}
        checked = check_segment(document, "this form", visit.house.library.fields())
    except (ConditionInvalid, FlowInvalid) as refused:
        return await _built(visit, segment=segment, where=where, refused=refused, label=label, name=name)
    if visit.said("do") != "save":
        return await _built(visit, segment=segment, where=where, checked=checked, label=label, name=name)
    try:
        await visit.house.database.transact(lambda tx: _keep(visit, tx, checked.segment, segment))
    except (SegmentApproved, SegmentInUse, SegmentNameTaken, SegmentSensitive) as refused:
        return await _built(
            visit,
            segment=segment,
            where=where,
            checked=checked,
            label=label,
            name=name,
            error=_told(refused),
            status=409,
        )
    return visit.go("/console/people/segments")


def _read(where: str) -> Any:
    """The condition as plain values. Empty text is not everybody: it is nothing said yet."""
    if not where:
        raise ConditionInvalid("it is not said who is in it; add a condition")
    read = read_yaml(where, "YAML")
    refuse(read.problems)
    return read.value or {}


async def _keep(visit: Visit, tx: Tx, made: Segment, old: Segment | None) -> None:
    """Save; under another name, rename. Raises SegmentApproved, SegmentInUse, SegmentNameTaken, SegmentSensitive."""
    if old is not None and made.name != old.name:
        await segments.rename(tx, old.name, made.name, visit.now)
    if old is None and await segments.get(tx, made.name) is not None:
        raise SegmentNameTaken(made.name)
    await segments.check_use(tx, made, visit.house.attributes)
    await segments.save(tx, made, by=visit.staff.email, now=visit.now)
    await audit.note(tx, visit.staff.email, "segment saved", made.name, visit.now)


async def remove(visit: Visit) -> Response:
    """Delete a segment that nothing names. Nobody in it is touched."""
    name = visit.said("name", limit=100)

    async def work(tx: Tx) -> None:
        if await segments.remove(tx, name):
            await audit.note(tx, visit.staff.email, "segment deleted", name, visit.now)

    try:
        await visit.house.database.transact(work)
    except SegmentInUse as refused:
        return await _listed(visit, status=409, in_use=refused)
    return visit.go("/console/people/segments")


def _slug(label: str) -> str:
    """A name made of a label: `Big carts!` -> `big_carts`."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40]
    return name if NAME.fullmatch(name) else ""


def _yaml(document: Any) -> str:
    return write_yaml(document) if document else ""


def _told(refused: Exception) -> str:
    """What is wrong, without the name of the form one is looking at."""
    words = re.sub(r"^(the builder|this form)(, segment [a-z0-9_-]+)?[,:] ", "", str(refused))
    return words[:1].upper() + words[1:]


async def _built(  # noqa: PLR0913 - everything the page shows
    visit: Visit,
    *,
    form: Form | None = None,
    segment: Segment | None = None,
    document: dict[str, Any] | None = None,
    where: str | None = None,
    checked: Checked | None = None,
    refused: Exception | None = None,
    error: str | None = None,
    status: int = 200,
    label: str | None = None,
    name: str | None = None,
) -> Response:
    """The builder with what it says of its condition: how many people, or what is wrong."""
    declared = visit.house.library.fields()
    if document is not None and document["where"] is not None:
        try:
            checked = check_segment(document, "the builder", declared)
            where = _yaml(dump_condition(checked.segment.condition)) if document["where"] else ""
        except ConditionInvalid as problem:
            refused = problem
    condition = checked.segment.condition if checked else segment.condition if segment and not refused else None
    empty = document is not None and document["where"] == {}
    found = None
    if condition is not None and not empty:
        async with visit.house.database.read() as tx:
            found = await segments.count(tx, condition, visit.now)
    if form is None and condition is not None:
        form = form_of(condition)
    return visit.show(
        "segment_build.html",
        status=422 if refused is not None and visit.request.method == "POST" else status,
        form=form,
        by_hand=form is None,
        segment=segment,
        where=where or "",
        label=label if label is not None else segment.label if segment else "",
        name=name if name is not None else segment.name if segment else "",
        found=found,
        words=describe(condition) if condition is not None and not empty else "",
        everybody=condition is not None and not empty and contradictions.always(condition),
        refused=_told(refused) if refused is not None else None,
        error=error,
        fields=fields_of(declared),
        asked_of=lambda row: asked_of(row.field, row.op, declared),
        most_groups=GROUPS,
        most_rows=ROWS,
    )
