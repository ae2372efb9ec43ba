"""The product on the survey page: with price and picture where a report brought them, and the page stays shut."""

from decimal import Decimal

from flows.audience.attributes import Written
from storage import prospect_facts
from storage.database import Tx
from storage.prospect_facts import NewFact
from tests.bot.channels.web.place import Place

PRICED = {"price": Decimal("49.00"), "currency": "EUR", "product_url": "https://shop.example/birch"}


async def with_picture(place: Place, address: str) -> int:
    prospect_id = await place.somebody(**PRICED)

    async def work(tx: Tx) -> None:
        now = place.house.clock.now()
        await prospect_facts.put(tx, [NewFact(prospect_id, "product_picture", Written(address), "shop", now)], now)

    await place.house.database.transact(work)
    return prospect_id


async def test_the_page_shows_the_product_and_may_fetch_its_picture_from_there_only(place: Place) -> None:
    path = await place.path(await with_picture(place, "https://cdn.shop.example/birch.jpg"))
    page = await place.client.get(path)
    assert '<img src="https://cdn.shop.example/birch.jpg" alt=""' in page.text
    assert "€49.00" in page.text and 'href="https://shop.example/birch" rel="noreferrer"' in page.text
    assert "img-src 'self' https://cdn.shop.example data:;" in page.headers["content-security-policy"]
    assert "script-src 'self';" in page.headers["content-security-policy"]


async def test_an_address_that_would_open_the_page_is_not_shown(place: Place) -> None:
    path = await place.path(await with_picture(place, "https://x.example; script-src *"))
    page = await place.client.get(path)
    assert "x.example" not in page.text and "x.example" not in page.headers["content-security-policy"]
    assert "€49.00" in page.text


async def test_a_product_of_which_only_the_name_is_known_stands_in_the_question_alone(place: Place) -> None:
    page = await place.client.get(await place.path(await place.somebody()))
    assert 'class="product"' not in page.text and "Birch desk lamp" in page.text
