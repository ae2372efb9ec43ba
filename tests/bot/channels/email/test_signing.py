"""DKIM: what is sent can be checked with the published key, and nothing can be changed or added on the way."""

import subprocess
from dataclasses import replace
from pathlib import Path

import dkim
import pytest

from bot.brand import Logo
from bot.channels.email.compose import write_mail
from bot.channels.email.signing import Signer, SigningProblem
from bot.settings import Settings
from flows.messages import Message
from flows.words import LANGUAGES
from tests.bot.channels.email.samples import SHOP, TEXTS, offer, outgoing, question, staff


@pytest.fixture(scope="module", params=["rsa", "ed25519"])
def key(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_key(tmp_path_factory.mktemp("keys") / f"{request.param}.pem", request.param)


def make_key(path: Path, kind: str, bits: int = 1024) -> Path:
    options = ["-pkeyopt", f"rsa_keygen_bits:{bits}"] if kind == "rsa" else []
    subprocess.run(["openssl", "genpkey", "-algorithm", kind, *options, "-out", path], check=True, capture_output=True)
    return path


def signer(key: Path, **changes: str) -> Signer:
    given = {"mail_from": "hello@hill.example", "dkim_selector": "mail", **changes}
    made = Signer.from_settings(Settings(dkim_key_file=key, **given))  # type: ignore[arg-type]
    assert made is not None
    return made


def believed(one: Signer, data: bytes) -> bool:
    def ask(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"mail._domainkey.hill.example."
        return one.record.encode()

    return bool(dkim.verify(data, dnsfunc=ask, minkey=1024))


def test_a_mail_is_believed_by_whoever_has_the_published_key(key: Path) -> None:
    one = signer(key)
    envelope = one.signed(write_mail(outgoing(), SHOP, TEXTS))
    assert envelope.data.startswith(b"DKIM-Signature: ")
    assert believed(one, envelope.data)


MAILS = (
    *(question(language, "Pepper mill „Ahorn“ 山・胡椒 العطر") for language in LANGUAGES),
    offer(),
    staff("Kind regards\n\n\n"),
)


@pytest.mark.parametrize("message", MAILS, ids=lambda message: f"{message.kind}-{message.language}")
def test_every_kind_of_mail_is_believed_in_every_language(key: Path, message: Message) -> None:
    one = signer(key)
    row = outgoing(message, token="t" * 22, follows="<before@hill.example>")
    shop = replace(
        SHOP, name="Kávé & Társa", reply_to="answers+{token}@hill.example", logo=Logo(b"\x89PNG" * 40, "png", 80, 80)
    )
    data = one.signed(write_mail(row, shop, TEXTS)).data
    assert believed(one, data)
    assert max(len(line) for line in data.split(b"\r\n")) < 998


def test_a_signature_is_one_header_in_short_lines(key: Path) -> None:
    line = signer(key).signature(write_mail(outgoing(), SHOP, TEXTS).data)
    first, *others = line.removesuffix(b"\r\n").split(b"\r\n")
    assert first.startswith(b"DKIM-Signature: v=1; a=") and all(other.startswith(b" ") for other in others)
    assert max(map(len, (first, *others))) <= 78 and line.endswith(b"\r\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: What held", b"Subject: What  held"),
        (b"List-Unsubscribe: <https://ask", b"List-Unsubscribe: <https://evil"),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"List-Unsubscribe-Post: List-Unsubscribe=No"),
        (b"From: Hill", b"From: Evil <e@evil.example>\r\nFrom: Hill"),
        (b"From: Hill", b"Subject: Another\r\nFrom: Hill"),
        (b"From: Hill", b"Reply-To: e@evil.example\r\nFrom: Hill"),
        (b"What held you back?", b"What held them back?"),
    ],
    ids=["subject", "unsubscribe", "one click", "a second From", "a second subject", "a reply address", "the body"],
)
def test_what_is_changed_or_added_on_the_way_is_noticed(key: Path, before: bytes, after: bytes) -> None:
    one = signer(key)
    data = one.signed(write_mail(outgoing(), SHOP, TEXTS)).data
    assert before in data
    changed = data.replace(before, after)
    if before == b"Subject: What held":
        changed = data.replace(before, b"Subject: Who held")
    assert not believed(one, changed)


def test_a_domain_above_that_of_from_may_sign_and_no_other(key: Path) -> None:
    assert signer(key, mail_from="a@news.hill.example", dkim_domain="hill.example").domain == "hill.example"
    with pytest.raises(SigningProblem, match=r"which other\.example cannot vouch for"):
        signer(key, dkim_domain="other.example")
    with pytest.raises(SigningProblem, match="cannot vouch for"):
        signer(key, mail_from="a@evilhill.example", dkim_domain="hill.example")


def test_the_key_is_never_shown(key: Path) -> None:
    secret = key.read_text().splitlines()[1]
    assert secret[:20] not in repr(signer(key))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no key in PEM form"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no private key without a password"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "without a password"),
        ("-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n", "holds no key that can sign"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no key that can sign"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n", "holds no key that can sign"),
    ],
)
def test_a_file_without_a_usable_key_is_refused_with_its_cure(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "key.pem"
    file.write_text(text)
    with pytest.raises(SigningProblem, match=words) as refused:
        signer(file)
    assert "openssl genrsa" in str(refused.value)


def test_a_key_that_is_not_there_is_named_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SigningProblem, match="HOLDBACK_DKIM_KEY_FILE: the file cannot be read: no such file"):
        signer(tmp_path / "none.pem")


def test_without_a_key_nothing_is_signed() -> None:
    assert Signer.from_settings(Settings(mail_from="hello@hill.example")) is None


def test_a_selector_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="set it and HOLDBACK_DKIM_KEY_FILE together"):
        Settings(dkim_selector="mail")
