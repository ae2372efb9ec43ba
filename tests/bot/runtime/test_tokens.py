"""Tokens of mails: the same every time, nobody else's, and read wherever they stand."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.runtime.tokens import MailToken, find_tokens, is_genuine, mail_token

KEY = b"k" * 32
NOW = datetime(2026, 11, 16, 9, 12, 30, 123456, tzinfo=UTC)
NONCE = "n" * 22


def test_a_mail_has_the_same_token_every_time_and_it_is_genuine() -> None:
    token = mail_token(KEY, 7, NOW, NONCE)
    assert token == mail_token(KEY, 7, NOW, NONCE)
    (found,) = find_tokens(f"In-Reply-To: <{token}@hill.example>")
    assert str(found) == token and is_genuine(KEY, found, NOW, NONCE, None)


@pytest.mark.parametrize(
    ("key", "row", "created_at", "nonce"),
    [
        (b"other" * 8, 7, NOW, NONCE),
        (KEY, 8, NOW, NONCE),
        (KEY, 7, NOW + timedelta(microseconds=1), NONCE),
        (KEY, 7, NOW, None),
    ],
)
def test_a_token_of_another_mail_or_installation_is_not_genuine(
    key: bytes, row: int, created_at: datetime, nonce: str | None
) -> None:
    signature = find_tokens(mail_token(key, row, created_at, nonce))[0].signature
    assert not is_genuine(KEY, MailToken(7, signature), NOW, NONCE, "<other@hill.example>")


def test_message_ids_of_earlier_versions_are_known_by_what_was_sent() -> None:
    earlier = MailToken(7, "0123456789abcdef")
    assert is_genuine(KEY, earlier, NOW, NONCE, "<hb-7-0123456789abcdef@hill.example>")
    assert not is_genuine(KEY, earlier, NOW, NONCE, "<hb-7-0123456789abcdefff@hill.example>")


def test_tokens_are_found_once_each_in_their_order_and_nothing_else_is_one() -> None:
    one, two = mail_token(KEY, 1, NOW, NONCE), mail_token(KEY, 2, NOW, NONCE)
    text = f"<{two}@hill.example> answers+{one}@hill.example <{two}@x> hb-3-0123 hb-4-{'a' * 21}"
    assert [str(token) for token in find_tokens(text)] == [two, one]
