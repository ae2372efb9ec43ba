"""Pushes updates to the bot's webhook and keeps trying, on the real schedule in a chosen unit of time."""

import asyncio
from typing import Any

import httpx

from tests.edge.telegram.cloud import Cloud
from tests.edge.telegram.updates import Waiting

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
# Once more at once, then doubling; the real cap is a random 60 to 120 units, here its lower end.
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0


class WebhookPusher:
    """Delivers what waits while a webhook is set: in order within a chat, chats side by side.

    `unit` is the length of one second of the retry schedule, in real seconds.
    """

    def __init__(self, cloud: Cloud, unit: float = 0.02) -> None:
        self._cloud = cloud
        self._unit = unit
        self._lanes: dict[str, asyncio.Task[Any]] = {}
        self._client: httpx.AsyncClient | None = None

    def wake(self) -> None:
        """Starts a courier for every chat that has something waiting and no courier yet."""
        if not self._cloud.webhook.url:
            return
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=10, trust_env=False)
        for lane in {waiting.lane for waiting in self._cloud.queue.waiting}:
            if lane not in self._lanes or self._lanes[lane].done():
                self._lanes[lane] = asyncio.ensure_future(self._deliver(lane, self._client))

    async def close(self) -> None:
        """Stops all couriers."""
        couriers = list(self._lanes.values())
        for courier in couriers:
            courier.cancel()
        await asyncio.gather(*couriers, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    async def _deliver(self, lane: str, client: httpx.AsyncClient) -> None:
        failures = 0
        while (waiting := self._head(lane)) is not None and self._cloud.webhook.url:
            error, retry_after = await self._post(waiting, client)
            if not error:
                failures = 0
                self._cloud.queue.confirm_one(waiting)
                self._cloud.bell.ring()
                continue
            self._cloud.webhook.last_error = error
            self._cloud.webhook.last_error_at = self._cloud.now()
            failures += 1
            pause = 0.0 if failures == 1 else min(LONGEST_PAUSE, FIRST_PAUSE ** (failures - 1))
            await asyncio.sleep(max(pause, retry_after) * self._unit)

    def _head(self, lane: str) -> Waiting | None:
        self._cloud.queue.expire(self._cloud.now())
        return next((waiting for waiting in self._cloud.queue.waiting if waiting.lane == lane), None)

    async def _post(self, waiting: Waiting, client: httpx.AsyncClient) -> tuple[str, float]:
        """Posts one update. Gives the error ("" when the bot took it) and the seconds it asks to wait."""
        hook = self._cloud.webhook
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            response = await client.post(hook.url, json=waiting.update, headers=headers)
        except httpx.HTTPError as error:
            return f"Connection failed: {type(error).__name__}", 0.0
        if response.is_success:
            return "", 0.0
        wait = response.headers.get("retry-after", "0")
        status = f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
        return status, float(wait) if wait.isdigit() else 0.0
