"""The methods of the Bot API about the bot itself: its name, its commands, its webhook."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from tests.edge.telegram.cloud import Cloud, Webhook
from tests.edge.telegram.errors import JSON, bad_request
from tests.edge.telegram.params import Params

COMMAND_NAME = re.compile(r"[a-z0-9_]{1,32}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256
TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(cloud: Cloud, params: Params) -> Any:
    """Answers getMe."""
    return {
        **cloud.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _command_key(params: Params) -> tuple[str, str]:
    scope = params.json("scope", "bot command scope") or {"type": "default"}
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return repr(sorted(scope.items())), language


def set_my_commands(cloud: Cloud, params: Params) -> Any:
    """Answers setMyCommands, kept per scope and language."""
    commands = params.json("commands", "bot commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    cloud.commands[_command_key(params)] = [_command(command) for command in commands]
    return True


def _command(command: Any) -> JSON:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not COMMAND_NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MAX_COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def get_my_commands(cloud: Cloud, params: Params) -> Any:
    """Answers getMyCommands for exactly this scope and language."""
    return cloud.commands.get(_command_key(params), [])


def delete_my_commands(cloud: Cloud, params: Params) -> Any:
    """Answers deleteMyCommands."""
    cloud.commands.pop(_command_key(params), None)
    return True


def set_my_text(cloud: Cloud, params: Params, name: str) -> Any:
    """Answers setMyName, setMyDescription, setMyShortDescription."""
    text = params.text(name)
    if len(text) > TEXT_LIMITS[name]:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    cloud.texts[name, params.text("language_code")] = text
    return True


def get_my_text(cloud: Cloud, params: Params, name: str) -> Any:
    """Answers getMyName, getMyDescription, getMyShortDescription; the default language fills a missing one."""
    default = cloud.texts.get((name, ""), "")
    return {name: cloud.texts.get((name, params.text("language_code")), default)}


def set_webhook(cloud: Cloud, params: Params) -> Any:
    """Answers setWebhook. Plain http is taken on loopback, as a locally run Bot API server takes it."""
    url = params.text("url")
    if not url:
        return delete_webhook(cloud, params)
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    _common_webhook(cloud, params)
    cloud.webhook = Webhook(url, secret, params.integer("max_connections", 40))
    cloud.announce()
    return True


def _is_loopback(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _common_webhook(cloud: Cloud, params: Params) -> None:
    cloud.queue.allow(params.json("allowed_updates", "allowed updates"))
    if params.flag("drop_pending_updates"):
        cloud.queue.clear()


def delete_webhook(cloud: Cloud, params: Params) -> Any:
    """Answers deleteWebhook."""
    _common_webhook(cloud, params)
    cloud.webhook = Webhook()
    return True


def get_webhook_info(cloud: Cloud, params: Params) -> Any:
    """Answers getWebhookInfo."""
    hook = cloud.webhook
    info: JSON = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(cloud.queue.waiting),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.last_error_at is not None:
        info["last_error_date"] = int(hook.last_error_at.timestamp())
        info["last_error_message"] = hook.last_error
    if cloud.queue.allowed:
        info["allowed_updates"] = cloud.queue.allowed
    return info
