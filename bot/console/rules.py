"""The rules by which prospects are judged: to look at, to change with a preview of who would move, their history."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console import rules_form
from bot.console.gate import Visit
from bot.data.writing import csv_line
from bot.runtime import trial
from bot.runtime.trial import OrderCheck
from flows.audience.moves import LOOKED_AT, Moves
from flows.audience.profile import QUALIFICATIONS, STAGES
from flows.audience.scoring import Rules
from flows.evidence.intervals import wilson
from flows.words import BARRIERS
from storage import audit, rulebook
from storage.database import Tx
from storage.reads import grades

GRADES: Final = ("A", "B", "C", "D", "unknown")
LEVELS: Final = (1, 2, 3)
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "grade": GRADES,
    "qualification": (*QUALIFICATIONS, "bought"),
    "stage": STAGES,
    "level": ("1", "2", "3"),
}
ENOUGH: Final = 20
"""Below so many people a share is shown with the word that it is too early."""


async def show(visit: Visit) -> Response:
    """The rules in force; with `version`, an older one to look at, and to save again."""
    async with visit.house.database.read() as tx:
        rules = await _asked_for(visit, tx)
    return await _page(visit, rules_form.filled(rules))


async def change(visit: Visit) -> Response:
    """Preview the rules of the form, or save them."""
    rules, errors, given = rules_form.read(visit.form)
    if rules is None:
        return await _page(visit, given, errors=errors, status=422)
    if visit.said("do") != "save":
        moves = await trial.would_move(visit.house.database, visit.house.keeper, rules)
        return await _page(visit, given, moves=moves)
    wanted = rules

    async def work(tx: Tx) -> None:
        definition = wanted.model_dump(mode="json")
        version = await rulebook.save(tx, rulebook.SCORING, definition, visit.staff.email, visit.now)
        await audit.note(tx, visit.staff.email, "rules saved", f"version {version}", visit.now)

    await visit.house.database.transact(work)
    visit.house.bells.scores.ring()
    return visit.go("/console/rules?saved=yes")


async def download(visit: Visit) -> Response:
    """The table of grades and levels as CSV."""
    async with visit.house.database.read() as tx:
        check = await trial.last_check(tx)
    lines = [csv_line(["grade", "level", "people", "bought", "days"])]
    for (grade, level), (n, bought) in sorted(check.cells.items()) if check else ():
        lines.append(csv_line([grade, level, n, bought, check.days if check else 0]))
    headers = {"content-disposition": 'attachment; filename="grades.csv"'}
    return Response("".join(lines).encode(), media_type="text/csv; charset=utf-8", headers=headers)


async def _asked_for(visit: Visit, tx: Tx) -> Rules:
    version = visit.asked("version", limit=9)
    if not version:
        return await visit.house.keeper.rules(tx)
    row = await rulebook.get(tx, rulebook.SCORING, int(version)) if version.isascii() and version.isdigit() else None
    if row is None:
        raise HTTPException(404)
    return Rules.model_validate(row.definition)


async def _page(
    visit: Visit,
    given: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    moves: Moves | None = None,
    status: int = 200,
) -> Response:
    async with visit.house.database.read() as tx:
        versions = await rulebook.history(tx, rulebook.SCORING)
        check = await trial.last_check(tx)
        people = await grades.how_many(tx) if moves is not None else 0
        names = await grades.names(tx, [one.prospect_id for one in moves.people]) if moves is not None else {}
    return visit.show(
        "rules.html",
        status=status,
        given=given,
        errors=errors or {},
        groups=rules_form.GROUPS,
        barriers=[one for one in BARRIERS if one not in ("timing", "no_longer_needed", "bought_elsewhere")],
        versions=versions,
        version=visit.asked("version", limit=9),
        saved=visit.asked("saved") == "yes",
        moves=moves,
        people=people,
        of_all=_of_all(moves, people) if moves is not None else None,
        names=names,
        tables=_tables(moves) if moves is not None else [],
        check=check,
        cells=_cells(check) if check is not None else [],
        verdict=_verdict(check) if check is not None else "",
        levels=LEVELS,
        currency=visit.house.catalogue.currency,
    )


def _of_all(moves: Moves, people: int) -> tuple[int, int] | None:
    """Between how many of all people would move, when only a sample was looked at."""
    if not moves.looked_at or moves.looked_at >= people:
        return None
    low, high = wilson(moves.moved, moves.looked_at)
    return max(moves.moved, round(low * people)), round(high * people)


def _tables(moves: Moves) -> list[dict[str, Any]]:
    """By figure: what it is now down, what it would be across, and only what occurs."""
    tables = []
    for name in LOOKED_AT:
        counts = moves.counts[name]
        occurring = [one for one in VALUES[name] if any(one in pair for pair in counts)]
        changed = sum(n for (was, would_be), n in counts.items() if was != would_be)
        rows = [(was, [(would_be, counts[was, would_be]) for would_be in occurring]) for was in occurring]
        tables.append({"name": name, "values": occurring, "rows": rows, "changed": changed})
    return tables


def _cells(check: OrderCheck) -> list[tuple[str, list[dict[str, Any]]]]:
    """Each grade with its levels, and all levels together last: n, share and its interval."""
    rows = []
    for grade in GRADES:
        found = [check.cells.get((grade, level), (0, 0)) for level in LEVELS]
        together = (sum(n for n, _ in found), sum(bought for _, bought in found))
        if together[0]:
            rows.append((grade, [_rate(*one) for one in (*found, together)]))
    return rows


def _rate(n: int, bought: int) -> dict[str, Any]:
    low, high = wilson(bought, n)
    return {"n": n, "bought": bought, "share": bought / n if n else None, "low": low, "high": high, "few": n < ENOUGH}


def _verdict(check: OrderCheck) -> str:
    """Whether better grades buy more often, as far as there are enough people to say so: `right`, `wrong`, `early`."""
    rates = []
    for grade in ("A", "B", "C", "D"):
        found = [check.cells.get((grade, level), (0, 0)) for level in LEVELS]
        n, bought = sum(one[0] for one in found), sum(one[1] for one in found)
        if n >= ENOUGH:
            rates.append((bought / n, *wilson(bought, n)))
    if len(rates) < 2:
        return "early"
    upside_down = any(better[2] < worse[1] for better, worse in pairwise(rates))
    falling = all(better[0] >= worse[0] for better, worse in pairwise(rates))
    clear = rates[0][1] > rates[-1][2]
    if upside_down:
        return "wrong"
    return "right" if falling and clear else "early"
