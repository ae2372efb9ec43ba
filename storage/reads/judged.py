"""Exports of what is judged about prospects, of the funnel's history, and of what was said in the shop."""

from typing import Any, Final

from sqlalchemy import Select

from storage.reads.exporting import Export, as_named, of_prospect
from storage.tables import profiles, stage_changes, walk_ins

_SCORES: Final = (
    "prospect", "external_id", "kind", "stage", "stage_at", "qualification", "next_action", "barrier", "fit", "grade",
    "engagement", "engaged_at", "rfm", "by_frequency", "by_volume", "by_influence", "by_profile", "learning_segment",
    "orders_total", "orders_year", "revenue_year", "last_bought_at", "computed_at",
)  # fmt: skip
_STAGES: Final = (
    "prospect", "external_id", "stage", "at", "because", "segment", "source", "product", "recorded_at",
)  # fmt: skip
_WALK_INS: Final = (
    "id", "prospect", "external_id", "place", "product", "barrier", "sub_code", "said", "language", "staff", "at",
    "undone_at",
)  # fmt: skip


def _scores() -> Select[Any]:
    columns = [column for column in profiles.c if column.name in _SCORES]
    return of_prospect(profiles.c.prospect_id.label("id"), *columns, table=profiles)


def _stages() -> Select[Any]:
    return of_prospect(stage_changes, table=stage_changes)


def _walk_ins() -> Select[Any]:
    return of_prospect(walk_ins, table=walk_ins, optional=True)


JUDGED: Final[dict[str, Export]] = {
    "scores": Export(
        _SCORES,
        _scores,
        as_named(_SCORES),
        profiles.c.prospect_id,
        (profiles.c.computed_at,),
        hidden=profiles.c.computed_at.is_(None),
    ),
    "stages": Export(_STAGES, _stages, as_named(_STAGES), stage_changes.c.id, (stage_changes.c.recorded_at,)),
    "walk-ins": Export(
        _WALK_INS,
        _walk_ins,
        lambda row: {name: row["uid" if name == "id" else name] for name in _WALK_INS},
        walk_ins.c.id,
        (walk_ins.c.at, walk_ins.c.undone_at),
        hidden=walk_ins.c.undone_at.is_not(None),
    ),
}
"""`engagement` is as it was at `engaged_at`: it counts half 14 days later. `--all` also tells what was undone."""
