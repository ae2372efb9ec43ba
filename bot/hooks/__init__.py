"""Webhooks that call us: each is verified, and kept before it is answered.

Telegram's secret stands in a header: a call without it is refused before its body is awaited. A shop signs the body:
that is read first. Of neither more than 1 MiB is taken, whatever the caller says of its size (bot/web/security.py).
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.channels.telegram.webhook import SECRET_HEADER, Rejection, accept, answer_to, is_telegrams
from bot.hooks.shops import ShopDoor
from bot.house import House
from bot.shops.makers import SHOPIFY, WOOCOMMERCE
from bot.web.bodies import HANG_UP


def router(house: House) -> APIRouter:
    """`/hooks/telegram`, `/hooks/shopify` and `/hooks/woocommerce`."""
    routes = APIRouter(prefix="/hooks")
    secret = house.settings.telegram_webhook_secret
    wanted = secret.get_secret_value() if secret is not None else ""

    async def telegram(request: Request) -> Response:
        if not is_telegrams(request.headers.get(SECRET_HEADER, ""), wanted):
            return Response(status_code=403, headers=HANG_UP)
        result = accept(await request.body())
        if isinstance(result, Rejection):
            return Response(status_code=result.status)
        await house.intake.put_many([result])
        answer = answer_to(result)
        return Response(status_code=200) if answer is None else JSONResponse(answer)

    # A plain route: of what FastAPI does around a call, nothing is of use here, and it costs as much as the rest.
    routes.add_route(f"{routes.prefix}/telegram", telegram, methods=["POST"])
    routes.post("/shopify")(ShopDoor(house, SHOPIFY, house.settings.shopify_secret).enter)
    routes.post("/woocommerce")(ShopDoor(house, WOOCOMMERCE, house.settings.woocommerce_secret).enter)
    return routes
