"""The email channel: writes the mail, hands it to a mail server, or lays it into a local mailbox."""

from bot.channels.email.compose import compose
from bot.channels.email.letter import MailShop
from bot.channels.email.local import LocalMail, LocalMailbox, MailSummary
from bot.channels.email.server import MailServerProblem, check_smtp
from bot.channels.email.shop import mail_shop
from bot.channels.email.smtp import EmailChannel

__all__ = [
    "EmailChannel",
    "LocalMail",
    "LocalMailbox",
    "MailServerProblem",
    "MailShop",
    "MailSummary",
    "check_smtp",
    "compose",
    "mail_shop",
]
