"""Reports of mail servers, as they are sent: what came back, what was delayed, what was complained about."""

from typing import Final

TOKEN: Final = "hb-7-0123456789abcdef0123"
OURS: Final = f"""Message-ID: <{TOKEN}@hill.example>
From: Hill Coffee <hello@hill.example>
To: anna@mail.example
Subject: What held you back?
"""


def standard(action: str, status: str, diagnostic: str = "", words: str = "See the report.", **more: str) -> bytes:
    """A report as RFC 3464 describes it (Postfix, Exim, Gmail, Exchange)."""
    headers = {
        "From": "MAILER-DAEMON@mx.example (Mail Delivery System)",
        "Subject": "Undelivered Mail Returned to Sender",
        "Auto-Submitted": "auto-replied",
    } | {name.replace("_", "-"): value for name, value in more.items()}
    top = "".join(f"{name}: {value}\n" for name, value in headers.items())
    said = f"Diagnostic-Code: smtp; {diagnostic}\n" if diagnostic else ""
    return _crlf(
        f"""Return-Path: <>
{top}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

{words}

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 16 Nov 2026 10:12:30 +0000

Final-Recipient: rfc822; anna@mail.example
Action: {action}
Status: {status}
{said}
--b1
Content-Type: text/rfc822-headers

{OURS}
--b1--
"""
    )


def in_words(
    words: str, subject: str = "failure notice", sender: str = "MAILER-DAEMON@mx.example", top: str = ""
) -> bytes:
    """A report that is only words."""
    return _crlf(f"Return-Path: <>\nFrom: {sender}\nSubject: {subject}\n{top}Content-Type: text/plain\n\n{words}\n")


def complaint(kind: str = "abuse") -> bytes:
    """A report that somebody pressed "this is junk" (RFC 5965)."""
    return _crlf(
        f"""From: <feedback@provider.example>
Subject: FW: What held you back?
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--b1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--b1
Content-Type: message/rfc822
Content-Disposition: inline

{OURS}
Hello Anna,
--b1--
"""
    )


EXCHANGE: Final = """Your message

  To:      anna@mail.example
  Subject: What held you back?

did not reach the following recipient(s):

anna@mail.example on Mon, 16 Nov 2026 10:12:30 -0000
    The recipient name is not recognized
    #550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##
"""
QMAIL: Final = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<anna@mail.example>:
192.0.2.7 does not like recipient.
Remote host said: 550 No such user here
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.
"""
YAHOO_JAPAN: Final = """Message from yahoo.co.jp.
Unable to deliver message to the following address(es).

<anna@mail.example>:
This user doesn't have a yahoo.co.jp account (anna@mail.example) [-5]

--- Original message follows.
"""
EXIM_FULL: Final = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  anna@mail.example
    mailbox is full: retry timeout exceeded

------ This is a copy of the message, including all the headers. ------
"""
SENDMAIL_WARNING: Final = """    **********************************************
    **      THIS IS A WARNING MESSAGE ONLY      **
    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **
    **********************************************

   ----- Transcript of session follows -----
451 4.4.1 reply: read error from mx.example.
Warning: message still undelivered after 4 hours
"""


def _crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()
