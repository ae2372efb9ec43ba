"""Every door of the console, with its role: the one place that says who may go where."""

from typing import Final

from bot.console import acts, answers, barriers, conversations, login, offers, people, tasks, today
from bot.console.gate import Door

DOORS: Final[tuple[Door, ...]] = (
    Door("GET", "/login", "anyone", login.form),
    Door("POST", "/login", "anyone", login.sign_in),
    Door("GET", "/link/{token}", "anyone", login.link),
    Door("POST", "/link/{token}", "anyone", login.use_link),
    Door("POST", "/logout", "viewer", login.sign_out),
    Door("POST", "/logout/everywhere", "viewer", login.sign_out_everywhere),
    Door("GET", "/password", "viewer", login.password_form),
    Door("POST", "/password", "viewer", login.set_password),
    Door("GET", "/", "viewer", today.show),
    Door("GET", "/barriers", "viewer", barriers.show),
    Door("GET", "/barriers.csv", "viewer", barriers.download),
    Door("GET", "/answers", "viewer", answers.show),
    Door("GET", "/answers.csv", "agent", answers.csv),
    Door("GET", "/answers.jsonl", "agent", answers.jsonl),
    Door("GET", "/offers", "viewer", offers.show),
    Door("GET", "/tasks", "viewer", tasks.show),
    Door("GET", "/tasks.csv", "agent", tasks.download),
    Door("POST", "/tasks/add", "agent", tasks.add),
    Door("POST", "/tasks/{uid}", "agent", tasks.act),
    Door("GET", "/account", "viewer", people.account),
    Door("GET", "/staff", "admin", people.show),
    Door("POST", "/staff/add", "admin", people.add),
    Door("POST", "/staff/link", "admin", people.link),
    Door("POST", "/staff/disable", "admin", people.disable),
    Door("POST", "/staff/enable", "admin", people.enable),
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
