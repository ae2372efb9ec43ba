"""Where a webhook may go: to public addresses, looked up once, and connected to by that very address.

A name that is looked up twice may have another answer the second time; so the connection is made to the address that
was checked, with the name only in the Host header and in the certificate.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 2000
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
INWARD: Final = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("fec0::/10"))
"""Not public, though Python takes them for it: protocol assignments (a cloud tells its secrets there), old sites."""

LookUp = Callable[[str, int], Awaitable[list[str]]]
"""Host and port -> addresses as text. Raises OSError when there are none."""


class AddressRefused(Exception):
    """A webhook must not, or cannot, go there. The message is a sentence with the cure."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: the address that was checked, and the parts of the URL."""

    scheme: str
    host: str
    port: int
    address: str
    path: str
    authority: str

    @property
    def url(self) -> str:
        """The URL with the address in the place of the name."""
        shown = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{shown}:{self.port}{self.path}"


async def look_up(host: str, port: int) -> list[str]:
    """All addresses of a name, asked once."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, whatever it is wrapped in."""
    try:
        one = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv6Address):
        inner = one.ipv4_mapped or one.sixtofour
        if one in NAT64:
            inner = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if one.teredo is not None:
            return False
    inward = any(one in network for network in INWARD)
    return one.is_global and not one.is_multicast and not one.is_reserved and not inward


async def target_of(url: str, *, private: bool = False, look: LookUp = look_up) -> Target:
    """Where this URL leads, looked up now. `private` lets this machine and private networks in.

    Raises AddressRefused.
    """
    scheme, host, port, path, authority = _parts(url, private=private)
    try:
        addresses = await look(host, port)
    except (OSError, UnicodeError):
        addresses = []
    if not addresses:
        raise AddressRefused("the name in the URL leads nowhere; check how it is written")
    if not private and not all(is_public(one) for one in addresses):
        raise AddressRefused("the URL leads to this machine or a private network; give a public https:// address")
    return Target(scheme, host, port, addresses[0], path, authority)


def _parts(url: str, *, private: bool) -> tuple[str, str, int, str, str]:
    wrong = AddressRefused("this is not a web address; write it like https://crm.example.com/hooks/holdback")
    if len(url) > LONGEST or not url.isascii() or any(sign <= " " or sign == "\\" for sign in url):
        raise wrong
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment:
        raise wrong
    if parts.scheme not in ("https", "http"):
        raise wrong
    if parts.scheme == "http" and not private:
        raise AddressRefused("the URL must start with https://, so that nobody can read along")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), path, parts.netloc
