"""A mail's HTML as the text a person wrote: quotes marked with `>` as in plain text, signatures of programs left out.

Only what mail programs name as a quote is taken for one. Nothing here is shown as HTML again.
"""

import re
from collections import Counter
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Final

CUT: Final = "\x00quoted from here on\x00"
"""A line that stands where a program puts the mail that is answered, and nothing but it, below."""

_SILENT: Final = frozenset({"head", "style", "script", "title", "template", "svg", "object", "noscript"})
_BLOCK: Final = frozenset(
    {
        "address", "article", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "h1", "h2",
        "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tr", "ul",
    }
)  # fmt: skip
_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_QUOTES: Final = frozenset(
    {"gmail_attr", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix", "zmail_extra", "zmail_extra_hr"}
)
"""Classes of what holds the mail that is answered, or the line that introduces it."""

_SIGNATURES: Final = frozenset(
    {"gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block", "yahoo-signature"}
)
_SIGNATURE_IDS: Final = (
    "applemailsignature",
    "linebreakatbeginningofsignature",
    "ms-outlook-mobile-signature",
    "signature",
    "ymail_android_signature",
)
_REST_IDS: Final = (
    "appendonsend",
    "divrplyfwdmsg",
    "stopspelling",
    "mail-editor-reference-message-container",
    "yiv-reply",
)
"""Ids (what stands behind `x_` of a copy as well) from which on everything is the mail that is answered."""

_OUTLOOK_LINE: Final = re.compile(r"border:\s*none;\s*border-top:\s*solid\s+#[0-9a-f]{6}\s+1\.0pt", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ \t\r\n\f\u00a0]+")


def html_text(html: str) -> str:
    """The words of this HTML. Never raises; HTML that is broken is read as far as it can be."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except (AssertionError, ValueError):
        # The library's parser gives up on some broken declarations; what came before stays.
        reader.end_line()
    return reader.text()


class _Reader(HTMLParser):
    """Collects lines. Open elements are a list, so depth costs no recursion; each knows what it opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, str]] = []
        self._tags: Counter[str] = Counter()
        self._lines: list[str] = []
        self._line: list[str] = []
        self._counts = {"silent": 0, "quote": 0, "": 0, "pre": 0}

    def text(self) -> str:
        """What was read so far."""
        self.end_line()
        return "\n".join(self._lines)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if tag in _BLOCK:
            self.end_line()
        if tag == "br":
            self._break()
        known = {name: (value or "") for name, value in attrs}
        if _begins_rest(known) and not self._counts["silent"]:
            self.end_line()
            self._lines.append(CUT)
        if tag in _VOID:
            return
        does = _does(tag, known)
        self._open.append((tag, does))
        self._tags[tag] += 1
        self._counts[does] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself: HTML knows only the empty ones."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and with it whatever was left open in it."""
        if tag in _BLOCK:
            self.end_line(blank=tag in ("p", "blockquote"))
        if not self._tags[tag]:
            return
        while self._open:
            name, does = self._open.pop()
            self._tags[name] -= 1
            self._counts[does] -= 1
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        """Words."""
        if self._counts["silent"]:
            return
        if not self._counts["pre"]:
            self._line.append(_SPACES.sub(" ", data))
            return
        first, *rest = data.replace("\r\n", "\n").split("\n")
        self._line.append(first)
        for line in rest:
            self._break()
            self._line.append(line)

    def end_line(self, *, blank: bool = False) -> None:
        """What stands on the line is a line; with `blank`, an empty one follows."""
        words = "".join(self._line).strip()
        self._line = []
        quote = "> " * self._counts["quote"]
        if words:
            self._lines.append(quote + words)
        if blank and self._lines and self._lines[-1].strip("> "):
            self._lines.append(quote.rstrip())

    def _break(self) -> None:
        words = "".join(self._line).strip()
        self._line = []
        if not self._counts["silent"]:
            self._lines.append(("> " * self._counts["quote"] + words).rstrip())


def _does(tag: str, known: Mapping[str, str]) -> str:
    """What an element means for the words in it: `silent`, `quote`, `pre`, or nothing of that."""
    classes = frozenset(_bare(name) for name in known.get("class", "").lower().split())
    named = _bare(known.get("id", "").lower())
    if tag in _SILENT or classes & _SIGNATURES or named in _SIGNATURE_IDS or "display:none" in _style(known):
        return "silent"
    if tag == "blockquote" or classes & _QUOTES or known.get("name", "").lower() == "quote":
        return "quote"
    return "pre" if tag in ("pre", "textarea") else ""


def _begins_rest(known: Mapping[str, str]) -> bool:
    named = _bare(known.get("id", "").lower())
    return named in _REST_IDS or bool(_OUTLOOK_LINE.search(known.get("style", "")))


def _style(known: Mapping[str, str]) -> str:
    return known.get("style", "").lower().replace(" ", "")


def _bare(name: str) -> str:
    """A name without the marks that web mail puts before those of mails it shows (`x_`, `yiv1234567890`)."""
    return re.sub(r"^(?:x_)+|^yiv\d+", "", name)
