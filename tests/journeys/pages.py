"""A browser without scripts: opens pages, and posts their forms as they stand."""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx


@dataclass
class Form:
    """A form: its hidden fields, and its buttons by the words on them (name, value)."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    text: str | None = None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.language = ""
        self.direction = ""
        self._form: Form | None = None
        self._button: tuple[str, str] | None = None
        self._label: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "html":
                self.language, self.direction = given.get("lang", ""), given.get("dir", "")
            case "form":
                self._form = Form(given["action"])
                self.forms.append(self._form)
            case "input" if self._form is not None and given.get("type") == "hidden":
                self._form.hidden[given["name"]] = given.get("value", "")
            case "textarea" if self._form is not None:
                self._form.text = given["name"]
            case "button":
                self._button, self._label = (given.get("name", ""), given.get("value", "")), []
            case "a":
                self.links.append(given.get("href", ""))
            case "script" | "style":
                self._silent += 1
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._form is not None and self._button is not None:
            self._form.buttons[" ".join("".join(self._label).split())] = self._button
            self._button = None
        elif tag == "form":
            self._form = None
        elif tag in ("script", "style"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)
            self._label.append(data)


@dataclass
class Page:
    """A page as it came."""

    http: httpx.AsyncClient
    response: httpx.Response
    reader: _Reader

    @property
    def text(self) -> str:
        """All words on it."""
        return re.sub(r"[\u2066-\u2069]", "", " ".join("".join(self.reader.words).split()))

    @property
    def labels(self) -> list[str]:
        """The words on all buttons."""
        return [label for form in self.reader.forms for label in form.buttons]

    async def press(self, label: str) -> "Page":
        """Press a button: its form is posted, and what the answer leads to is the next page."""
        found = [(form, form.buttons[label]) for form in self.reader.forms if label in form.buttons]
        assert found, f"no button {label!r}; there are {self.labels}"
        form, (name, value) = found[0]
        return await self.post(form, {name: value} if name else {})

    async def write(self, words: str) -> "Page":
        """Answer in own words."""
        form = next(form for form in self.reader.forms if form.text is not None)
        assert form.text is not None
        return await self.post(form, {form.text: words})

    async def post(self, form: Form, fields: dict[str, str]) -> "Page":
        """Post a form with these fields beside its hidden ones."""
        address = urljoin(str(self.response.url), form.action)
        return read(self.http, await self.http.post(address, data={**form.hidden, **fields}, follow_redirects=True))


def read(http: httpx.AsyncClient, response: httpx.Response) -> Page:
    """A response as a page."""
    reader = _Reader()
    reader.feed(response.text)
    return Page(http, response, reader)


async def open_page(http: httpx.AsyncClient, address: str) -> Page:
    """Open an address."""
    return read(http, await http.get(address, follow_redirects=True))


def mail_links(mail: EmailMessage) -> dict[str, str]:
    """The links of a mail's HTML part by the words on them."""
    part = mail.get_body(("html",))
    assert part is not None
    found: dict[str, str] = {}
    for address, words in re.findall(r'<a\b[^>]*href="([^"]+)"[^>]*>(.*?)</a>', part.get_content(), re.DOTALL):
        label = " ".join(re.sub(r"<[^>]+>", " ", words).split())
        found.setdefault(unescape(label), unescape(address))
    return found
