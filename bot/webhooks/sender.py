"""Sending webhooks: at least once each, several at a time, with the retries of Standard Webhooks."""

import asyncio
from collections import Counter
from typing import Final

import httpx
import structlog

from bot.runtime.bells import Bell
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
        self._calls: dict[asyncio.Task[None], int] = {}
        """The calls under way, and to which endpoint each goes."""
        self._room = Bell()

    async def send_due(self, client: httpx.AsyncClient, supervisor: Supervisor) -> int:
        """Start sending what is due, without waiting for it: who hangs holds up nobody else.

        Returns how many calls were started: so many to one endpoint, and in all, that no more are under way than may.
        """
        now, under_way = self._clock.now(), Counter(self._calls.values())
        full = [endpoint for endpoint, calls in under_way.items() if calls >= deliveries.AT_ONCE]
        if under_way.total() >= deliveries.MOST:
            return 0
        async with self._database.read() as tx:
            # While everything is held back (after a restore these may have been told already), nobody is told anything.
            if not await deliveries.any_due(tx, now, full) or await hold.reason(tx) is not None:
                return 0
        claimed = await self._database.transact(lambda tx: deliveries.claim(tx, now, under_way))
        failpoint("webhooks.claimed")
        for row in claimed:
            call = supervisor.begin("webhook", self._send(client, row))
            self._calls[call] = row.endpoint_id
            call.add_done_callback(self._is_over)
        return len(claimed)

    def _is_over(self, call: asyncio.Task[None]) -> None:
        """There is room for another one."""
        del self._calls[call]
        self._room.ring()

    async def all_over(self) -> None:
        """Until no call is under way: each is over within PATIENCE, and what became of it is written down."""
        while self._calls:
            await asyncio.wait(self._calls)

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
            try:
                while not supervisor.stopping.is_set():
                    if self._clock.monotonic() - pruned >= PRUNE_EVERY:
                        pruned = self._clock.monotonic()
                        await self._database.transact(lambda tx: deliveries.prune(tx, self._clock.now()))
                    if not await self.send_due(client, supervisor):
                        await supervisor.unless_stopping(self._room.wait(LOOK))
            finally:
                await self.all_over()  # they speak through this client


def make_client() -> httpx.AsyncClient:
    """A client that follows nobody elsewhere, and keeps no connection: the next call may be for another name."""
    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        timeout=httpx.Timeout(10.0),
        limits=httpx.Limits(max_connections=deliveries.MOST, max_keepalive_connections=0),
    )
