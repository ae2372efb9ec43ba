"""Pictures of HTML files, taken by a Chromium that is already on this machine. Nothing is fetched for it."""

import base64
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""What Chromium may be called on PATH."""

FLAGS: Final = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
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
    scheme: str
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
    """A browser that takes pictures until the block is left. Raises NoPicture when there is none that starts."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None or not hasattr(os, "posix_spawn"):
        raise NoPicture("no Chromium was found, so no pictures were taken; install chromium, or leave out --png")
    with tempfile.TemporaryDirectory(prefix="holdback-", ignore_cleanup_errors=True) as home:
        ours_in, its_out = os.pipe()
        its_in, ours_out = os.pipe()
        # Chromium's own sandbox cannot be had by root; the files it is shown were made here and hold no scripts.
        sandbox = () if os.geteuid() else ("--no-sandbox",)
        process = os.posix_spawn(
            found,
            [found, *FLAGS, *sandbox, f"--user-data-dir={home}"],
            {"PATH": os.defpath, "HOME": home, "LANG": "C.UTF-8"},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_DUP2, its_in, 3),
                (os.POSIX_SPAWN_DUP2, its_out, 4),
            ],
        )
        os.close(its_in)
        os.close(its_out)
        with os.fdopen(ours_out, "wb", buffering=0) as words, os.fdopen(ours_in, "rb") as answers:
            try:
                yield Photographer.begin(Wire(words, answers))
            finally:
                words.close()
                os.waitpid(process, 0)


@dataclass
class Wire:
    """The DevTools protocol over a pipe: JSON, each message ended by NUL."""

    words: BinaryIO
    answers: BinaryIO
    session: str | None = None
    _last: int = 0
    _rest: bytearray = field(default_factory=bytearray)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its result. Raises NoPicture when the browser is gone or refuses."""
        self._last += 1
        said: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if self.session is not None:
            said["sessionId"] = self.session
        try:
            self.words.write(json.dumps(said).encode() + b"\0")
        except OSError:
            raise NoPicture(_ENDED) from None
        while True:
            heard = self._hear()
            if heard.get("id") == self._last:
                if "error" in heard:
                    raise NoPicture(f"Chromium cannot do {method}; install a newer one, or leave out --png")
                return dict(heard["result"])

    def wait_for(self, event: str) -> None:
        """Pass over everything until this happens."""
        while self._hear().get("method") != event:
            pass

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = self.answers.read1(65536)  # type: ignore[attr-defined] # os.fdopen gives a BufferedReader
            if not data:
                raise NoPicture(_ENDED)
            self._rest += data
        message, _, rest = self._rest.partition(b"\0")
        self._rest = rest
        return dict(json.loads(message))


_WITHOUT_PICTURES: Final = "document.querySelectorAll('img').forEach(one => one.removeAttribute('src'))"
_ENDED: Final = "Chromium ended before it had taken a picture; see whether it starts by itself, or leave out --png"


@dataclass
class Photographer:
    """One page of the browser."""

    _wire: Wire

    @classmethod
    def begin(cls, wire: Wire) -> "Photographer":
        """Open the page."""
        target = wire.ask("Target.createTarget", url="about:blank")["targetId"]
        wire.session = wire.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        wire.ask("Page.enable")
        return cls(wire)

    def take(self, page: Path, views: Sequence[View] = VIEWS) -> tuple[Path, ...]:
        """A picture of the whole page for each view, beside it; returns their paths."""
        taken = []
        has_pictures = "<img " in page.read_text(encoding="utf-8")
        for view in views:
            if not view.pictures and not has_pictures:
                continue
            self._look(view, 200)
            features = [{"name": "prefers-color-scheme", "value": view.scheme}]
            self._wire.ask("Emulation.setEmulatedMedia", features=features)
            self._wire.ask("Page.navigate", url=page.resolve().as_uri())
            self._wire.wait_for("Page.loadEventFired")
            if not view.pictures:
                self._wire.ask("Runtime.evaluate", expression=_WITHOUT_PICTURES)
            self._look(view, int(self._wire.ask("Page.getLayoutMetrics")["cssContentSize"]["height"]))
            shot = self._wire.ask("Page.captureScreenshot", format="png")["data"]
            path = page.with_name(f"{page.stem}{view.mark}.png")
            path.write_bytes(base64.b64decode(shot))
            taken.append(path)
        return tuple(taken)

    def _look(self, view: View, height: int) -> None:
        size = {"width": view.width, "height": height, "deviceScaleFactor": 1, "mobile": view.width < 480}
        self._wire.ask("Emulation.setDeviceMetricsOverride", **size)
