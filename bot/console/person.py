"""One person: what is known and who said so, the scores with their reasons, the segments and why, and all that was."""

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.conversations import hide
from bot.console.editing import editing
from bot.console.gate import Visit
from bot.console.people import engaged
from bot.console.side import task_form
from bot.console.talk import masked
from flows.audience.conditions import evaluate
from flows.words import LANGUAGES
from storage import audit, profiles, segments
from storage.reads import people
from storage.reads.people import Person

FIGURES: Final = ("fit", "engagement", "qualification", "stage", "rfm", "frequency", "volume", "influence", "profile")


async def show(visit: Visit, *, status: int = 200, **more: Any) -> Response:
    """The page. That somebody looked is noted. `more` is what else its parts want to know."""
    now, currency = visit.now, visit.house.catalogue.currency
    async with visit.house.database.read() as tx:
        prospect_id = await people.find(tx, visit.path("uid"))
        known = await people.person(tx, prospect_id) if prospect_id is not None else None
        if known is None or prospect_id is None:
            raise HTTPException(404)
        profile = (await profiles.load(tx, [prospect_id], now, currency))[prospect_id]
        saved = await segments.load_all(tx)
    uid = known.row.uid
    await visit.house.database.transact(lambda tx: audit.note(tx, visit.staff.email, "person viewed", uid, now))
    told = [(segment, evaluate(segment.condition, profile, now)) for segment in saved]
    attributes = visit.house.context.attributes
    return visit.show(
        "prospect.html",
        status=status,
        known=known,
        row=known.row,
        facts=sorted(profile.facts.items()),
        free=sorted(profile.free.items()),
        attributes=attributes,
        foreign=known.row.currency is not None and known.row.currency != currency,
        scores=_scores(visit, known),
        segments_in=[one for one in told if one[1].holds],
        segments_out=[one for one in told if not one[1].holds],
        barriers_named=profile.barriers,
        currency=currency,
        hide=hide,
        masked=masked,
        all_languages=LANGUAGES,
        latest=max((one.at for one in profile.happened), default=None),
        **task_form(visit, ("prospect", uid), f"/console/people/{uid}"),
        **{"editing": editing(visit), "typed": None, "mistake": None, **more},
    )


def _scores(visit: Visit, known: Person) -> list[dict[str, Any]]:
    """Each figure with its value and the reasons, in the order in which one reads them."""
    row = known.profile
    if row is None:
        return []
    now = engaged(row, visit)
    values: dict[str, Any] = {
        "fit": (row.fit, row.grade),
        "engagement": (round(now[0]), now[1]) if now else (None, None),
        "qualification": (row.qualification, row.next_action),
        "stage": (row.stage, row.stage_at),
        "rfm": (row.rfm, None),
        **{name: (getattr(row, f"by_{name}"), None) for name in FIGURES[5:]},
    }
    return [
        {"name": name, "value": values[name][0], "beside": values[name][1], "reasons": known.reasons.get(name, ())}
        for name in FIGURES
        if values[name][0] is not None or known.reasons.get(name)
    ]
