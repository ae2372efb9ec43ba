"""The shop's logo: what every mail client shows is taken, everything else refused in one sentence with its cure."""

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.brand import LARGEST_FILE, BrandInvalid, read_logo
from bot.settings import Settings


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), "#0b6b60").save(made, kind)
    return made.getvalue()


def shop(folder: Path, **files: bytes) -> Settings:
    (folder / "brand").mkdir()
    for ending, data in files.items():
        (folder / "brand" / f"logo.{ending}").write_bytes(data)
    return Settings(flows_dir=folder)


@pytest.mark.parametrize(("ending", "kind"), [("png", "PNG"), ("jpg", "JPEG"), ("jpeg", "JPEG"), ("gif", "GIF")])
def test_a_picture_that_every_client_shows_is_taken(tmp_path: Path, ending: str, kind: str) -> None:
    logo = read_logo(shop(tmp_path, **{ending: picture(80, 80, kind)}))
    assert logo is not None
    assert (logo.kind, logo.width, logo.height, logo.shown_size) == (kind.lower(), 80, 80, (40, 40))
    assert not logo.is_word


def test_a_wide_logo_is_shown_as_wide_as_there_is_room(tmp_path: Path) -> None:
    logo = read_logo(shop(tmp_path, png=picture(800, 80)))
    assert logo is not None
    assert (logo.is_word, logo.shown_size) == (True, (220, 22))


def test_a_shop_without_a_logo_has_none(tmp_path: Path) -> None:
    assert read_logo(Settings()) is None
    assert read_logo(Settings(flows_dir=tmp_path)) is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not a picture that every"),
        (picture(80, 80)[:-30], "not a picture that every"),
        (picture(80, 80, "WEBP"), "not a picture that every"),
        (picture(20, 20), "the picture has 20 x 20 pixels"),
        (picture(2000, 100), "the picture has 2000 x 100 pixels"),
        (b"\x89PNG" + b"0" * LARGEST_FILE, "the file has 60 kB; it travels in every mail"),
        (b"", "not a picture that every"),
    ],
    ids=["svg", "cut off", "webp", "tiny", "huge", "heavy", "empty"],
)
def test_what_cannot_be_shown_is_refused_in_one_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(BrandInvalid) as refused:
        read_logo(shop(tmp_path, png=data))
    assert str(refused.value).startswith("brand/logo.png: ")
    assert words in str(refused.value)
    assert str(tmp_path) not in str(refused.value)


def test_two_logos_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(BrandInvalid, match=r"there is also logo\.jpg; keep one of them"):
        read_logo(shop(tmp_path, png=picture(80, 80), jpg=picture(80, 80, "JPEG")))
