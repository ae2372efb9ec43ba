"""Who may ask, and how often."""

from collections import OrderedDict
from typing import Final

from fastapi import Request

from bot.api.problems import Problem
from bot.house import House
from storage import keys
from storage.keys import ApiKey

REMEMBERED: Final = 4096
"""So many callers are remembered at most; the one heard of longest ago is forgotten first."""

ASKING: Final = frozenset(
    {("segments", "count"), ("strategies", "check"), ("strategies", "preview"), ("rules", "preview")}
)
"""Addresses below /api/v1 that are posted to and change nothing: the question is only too long for an address."""


def scope_of(method: str, path: str) -> str:
    """What a key needs for a request: the first part of the address under /api/v1, and `read` or `write`.

    To count is to read, even when what is counted comes in a body; to change a segment that is called `count` is not.
    To erase somebody is neither: nobody gets that with the right to change them.
    """
    what = path.strip("/").split("/")
    if method == "DELETE" and what[2:3] == ["prospects"]:
        return "prospects:erase"
    reads = method in ("GET", "HEAD") or (method == "POST" and tuple(what[2:]) in ASKING)
    return f"{what[2] if len(what) > 2 else ''}:{'read' if reads else 'write'}"


class Brake:
    """At most `burst` requests at once and `per_second` of them in the long run, for each caller by themselves."""

    def __init__(self, per_second: float, burst: int) -> None:
        """Nobody has asked yet."""
        self._interval, self._credit = 1 / per_second, (burst - 1) / per_second
        self._due: OrderedDict[str, float] = OrderedDict()

    def wait(self, caller: str, now: float) -> float:
        """Count a request; the seconds the caller has to wait, 0 when it may go on. `now` never jumps."""
        due = max(self._due.pop(caller, now), now)
        early = due - now - self._credit
        self._due[caller] = due if early > 0 else due + self._interval
        if len(self._due) > REMEMBERED:
            self._due.popitem(last=False)
        return max(early, 0.0)


class Gate:
    """The door of the API: a key for each request, and a brake for each key and for each address that has none."""

    def __init__(self, house: House, per_second: float, burst: int) -> None:
        """The brake on keys; without a right one, only one request a second is answered by more than a refusal."""
        self._house = house
        self._keys = Brake(per_second, burst)
        self._strangers = Brake(1, 20)

    async def __call__(self, request: Request) -> str:
        """The name of the caller's key, which may do this. Raises Problem: 401, 403, 429."""
        found = await self.known(request)
        wanted = scope_of(request.method, request.url.path)
        if not found.may(wanted):
            raise Problem(403, f"this key may not do this: it needs the scope {wanted}; make one that has it")
        return found.name

    async def known(self, request: Request) -> ApiKey:
        """The caller's key, whatever it may do. Raises Problem: 401, 403, 429."""
        scheme, _, presented = request.headers.get("authorization", "").partition(" ")
        now = self._house.clock.monotonic()
        found = None
        if scheme.lower() == "bearer" and presented.strip():
            async with self._house.database.read() as tx:
                found = await keys.find(tx, presented.strip())
        if found is None:
            self._stop(self._strangers, request.client.host if request.client else "", now)
            headers = {"WWW-Authenticate": "Bearer"}
            raise Problem(
                401, "send a key: Authorization: Bearer hb_...; `holdback api-key add` makes one", headers=headers
            )
        if found.revoked:
            raise Problem(403, "this key has been revoked; make another one with `holdback api-key add`")
        self._stop(self._keys, found.name, now)
        return found

    @staticmethod
    def _stop(brake: Brake, caller: str, now: float) -> None:
        seconds = brake.wait(caller, now)
        if seconds > 0:
            headers = {"Retry-After": str(int(seconds) + 1)}
            raise Problem(429, "too many requests; wait as Retry-After says", headers=headers)
