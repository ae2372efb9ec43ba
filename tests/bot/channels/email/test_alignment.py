"""SPF, DKIM and DMARC from what `dig` printed: good answers are good, a bad one gets its sentence and cure."""

from pathlib import Path

import pytest

from bot.channels.email.alignment import judge, names_to_ask
from bot.channels.email.dns_answers import read_answers
from bot.channels.email.signing import Signer
from bot.settings import Settings
from tests.bot.channels.email.test_signing import make_key

SPF = 'hill.example. 300 IN TXT "v=spf1 include:_spf.mail.example -all"\n'
DMARC = '_dmarc.hill.example. 300 IN TXT "v=DMARC1; p=quarantine; rua=mailto:a@hill.example"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def signer(folder: Path) -> Signer:
    return signing(make_key(folder / "long.pem", "rsa", 2048))


def signing(key: Path, sender: str = "hello@hill.example", domain: str = "") -> Signer:
    made = Signer.from_settings(Settings(mail_from=sender, dkim_selector="s1", dkim_key_file=key, dkim_domain=domain))
    assert made is not None
    return made


def published(record: str) -> str:
    """As dig shows a long record: in several strings."""
    pieces = " ".join(f'"{record[start : start + 200]}"' for start in range(0, len(record), 200))
    return f"s1._domainkey.hill.example. 300 IN TXT {pieces}\n"


def states(text: str, signer: Signer | None, sender: str = "hill.example") -> dict[str, tuple[str, str]]:
    return {one.name: (one.state, one.says) for one in judge(read_answers(text), sender, signer)}


def test_a_domain_where_all_is_well_is_called_good(signer: Signer) -> None:
    found = states(SPF + published(signer.record) + DMARC, signer)
    assert {state for state, _ in found.values()} == {"good"}
    assert names_to_ask("hill.example", signer) == (
        "hill.example",
        "s1._domainkey.hill.example",
        "_dmarc.hill.example",
    )


def test_an_alias_of_the_key_is_followed(signer: Signer) -> None:
    key = published(signer.record).replace("s1._domainkey.hill.example.", "keys.mail.example.")
    alias = "s1._domainkey.hill.example. 300 IN CNAME keys.mail.example.\n"
    assert states(SPF + alias + key + DMARC, signer)["dkim"][0] == "good"


def test_aliases_in_a_circle_are_no_answer(signer: Signer) -> None:
    circle = "s1._domainkey.hill.example. IN CNAME b.example.\nb.example. IN CNAME s1._domainkey.hill.example.\n"
    assert "has no key" in states(circle, signer)["dkim"][1]


@pytest.mark.parametrize(
    ("record", "state", "words"),
    [
        ("", "wrong", "names nobody who may send for it; add a TXT record"),
        ('hill.example. IN TXT "google-site-verification=1"', "wrong", "names nobody who may send"),
        (SPF + SPF, "wrong", "has 2 SPF records, which counts as none"),
        ('hill.example. IN TXT "v=spf1 a mx +all"', "wrong", "lets anybody send for it"),
        ('hill.example. IN TXT "v=spf1 a ?all"', "wrong", "end it with -all, not ?all"),
        ('hill.example. IN TXT "v=spf1 -all"', "wrong", "lets nobody send, us included"),
        ('hill.example. IN TXT "v=spf1 ip4:192.0.2.1"', "warning", "says nothing about all others"),
        (f'hill.example. IN TXT "v=spf1 {"include:a.example " * 11}-all"', "wrong", "asks for 11 look-ups"),
        ('hill.example. IN TXT "v=spf1 a/24 ip4:192.0.2.1 ~all"', "good", "see that your mail server is among them"),
        ('hill.example. IN TXT "v=spf1 redirect=_spf.mail.example"', "good", "who may send"),
        ('HILL.example. 60 IN TXT "v=spf1 include:_spf.ma" "il.example -all"', "good", "who may send"),
    ],
)
def test_each_mistake_in_spf_has_its_sentence(record: str, state: str, words: str) -> None:
    found = states(record, None)["spf"]
    assert found[0] == state and words in found[1]


def test_each_mistake_in_the_published_key_has_its_sentence(signer: Signer, folder: Path) -> None:
    ours, name = signer.record, "s1._domainkey.hill.example"
    other = signing(make_key(folder / "other.pem", "rsa", 1024))
    cases = {
        "": f"{name} has no key; publish one TXT record there",
        published(ours) * 2: f"{name} has 2 keys, which counts as none",
        published("v=DKIM1; p="): "was revoked (p= is empty)",
        published(other.record): "is not that of HOLDBACK_DKIM_KEY_FILE",
        published(ours.replace("k=rsa", "k=ed25519")): "is not that of HOLDBACK_DKIM_KEY_FILE",
        published(ours.replace("k=rsa", "t=y; k=rsa")): "says it is a test (t=y)",
    }
    for text, words in cases.items():
        assert words in states(text, signer)["dkim"][1]
    assert "has 1024 bits, which can be broken" in states(published(other.record), other)["dkim"][1]
    young = signing(make_key(folder / "young.pem", "ed25519"))
    assert states(published(young.record), young)["dkim"][0] == "warning"
    assert "not signed here; see that your mail server signs" in states(SPF, None)["dkim"][1]


@pytest.mark.parametrize(
    ("record", "state", "words"),
    [
        ("", "wrong", "does not say what to do with mail that is not its own; add a TXT record to _dmarc.hill.example"),
        ('_dmarc.hill.example. IN TXT "v=DMARC1"', "wrong", "has no policy"),
        ('_dmarc.hill.example. IN TXT "v=DMARC1; p=none"', "warning", "only watches (p=none)"),
        ('_dmarc.hill.example. IN TXT "v=DMARC1; p=reject"', "good", "is to be refused"),
    ],
)
def test_each_state_of_dmarc_has_its_sentence(record: str, state: str, words: str) -> None:
    found = states(record, None)["dmarc"]
    assert found[0] == state and words in found[1]


def test_the_policy_of_the_domain_above_counts_and_strict_alignment_is_seen(folder: Path, signer: Signer) -> None:
    sender = "news.hill.example"
    below = '_dmarc.hill.example. IN TXT "v=DMARC1; p=none; sp=reject; adkim=r"'
    assert states(below, None, sender)["dmarc"] == ("good", "mail that is not from news.hill.example is to be refused")
    strict = signing(folder / "long.pem", "a@news.hill.example", "hill.example")
    found = states(below.replace("adkim=r", "adkim=s"), strict, sender)["dmarc"]
    assert found[0] == "wrong" and "set HOLDBACK_DKIM_DOMAIN to news.hill.example" in found[1]


def test_what_dig_prints_besides_answers_is_passed_over() -> None:
    text = "; <<>> DiG 9.18 <<>> TXT hill.example\n;; ANSWER SECTION:\n\nhill.example. 5 IN A 192.0.2.1\n" + SPF
    assert read_answers(text)["hill.example"] == ("v=spf1 include:_spf.mail.example -all",)
    assert read_answers('a.example. IN TXT "say \\"hi\\" \\229"')["a.example"] == ('say "hi" å',)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hill.example", "line 1 is no DNS record; give the output of `dig"),
        (SPF + "<html>", "line 2 is no DNS record"),
        ("hill.example. IN TXT v=spf1", "line 1: the text of a TXT record stands in quotes"),
    ],
)
def test_a_file_of_something_else_is_refused_by_its_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_answers(text)
