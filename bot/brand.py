"""The shop's face: its colour (setting ACCENT) and its logo, a file `brand/logo.png` (.jpg, .gif) in FLOWS_DIR."""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PIL import Image, UnidentifiedImageError

from bot.settings import Settings

FOLDER: Final = "brand"
ENDINGS: Final = (".png", ".jpg", ".jpeg", ".gif")
"""What every mail client shows. SVG is a document with scripts, and WebP stays blank in older ones."""
FORMATS: Final = ("PNG", "JPEG", "GIF")
LARGEST_FILE: Final = 60_000
"""Bytes: the logo travels inside every mail, so that opening one fetches nothing and tells nobody."""
SMALLEST_SIDE: Final = 40
LARGEST_SIDE: Final = 1200
"""Pixels."""
SHOWN: Final = 40
"""Pixels of height at which it is shown."""
WIDEST_SHOWN: Final = 220
"""Pixels: a wider one is shown lower."""


class BrandInvalid(Exception):
    """The logo cannot be used. The message says which file, what is wrong, and the cure."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo that has been looked at; `width` and `height` are the file's own, in pixels."""

    data: bytes
    kind: Literal["png", "jpeg", "gif"]
    width: int
    height: int

    @property
    def file_name(self) -> str:
        """What it is called in a mail and on our pages."""
        return f"logo.{self.kind.replace('jpeg', 'jpg')}"

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height at which it is shown, in pixels."""
        width = self.width * SHOWN / self.height
        shrink = min(1.0, WIDEST_SHOWN / width)
        return round(width * shrink), round(SHOWN * shrink)

    @property
    def is_word(self) -> bool:
        """Whether it is so wide that it will hold the shop's name itself, which then need not stand beside it."""
        return self.width >= 2 * self.height


def read_logo(settings: Settings) -> Logo | None:
    """The shop's logo, or None when there is none. Raises BrandInvalid."""
    folder = settings.flows_dir / FOLDER if settings.flows_dir else None
    found = [folder / f"logo{ending}" for ending in ENDINGS if (folder / f"logo{ending}").exists()] if folder else []
    if not found:
        return None
    name = f"{FOLDER}/{found[0].name}"
    if len(found) > 1:
        raise BrandInvalid(f"{name}: there is also {found[1].name}; keep one of them")
    data = _bytes(found[0], name)
    return _looked_at(data, name)


def _bytes(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            cure = f"it travels in every mail, so save it smaller, below {LARGEST_FILE // 1000} kB"
            raise BrandInvalid(f"{name}: the file has {size // 1000} kB; {cure}")
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise BrandInvalid(f"{name}: the file cannot be read: {reason}; check its permissions") from None


def _looked_at(data: bytes, name: str) -> Logo:
    """The whole picture is decoded once: what is cut off or made to hurt is not handed to people's mail clients."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            width, height = picture.size
            _refuse_size(name, width, height)
            picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as error:
        wrong = f"{name}: this is not a picture that every mail client can show; save it as PNG, JPEG or GIF"
        raise BrandInvalid(wrong) from error
    kinds: dict[str | None, Literal["png", "jpeg", "gif"]] = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif"}
    return Logo(data, kinds[picture.format], width, height)


def _refuse_size(name: str, width: int, height: int) -> None:
    if not (SMALLEST_SIDE <= height <= LARGEST_SIDE and SMALLEST_SIDE <= width <= LARGEST_SIDE):
        cure = f"make each side {SMALLEST_SIDE} to {LARGEST_SIDE} pixels; 80 high is sharp on every screen"
        raise BrandInvalid(f"{name}: the picture has {width} x {height} pixels; {cure}")
