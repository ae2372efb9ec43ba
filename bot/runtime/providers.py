"""Who keeps a mailbox: the addresses of one provider share its patience, however many names it has."""

from typing import Final

_SAME: Final = {
    "googlemail.com": "gmail.com",
    "ymail.com": "yahoo.com",
    "rocketmail.com": "yahoo.com",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "email.cz": "seznam.cz",
    "post.cz": "seznam.cz",
    "web.de": "gmx.net",
    "caramail.com": "gmx.net",
}
_EVERYWHERE: Final = {
    "outlook": "outlook.com",
    "hotmail": "outlook.com",
    "live": "outlook.com",
    "msn": "outlook.com",
    "yahoo": "yahoo.com",
    "gmx": "gmx.net",
}
"""Names that these providers have in many countries: hotmail.fr, yahoo.co.jp."""


def provider_of(address: str) -> str:
    """The provider of an address, by the best known of its domains; its own domain where nothing else is known."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    name, _, rest = domain.partition(".")
    country = len(rest) <= 6 and rest.count(".") <= 1
    return _SAME.get(domain) or (_EVERYWHERE.get(name) if country else None) or domain
