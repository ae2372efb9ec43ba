"""SPF, DKIM and DMARC from DNS answers: would a receiver believe that our mails are the shop's? Pure; nothing is asked.

A large receiver wants all three (Gmail and Yahoo since 2024), and DMARC holds when SPF or DKIM passes for the domain
in From. SPF is asked of the domain in MAIL FROM: that of From, unless mail comes back to another one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bot.channels.email.dns_answers import Answers
from bot.channels.email.signing import Signer

State = Literal["good", "warning", "wrong"]

MOST_LOOKUPS: Final = 10
"""Terms of an SPF record that may cost the receiver a look-up (RFC 7208, 4.6.4)."""
_COSTLY: Final = re.compile(r"(?:include|exists):|redirect=|(?:a|mx|ptr)(?:[:/]|$)")
SHORTEST_KEY: Final = 1024
GOOD_KEY: Final = 2048
"""Bits of an RSA key."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found out about one of the three (`dns`: about none); `says` is one sentence with its cure."""

    name: Literal["dns", "spf", "dkim", "dmarc"]
    state: State
    says: str


def names_to_ask(sender: str, signer: Signer | None, returns: str = "") -> tuple[str, ...]:
    """Whose TXT records have to be known. `sender` is the domain in From, `returns` that which mail comes back to."""
    key = (f"{signer.selector}._domainkey.{signer.domain}",) if signer else ()
    return (returns or sender, *key, *(f"_dmarc.{domain}" for domain in _upwards(sender)))


def judge(answers: Answers, sender: str, signer: Signer | None, returns: str = "") -> tuple[Judged, ...]:
    """SPF, DKIM and DMARC of mails from this domain; without a signer the mail server is expected to sign.

    `returns`: the domain that mail comes back to, when it is not `sender`.
    """
    spf = _spf(answers, returns or sender)
    return (_aligned(spf, sender, returns) if returns else spf, _dkim(answers, signer), _dmarc(answers, sender, signer))


def _spf(answers: Answers, sender: str) -> Judged:
    records = [one for one in answers.get(sender, ()) if one.lower().split(" ")[0] == "v=spf1"]
    if not records:
        cure = f'add a TXT record to {sender}: "v=spf1 include:YOUR-MAIL-SERVICE -all"'
        return Judged("spf", "wrong", f"{sender} names nobody who may send for it; {cure}")
    if len(records) > 1:
        return Judged(
            "spf", "wrong", f"{sender} has {len(records)} SPF records, which counts as none; join them into one"
        )
    terms = records[0].lower().split()[1:]
    costly = sum(bool(_COSTLY.match(term.lstrip("+-~?"))) for term in terms)
    ends = next((term for term in terms if term.lstrip("+-~?") == "all"), None)
    if costly > MOST_LOOKUPS:
        cure = f"at most {MOST_LOOKUPS} are followed; replace some by ip4: and ip6:"
        return Judged("spf", "wrong", f"the SPF record of {sender} asks for {costly} look-ups; {cure}")
    if ends in ("all", "+all", "?all"):
        return Judged(
            "spf", "wrong", f"the SPF record of {sender} lets anybody send for it; end it with -all, not {ends}"
        )
    if terms == ["-all"]:
        return Judged("spf", "wrong", f"the SPF record of {sender} lets nobody send, us included; add your mail server")
    if ends is None and not any(term.startswith("redirect=") for term in terms):
        return Judged("spf", "warning", f"the SPF record of {sender} says nothing about all others; end it with -all")
    return Judged("spf", "good", f"{sender} says who may send for it; see that your mail server is among them")


def _aligned(spf: Judged, sender: str, returns: str) -> Judged:
    """For DMARC, SPF counts only where the domain that is asked belongs to the one that people see."""
    if spf.state != "good" or returns == sender or returns.endswith(f".{sender}") or sender.endswith(f".{returns}"):
        return spf
    cure = f"let HOLDBACK_MAIL_BOUNCES_TO be an address at {sender} or below it"
    says = f"SPF is asked of {returns}, to which mail comes back, and says nothing about {sender}; {cure}"
    return Judged("spf", "warning", says)


def _dkim(answers: Answers, signer: Signer | None) -> Judged:
    if signer is None:
        cure = (
            "see that your mail server signs with your domain, or set HOLDBACK_DKIM_SELECTOR and HOLDBACK_DKIM_KEY_FILE"
        )
        return Judged("dkim", "warning", f"mails are not signed here; {cure}")
    name = f"{signer.selector}._domainkey.{signer.domain}"
    records = [tags for one in answers.get(name, ()) if "p" in (tags := _tags(one))]
    if len(records) != 1:
        many = "no key" if not records else f"{len(records)} keys, which counts as none"
        return Judged("dkim", "wrong", f'{name} has {many}; publish one TXT record there: "{signer.record}"')
    tags = records[0]
    if not tags["p"]:
        return Judged(
            "dkim", "wrong", f"the key at {name} was revoked (p= is empty); publish a new one under another name"
        )
    if not signer.is_pair_of(tags.get("k", "rsa"), tags["p"]):
        return Judged(
            "dkim", "wrong", f'the key at {name} is not that of HOLDBACK_DKIM_KEY_FILE; publish "{signer.record}"'
        )
    return _dkim_quality(name, tags, signer)


def _dkim_quality(name: str, tags: Mapping[str, str], signer: Signer) -> Judged:
    bits = signer.bits
    if bits is not None and bits < SHORTEST_KEY:
        return Judged("dkim", "wrong", f"the key has {bits} bits, which receivers refuse; make one of {GOOD_KEY}")
    if "y" in tags.get("t", "").split(":"):
        return Judged("dkim", "warning", f"the key at {name} says it is a test (t=y); take that out")
    if bits is not None and bits < GOOD_KEY:
        return Judged(
            "dkim", "warning", f"the key has {bits} bits, which can be broken one day; make one of {GOOD_KEY}"
        )
    if bits is None:
        cure = "use an RSA key until Gmail and Outlook do"
        return Judged(
            "dkim", "warning", f"the key at {name} is ours, but not everybody understands Ed25519 yet; {cure}"
        )
    return Judged("dkim", "good", f"mails are signed for {signer.domain}, and the key at {name} is ours")


def _dmarc(answers: Answers, sender: str, signer: Signer | None) -> Judged:
    found = next(
        (
            (domain, tags)
            for domain in _upwards(sender)
            for one in answers.get(f"_dmarc.{domain}", ())
            if (tags := _tags(one)).get("v", "").upper() == "DMARC1"
        ),
        None,
    )
    if found is None:
        cure = f'add a TXT record to _dmarc.{sender}: "v=DMARC1; p=none; rua=mailto:YOU@{sender}"'
        return Judged("dmarc", "wrong", f"{sender} does not say what to do with mail that is not its own; {cure}")
    domain, tags = found
    policy = (tags.get("sp") or tags.get("p", "")) if domain != sender else tags.get("p", "")
    if policy not in ("none", "quarantine", "reject"):
        return Judged(
            "dmarc", "wrong", f"the DMARC record of {domain} has no policy; write p=none, quarantine or reject"
        )
    if tags.get("adkim", "r") == "s" and signer is not None and signer.domain != sender:
        cure = f"set HOLDBACK_DKIM_DOMAIN to {sender}, or write adkim=r"
        return Judged("dmarc", "wrong", f"the DMARC record of {domain} wants signatures of {sender} itself; {cure}")
    if policy == "none":
        cure = "when its reports show only your own mail, write p=quarantine"
        return Judged("dmarc", "warning", f"the DMARC record of {domain} only watches (p=none); {cure}")
    return Judged("dmarc", "good", f"mail that is not from {sender} is to be {_DONE[policy]}")


_DONE: Final = {"quarantine": "put aside", "reject": "refused"}


def _upwards(domain: str) -> Iterator[str]:
    """The domain and those above it, a top-level domain left out: where a policy may stand (the tree walk)."""
    labels = domain.lower().split(".")
    yield from (".".join(labels[start:]) for start in range(len(labels) - 1 or 1))


def _tags(record: str) -> dict[str, str]:
    """`v=DKIM1; k=rsa; p=...` as a mapping; blanks inside values count for nothing."""
    pairs = (piece.partition("=") for piece in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, equals, value in pairs if equals}
