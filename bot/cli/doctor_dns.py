"""What `holdback doctor` says about SPF, DKIM and DMARC: from DNS answers that it is given."""

from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.errors import fail

if TYPE_CHECKING:
    from bot.channels.email.alignment import Judged
    from bot.settings import Settings


def look(settings: "Settings", file: Path | None) -> tuple["Judged", ...]:
    """What the answers in the file mean; without a file, what to look up. Nothing where mail is not sent.

    Raises SigningProblem for a key that cannot be used.
    """
    from bot.channels.email.alignment import Judged, judge, names_to_ask
    from bot.channels.email.dns_answers import read_answers
    from bot.channels.email.headers import filled, sending_address
    from bot.channels.email.signing import Signer

    if settings.smtp_url is None and file is None:
        return ()
    if "@" not in settings.mail_from:
        fail("--dns-answers is about the domain of HOLDBACK_MAIL_FROM; set it first")
    sender, signer = sending_address(settings.mail_from).rpartition("@")[2], Signer.from_settings(settings)
    bounces = settings.mail_bounces_to
    returns = filled(bounces, None).rpartition("@")[2] if bounces else ""
    if file is None:
        asked = " ".join(f"TXT {name}" for name in names_to_ask(sender, signer, returns))
        cure = f"dig +noall +answer {asked} > dns.txt; holdback doctor --dns-answers dns.txt"
        return (
            Judged("dns", "good", f"SPF, DKIM and DMARC were not looked at; to see whether mail is believed: {cure}"),
        )
    try:
        answers = read_answers(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "it is not text in UTF-8").lower()
        fail(f"{file}: cannot be read: {reason}; give the output of `dig +noall +answer`")
    except ValueError as error:
        fail(f"{file}: {error}")
    return judge(answers, sender, signer, returns)
