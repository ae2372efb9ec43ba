"""What is kept of a mail as it came: its headers and words. Attachments go before anything is written down.

Line by line over the bytes, without building parts: a mail of a thousand parts within parts is read like any other.
"""

import re
from typing import Final

MOST: Final = 256 * 1024
"""Bytes of a mail that are kept."""

DEEPEST: Final = 12
"""Parts within parts: what lies deeper is left out, with what it holds."""

LONGEST_HEAD: Final = 64 * 1024
"""Bytes of headers of one part."""

_BOUNDARY: Final = re.compile(rb"""boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_TYPE: Final = re.compile(rb"^content-type:\s*([a-z]+)/([a-z0-9.+-]+)", re.IGNORECASE | re.MULTILINE)
_ATTACHED: Final = re.compile(rb"^content-disposition:\s*attachment", re.IGNORECASE | re.MULTILINE)
_READ: Final = frozenset({b"text", b"multipart", b"message"})
_FOLD: Final = re.compile(rb"\r?\n[ \t]+")


def thin(raw: bytes, most: int = MOST) -> bytes:
    """The mail without the contents of its attachments, and no more than `most` bytes of it; still a mail.

    Never raises. Reports about mails (returned mails, complaints) are kept with what they report.
    """
    return _Thinner(most).run(raw)


class _Thinner:
    """One pass: `_open` are the boundaries of the multiparts we are in, the innermost last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: list[bytes] = []
        self._kept: list[bytes] = []
        self._size = 0
        self._head: list[bytes] | None = []
        self._head_size = 0
        self._dropping = False

    def run(self, raw: bytes) -> bytes:
        for line in raw[: self._most * 8].splitlines(keepends=True):
            if self._size >= self._most:
                break
            self._line(line)
        if self._head is not None:
            self._keep_all(self._head)
        return b"".join(self._kept)[: self._most]

    def _line(self, line: bytes) -> None:
        if self._is_boundary(line):
            if self._head is not None:
                self._keep_all(self._head)
            self._keep(line)
            self._begin_head()
        elif self._head is not None:
            self._head.append(line)
            self._head_size += len(line)
            if not line.strip() or self._head_size > LONGEST_HEAD:
                self._head_ends(b"".join(self._head))
        elif not self._dropping:
            self._keep(line)

    def _is_boundary(self, line: bytes) -> bool:
        """Whether a part ends here; with `--` behind it, the whole multipart does."""
        if not self._open or not line.startswith(b"--"):
            return False
        named = line.rstrip()[2:]
        for depth, boundary in enumerate(self._open):
            if named in (boundary, boundary + b"--"):
                del self._open[depth if named.endswith(b"--") and named != boundary else depth + 1 :]
                return True
        return False

    def _head_ends(self, head: bytes) -> None:
        self._keep(head)
        self._head = None
        unfolded = _FOLD.sub(b" ", head)
        kind = _TYPE.search(unfolded)
        main = kind[1].lower() if kind else b"text"
        if main == b"multipart":
            self._enter(unfolded)
        elif main == b"message":
            self._begin_head()  # the headers of the mail within come at once
        else:
            self._dropping = main not in _READ or (_ATTACHED.search(unfolded) is not None)

    def _begin_head(self) -> None:
        self._head, self._head_size, self._dropping = [], 0, False

    def _enter(self, head: bytes) -> None:
        found = _BOUNDARY.search(head)
        if found is None or len(self._open) >= DEEPEST:
            self._dropping = True
            return
        self._open.append((found[1] or found[2]).rstrip())

    def _keep(self, line: bytes) -> None:
        self._kept.append(line)
        self._size += len(line)

    def _keep_all(self, lines: list[bytes]) -> None:
        self._keep(b"".join(lines))
