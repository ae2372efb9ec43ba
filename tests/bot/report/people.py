"""A campaign with people in its groups by lot, written straight into the tables: a few hundred in a moment."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from flows.codec import encode_state
from flows.state import State
from storage.database import Tx
from storage.tables import answers, conversations, grants, journal, profiles, prospects, purchases

CAMPAIGN = "barriers"
WORDS = "la livraison est bien trop chère"


class Crowd:
    """Rows that belong together, collected and then written in one statement for each table."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self._number = 1000

    def add(self, count: int, arm: str, *, buyers: int = 0, barrier: str = "", offer: str = "", **more: Any) -> None:
        """So many people in a group, the first `buyers` of whom bought for 40 EUR a day later."""
        for place in range(count):
            self._number += 1
            number, at = self._number, self.start + timedelta(minutes=self._number % 600)
            self._person(number, at, arm, barrier, more)
            if barrier:
                self._answer(number, at, barrier, more)
            if offer:
                self._row("grants", id=number, prospect_id=number, conversation_id=number, campaign=CAMPAIGN,
                          offer=offer, kind=offer, barrier=barrier or None, granted_at=at)  # fmt: skip
            if place < buyers:
                self._row("purchases", prospect_id=number, order_id=f"o{number}", bought_at=at + timedelta(days=1),
                          recorded_at=at + timedelta(days=1), amount=Decimal(40), currency="EUR")  # fmt: skip

    def _person(self, number: int, at: datetime, arm: str, barrier: str, more: dict[str, Any]) -> None:
        self._row("prospects", id=number, uid=f"p{number}", created_at=at, updated_at=at, first_name="Marguerite",
                  tags=[], company={}, attributes={})  # fmt: skip
        self._row("profiles", prospect_id=number, learning_segment=more.get("segment", "new_other"), grade="B")
        state = State(flow="barriers", version=1, language="fr", seed=1)
        self._row(
            "conversations", id=number, uid=f"c{number}", prospect_id=number, campaign=CAMPAIGN, flow="barriers",
            flow_version=1, state=encode_state(state), status="ended", outcome=None, turn=1, language="fr",
            created_at=at, updated_at=at, ended_at=at + timedelta(days=1), unread=False, arm=arm,
            first_contact_at=None if arm == "never" else at, lot=more.get("lot", "10/20"), barrier=barrier or None,
            segment=more.get("segment"),
        )  # fmt: skip

    def _answer(self, number: int, at: datetime, barrier: str, more: dict[str, Any]) -> None:
        words = more.get("words", WORDS)
        self._row("answers", prospect_id=number, conversation_id=number, campaign=CAMPAIGN, flow="barriers",
                  flow_version=1, step="barrier", visit=1, value=barrier, barriers=[barrier], verbatim=words,
                  language="fr", channel="web", asked_at=at, answered_at=at + timedelta(minutes=9))  # fmt: skip
        self._row("journal", prospect_id=number, conversation_id=number, turn=1, at=at, event="Said", said=words,
                  note="", data={})  # fmt: skip

    def _row(self, table: str, **columns: Any) -> None:
        self.rows.setdefault(table, []).append(columns)

    async def move_in(self, tx: Tx) -> None:
        """Write everybody."""
        for table in (prospects, profiles, conversations, answers, journal, grants, purchases):
            if table.name in self.rows:
                await tx.execute(insert(table), self.rows[table.name])
