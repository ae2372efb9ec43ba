"""The shop as every mail shows it."""

from bot.brand import read_logo
from bot.channels.email.frame_check import read_frame
from bot.channels.email.letter import MailShop
from bot.settings import Settings


def mail_shop(settings: Settings) -> MailShop:
    """The shop as the settings and its folder describe it.

    Raises BrandInvalid for a logo and FlowInvalid for a frame that cannot be used.
    """
    return MailShop(
        name=settings.shop_name,
        url=settings.shop_url,
        mail_from=settings.mail_from,
        reply_to=settings.mail_reply_to,
        postal_address=settings.mail_postal_address,
        accent=settings.accent or None,
        base_url=settings.base_url,
        logo=read_logo(settings),
        frame=read_frame(settings.flows_dir),
    )
