"""DKIM (RFC 6376): a signature by which the receiver knows that the mail is the shop's and was not changed.

RSA is understood by everybody; Ed25519 (RFC 8463) costs a tenth of it, and some receivers do not know it yet.
"""

import base64
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Final, Literal, cast

from nacl.signing import SigningKey

from bot.channels.email.envelope import Envelope
from bot.channels.email.headers import sending_address
from bot.settings import Settings

Algorithm = Literal["rsa-sha256", "ed25519-sha256"]

COVERED: Final = (
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "auto-submitted",
    "list-unsubscribe", "list-unsubscribe-post", "content-language", "mime-version", "content-type",
)  # fmt: skip
"""What the signature covers. A header that is not there is covered as well: it cannot be added later."""

TWICE: Final = ("from", "to", "subject", "date", "message-id", "reply-to", "content-type")
"""Headers to which no second one can be added on the way, which some programs would show in place of the first."""

_ED25519: Final = bytes.fromhex("302e020100300506032b657004220420")
"""How a PKCS#8 private key of this kind begins; its 32 bytes follow (RFC 8410)."""
_RSA: Final = bytes.fromhex("300d06092a864886f70d0101010500")
"""The name of RSA in a public key."""
_PEM: Final = re.compile(rb"-----BEGIN ([A-Z ]+)-----(.+?)-----END", re.DOTALL)
_PROBE: Final = b"From: a@example.com\r\n\r\nprobe\r\n"
_CURE: Final = "make one with `openssl genrsa -out dkim.pem 2048`"


class SigningProblem(ValueError):
    """Mails cannot be signed. The message names the setting and the cure, and never holds the key."""


@dataclass(frozen=True)
class Signer:
    """Signs every mail of one domain with one key."""

    domain: str
    selector: str
    algorithm: Algorithm
    _key: bytes = field(repr=False)

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
        algorithm, key = _read(settings.dkim_key_file)
        signer = cls(domain, settings.dkim_selector, algorithm, key)
        try:
            signer.signature(_PROBE)
        except (_library().DKIMException, ValueError, IndexError, KeyError) as error:
            raise SigningProblem(f"HOLDBACK_DKIM_KEY_FILE: the file holds no key that can sign; {_CURE}") from error
        return signer

    @property
    def bits(self) -> int | None:
        """How long an RSA key is; None for Ed25519."""
        return int(self._rsa()["modulus"]).bit_length() if self.algorithm == "rsa-sha256" else None

    @property
    def record(self) -> str:
        """The TXT record by which receivers check the signature."""
        if self.algorithm == "ed25519-sha256":
            return f"v=DKIM1; k=ed25519; p={base64.b64encode(self._public()).decode()}"
        return "v=DKIM1; k=rsa; p=" + base64.b64encode(_public_rsa(self._rsa())).decode()

    def is_pair_of(self, kind: str, published: str) -> bool:
        """Whether this published key (`k=` and `p=` of its record) checks what we sign."""
        ours = {"rsa": "rsa-sha256", "ed25519": "ed25519-sha256"}.get(kind) == self.algorithm
        return ours and published == self.record.rpartition("p=")[2]

    def _rsa(self) -> dict[str, int]:
        return dict(_library().crypto.parse_pem_private_key(self._key))

    def _public(self) -> bytes:
        return bytes(SigningKey(base64.b64decode(self._key)).verify_key)

    def signed(self, envelope: Envelope) -> Envelope:
        """The mail with its signature in front."""
        return replace(envelope, data=self.signature(envelope.data) + envelope.data)

    def signature(self, data: bytes) -> bytes:
        """The header line for these bytes, with its line end.

        The body is taken as it is ("simple"): it is written in short lines of ASCII, so nobody on the way has a reason
        to touch it, and it costs a third.
        """
        line: bytes = _library().sign(
            data,
            self.selector.encode(),
            self.domain.encode(),
            self._key,
            canonicalize=(b"relaxed", b"simple"),
            include_headers=[name.encode() for name in (*COVERED, *TWICE)],
            signature_algorithm=self.algorithm.encode(),
        )
        return line


def _library() -> ModuleType:
    """Only who signs pays for it: it brings a whole DNS client along, which is not used here."""
    import dkim  # noqa: PLC0415 - as above

    return cast("ModuleType", dkim)


def _public_rsa(key: dict[str, int]) -> bytes:
    """The public half as DNS holds it: SubjectPublicKeyInfo in DER."""
    numbers = _der(0x30, _der_number(key["modulus"]) + _der_number(key["publicExponent"]))
    return _der(0x30, _RSA + _der(0x03, b"\0" + numbers))


def _der(kind: int, content: bytes) -> bytes:
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((kind, size) if size < 0x80 else (kind, 0x80 | len(length), *length)) + content


def _der_number(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _read(path: Path) -> tuple[Algorithm, bytes]:
    """The kind of key in the file, and the key in the form in which the library takes it."""
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
    try:
        key = base64.b64decode(b"".join(found[2].split()), validate=True)
    except ValueError:
        raise SigningProblem(f"HOLDBACK_DKIM_KEY_FILE: the key in the file is damaged; {_CURE}") from None
    if key.startswith(_ED25519):
        return "ed25519-sha256", base64.b64encode(key[len(_ED25519) :])
    return "rsa-sha256", text
