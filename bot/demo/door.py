"""What the start page of the demo can do: make a new visitor, let the owner in."""

import secrets

from bot.house import House
from bot.runtime.enrol import campaign_for, open_conversation
from storage import consents, prospects, staff
from storage.database import Tx
from storage.ids import new_uid

OWNER = "owner@shop.example"
"""The demo's admin."""

PRODUCTS = (
    ("K-100", "Aurora Kettle 1.7 l", "89.00"),
    ("P-210", "Hana Teapot", "54.00"),
    ("M-330", "Fjord Travel Mug", "32.50"),
    ("G-410", "Brass Pour-over Set", "119.00"),
)


class Demo:
    """The demo's own doors. They exist only in demo mode, on this machine."""

    def __init__(self, house: House) -> None:
        """Nothing is done yet."""
        self._house = house

    async def new_visitor(self, language: str) -> str:
        """A fresh prospect who looked at a product and left; returns the address of their survey page."""
        prospect_id = await self._house.database.transact(lambda tx: self._visitor(tx, language))
        return (await self._house.links(prospect_id))["survey"]

    async def _visitor(self, tx: Tx, language: str) -> int:
        house, now = self._house, self._house.clock.now()
        product_id, product, price = secrets.choice(PRODUCTS)
        name = new_uid()[:8].lower()
        prospect_id = await prospects.create(
            tx,
            now,
            language=house.context.language(language),
            source="demo",
            product_id=product_id,
            product_name=product,
            price=price,
            cart_value=price,
            currency="EUR",
        )
        await prospects.bind(tx, prospect_id, "email", f"visitor-{name}@example.com", via="demo", now=now)
        await consents.record(tx, prospect_id, "email", granted=True, way="demo", now=now)
        prospect = await prospects.get(tx, prospect_id)
        campaign = await campaign_for(tx, prospect) if prospect is not None else None
        if prospect is not None and campaign is not None:
            # Who tries the shop out has come to see an offer: the lot that keeps some apart leaves them out.
            await open_conversation(tx, house.context, prospect, campaign, now, by_lot=False)
        return prospect_id

    async def login_token(self) -> str:
        """A one-time token that signs the demo's owner in (see bot.console.LINK_PATH)."""
        now = self._house.clock.now()

        async def make(tx: Tx) -> str:
            known = await staff.find_by_email(tx, OWNER)
            owner = known.id if known is not None else await staff.add(tx, OWNER, "admin", now)
            return await staff.make_login_token(tx, owner, now)

        return await self._house.database.transact(make)
