"""What stands beside a person besides the facts: what is to be done for them."""

from typing import Any

from bot.console.due import default_due
from bot.console.gate import Visit
from storage import tasks
from storage.database import Tx
from storage.ids import new_uid
from storage.tasks import KINDS, Sought

MOST = 10
"""Open tasks of one person that are shown."""


async def task_box(tx: Tx, visit: Visit, prospect_id: int, about: tuple[str, str], back: str) -> dict[str, Any]:
    """The context of task_box.html.

    `about` is the form's field that says whom a new task is for, with its value: ("conversation", uid) or
    ("prospect", uid); `back` the path to return to.
    """
    listed = await tasks.page(tx, Sought(prospect_id=prospect_id), cursor=None, limit=MOST)
    return {
        "open_for_person": listed.rows,
        "task_kinds": KINDS,
        "task_form": new_uid(),
        "task_soon": default_due(visit),
        "task_about": about,
        "task_back": back,
    }
