"""Every door of the console, with its role: the one place that says who may go where."""

from typing import Final

from bot.console import acts, conversations, login
from bot.console.gate import Door

DOORS: Final[tuple[Door, ...]] = (
    Door("GET", "/login", "anyone", login.form),
    Door("POST", "/login", "anyone", login.sign_in),
    Door("GET", "/link/{token}", "anyone", login.link),
    Door("POST", "/link/{token}", "anyone", login.use_link),
    Door("POST", "/logout", "viewer", login.sign_out),
    Door("GET", "/password", "viewer", login.password_form),
    Door("POST", "/password", "viewer", login.set_password),
    Door("GET", "/conversations", "viewer", conversations.show_list),
    Door("GET", "/conversations/rows", "viewer", conversations.rows, quiet=True),
    Door("GET", "/conversations/{uid}", "viewer", conversations.show),
    Door("GET", "/conversations/{uid}/thread", "viewer", conversations.thread, quiet=True),
    Door("POST", "/conversations/{uid}/take", "agent", acts.take),
    Door("POST", "/conversations/{uid}/say", "agent", acts.say),
    Door("POST", "/conversations/{uid}/release", "agent", acts.release),
    Door("POST", "/conversations/{uid}/done", "agent", acts.done),
    Door("POST", "/conversations/{uid}/seen", "agent", acts.seen, quiet=True),
    Door("POST", "/conversations/{uid}/note", "agent", acts.note),
    Door("POST", "/conversations/{uid}/reveal", "agent", acts.reveal),
)
