"""DKIM (RFC 6376): a signature by which the receiver knows that the mail is the shop's and was not changed.

RSA is understood by everybody; Ed25519 (RFC 8463) is quicker, and some receivers do not know it yet. dkimpy brings what
is signed into its canonical form; cryptography signs it, which takes dkimpy itself forty times as long.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Final, Literal

from bot.channels.email.envelope import Envelope
from bot.channels.email.headers import sending_address
from bot.settings import Settings

if TYPE_CHECKING:
    from dkim.canonicalization import CanonicalizationPolicy

Algorithm = Literal["rsa-sha256", "ed25519-sha256"]

COVERED: Final = (
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "auto-submitted",
    "list-unsubscribe", "list-unsubscribe-post", "content-language", "mime-version", "content-type",
)  # fmt: skip
"""What the signature covers. A header that is not there is covered as well: it cannot be added later."""

TWICE: Final = ("from", "to", "subject", "date", "message-id", "reply-to", "content-type")
"""Headers to which no second one can be added on the way, which some programs would show in place of the first."""

_PEM: Final = re.compile(rb"-----BEGIN ([A-Z ]+)-----")
_NEXT_HEADER: Final = re.compile(rb"\r\n(?![ \t])")
_CURE: Final = "make one with `openssl genrsa -out dkim.pem 2048`"
_FORMS: Final = "relaxed/simple"
"""How headers and body are brought into a form that may be touched up on the way."""
_LINE: Final = 72
"""Characters of the signature in one line of the header."""


class SigningProblem(ValueError):
    """Mails cannot be signed. The message names the setting and the cure, and never holds the key."""


@dataclass(frozen=True)
class Signer:
    """Signs every mail of one domain with one key.

    `bits`: how long an RSA key is; None for Ed25519. `published`: the public key as DNS holds it.
    """

    domain: str
    selector: str
    algorithm: Algorithm
    bits: int | None
    published: str
    _sign: Callable[[bytes], bytes] = field(repr=False)

    @classmethod
    def from_settings(cls, settings: Settings) -> "Signer | None":
        """The signer that the settings describe, or None when mails are not signed here. Raises SigningProblem."""
        if settings.dkim_key_file is None:
            return None
        sender = sending_address(settings.mail_from).rpartition("@")[2]
        domain = settings.dkim_domain.lower() or sender
        if sender != domain and not sender.endswith(f".{domain}"):
            cure = f"set it to {sender}, or to a domain above it"
            raise SigningProblem(
                f"HOLDBACK_DKIM_DOMAIN: mails come from {sender}, which {domain} cannot vouch for; {cure}"
            )
        return _signer(domain, settings.dkim_selector, _read(settings.dkim_key_file))

    @property
    def record(self) -> str:
        """The TXT record by which receivers check the signature."""
        return f"v=DKIM1; k={self._kind}; p={self.published}"

    def is_pair_of(self, kind: str, published: str) -> bool:
        """Whether this published key (`k=` and `p=` of its record) checks what we sign."""
        return (kind, published) == (self._kind, self.published)

    def signed(self, envelope: Envelope) -> Envelope:
        """The mail with its signature in front."""
        return replace(envelope, data=self.signature(envelope.data) + envelope.data)

    def signature(self, data: bytes) -> bytes:
        """The header line for these bytes, with its line end.

        The body is taken as it is ("simple"): it is written in short lines of ASCII, so nobody on the way has a reason
        to touch it, and it costs a third.
        """
        forms = _forms()
        head, _, body = data.partition(b"\r\n\r\n")
        digest = hashlib.sha256(forms.canonicalize_body(body)).digest()
        value = self._begin + base64.b64encode(digest) + b";\r\n b="
        headers = [(name, text) for name, _, text in (line.partition(b":") for line in _NEXT_HEADER.split(head))]
        *canonical, own = forms.canonicalize_headers([*headers, (b"DKIM-Signature", value)])
        covered = b"".join((*_covered(canonical), b":".join(own).rstrip()))
        signature = base64.b64encode(self._sign(covered))
        return b"DKIM-Signature: " + value + b"\r\n ".join(_lines(signature)) + b"\r\n"

    @property
    def _kind(self) -> str:
        return self.algorithm.partition("-")[0]

    @cached_property
    def _begin(self) -> bytes:
        """What every signature of this key begins with."""
        names = "\r\n  ".join(wrap(" : ".join((*COVERED, *TWICE)), _LINE, break_on_hyphens=False))
        who = f"v=1; a={self.algorithm}; c={_FORMS};\r\n d={self.domain}; s={self.selector}"
        return f"{who};\r\n h={names};\r\n bh=".encode()


def _covered(canonical: list[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """The headers that are signed, in the order of `h=`: of several of one name the last one first."""
    left: dict[bytes, list[bytes]] = {}
    for name, value in canonical:
        left.setdefault(name, []).append(value)
    for wanted in (*COVERED, *TWICE):
        if values := left.get(wanted.encode()):
            yield wanted.encode() + b":" + values.pop()


def _lines(text: bytes) -> Iterator[bytes]:
    return (text[start : start + _LINE] for start in range(0, len(text), _LINE))


@cache
def _forms() -> "CanonicalizationPolicy":
    """Only who signs pays for dkimpy: it brings a whole DNS client along, which is not used here."""
    from dkim.canonicalization import CanonicalizationPolicy  # noqa: PLC0415 - as above

    return CanonicalizationPolicy.from_c_value(_FORMS.encode())


def _read(path: Path) -> bytes:
    """The private key in the file, in PEM form."""
    try:
        text = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise SigningProblem(
            f"HOLDBACK_DKIM_KEY_FILE: the file cannot be read: {reason}; check path and rights"
        ) from None
    found = _PEM.search(text)
    if found is None:
        raise SigningProblem(f"HOLDBACK_DKIM_KEY_FILE: the file holds no key in PEM form; {_CURE}")
    if found[1] not in (b"PRIVATE KEY", b"RSA PRIVATE KEY"):
        raise SigningProblem(f"HOLDBACK_DKIM_KEY_FILE: the file holds no private key without a password; {_CURE}")
    return text


def _signer(domain: str, selector: str, pem: bytes) -> Signer:
    """The signer with this key. Raises SigningProblem when it is neither RSA nor Ed25519."""
    # Only who signs pays for these: they take longer to import than the rest of the channel.
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa  # noqa: PLC0415 - as above

    coding, form = serialization.Encoding, serialization.PublicFormat
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SigningProblem(f"HOLDBACK_DKIM_KEY_FILE: the file holds no key that can sign; {_CURE}") from None
    match key:
        case rsa.RSAPrivateKey():
            public = key.public_key().public_bytes(coding.DER, form.SubjectPublicKeyInfo)
            way, how = padding.PKCS1v15(), hashes.SHA256()
            published, bits = base64.b64encode(public).decode(), key.key_size
            return Signer(domain, selector, "rsa-sha256", bits, published, lambda data: key.sign(data, way, how))
        case ed25519.Ed25519PrivateKey():
            published = base64.b64encode(key.public_key().public_bytes(coding.Raw, form.Raw)).decode()
            digested = lambda data: key.sign(hashlib.sha256(data).digest())  # noqa: E731 - RFC 8463, 3: of the hash
            return Signer(domain, selector, "ed25519-sha256", None, published, digested)
        case _:
            raise SigningProblem(f"HOLDBACK_DKIM_KEY_FILE: the file holds no key that can sign; {_CURE}")
