"""Sending webhooks: at least once each, several at a time, with the retries of Standard Webhooks."""

import asyncio
from typing import Final

import httpx
import structlog

from bot.runtime.clock import Clock
from bot.runtime.failpoints import failpoint
from bot.runtime.supervisor import Supervisor
from bot.webhooks import signing
from bot.webhooks.addresses import AddressRefused, LookUp, look_up, target_of
from storage import deliveries, endpoints, hold
from storage.database import Database, Record, Tx

log = structlog.get_logger("webhooks")

PATIENCE: Final = 15.0
"""Seconds that a whole call may take, from the look-up to the status."""

LOOK: Final = 1.0
"""Seconds between two looks when nothing was due."""

PRUNE_EVERY: Final = 3600.0

NO_SUCH_PLACE: Final = 0
"""Kept as the status of a call that was not made: the address is refused."""

GONE: Final = 410
"""The endpoint says that it is there no more, and wants nothing sent again."""


class Sender:
    """Sends the webhooks of one house."""

    def __init__(
        self, database: Database, clock: Clock, key: bytes, *, private: bool = False, look: LookUp = look_up
    ) -> None:
        """`key` is the secret that signing secrets are derived from; `private` lets private addresses in."""
        self._database, self._clock, self._key = database, clock, key
        self._private, self._look = private, look

    async def send_due(self, client: httpx.AsyncClient) -> int:
        """Send what is due, a few for each endpoint at the same time. Returns how many calls were made."""
        now = self._clock.now()
        async with self._database.read() as tx:
            # While everything is held back (after a restore these may have been told already), nobody is told anything.
            if not await deliveries.any_due(tx, now) or await hold.reason(tx) is not None:
                return 0
        claimed = await self._database.transact(lambda tx: deliveries.claim(tx, now))
        failpoint("webhooks.claimed")
        await asyncio.gather(*(self._send(client, row) for row in claimed))
        return len(claimed)

    async def test(self, endpoint_id: int) -> int | None:
        """Send a test event to an endpoint now. Returns the HTTP status, NO_SUCH_PLACE, or None for no answer."""
        now = self._clock.now()
        number = await self._database.transact(lambda tx: deliveries.put_test(tx, endpoint_id, now))
        async with self._database.read() as tx:
            row = await deliveries.one(tx, number)
        assert row is not None  # noqa: S101 - it was put there just now
        async with make_client() as client:
            return await self._send(client, row, final=True)

    async def _send(self, client: httpx.AsyncClient, row: Record, *, final: bool = False) -> int | None:
        failpoint("webhooks.before_call")
        status = await self._call(client, row)
        failpoint("webhooks.after_call")
        done = status is not None and 200 <= status < 300
        await self._database.transact(lambda tx: self._note(tx, row, status, done=done, final=final))
        if not done:
            log.warning("a webhook was not taken", endpoint=row.uid, event_name=row.event, status=status)
        return status

    async def _note(self, tx: Tx, row: Record, status: int | None, *, done: bool, final: bool) -> None:
        now = self._clock.now()
        if done:
            await deliveries.delivered(tx, row, status or 0, now)
            return
        await deliveries.not_delivered(tx, row, status, now, final=final or status == GONE)
        if status == GONE:
            await endpoints.disable(tx, row.endpoint_id, now)

    async def _call(self, client: httpx.AsyncClient, row: Record) -> int | None:
        """One call; returns its status. What the network does is no error here."""
        try:
            async with asyncio.timeout(PATIENCE):
                target = await target_of(row.url, private=self._private, look=self._look)
                seconds = int(self._clock.now().timestamp())
                signed = signing.headers(signing.secret_of(self._key, row.uid), row.message_id, seconds, row.payload)
                headers = {"host": target.authority, "content-type": "application/json", "user-agent": "Holdback"}
                request = client.build_request(
                    "POST",
                    target.url,
                    content=row.payload.encode(),
                    headers=headers | signed,
                    extensions={"sni_hostname": target.host},
                )
                # The answer's body is nobody's business, and may be endless.
                response = await client.send(request, stream=True)
                await response.aclose()
                return response.status_code
        except AddressRefused:
            return NO_SUCH_PLACE
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError):
            return None

    async def run(self, supervisor: Supervisor) -> None:
        """Send what becomes due until the house stops; forget what has been over for long."""
        pruned = -PRUNE_EVERY
        async with make_client() as client:
            while not supervisor.stopping.is_set():
                if self._clock.monotonic() - pruned >= PRUNE_EVERY:
                    pruned = self._clock.monotonic()
                    await self._database.transact(lambda tx: deliveries.prune(tx, self._clock.now()))
                if not await self.send_due(client):
                    await supervisor.unless_stopping(self._clock.sleep(LOOK))


def make_client() -> httpx.AsyncClient:
    """A client that follows nobody elsewhere, and keeps no connection: the next call may be for another name."""
    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        timeout=httpx.Timeout(10.0),
        limits=httpx.Limits(max_connections=50, max_keepalive_connections=0),
    )
