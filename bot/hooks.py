"""Webhooks that call us. Telegram's is verified before its body is read, and kept before it is answered."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.channels.telegram.webhook import Rejection, accept, answer_to
from bot.house import House


def router(house: House) -> APIRouter:
    """`/hooks/telegram`."""
    routes = APIRouter(prefix="/hooks")
    secret = house.settings.telegram_webhook_secret

    @routes.post("/telegram")
    async def telegram(request: Request) -> Response:
        wanted = secret.get_secret_value() if secret is not None else ""
        result = accept(request.headers, await request.body(), wanted)
        if isinstance(result, Rejection):
            return Response(status_code=result.status)
        await house.intake.put_many([result])
        answer = answer_to(result)
        return Response(status_code=200) if answer is None else JSONResponse(answer)

    return routes
