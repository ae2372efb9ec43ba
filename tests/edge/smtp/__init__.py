"""Mail servers on loopback: one that takes and shows mail, one that breaks at any stage."""

from tests.edge.smtp.mailbox import Mail, Mailbox
from tests.edge.smtp.mime import html, links, text
from tests.edge.smtp.scripted import Accepted, ScriptedSMTP
from tests.edge.smtp.tls import Certificate, make_certificate

__all__ = [
    "Accepted",
    "Certificate",
    "Mail",
    "Mailbox",
    "ScriptedSMTP",
    "html",
    "links",
    "make_certificate",
    "text",
]
