"""The plain text part: a real letter that can be answered without any HTML."""

from bot.channels.email.letter import Letter, Link, MailShop, Shown


def plain_text(letter: Letter, shop: MailShop) -> str:
    """The letter as text, each link on a line of its own so that every client makes it tappable."""
    blocks = [letter.greeting, *letter.paragraphs, _product(letter.product)]
    if letter.code and not any(letter.code in paragraph for paragraph in letter.paragraphs):
        blocks.append(letter.code)
    blocks += [_link(letter.button), letter.question, *map(_link, letter.answers), _link(letter.own_words)]
    blocks += [_link(way) for way in letter.ways]
    # "-- " on its own line is the signature mark of RFC 3676: clients fold what follows, and leave it out of replies.
    blocks.append("-- \n" + "\n".join(line for line in (shop.name, shop.url, _address(shop)) if line))
    blocks += [letter.why, *map(_link, letter.foot)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _product(product: Shown | None) -> str:
    """On lines of its own when there is more to say of it than the letter has said: a price, an address."""
    if product is None or not (product.price or product.url):
        return ""
    named = ", ".join(part for part in (product.name, product.price) if part)
    return "\n".join(line for line in (named, product.url) if line)


def _link(link: Link | None) -> str:
    return f"{link.label}\n{link.url}" if link else ""


def _address(shop: MailShop) -> str:
    return shop.postal_address.strip()
