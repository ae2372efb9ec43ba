"""Named places where a crash can be provoked, for the tests that prove a crash harms nobody. Inert unless armed.

Every place is declared here once, with what is true when it is passed. `make crash-sweep` kills a real server at every
one of them, every time it is passed (docs/delivery.md).
"""

import os
import signal
from collections.abc import Mapping
from typing import Final

FAILPOINTS: Final[Mapping[str, str]] = {
    # Receiving
    "poll.received": "updates came from Telegram; they are nowhere but in memory",
    "intake.before_commit": "raw input is in the inbox, and not committed",
    "intake.after_commit": "raw input is committed, and whoever sent it was not told",
    "poll.confirmed": "the next call will confirm the updates; that call was not made",
    # Turns
    "turns.claimed": "rows of the inbox are handed out, the attempt is counted, nothing was looked at",
    "turns.received": "it is known what the rows mean; no turn was taken",
    "turns.saved": "what a wave of turns decided is written, and not committed",
    "turns.before_commit": "the rows of the inbox are marked as done, and nothing of it is committed",
    "turns.committed": "turns are committed, and no sender was woken",
    "timers.fired": "due timers are taken away; their turns were not taken",
    "timers.before_commit": "the turns of due timers are written, and not committed",
    # What arrivals do before their turn
    "newcomers.opened": "people nobody knew have a prospect and a conversation, not committed",
    "start.bound": "a chat is bound to its prospect, who agreed by starting it; not committed",
    "taps.proved": "taps have proved that their messages arrived; not committed",
    "page.answered": "an answer on the survey page has found its conversation",
    "page.commanded": "a wish from the page with somebody's choices is noted; not committed",
    "door.opened": "somebody who came by a poster has a prospect and a conversation, not committed",
    "shop.enrolled": "an event of the shop is noted and may have enrolled somebody; not committed",
    "purchase.recorded": "a purchase is recorded; the conversation has not heard of it",
    "checkout.noted": "an open checkout of a connected shop is kept; not committed",
    "staff.acted": "what a person of the shop did has found its conversation",
    # What turns write
    "answer.superseded": "earlier answers are superseded; the new one is not written",
    "consent.withdrawn": "consent is withdrawn and what waited is cancelled; not committed",
    "task.opened": "a task for a person is open; not committed",
    "grants.given": "offers are granted; their codes still lie in the pool",
    "codes.used": "the codes of granted offers are taken out of the pool; not committed",
    "links.minted": "somebody's own addresses are made; not committed",
    # Sending
    "dispatch.claiming": "messages are leased, and that is not committed",
    "dispatch.leased": "messages are leased; nobody has looked at them again",
    "dispatch.sending": "`sending` is written, and not committed",
    "dispatch.before_call": "`sending` is committed; the channel was not called",
    "edit.before_call": "Telegram is about to be asked to edit a message",
    "mail.connected": "a mail server answers; no word of the mail was said",
    "mail.announced": "the mail server waits for the mail; no byte of it has left",
    "mail.answered": "the mail server has given its word on a whole mail",
    "dispatch.after_call": "the channel has said what became of the message; nothing of that is written",
    "dispatch.settling": "what became of the message is written, and not committed",
    "dispatch.settled": "what became of the message is committed",
    # Campaigns and flows
    "campaign.set": "a campaign stands as somebody wished; not committed",
    "campaign.ended": "a campaign and what waited of it are stopped; not committed",
    "enrol.before_commit": "a group of prospects is enrolled; not committed",
    "enrol.committed": "a group of prospects is enrolled; the next one was not looked at",
    "publish.before_commit": "a flow has a new version; not committed",
    "moving.before_commit": "a conversation is moved to another version; not committed",
    "moving.moved": "one conversation is moved; the next one was not looked at",
    "import.before_commit": "a part of a file of prospects is taken over; not committed",
    # People of the shop, and programs
    "console.kept": "what a person of the shop did is in the inbox; it is not in the audit log",
    "console.noted": "it is in the audit log; the page has not answered",
    "api.claimed": "an Idempotency-Key is taken; its request was not carried out",
    "api.carried_out": "a request is carried out; its answer is not kept",
    "api.erased": "a prospect is erased by the API; not committed",
    "webhooks.claimed": "webhooks have their attempt counted; nobody was called",
    "webhooks.before_call": "a webhook is about to be sent",
    "webhooks.after_call": "the other side has answered a webhook; nothing of that is written",
    # Keeping house
    "erasure.erased": "every row about somebody is gone; not committed",
    "erasure.wiping": "an erasure is committed; copies may be left in the write-ahead log",
    "scores.marked": "the rules have changed: a part of everybody is marked to be judged again",
    "scores.before_commit": "a group of prospects is judged; not committed",
    "weekly.before_commit": "what may be said of a campaign this week is kept; not committed",
    "abandoned.before_commit": "silent checkouts are reported as abandoned; not committed",
    # Starting, backing up, moving house
    "start.taken_up": "what the last process had in hand may be taken up; what it was sending is not parked yet",
    "start.parked": "what the last process was sending is parked",
    "schema.before_commit": "the schema is brought to its newest version; not committed",
    "backup.written": "a backup is whole, and does not have its name yet",
    "restore.emptied": "everything is deleted to make room for a backup; not committed",
    "restore.loaded": "a backup is loaded and sending is held; not committed",
    "hold.released": "sending is allowed again; not committed",
}
"""Name -> what is true at that place."""

_armed: dict[str, int] = {}


def arm(name: str, hits: int = 1) -> None:
    """Kill this process (SIGKILL) the `hits`-th time this failpoint is passed. Raises KeyError for an unknown name."""
    if name not in FAILPOINTS:
        raise KeyError(f"there is no failpoint {name!r}; the table in storage/failpoints.py names them")
    _armed[name] = hits


def left(name: str) -> int:
    """How many more times an armed failpoint will be passed before it kills."""
    return _armed[name]


def failpoint(name: str) -> None:
    """Pass a named place. Does nothing unless this very name has been armed."""
    if name in _armed:
        _hit(name)


def _hit(name: str) -> None:
    _armed[name] -= 1
    if not _armed[name]:
        os.kill(os.getpid(), signal.SIGKILL)
