"""Webhooks that call us: each is verified before its body is read, and kept before it is answered."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.channels.telegram.webhook import Rejection, accept, answer_to
from bot.hooks.shops import ShopDoor
from bot.house import House
from bot.shops.makers import SHOPIFY, WOOCOMMERCE


def router(house: House) -> APIRouter:
    """`/hooks/telegram`, `/hooks/shopify` and `/hooks/woocommerce`."""
    routes = APIRouter(prefix="/hooks")
    secret = house.settings.telegram_webhook_secret

    async def telegram(request: Request) -> Response:
        wanted = secret.get_secret_value() if secret is not None else ""
        result = accept(request.headers, await request.body(), wanted)
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
