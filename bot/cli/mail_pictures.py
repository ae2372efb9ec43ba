"""Pictures of HTML files, taken by a Chromium that is already on this machine. Nothing is fetched for it.

Playwright drives it; it comes with `holdback[pictures]`, since only who wants pictures needs it.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Page

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""What Chromium may be called on PATH."""

FLAGS: Final = (
    "--disable-gpu",
    # A preview is looked at where the shop works: no picture from elsewhere is waited for, no name looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


@dataclass(frozen=True, slots=True)
class View:
    """How a mail is looked at: what is added to the file's name, the width in pixels, by day or by night.

    Without `pictures` as most clients show a mail from somebody new; a mail that has none is not looked at so.
    """

    mark: str
    width: int
    scheme: Literal["light", "dark"]
    pictures: bool = True


VIEWS: Final = (
    View("", 600, "light"),
    View(".dark", 600, "dark"),
    View(".phone", 360, "light"),
    View(".phone-dark", 360, "dark"),
    View(".no-pictures", 600, "light", pictures=False),
)


class NoPicture(Exception):
    """Pictures cannot be taken. The message says why, and the cure."""


@contextmanager
def photographer() -> Iterator["Photographer"]:
    """A browser that takes pictures until the block is left. Raises NoPicture when there is none that works."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        cure = "run `pip install 'holdback[pictures]'`, or leave out --png"
        raise NoPicture(f"Playwright is not installed, so no pictures were taken; {cure}") from None
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        raise NoPicture("no Chromium was found, so no pictures were taken; install chromium, or leave out --png")
    # Chromium's own sandbox cannot be had by root; the files it is shown were made here and hold no scripts.
    sandbox = os.geteuid() != 0
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=program, args=[*FLAGS], chromium_sandbox=sandbox)
            yield Photographer(browser.new_page())
            browser.close()
    except Error:
        cure = "see whether it starts by itself, or leave out --png"
        raise NoPicture(f"Chromium ended before it had taken a picture; {cure}") from None


_WITHOUT_PICTURES: Final = "document.querySelectorAll('img').forEach(one => one.removeAttribute('src'))"


@dataclass(frozen=True, slots=True)
class Photographer:
    """One page of the browser."""

    _page: "Page"

    def take(self, page: Path, views: Sequence[View] = VIEWS) -> tuple[Path, ...]:
        """A picture of the whole page for each view, beside it; returns their paths.

        Views without pictures come last: what is taken away stays away.
        """
        has_pictures = "<img " in page.read_text(encoding="utf-8")
        self._page.goto(page.resolve().as_uri())
        return tuple(self._look(page, view) for view in views if view.pictures or has_pictures)

    def _look(self, page: Path, view: View) -> Path:
        self._page.set_viewport_size({"width": view.width, "height": 200})
        self._page.emulate_media(color_scheme=view.scheme)
        if not view.pictures:
            self._page.evaluate(_WITHOUT_PICTURES)
        path = page.with_name(f"{page.stem}{view.mark}.png")
        self._page.screenshot(path=path, full_page=True)
        return path
