"""How one prospect stands now, as data: segments, types, fit, engagement, qualification and stage, with reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.runtime.keeper import Keeper
from flows.audience.conditions import evaluate
from flows.audience.engagement import engagement_now
from flows.audience.judgement import Judgement
from flows.audience.profile import Profile
from storage import scores, segments
from storage.database import Record, Tx


async def standing(tx: Tx, keeper: Keeper, prospect_id: int, now: datetime) -> dict[str, Any]:
    """Everything that is judged about a prospect at this moment; empty for one who is not there. Writes nothing."""
    found = (await keeper.look(tx, [prospect_id])).get(prospect_id)
    if found is None:
        return {}
    profile, one = found
    now_judged = replace(profile, scores=one.scores)
    saved = [(segment, evaluate(segment.condition, now_judged, now)) for segment in await segments.load_all(tx)]
    member_of = [
        {"name": segment.name, "label": segment.label, "because": list(verdict.because)}
        for segment, verdict in saved
        if verdict.holds
    ]
    return {
        "segments": member_of,
        **figures(one, now),
        "stage": _stage(profile, one, await scores.history(tx, prospect_id)),
    }


def figures(one: Judgement, now: datetime) -> dict[str, Any]:
    """The figures of a judgement, each with its reasons."""
    given, why = one.scores, {name: list(lines) for name, lines in one.reasons.items()}
    engagement = round(engagement_now(given.engagement, given.engaged_at, now))
    group = {"recency": one.rfm.recency, "frequency": one.rfm.frequency, "monetary": one.rfm.monetary}
    return {
        "lead_types": {name: {"band": band, "reasons": why[name]} for name, band in given.lead_types.items()},
        "fit": {"score": given.fit, "grade": given.grade, "reasons": why["fit"]},
        "engagement": {"score": engagement, "level": one.level, "reasons": why["engagement"]},
        "rfm": {"group": given.rfm, **group, "reasons": why["rfm"]},
        "learning_segment": {"segment": given.learning_segment, "reasons": why["learning_segment"]},
        "qualification": {
            "status": given.qualification,
            "next_action": one.action,
            "barrier": one.barrier,
            "reasons": why["qualification"],
        },
    }


def _stage(profile: Profile, one: Judgement, history: Sequence[Record]) -> dict[str, Any]:
    """The stage with its history; what was reached a moment ago and is not written down yet is in it, too."""
    steps: list[Mapping[str, Any]] = [{"stage": row.stage, "at": row.at, "because": row.because} for row in history]
    written = {step["stage"] for step in steps}
    steps += [
        {"stage": step.stage, "at": step.at, "because": step.because}
        for step in one.stages
        if step.stage not in written
    ]
    return {
        "stage": one.scores.stage,
        "since": one.scores.stage_at or profile.known_since,
        "reasons": list(one.reasons["stage"]),
        "history": steps,
    }


def told(document: Mapping[str, Any]) -> list[str]:
    """The same for people, line by line."""
    if "fit" not in document:
        return []
    fit, engagement, qualification = document["fit"], document["engagement"], document["qualification"]
    stage, lines = document["stage"], []
    for name, head, reasons in (
        ("stage", f"{stage['stage']} since {stage['since']:%Y-%m-%d}", stage["reasons"]),
        ("fit", f"{fit['score']} (grade {fit['grade']})" if fit["grade"] else "not known", fit["reasons"]),
        ("engagement", f"{engagement['score']} (level {engagement['level']})", engagement["reasons"]),
        ("qualification", _action(qualification), qualification["reasons"]),
    ):
        lines += [f"  {name}: {head}", *(f"    {reason}" for reason in reasons)]
    for name, band in document["lead_types"].items():
        lines.append(f"  by {name}: {band['band']} ({'; '.join(band['reasons'])})")
    for segment in document["segments"]:
        lines.append(f"  in segment {segment['name']}: {'; '.join(segment['because'])}")
    return lines


def _action(qualification: Mapping[str, Any]) -> str:
    if qualification["status"] is None:
        return "nothing is open"
    return f"{qualification['status']}, next: {qualification['next_action'].replace('_', ' ')}"
