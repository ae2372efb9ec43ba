"""What stands in a mail, before it has a form: the same letter becomes its HTML part and its plain part."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from babel.dates import format_date
from babel.numbers import format_currency

from bot.brand import Logo
from bot.channels.email.greeting import greet
from bot.runtime.ports import Outgoing
from flows.messages import Button, Prompt
from flows.texts import Texts, Value
from storage import confirmations

STOP = "!stop"
_BLANK = re.compile("[\x00-\x20]")


@dataclass(frozen=True, slots=True)
class MailShop:
    """What every mail says about the shop, and in which dress.

    `accent` is `#rrggbb` or None; `base_url` has no slash at its end. `frame` is the shop's own MJML, or None for ours.
    """

    name: str
    url: str = ""
    mail_from: str = ""
    postal_address: str = ""
    accent: str | None = None
    base_url: str = ""
    reply_to: str = ""
    logo: Logo | None = None
    frame: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Something to tap: what it says and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The product a letter is about: its name, its price in words of the reader's language, links to it and a picture.

    What is not known is "".
    """

    name: str
    price: str
    url: str
    picture: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail's content in order. What a letter does not have is None or empty.

    `answers` are the large buttons under the question, `ways` the quiet links below them (a person, Telegram), `foot`
    those at the very end (unsubscribe, preferences, why we write). `unsubscribe` takes the one-click POST of RFC 8058.
    `own` are the addresses that may become links inside a paragraph. `product` is what a letter that asks is about.
    """

    language: str
    subject: str
    preheader: str
    greeting: str | None
    paragraphs: tuple[str, ...]
    product: Shown | None
    code: str | None
    button: Link | None
    question: str | None
    hint: str | None
    answers: tuple[Link, ...]
    own_words: Link | None
    ways: tuple[Link, ...]
    why: str
    foot: tuple[Link, ...]
    unsubscribe: str
    sent_by: str
    own: tuple[str, ...]


def write_letter(outgoing: Outgoing, shop: MailShop, texts: Texts) -> Letter:
    """The letter for this message. Raises ValueError for a link that is missing or no web address."""
    writer = _Confirmation if outgoing.kind == confirmations.KIND else _Writer
    return writer(outgoing, shop, texts).letter()


class _Writer:
    def __init__(self, outgoing: Outgoing, shop: MailShop, texts: Texts) -> None:
        self._outgoing = outgoing
        self._message = outgoing.message
        self._shop = shop
        self._texts = texts
        wanted = (outgoing.message.language, "en", *texts.languages)
        self._language = next((tag for tag in wanted if tag in texts.languages and texts.has(tag, "email-why")), "en")

    def letter(self) -> Letter:
        greeting, paragraphs = greet(self._outgoing, self._say)
        prompt = self._message.prompt
        *body, last = paragraphs or ("",)
        question = last if prompt is not None else None
        answers, aside = self._answers(prompt)
        return Letter(
            language=self._message.language,
            subject=self._subject(),
            preheader=self._preheader(paragraphs),
            greeting=greeting,
            paragraphs=tuple(body) if prompt is not None else paragraphs,
            product=self._product(),
            code=self._message.code,
            button=self._button(),
            question=question,
            hint=self._say("email-answer-hint") if answers else None,
            answers=answers,
            own_words=self._own_words(prompt),
            ways=(*aside, *self._telegram()),
            why=self._why(),
            foot=self._foot(),
            unsubscribe=self._unsubscribe(),
            sent_by=self._say("email-sent-by", shop=self._shop.name),
            own=tuple(self._outgoing.links.values()),
        )

    def _say(self, text_id: str, **values: Value) -> str:
        return self._texts.say(self._language, text_id, None, **values)

    def _subject(self) -> str:
        subject = self._message.subject or self._say("web-title", shop=self._shop.name)
        return subject if len(subject) <= 200 else subject[:199] + "…"

    def _preheader(self, paragraphs: tuple[str, ...]) -> str:
        """The flow's own line is about its question; every other kind of mail is announced by its first words."""
        if self._message.kind in ("question", "reminder") and self._message.preheader:
            return self._message.preheader
        return " ".join(paragraphs[0].split())[:140] if paragraphs else ""

    def _button(self) -> Link | None:
        if not self._message.url:
            return None
        if self._message.url.startswith("link:"):
            url = self._link(self._message.url.removeprefix("link:"))
            return Link(self._message.url_label or url, url)
        return Link(self._message.url_label or self._message.url, self._address(self._message.url))

    def _product(self) -> Shown | None:
        """With what is asked and offered. A person's letter and a last word are about the reader, not about goods."""
        product = self._outgoing.product
        if product is None or self._message.kind not in ("question", "reminder", "offer"):
            return None
        price = ""
        if product.price is not None and product.currency:
            price = format_currency(product.price, product.currency, locale=self._language)
        return Shown(product.name, price, product.url or "", product.picture or "")

    def _answers(self, prompt: Prompt | None) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
        """The large buttons, and the quiet ones: the engine's own options stand aside, unless they are all there is."""
        if prompt is None:
            return (), ()
        own = tuple(button for button in prompt.buttons if button.option.startswith("!"))
        flow = tuple(button for button in prompt.buttons if not button.option.startswith("!"))
        large, aside = (flow, own) if flow else (own, ())
        return (
            tuple(self._answer(button, prompt.visit) for button in large),
            tuple(self._answer(button, prompt.visit) for button in aside),
        )

    def _answer(self, button: Button, visit: int) -> Link:
        if button.option == STOP:
            return Link(button.label, self._unsubscribe())
        survey = self._link("survey")
        mark = "&" if "?" in survey else "?"
        mail = f"&m={self._outgoing.token}" if self._outgoing.token else ""
        return Link(button.label, f"{survey}{mark}a={quote(button.option, safe='')}&v={visit}{mail}")

    def _own_words(self, prompt: Prompt | None) -> Link | None:
        """A way to write back: with a question that takes free text, and in a conversation that is not over."""
        wanted = prompt.own_words if prompt is not None else self._message.kind in ("reply", "staff")
        if not wanted or "survey" not in self._outgoing.links:
            return None
        return Link(self._say("email-own-words"), self._link("survey"))

    def _telegram(self) -> tuple[Link, ...]:
        if "telegram" not in self._outgoing.links or self._message.kind == "closing":
            return ()
        return (Link(self._say("email-telegram"), self._link("telegram")),)

    def _why(self) -> str:
        consent = self._outgoing.consent_at
        if consent is None:
            return self._say("email-why-nodate", shop=self._shop.name)
        day = format_date(consent.date(), "long", locale=self._language)
        return self._say("email-why", shop=self._shop.name, date=day)

    def _foot(self) -> tuple[Link, ...]:
        unsubscribe = Link(self._say("email-unsubscribe"), self._unsubscribe())
        if "preferences" not in self._outgoing.links:
            return (unsubscribe,)
        choices = self._link("preferences")
        why = Link(self._say("email-why-link"), f"{choices}#why")
        return (unsubscribe, Link(self._say("email-preferences"), choices), why)

    def _unsubscribe(self) -> str:
        return self._link("unsubscribe" if "unsubscribe" in self._outgoing.links else "preferences")

    def _link(self, purpose: str) -> str:
        if purpose not in self._outgoing.links:
            raise ValueError(f"the message has no link {purpose!r}; a mail cannot be written without it")
        return self._address(self._outgoing.links[purpose])

    def _address(self, url: str) -> str:
        whole = self._shop.base_url + url if url.startswith("/") else url
        if not whole.startswith(("https://", "http://")) or _BLANK.search(whole):
            raise ValueError("a link of the message is no web address; it must start with https:// and hold no spaces")
        return whole


class _Confirmation(_Writer):
    """The mail that only asks to confirm the address: one button, and no other way to say anything yet."""

    def _preheader(self, paragraphs: tuple[str, ...]) -> str:
        return self._message.preheader or super()._preheader(paragraphs)

    def _own_words(self, prompt: Prompt | None) -> Link | None:  # noqa: ARG002 - as in any letter
        return None

    def _telegram(self) -> tuple[Link, ...]:
        return ()

    def _why(self) -> str:
        return self._say("email-confirm-why", shop=self._shop.name)
