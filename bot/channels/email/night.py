"""The colours of a mail at night, said once for all who ask for them in their own way."""

import re
from functools import lru_cache
from typing import Final

from markupsafe import Markup

_RULE: Final = re.compile(r"([^{}]+)(\{[^{}]*\})")
OUTLOOK: Final = ("[data-ogsc]", "[data-ogsb]")
"""How Outlook's apps mark that they changed a colour or a ground."""


@lru_cache(maxsize=32)
def night(rules: Markup) -> Markup:
    """Style sheets with these rules: for readers whose screen is dark, and for Outlook's apps, which do not look there.

    Each stands alone, since a client that cannot read one leaves out all of it.
    """
    found = [(selectors.split(","), body) for selectors, body in _RULE.findall(rules)]
    again = ("\n".join(_rule(mark, *one) for one in found) for mark in OUTLOOK)
    sheets = (f"@media (prefers-color-scheme: dark) {{{rules}}}", *again)
    # What stands in the rules was escaped when the frame was filled.
    return Markup("\n").join(Markup(f"<style>{sheet}</style>") for sheet in sheets)  # noqa: S704 - as above


def _rule(mark: str, selectors: list[str], body: str) -> str:
    return ", ".join(f"{mark} {selector.strip()}" for selector in selectors) + f" {body}"
