"""The guard before every page and endpoint: host check, body limit, and headers that tell the browser to trust little.

A route may set one of these headers itself (the local mailbox frames a letter); what it set is kept.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.bodies import COME_AGAIN, HANG_UP, PACE, TOO_LARGE, LimitedBody, Pace

MEBIBYTE = 1024 * 1024
_STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'{pictures} data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
CSP = _STRICT.format(pictures="")
# A page that frames a letter, and the letter itself: its inline styles are allowed, scripts and all that is remote not.
FRAMING_CSP = CSP + "; frame-src 'self'"
LETTER_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"
LETTER_HEADERS = {"content-security-policy": LETTER_CSP, "x-frame-options": "SAMEORIGIN"}
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "x-frame-options": "DENY",
}
PRIVATE_HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}
HSTS = {"strict-transport-security": "max-age=31536000; includeSubDomains"}
# Probes come with the address of the machine as their host, and their answers hold nothing of anybody.
ANY_HOST_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
# Who brings us what people did, and who asks whether we live, is answered however much is asked for besides.
NEVER_SHED = frozenset({"/hooks/telegram", "/healthz"})
ELSEWHERE = "This address does not answer under that name. Open it by its public address (HOLDBACK_PUBLIC_URL)."
BUSY = "Too much is asked for at this moment. Try again in a few seconds."


def allowed_hosts(public_url: str, bind: str) -> frozenset[str]:
    """The names a request may call us by: the public one and, when bound to loopback, this machine's own names."""
    names = {urlsplit(public_url).hostname or ""}
    bound = urlsplit(f"//{bind}").hostname or ""
    if is_loopback(bound):
        names |= {bound, "localhost", "127.0.0.1", "::1"}
    return frozenset(names - {""})


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def csp_with_pictures_from(origin: str) -> str:
    """The policy of a page that may show pictures from one more place (`https://host`), and nothing else from there."""
    return _STRICT.format(pictures=f" {origin}")


class Guard:
    """ASGI middleware around the whole application.

    `hosts` are the accepted host names, `https` says whether the public address is. `max_body` is the body limit in
    bytes, and `limits` maps path prefixes to other ones; the longest prefix that fits counts. `pace` is how slowly a
    body may come. Of `most` requests that are at work, another one is asked to come again.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        https: bool = False,
        max_body: int = MEBIBYTE,
        limits: Mapping[str, int] | None = None,
        pace: Pace = PACE,
        most: int = 400,
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.max_body = max_body
        self.pace, self.most, self._at_work = pace, most, 0
        self.limits = sorted((limits or {}).items(), key=lambda pair: -len(pair[0]))
        everywhere = HEADERS | (HSTS if https else {})
        self._static, self._private = _raw(everywhere), _raw(everywhere | PRIVATE_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request, then pass it on with a watched body and guarded headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        guarded = self._guarded(scope, send)
        limit = self._limit(scope["path"])
        refusal = self._refusal(scope["path"], Headers(scope=scope), limit)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        self._at_work += 1
        try:
            await LimitedBody(receive, guarded, limit, self.pace).run(self.app, scope)
        finally:
            self._at_work -= 1

    def _refusal(self, path: str, headers: Headers, limit: int) -> Response | None:
        if not self._host_fits(path, headers):
            return PlainTextResponse(ELSEWHERE, 400)
        if declared(headers) > limit:
            return PlainTextResponse(TOO_LARGE, 413, HANG_UP)
        if self._at_work >= self.most and path not in NEVER_SHED:
            return PlainTextResponse(BUSY, 503, HANG_UP | COME_AGAIN)
        return None

    def _limit(self, path: str) -> int:
        return next((size for prefix, size in self.limits if path.startswith(prefix)), self.max_body)

    def _host_fits(self, path: str, headers: Headers) -> bool:
        if path in ANY_HOST_PATHS:
            return True
        given = headers.getlist("host")
        if len(given) != 1:
            return False
        try:
            name = urlsplit(f"//{given[0]}").hostname
        except ValueError:
            return False
        # userinfo, a path or a fragment in the header would parse to a fine host name: refuse anything but host[:port].
        return name in self.hosts and not set(given[0]) & set("@/?#\\ ")

    def _guarded(self, scope: Scope, send: Send) -> Send:
        wanted = self._static if scope["path"].startswith("/static/") else self._private

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                set_by_route = [(name.lower(), value) for name, value in message.get("headers", ())]
                names = {name for name, _ in set_by_route}
                message["headers"] = [*set_by_route, *(one for one in wanted if one[0] not in names)]
            await send(message)

        return guarded


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def declared(headers: Headers) -> int:
    """The body size that the request announces, 0 when it announces none that is a number."""
    given = headers.get("content-length", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else 0
