"""The shop's logo in a mail: it travels inside, so that opening a mail fetches nothing; and answers on a scale."""

import io
from dataclasses import replace
from decimal import Decimal
from email.message import EmailMessage

from PIL import Image

from bot.brand import Logo
from bot.channels.email import compose
from bot.channels.email.page import logo_id, standing_alone
from bot.runtime.products import Product
from flows.messages import Button, Message, Prompt
from tests.bot.channels.email.samples import SHOP, TEXTS, outgoing, question, staff
from tests.edge.smtp import html, text


def logo(width: int = 80, height: int = 80) -> Logo:
    made = io.BytesIO()
    Image.new("RGB", (width, height), "#0b6b60").save(made, "PNG")
    return Logo(made.getvalue(), "png", width, height)


def mail(picture: Logo | None) -> EmailMessage:
    return compose(outgoing(), replace(SHOP, logo=picture), TEXTS)


def test_the_logo_travels_in_the_mail_and_the_page_shows_it_from_there() -> None:
    made = mail(logo())
    (picture,) = [part for part in made.walk() if part.get_content_maintype() == "image"]
    assert picture.get_payload(decode=True) == logo().data
    assert picture.get_content_disposition() == "inline"
    assert f'src="cid:{str(picture["Content-ID"]).strip("<>")}"' in html(made)
    assert made.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in made.iter_parts()] == ["text/plain", "multipart/related"]
    assert "src=" not in html(made).replace(f'src="cid:{logo_id(logo())}"', "")


def test_the_same_mail_with_a_logo_is_the_same_bytes() -> None:
    assert mail(logo()).as_bytes() == mail(logo()).as_bytes()


def test_a_logo_beside_the_name_is_not_read_out_and_a_wide_one_is_the_name() -> None:
    beside, wide = html(mail(logo())), html(mail(logo(400, 80)))
    assert 'alt=""' in beside and 'class="shop-name"' in beside
    assert 'alt="Hill Coffee"' in wide and 'class="shop-name"' not in wide
    assert 'width="200" height="40"' in wide


def test_without_a_logo_the_first_letter_stands_there() -> None:
    assert 'class="avatar"' in html(mail(None))
    assert "<img" not in html(mail(None))


def test_a_page_without_its_mail_has_the_logo_written_in() -> None:
    alone = standing_alone(html(mail(logo())), logo())
    assert 'src="data:image/png;base64,' in alone
    assert "cid:" not in alone


def test_answers_on_a_scale_stand_in_one_row_each_with_its_link() -> None:
    def asked(*labels: str) -> EmailMessage:
        prompt = Prompt("rate", 2, tuple(Button(label, label) for label in labels))
        return compose(outgoing(Message("question", "en", ("How was it?",), prompt)), SHOP, TEXTS)

    scale, words = asked("1", "2", "3", "4", "5"), asked("Good", "Well enough", "Bad")
    assert "table-layout:fixed" in html(scale)
    assert "table-layout:fixed" not in html(words)
    for point in "12345":
        assert f"?a={point}&amp;v=2" in html(scale)
        assert f"?a={point}&v=2" in text(scale)


LAMP = Product("Birch <lamp>", Decimal("49.5"), "EUR", "https://shop.example/b", "https://shop.example/b.jpg")


def test_a_mail_that_asks_shows_the_product_with_price_page_and_picture() -> None:
    made = compose(outgoing(product=LAMP), SHOP, TEXTS)
    assert "Birch &lt;lamp&gt;</bdi></a>" in html(made)
    assert '<img class="picture" src="https://shop.example/b.jpg" width="88" alt=""' in html(made)
    assert "€49.50" in html(made)
    assert "Birch <lamp>, €49.50\nhttps://shop.example/b\n" in text(made).replace("\r\n", "\n")


def test_the_price_is_written_as_in_the_language_of_the_mail() -> None:
    made = compose(outgoing(question("hu"), product=LAMP), SHOP, TEXTS)
    assert "49,50\xa0EUR" in html(made)


def test_a_persons_letter_is_not_about_goods() -> None:
    assert "b.jpg" not in html(compose(outgoing(staff(), product=LAMP), SHOP, TEXTS))


def test_a_product_of_which_only_the_name_is_known_needs_no_block() -> None:
    made = compose(outgoing(product=Product("Birch lamp")), SHOP, TEXTS)
    assert "Birch lamp" not in html(made) and "Birch lamp" not in text(made)
