"""Settings: every key is documented; what is unknown or unsafe is refused by name, and no secret is ever repeated."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsInvalid, load_settings, parse_quiet_hours
from flows.calendar import QuietHours
from flows.words import LANGUAGES

README = Path(__file__).parents[2] / "README.md"
CANARY = "canary-7f3a"
TOKEN = f"123456:{CANARY}-abcdefghijklmnop"
KEYS = {f"HOLDBACK_{name.upper()}" for name in Settings.model_fields}

PROMISED = frozenset(
    {
        "DATABASE_URL", "HOME_DIR", "SECRET_KEY", "PUBLIC_URL", "BIND", "TELEGRAM_TOKEN", "TELEGRAM_API_URL",
        "TELEGRAM_MODE", "TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_PER_SECOND", "TELEGRAM_PER_CHAT_SECONDS", "SMTP_URL",
        "MAIL_FROM", "MAIL_POSTAL_ADDRESS", "IMAP_URL", "SHOP_NAME", "SHOP_URL", "TIMEZONE", "LANGUAGES", "FLOWS_DIR",
        "QUIET_HOURS", "LOG_LEVEL", "LOG_FORMAT", "SHOPIFY_SECRET", "WOOCOMMERCE_SECRET", "CHECKOUT_ABANDONED_AFTER",
        "WEBHOOKS_TO_PRIVATE_ADDRESSES",
    }
)  # fmt: skip
"""Keys that users rely on: one may be added, none renamed or taken away without a note in the changelog."""

Load = Callable[..., Settings]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    """Reads the settings in an empty folder from an environment of these keys only; `toml` is the file's text."""
    monkeypatch.chdir(tmp_path)
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)

    def loads(toml: str | None = None, **values: str) -> Settings:
        if toml is not None:
            (tmp_path / "holdback.toml").write_text(toml, "utf-8")
        for name, value in values.items():
            monkeypatch.setenv(f"HOLDBACK_{name}", value)
        return load_settings()

    return loads


def refusal(load: Load, **values: str) -> list[str]:
    """The lines with which these settings are refused."""
    with pytest.raises(SettingsInvalid) as refused:
        load(**values)
    return str(refused.value).splitlines()


def test_every_promised_key_is_still_there() -> None:
    assert {f"HOLDBACK_{name}" for name in PROMISED} <= KEYS


def test_every_setting_says_what_it_means() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert not silent


def test_the_readme_has_a_row_for_every_setting_and_for_no_other() -> None:
    rows = set(
        re.findall(r"^\| `?(HOLDBACK_[A-Z_]+)`? \|[^|\n]*\|[^|\n]*\S.*\|$", README.read_text("utf-8"), re.MULTILINE)
    )
    assert rows == KEYS, f"without a row: {sorted(KEYS - rows)}; without a setting: {sorted(rows - KEYS)}"


def test_without_any_setting_it_starts_on_a_file_and_speaks_every_language(load: Load, tmp_path: Path) -> None:
    settings = load()
    assert settings.database == f"sqlite:///{tmp_path / 'var' / 'holdback.db'}"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.language_list == LANGUAGES
    assert settings.quiet == QuietHours(20 * 60, 9 * 60)
    assert settings.telegram_token is None and settings.smtp_url is None


def test_the_environment_counts_more_than_the_file(load: Load) -> None:
    settings = load('shop_name = "File"\ntimezone = "Europe/Prague"\n', SHOP_NAME="Environment")
    assert (settings.shop_name, settings.timezone) == ("Environment", "Europe/Prague")


@pytest.mark.parametrize(
    "name",
    [
        "DATABASE_URL",
        "SECRET_KEY",
        "TELEGRAM_TOKEN",
        "TELEGRAM_WEBHOOK_SECRET",
        "SMTP_URL",
        "IMAP_URL",
        "FLOWS_DIR",
        "SHOPIFY_SECRET",
        "WOOCOMMERCE_SECRET",
    ],
)
def test_an_empty_value_is_no_value(load: Load, name: str) -> None:
    assert getattr(load(**{name: ""}), name.lower()) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", CANARY),
        ("TELEGRAM_TOKEN", CANARY),
        ("TELEGRAM_TOKEN", f"{CANARY}:{'x' * 35}"),
        ("TELEGRAM_MODE", "carrier pigeon"),
        ("TELEGRAM_PER_SECOND", "0"),
        ("TELEGRAM_PER_SECOND", "fast"),
        ("TELEGRAM_PER_SECOND", "1001"),
        ("TELEGRAM_PER_CHAT_SECONDS", "-1"),
        ("MAIL_PER_MINUTE", "-1"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("SMTP_URL", f"http://user:{CANARY}@mail.example"),
        ("SMTP_URL", f"{CANARY}"),
        ("PUBLIC_URL", "ask.shop.example"),
        ("PUBLIC_URL", "javascript:alert(1)"),
        ("SHOP_URL", "ftp://shop.example"),
        ("SHOP_NAME", ""),
        ("SHOP_NAME", "x" * 81),
        ("BIND", "8000"),
        ("BIND", "127.0.0.1:"),
        ("BIND", "127.0.0.1:65536"),
        ("TIMEZONE", "Mars/Olympus"),
        ("TIMEZONE", ""),
        ("LANGUAGES", "en,xx"),
        ("LANGUAGES", " , "),
        ("QUIET_HOURS", "20-9"),
        ("QUIET_HOURS", "25:00-09:00"),
        ("QUIET_HOURS", "09:00-09:00"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("SHOPIFY_SECRET", CANARY),
        ("WOOCOMMERCE_SECRET", f"{CANARY} with a space in it"),
        ("CHECKOUT_ABANDONED_AFTER", "an hour"),
        ("CHECKOUT_ABANDONED_AFTER", "1m"),
        ("WEBHOOKS_TO_PRIVATE_ADDRESSES", "perhaps"),
    ],
)
def test_a_value_that_is_wrong_is_refused_by_its_key(load: Load, name: str, value: str) -> None:
    (line,) = refusal(load, **{name: value})
    assert line.startswith(f"HOLDBACK_{name}: ") and len(line) > len(name) + 20
    assert CANARY not in line


def test_an_unknown_key_is_refused_by_name_without_its_value(load: Load) -> None:
    (line,) = refusal(load, TELEGRAM_TOKENS=CANARY)
    assert line == "HOLDBACK_TELEGRAM_TOKENS: there is no such setting; see the table in the README"


def test_an_unknown_key_in_the_file_is_refused_by_name_without_its_value(load: Load) -> None:
    (line,) = refusal(load, toml=f'telegram_tokens = "{CANARY}"\n')
    assert "telegram_tokens" in line and "holdback.toml" in line and CANARY not in line


def test_every_wrong_key_has_a_line_of_its_own(load: Load) -> None:
    lines = refusal(load, SECRET_KEY=CANARY, TIMEZONE="Mars", LOG_LEVEL="LOUD")
    assert {line.split(":")[0] for line in lines} == {"HOLDBACK_SECRET_KEY", "HOLDBACK_TIMEZONE", "HOLDBACK_LOG_LEVEL"}
    assert CANARY not in "".join(lines)


@pytest.mark.parametrize("secret", ["", "short", f"{CANARY} with a space in it"])
def test_webhook_mode_needs_a_secret_that_telegram_takes(load: Load, secret: str) -> None:
    (line,) = refusal(load, TELEGRAM_MODE="webhook", TELEGRAM_TOKEN=TOKEN, TELEGRAM_WEBHOOK_SECRET=secret)
    assert line.startswith("HOLDBACK_TELEGRAM_WEBHOOK_SECRET: ") and CANARY not in line


def test_a_mail_server_needs_an_address_to_write_from(load: Load) -> None:
    (line,) = refusal(load, SMTP_URL=f"smtp://user:{CANARY}@mail.example")
    assert line.startswith("HOLDBACK_MAIL_FROM: ") and CANARY not in line


@pytest.mark.parametrize("text", [f'secret_key = "{CANARY}\n', f"\x00{CANARY}", "a = [1,"])
def test_a_file_that_is_not_toml_is_refused_by_its_name(load: Load, text: str) -> None:
    (line,) = refusal(load, toml=text)
    assert line.startswith("holdback.toml: cannot be read") and CANARY not in line


def test_a_secret_is_masked_wherever_the_settings_are_shown(load: Load) -> None:
    settings = load(
        SECRET_KEY=CANARY * 4,
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_WEBHOOK_SECRET=CANARY * 2,
        SMTP_URL=f"smtp://user:{CANARY}@mail.example",
        IMAP_URL=f"imaps://user:{CANARY}@mail.example/INBOX",
        SHOPIFY_SECRET=CANARY * 2,
        WOOCOMMERCE_SECRET=CANARY * 2,
        DATABASE_URL=f"postgresql://user:{CANARY}@db.example/holdback",
        MAIL_FROM="hello@shop.example",
    )
    assert CANARY not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    ("text", "hours"),
    [("", None), ("  ", None), ("20:00-09:00", QuietHours(1200, 540)), (" 1:05 - 23:59 ", QuietHours(65, 1439))],
)
def test_quiet_hours_are_read_as_they_are_written(text: str, hours: QuietHours | None) -> None:
    assert parse_quiet_hours(text) == hours
