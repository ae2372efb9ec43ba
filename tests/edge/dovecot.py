"""A real IMAP server: Dovecot from Debian with a configuration of its own on loopback, and one mailbox.

It runs as whoever runs the tests. Root may not be let in to a mailbox: then it is nobody's.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.edge.wire import HOST

USER, PASSWORD = "answers", "s3cret-pass"
PATIENCE = 10.0
"""Seconds until a server that does not answer is a failure."""

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = {host}
ssl = no
disable_plaintext_auth = no
mailbox_idle_check_interval = 1s
mail_location = maildir:{folder}/mail
first_valid_uid = 0
default_internal_user = {inner}
default_login_user = {login_as}
default_internal_group = {inner_group}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service auth {{
  unix_listener {folder}/login {{
    mode = 0666
  }}
}}
passdb {{
  driver = static
  args = user={login} password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}/home
}}
"""


class Dovecot:
    """The server; a context manager. Mails are delivered as a mail server would: into the Maildir."""

    def __init__(self) -> None:
        """Raises LookupError when there is no dovecot on this machine."""
        program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None or not Path("/usr/lib/dovecot/imap").exists():
            raise LookupError("no dovecot with IMAP on this machine; install it (Debian: apt install dovecot-imapd)")
        self._program = program
        self._delivered = 0
        self.port = free_port()
        self.owner = _users()["owner"]

    @property
    def url(self) -> str:
        """What HOLDBACK_IMAP_URL has to say."""
        return f"imap://{USER}:{PASSWORD}@{HOST}:{self.port}/INBOX"

    @property
    def mail(self) -> Path:
        """The Maildir that it serves; whatever lays mail there does so as `owner`."""
        return self._folder / "mail"

    @property
    def login_socket(self) -> Path:
        """Where another server asks whether a user and a password are right."""
        return self._folder / "login"

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._folder.chmod(0o755)
        file, who = self._folder / "dovecot.conf", _users()
        for name in ("run", "state", "home", "mail", "mail/cur", "mail/new", "mail/tmp"):
            made = self._folder / name
            made.mkdir()
            if not name.startswith(("run", "state")):
                shutil.chown(made, who["owner"], who["owner_group"])
        more = {"folder": self._folder, "host": HOST, "port": self.port, "login": USER, "password": PASSWORD}
        file.write_text(_CONFIGURATION.format(**who, **more))
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Serve, at the same port as before."""
        self._server = subprocess.Popen([self._program, "-F", "-c", str(self._folder / "dovecot.conf")])
        self._wait()

    def stop(self) -> None:
        """Hang up on everybody; mails can still be delivered."""
        self._server.terminate()
        self._server.wait(PATIENCE)

    def deliver(self, raw: bytes) -> None:
        """A mail comes."""
        self._delivered += 1
        name = f"{int(time.time())}.{self._delivered}.loopback"
        waiting = self.mail / "tmp" / name
        waiting.write_bytes(raw)
        shutil.chown(waiting, self.owner, _users()["owner_group"])
        waiting.rename(self.mail / "new" / name)

    def read(self) -> int:
        """How many mails are marked as read."""
        return sum("S" in file.name.partition(":2,")[2] for file in (self.mail / "cur").iterdir())

    def clear(self) -> None:
        """Empty the mailbox, as somebody would who tidies up."""
        for folder in ("cur", "new"):
            for mail in (self.mail / folder).iterdir():
                mail.unlink()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with socket.socket() as one:
                one.settimeout(1.0)
                with suppress(OSError):
                    one.connect((HOST, self.port))
                    if one.recv(64).startswith(b"* OK"):
                        return
            time.sleep(0.05)
        raise RuntimeError(f"dovecot does not answer: {(self._folder / 'log').read_text()[-2000:]}")


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _users() -> dict[str, str]:
    """Who runs what, and whose the mails are."""
    if os.getuid() == 0:
        inner = {"inner": "dovecot", "inner_group": "dovecot", "login_as": "dovenull"}
        return inner | {"owner": "nobody", "owner_group": grp.getgrgid(pwd.getpwnam("nobody").pw_gid).gr_name}
    user, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    return {"inner": user, "inner_group": group, "login_as": user, "owner": user, "owner_group": group}
