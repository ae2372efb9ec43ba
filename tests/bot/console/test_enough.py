"""The console's first page and the API say how many people have answered, and when that is enough."""

import httpx
from fastapi import FastAPI
from sqlalchemy import insert

from bot.api import router
from bot.house import House
from flows.definition.campaign import CampaignDefinition
from storage import campaigns, keys
from storage.database import Tx
from storage.tables import step_counts
from tests.bot.console.asking import sign_in


async def answered(house: House, people: int, quota: int | None) -> None:
    """So many people have answered, and so many are enough."""

    async def work(tx: Tx) -> None:
        row = await campaigns.get(tx, "barriers")
        assert row is not None
        known = CampaignDefinition.model_validate(row.definition | {"quota": quota})
        await campaigns.put(tx, known, house.clock.now())
        if people:
            await tx.execute(insert(step_counts).values(campaign="barriers", flow="", step="", n=people))

    await house.database.transact(work)


async def test_the_first_page_says_how_far_a_quota_is(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "viewer") as client:
        assert "people have answered" not in (await client.get("/console/")).text
        await answered(house, 0, 3)
        page = (await client.get("/console/")).text
        assert "barriers: 0 of 3 people have answered." in page and "Enough answers" not in page
        await answered(house, 4, 3)
        page = (await client.get("/console/")).text
        assert "barriers: 4 of 3 people have answered." in page and "Enough answers" in page
        assert "Nobody else is written to first." in page


async def test_the_api_lists_campaigns_with_their_quota(house: House) -> None:
    key = await house.database.transact(
        lambda tx: keys.add(tx, "figures", house.clock.now(), scopes=("campaigns:read",))
    )
    api = FastAPI()
    api.include_router(router(house))
    headers = {"Authorization": f"Bearer {key}"}
    transport = httpx.ASGITransport(api)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test/api/v1", headers=headers) as client:
        (one,) = (await client.get("/campaigns")).json()["items"]
        assert (one["name"], one["state"], one["quota"], one["enough"]) == ("barriers", "ready", None, False)
        await answered(house, 3, 3)
        (one,) = (await client.get("/campaigns")).json()["items"]
        assert (one["answered"], one["quota"], one["enough"]) == (3, 3, True)
        assert (await client.get("/answers")).status_code == 403
