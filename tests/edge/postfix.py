"""A real mail server: Postfix from Debian with a configuration and a queue of its own, on loopback.

People's mail is laid into a folder for each of them, the shop's into the mailbox that Dovecot serves. It has a door for
each way in which servers differ, and a policy service by which a test refuses, defers or holds up what it wants.
"""

import os
import shutil
import smtplib
import subprocess
import tempfile
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from signal import SIGKILL
from time import monotonic, sleep
from typing import Literal, Self, get_args
from urllib.parse import quote

from tests.edge.dovecot import PASSWORD, USER, Dovecot, free_port
from tests.edge.policy import Policy, Stage
from tests.edge.smtp import Certificate
from tests.edge.smtp.mime import parse
from tests.edge.wire import HOST

Door = Literal["relay", "strict", "login", "old", "small"]
"""`relay` takes mail for everybody and sends back what it cannot deliver; `strict` refuses unknown people and unknown
senders at once, and mail for far.example goes on to it; `login` wants TLS and a password; `old` knows no extension;
`small` takes 2 kB."""

PATIENCE = 10.0
"""Seconds until a server that does not answer is a failure."""

PROGRAMS = Path("/usr/lib/postfix/sbin")
PEOPLE = ("ann", "bob", "eve", "józsef")
SHOP = ("hello", "answers", "bounces")

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {programs}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = {host}
inet_protocols = ipv4
myhostname = mail.kettle.example
mydestination =
mynetworks = {host}/32
alias_maps =
alias_database =
recipient_delimiter = +
virtual_mailbox_domains = mail.example, kettle.example
virtual_mailbox_base = /
virtual_mailbox_maps = texthash:{folder}/etc/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
transport_maps = inline:{{ far.example=smtp:[{host}]:{strict} }}
delay_warning_time = 1s
service_throttle_time = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = check_policy_service inet:{host}:{policy}
smtpd_end_of_data_restrictions = check_policy_service inet:{host}:{policy}
smtpd_sasl_type = dovecot
smtpd_sasl_path = {login_socket}
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
"""

_MASTER = """
{host}:{relay} inet n - n - - smtpd
{host}:{strict} inet n - n - - smtpd
  -o myhostname=mx.far.example -o smtpd_reject_unlisted_recipient=yes -o smtpd_reject_unlisted_sender=yes
{host}:{login} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
{host}:{old} inet n - n - - smtpd
  -o smtpd_discard_ehlo_keywords=8bitmime,smtputf8,size,dsn,chunking,pipelining,enhancedstatuscodes,starttls
{host}:{small} inet n - n - - smtpd
  -o message_size_limit=2000
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""

_QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")


class Postfix:
    """The server; a context manager. `policy` says what is refused, deferred or held up."""

    def __init__(self, dovecot: Dovecot, certificate: Certificate) -> None:
        """`dovecot` is running. Raises LookupError where Postfix is not installed, or may not be run."""
        if not (PROGRAMS / "master").exists():
            raise LookupError("no Postfix on this machine; install it (Debian: apt install postfix)")
        if os.getuid() != 0:
            raise LookupError("only root can run Postfix, which gives each part of itself a user of its own")
        self._dovecot, self._certificate = dovecot, certificate
        self.policy = Policy()

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="postfix-"))
        self._folder.chmod(0o755)
        self._ports = {door: free_port() for door in get_args(Door)}
        self.policy.open()
        try:
            self._lay_out()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.policy.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, door: Door = "relay") -> str:
        """What HOLDBACK_SMTP_URL has to say."""
        if door == "login":
            return f"smtp+starttls://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@{HOST}:{self._ports[door]}"
        return f"smtp://{HOST}:{self._ports[door]}"

    def port(self, door: Door = "relay") -> int:
        """Where a door is."""
        return self._ports[door]

    def start(self) -> None:
        """Serve, at the same ports as before."""
        self._server = subprocess.Popen(
            [PROGRAMS / "master", "-c", self._folder / "etc", "-s"], stdin=subprocess.DEVNULL, start_new_session=True
        )
        self._wait()

    def stop(self) -> None:
        """Hang up on everybody; what is in the queue stays there."""
        server: subprocess.Popen[bytes] | None = getattr(self, "_server", None)
        if server is not None:
            server.terminate()
            server.wait(PATIENCE)

    def kill(self, program: str) -> int:
        """Kill every process that runs this part of Postfix, as a crash would; how many there were."""
        killed = 0
        for pid in self._children():
            with suppress(FileNotFoundError, ProcessLookupError):
                if Path(f"/proc/{pid}/comm").read_text().strip() == program:
                    os.kill(pid, SIGKILL)
                    killed += 1
        return killed

    def rule(self, address: str, answer: str, *, at: Stage = "RCPT", door: Door = "relay") -> None:
        """What is said to mail for this address from now on: `450 4.2.0 Greylisted`; with `HOLD` nothing is."""
        self.policy.rule(self._ports[door], at, address, answer)

    def write(self, raw: bytes, sender: str, recipient: str) -> None:
        """Somebody's mail program hands a mail over."""
        with smtplib.SMTP(HOST, self._ports["relay"], timeout=PATIENCE) as client:
            client.sendmail(sender, [recipient], raw)

    def raw(self, name: str) -> list[bytes]:
        """What came for one of `PEOPLE`, as it lies in their mailbox, oldest first."""
        folder = self._folder / "people" / name / "new"
        files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns) if folder.exists() else []
        return [file.read_bytes() for file in files]

    def mails(self, name: str) -> list[EmailMessage]:
        """What came for one of `PEOPLE`."""
        return [parse(raw) for raw in self.raw(name)]

    def clear(self) -> None:
        """Empty people's mailboxes, and refuse nothing any more."""
        self.policy.clear()
        for mail in (self._folder / "people").glob("*/new/*"):
            mail.unlink()

    def waiting(self) -> int:
        """How many mails are in the queue."""
        queue = self._folder / "queue"
        return sum(
            1 for name in ("incoming", "active", "deferred") for file in (queue / name).rglob("*") if file.is_file()
        )

    @property
    def log(self) -> str:
        """What Postfix says of itself."""
        return (self._folder / "log").read_text() if (self._folder / "log").exists() else ""

    def _lay_out(self) -> None:
        """Folders with the owners that Postfix insists on, and its configuration."""
        folder, owner = self._folder, self._dovecot.owner
        for name in ("etc", "data", "people", "queue", "queue/pid", "queue/public", "queue/maildrop"):
            (folder / name).mkdir()
        for name in _QUEUES:
            (folder / "queue" / name).mkdir(mode=0o700)
            shutil.chown(folder / "queue" / name, "postfix")
        for name, mode in (("public", 0o710), ("maildrop", 0o730)):
            (folder / "queue" / name).chmod(mode)
            shutil.chown(folder / "queue" / name, "postfix", "postdrop")
        shutil.chown(folder / "data", "postfix")
        shutil.chown(folder / "people", owner)
        boxes = [f"{name}@mail.example {folder}/people/{name}/" for name in PEOPLE]
        boxes += [f"{name}@kettle.example {self._dovecot.mail}/" for name in SHOP]
        (folder / "etc" / "mailboxes").write_text("\n".join(boxes) + "\n")
        given = {
            "folder": folder,
            "programs": PROGRAMS,
            "host": HOST,
            "policy": self.policy.port,
            "login_socket": self._dovecot.login_socket,
            "certificate": self._certificate.certificate,
            "key": self._certificate.key,
            "uid": (folder / "people").stat().st_uid,
            "gid": self._dovecot.mail.stat().st_gid,
            **self._ports,
        }
        (folder / "etc" / "main.cf").write_text(_MAIN.format(**given))
        (folder / "etc" / "master.cf").write_text(_MASTER.format(**given))

    def _children(self) -> list[int]:
        return [
            int(pid) for pid in Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text().split()
        ]

    def _wait(self) -> None:
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            with suppress(OSError), smtplib.SMTP(HOST, self._ports["relay"], timeout=1.0) as client:
                client.noop()
                return
            sleep(0.02)
        raise RuntimeError(f"Postfix does not answer: {self.log[-2000:]}")
