"""What the shop reports of a product comes with the question: with its price and its own picture."""

from datetime import timedelta
from typing import Any

from tests.edge.smtp import html
from tests.journeys.people import row_of
from tests.journeys.rig import Rig

KETTLE: dict[str, Any] = {
    "product_id": "K-1",
    "product_name": "Copper Kettle",
    "product_picture": "https://cdn.kettle.example/k.jpg",
    "price": "49.00",
    "currency": "EUR",
}
POT: dict[str, Any] = {"product_id": "T-1", "product_name": "Tea pot"}


async def test_price_and_picture_stand_in_the_mail_and_never_those_of_another_product(rig: Rig) -> None:
    await rig.import_prospects(*(row_of(name, "en", telegram=False) for name in ("ann", "ben")))
    for name in ("ann", "ben"):
        await rig.api("viewed", external_id=name, **KETTLE)
    await rig.advance(timedelta(minutes=1))
    await rig.api("viewed", external_id="ben", **POT)
    await rig.start_campaign()
    (to_ann,), (to_ben,) = rig.mailbox.to("ann@mail.example"), rig.mailbox.to("ben@mail.example")
    assert 'src="https://cdn.kettle.example/k.jpg"' in html(to_ann) and "€49.00" in html(to_ann)
    assert "Tea pot" in html(to_ben) and "k.jpg" not in html(to_ben) and "49.00" not in html(to_ben)
