"""What stands beside a person besides the facts: what is to be done for them, and the playbook for what they said."""

from typing import Any

from bot.console.due import default_due
from bot.console.gate import Visit
from bot.console.playbook import shipped
from storage import playbook, tasks
from storage.database import Record, Tx
from storage.ids import new_uid
from storage.tasks import KINDS, Sought

MOST = 10
"""Open tasks of one person that are shown."""


def task_form(visit: Visit, about: tuple[str, str], back: str) -> dict[str, Any]:
    """The context of task_add.html.

    `about` is the form's field that says whom a new task is for, with its value: ("conversation", uid) or
    ("prospect", uid); `back` the path to return to.
    """
    return {
        "task_kinds": KINDS,
        "task_form": new_uid(),
        "task_soon": default_due(visit),
        "task_about": about,
        "task_back": back,
    }


async def task_box(tx: Tx, visit: Visit, prospect_id: int, about: tuple[str, str], back: str) -> dict[str, Any]:
    """The context of task_box.html: what is open for this person, and the form for more (see `task_form`)."""
    listed = await tasks.page(tx, Sought(prospect_id=prospect_id), cursor=None, limit=MOST)
    return {"open_for_person": listed.rows} | task_form(visit, about, back)


async def play_box(tx: Tx, visit: Visit, head: Record) -> dict[str, Any]:
    """The context of play_box.html and of the line to write in: `play`, and `reply`, the one chosen without scripts.

    Without a barrier yet, the entry is the one for other reasons.
    """
    barrier, product = head.barrier or "other", head.product_name or head.product
    own = await playbook.own(tx, barrier, product, [head.language or "en", "en"])
    values = {"shop": visit.house.settings.shop_name, "product": product, "name": head.first_name}
    play = shipped(visit.house.settings.flows_dir).entry(barrier, head.language or "en", values, own)
    wanted = visit.asked("reply", limit=64)
    return {"play": play, "reply": next((one for one in play.replies if one.id == wanted), None)}
