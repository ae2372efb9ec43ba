"""The only reader of the environment: `HOLDBACK_*` over `holdback.toml` over defaults.

Secrets are masked everywhere.
"""

import os
import re
from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from bot.runtime.warm_up import WarmUp, parse_warm_up
from flows.calendar import QuietHours, zone_of
from flows.fields import parse_duration, write_duration
from flows.words import LANGUAGES

CONFIG_FILE = "holdback.toml"


class SettingsInvalid(Exception):
    """Settings that cannot be used. The message names each key and the cure, and never a value of a secret."""


class Settings(BaseSettings):
    """Every setting, with its default and its meaning. The README's table is checked against this class by a test."""

    model_config = SettingsConfigDict(env_prefix="HOLDBACK_", extra="forbid", toml_file=CONFIG_FILE, frozen=True)

    home_dir: Path = Field(
        Path("var"), description="Where the database file, the local mailbox and the secret key live"
    )
    database_url: SecretStr | None = Field(
        None, description="sqlite:////path/file.db or postgresql://...; default: a file under HOME_DIR"
    )
    secret_key: SecretStr | None = Field(
        None, description="At least 32 characters; made and kept under HOME_DIR when not set"
    )
    public_url: str = Field("", description="The address people reach this server by; default: http://BIND")
    bind: str = Field("127.0.0.1:8000", description="Address and port to listen on")
    telegram_token: SecretStr | None = Field(
        None, description="The bot's token from @BotFather; without it the web page is the chat"
    )
    telegram_api_url: str = Field("https://api.telegram.org", description="The Bot API server")
    telegram_mode: Literal["polling", "webhook"] = Field("polling", description="How updates are received")
    telegram_webhook_secret: SecretStr | None = Field(
        None, description="Required in webhook mode: 16 to 256 of A-Z a-z 0-9 _ -"
    )
    telegram_per_second: float = Field(30, gt=0, le=1000, description="Messages per second over all chats")
    telegram_per_chat_seconds: float = Field(1, ge=0, le=60, description="Seconds between two messages to one chat")
    smtp_url: SecretStr | None = Field(
        None, description="smtp://, smtp+starttls:// or smtps://; without it mail lands in a local mailbox page"
    )
    mail_per_minute: float = Field(
        120, ge=0, le=6000, description="First mails per minute to one provider, Gmail and such; 0 for no limit"
    )
    mail_from: str = Field("", description="From address of every mail; required with SMTP_URL")
    mail_postal_address: str = Field("", description="The shop's postal address, shown in every mail")
    dkim_selector: str = Field("", description="DKIM: the name under which your public key stands in DNS, such as mail")
    dkim_key_file: Path | None = Field(
        None,
        description="DKIM: the file of the private key (PEM, RSA or Ed25519); without it mails are not signed here",
    )
    dkim_domain: str = Field("", description="DKIM: the domain that signs; default: the domain of MAIL_FROM")
    mail_warm_up: str = Field(
        "", description="A new sending domain: mails on the first day and growth, such as 50 +30% from 2026-11-22"
    )
    mail_reply_to: str = Field(
        "", description="Where answers go, such as answers+{token}@shop.example; default: MAIL_FROM"
    )
    mail_bounces_to: str = Field(
        "", description="Where mail comes back to, such as bounces+{token}@shop.example; default: MAIL_FROM"
    )
    imap_url: SecretStr | None = Field(
        None, description="imaps://user:password@host/folder that answers and returned mail come to; imap+starttls://"
    )
    shopify_secret: SecretStr | None = Field(
        None, description="The secret Shopify signs its webhooks with; without it /hooks/shopify is closed"
    )
    woocommerce_secret: SecretStr | None = Field(
        None, description="The secret WooCommerce signs its webhooks with; without it /hooks/woocommerce is closed"
    )
    checkout_abandoned_after: str = Field(
        "1h", description="A connected shop's checkout counts as abandoned after this long without a word: 30m, 1h, 1d"
    )
    webhooks_to_private_addresses: bool = Field(
        default=False, description="Whether webhooks may go to this machine and private networks; only for tests"
    )
    shop_name: str = Field(
        "Our shop", min_length=1, max_length=80, description="The shop's name, said in every first message"
    )
    shop_url: str = Field("", description="The shop's website")
    accent: str = Field(
        "", description="The shop's colour as #rrggbb, in its mails and on its pages; fitted where it could not be read"
    )
    timezone: str = Field("UTC", description="The shop's time zone, e.g. Europe/Budapest")
    languages: str = Field(",".join(LANGUAGES), description="Languages in use, the first one is the default")
    flows_dir: Path | None = Field(None, description="The shop's own flows, offers and texts; over the shipped ones")
    quiet_hours: str = Field(
        "20:00-09:00", description="Local hours in which nobody is written to first; empty for none"
    )
    messages_per_week: int = Field(
        4, ge=0, le=100, description="Messages at most that somebody gets unasked in seven days; 0 for no limit"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged")
    log_format: Literal["text", "json"] = Field("text", description="text for people, json for machines")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic calls with these five
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment over holdback.toml over the defaults."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))

    @field_validator("*", mode="before")
    @classmethod
    def _empty_means_unset(cls, value: object, info: Any) -> object:
        optional = (
            "database_url",
            "secret_key",
            "telegram_token",
            "telegram_webhook_secret",
            "smtp_url",
            "imap_url",
            "shopify_secret",
            "woocommerce_secret",
            "flows_dir",
            "dkim_key_file",
        )
        return None if value == "" and info.field_name in optional else value

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        if zone_of(value) is None:
            raise ValueError("is not a time zone; write one such as Europe/Budapest or UTC")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _hours_are_hours(cls, value: str) -> str:
        parse_quiet_hours(value)
        return value.strip()

    @field_validator("languages")
    @classmethod
    def _languages_exist(cls, value: str) -> str:
        wanted = [language.strip() for language in value.split(",") if language.strip()]
        unknown = [language for language in wanted if language not in LANGUAGES]
        if unknown or not wanted:
            raise ValueError(f"must name languages out of {', '.join(LANGUAGES)}, separated by commas")
        return ",".join(wanted)

    @field_validator("bind")
    @classmethod
    def _bind_has_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise ValueError("must be an address and a port, such as 127.0.0.1:8000")
        return value

    @field_validator("public_url", "shop_url", "telegram_api_url")
    @classmethod
    def _urls_are_urls(cls, value: str) -> str:
        if value and not re.match(r"^https?://[^\s/]+", value):
            raise ValueError("must start with https:// (or http:// on this machine)")
        return value.rstrip("/")

    @field_validator("mail_warm_up")
    @classmethod
    def _ramp_is_a_ramp(cls, value: str) -> str:
        parse_warm_up(value)
        return value.strip()

    @field_validator("accent")
    @classmethod
    def _accent_is_a_colour(cls, value: str) -> str:
        if value and not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise ValueError("must be a colour of the form #rrggbb, such as #0b6b60")
        return value.lower()

    @field_validator("dkim_selector", "dkim_domain")
    @classmethod
    def _dkim_is_a_name(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*", value):
            raise ValueError("must be a name as in DNS: letters, digits, hyphens and dots")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token_is_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"\d{1,20}:[A-Za-z0-9_-]{10,80}", value.get_secret_value()):
            raise ValueError("is not a bot token; copy it from @BotFather: digits, a colon, letters")
        return value

    @field_validator("secret_key")
    @classmethod
    def _key_is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("is too short to be safe; use at least 32 random characters, or leave it out")
        return value

    @field_validator("shopify_secret", "woocommerce_secret")
    @classmethod
    def _shop_secret_is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[\x21-\x7e]{16,256}", value.get_secret_value()):
            raise ValueError("is not safe; copy the shop's own secret: 16 to 256 characters without spaces")
        return value

    @field_validator("checkout_abandoned_after")
    @classmethod
    def _silence_is_a_span(cls, value: str) -> str:
        span = parse_duration(value)
        if not timedelta(minutes=5) <= span <= timedelta(days=7):
            raise ValueError("must be between 5m and 7d; an hour (1h) suits most shops")
        return write_duration(span)

    @field_validator("smtp_url")
    @classmethod
    def _smtp_is_smtp(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"^(smtp|smtp\+starttls|smtps)://[^\s/]+", value.get_secret_value()):
            raise ValueError("must start with smtp://, smtp+starttls:// or smtps:// and name a host")
        return value

    @field_validator("imap_url")
    @classmethod
    def _imap_is_imap(cls, value: SecretStr | None) -> SecretStr | None:
        looks_right = r"(imap|imap\+starttls|imaps)://[^\s/@]+@[^\s/@]+(/\S*)?"
        if value is not None and not re.fullmatch(looks_right, value.get_secret_value()):
            raise ValueError("must look like imaps://user:password@host/INBOX, with %40 for an @ in the user's name")
        return value

    @field_validator("mail_reply_to", "mail_bounces_to")
    @classmethod
    def _mail_comes_somewhere(cls, value: str, info: ValidationInfo) -> str:
        if value and not re.fullmatch(r"[^\s@{}]*(\{token\})?[^\s@{}]*@[^\s@{}]+", value):
            example = f"{'bounces' if info.field_name == 'mail_bounces_to' else 'answers'}+{{token}}@shop.example"
            raise ValueError(f"must be an address; {{token}} may stand once before its @: {example}")
        return value

    @model_validator(mode="after")
    def _belongs_together(self) -> "Settings":
        if self.smtp_url is not None and "@" not in self.mail_from:
            raise ValueError("HOLDBACK_MAIL_FROM: must be an email address when HOLDBACK_SMTP_URL is set")
        if bool(self.dkim_selector) != (self.dkim_key_file is not None):
            raise ValueError("HOLDBACK_DKIM_SELECTOR: set it and HOLDBACK_DKIM_KEY_FILE together, or neither")
        secret = self.telegram_webhook_secret.get_secret_value() if self.telegram_webhook_secret else ""
        if self.telegram_mode == "webhook" and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret):
            raise ValueError("HOLDBACK_TELEGRAM_WEBHOOK_SECRET: webhook mode needs one, 16 to 256 of A-Z a-z 0-9 _ -")
        return self

    @property
    def database(self) -> str:
        """The database's address; by default a SQLite file under HOME_DIR."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.home_dir / 'holdback.db').resolve()}"

    @property
    def checkout_silence(self) -> timedelta:
        """How long nothing may be heard of a checkout before it counts as abandoned."""
        return parse_duration(self.checkout_abandoned_after)

    @property
    def base_url(self) -> str:
        """The address people reach this server by, without a slash at the end."""
        return self.public_url or f"http://{self.bind}"

    @property
    def language_list(self) -> tuple[str, ...]:
        """The languages in use, the default one first."""
        return tuple(self.languages.split(","))

    @property
    def warm_up(self) -> WarmUp | None:
        """How many mails may go on each of the first days, or None."""
        return parse_warm_up(self.mail_warm_up)

    @property
    def quiet(self) -> QuietHours | None:
        """The quiet hours, or None."""
        return parse_quiet_hours(self.quiet_hours)


def parse_quiet_hours(text: str) -> QuietHours | None:
    """Read `20:00-09:00`; empty means none. Raises ValueError with the cure."""
    if not text.strip():
        return None
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", text)
    wrong = ValueError("must look like 20:00-09:00, or be empty for no quiet hours")
    if match is None:
        raise wrong
    try:
        start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    except ValueError:
        raise wrong from None
    if start == end:
        raise ValueError("would cover the whole day; leave it empty for no quiet hours")
    return QuietHours(start.hour * 60 + start.minute, end.hour * 60 + end.minute)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read all settings. Raises SettingsInvalid with one line for each key that is wrong or unknown."""
    environ = os.environ if environ is None else environ
    unknown = [key for key in environ if key.startswith("HOLDBACK_") and key[9:].lower() not in Settings.model_fields]
    if unknown:
        raise SettingsInvalid(
            "\n".join(f"{key}: there is no such setting; see the table in the README" for key in sorted(unknown))
        )
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsInvalid("\n".join(_line(problem) for problem in error.errors(include_input=False))) from None
    except ValueError as error:
        raise SettingsInvalid(
            f"{CONFIG_FILE}: cannot be read: {type(error).__name__}; it must be valid TOML in UTF-8"
        ) from None


def _line(problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    text = str(problem["msg"]).removeprefix("Value error, ")
    if not key:
        return text
    if problem["type"] == "extra_forbidden":
        return f"{key} in {CONFIG_FILE}: there is no such setting; see the table in the README"
    return f"HOLDBACK_{key.upper()}: {text}"
