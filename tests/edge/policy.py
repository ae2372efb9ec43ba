"""What a test has a real Postfix answer: its policy protocol, by which greylists and quotas are made."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, Literal, cast

from tests.edge.wire import HOST

Stage = Literal["RCPT", "END-OF-MESSAGE"]
"""When it is asked: for each recipient, and when the whole mail is there but not taken yet."""


class Policy:
    """Answers Postfix on a thread and a port of its own. What no rule is about is let through."""

    def __init__(self) -> None:
        """`asked`: the recipients it was asked about; `held` is set while a mail is held up."""
        self._rules: dict[tuple[int, str, str], str] = {}
        self.asked: list[str] = []
        self.held = threading.Event()
        self._go_on = threading.Event()

    def open(self) -> None:
        """Listen; `port` says where."""
        policy = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(ConnectionError):  # whoever asked was killed
                    policy._serve(cast("BinaryIO", self.rfile), cast("BinaryIO", self.wfile))

        self._server = socketserver.ThreadingTCPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop listening, and let go whatever is held up."""
        self._go_on.set()
        self._server.shutdown()
        self._server.server_close()

    def rule(self, port: int, at: Stage, address: str, answer: str) -> None:
        """From now on this is the answer for this recipient, such as `450 4.2.0 Greylisted`; `HOLD` is none at all."""
        self._rules[port, at, address] = answer

    def clear(self) -> None:
        """Let everything through again."""
        self._rules.clear()
        self.asked.clear()
        self.held.clear()
        self._go_on.set()
        self._go_on = threading.Event()

    def _serve(self, lines: BinaryIO, answers: BinaryIO) -> None:
        for question in _questions(lines):
            address = question.get("recipient", "")
            self.asked.append(address)
            asked = int(question.get("server_port") or 0), question.get("protocol_state", ""), address
            answer = self._rules.get(asked, "DUNNO")
            if answer == "HOLD":
                self.held.set()
                self._go_on.wait(30.0)
                return
            answers.write(f"action={answer}\n\n".encode())


def _questions(lines: BinaryIO) -> Iterator[dict[str, str]]:
    """Lines of `name=value`, an empty one behind each question."""
    question: dict[str, str] = {}
    for line in lines:
        name, equals, value = line.decode("utf-8", "replace").rstrip("\n").partition("=")
        if equals:
            question[name] = value
        elif question:
            yield question
            question = {}
